"""What a subscription has that a new stack can name: galleries, resource groups, lab accounts, lab plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.attachment import LAB_ACCOUNT
from catalog.stacks.settings import LAB_PLAN
from inventory.answer import region
from inventory.arm.client import Arm, JsonObjects
from inventory.arm.error import ArmError, ErrorKind
from inventory.directory import look_up_principals
from inventory.labs import look_up_lab_plan, look_up_labs, read_lab_plan
from inventory.session import Session, refuse_pretend, signed_in
from inventory.side_by_side import AFFECTS_EVERYTHING, AFFECTS_SUBSCRIPTION, side_by_side
from lifecycle.new_stack import Seen, SubscriptionContents

_TYPES: Final = {
    "galleries": ("Microsoft.Compute/galleries", "galleries"),
    "lab_accounts": (LAB_ACCOUNT.type, "lab accounts"),
    "lab_plans": (LAB_PLAN, "lab plans"),
}
"""The lists by attribute of SubscriptionContents: type, and what messages call it."""

_GROUPS: Final = "Microsoft.Resources/resourceGroups"
_OF_ALL = AFFECTS_EVERYTHING | AFFECTS_SUBSCRIPTION
"""Failures of one question about the subscription that every other has too."""


def look_up_subscription(
    subscription: str, applications: Iterable[str], accounts: Sequence[str] = (), plan: str | None = None
) -> SubscriptionContents:
    """What the sign-in sees of a subscription, and the principals of applications.

    The galleries that labs have are those of its own labs, and of lab accounts and a lab plan elsewhere that are named.

    Raises ArmError for a pretend subscription that is asked for outside the sandbox, and nothing for a refusal.
    """
    refuse_pretend(subscription)
    try:
        with signed_in(subscription) as session:
            found = _look_up(session, subscription, list(applications))
            if found.lab_accounts is None and found.lab_plans is None:
                return found
            return _with_galleries((session, subscription), found, accounts, plan)
    except ArmError as error:
        return SubscriptionContents(unanswered=(f"nothing was looked up in Azure: {error}",))


def _with_galleries(
    signed: tuple[Session, str], found: SubscriptionContents, accounts: Sequence[str], plan: str | None
) -> SubscriptionContents:
    """The same, with the galleries that labs have. `signed` is the session and its subscription."""
    session, home = signed
    listed = [each.id for each in found.lab_accounts or ()]
    ids = {account.lower(): (LAB_ACCOUNT, account) for account in (*listed, *accounts)}
    labs = look_up_labs(session.arm, session.pool, ids.values(), home)
    reasons = [f"the galleries of lab accounts were not looked up: {failure}" for failure in labs.failures]
    plans = {**found.plans}
    if plan is not None and plan.lower() not in plans:
        try:
            seen = look_up_lab_plan(session.arm, plan, made_here=False, group_made_here=False)
            plans |= {plan.lower(): seen} if seen is not None else {}
        except ArmError as error:
            reasons.append(f"the gallery of the lab plan was not looked up: {error}")
    return replace(found, labs=labs.labs, plans=plans, unanswered=(*found.unanswered, *reasons))


def _look_up(session: Session, subscription: str, applications: list[str]) -> SubscriptionContents:
    scope = f"/subscriptions/{subscription}"
    questions: dict[str, Callable[[], Any]] = {
        key: partial(_list, session.arm, f"{scope}/providers/{kind}", kind) for key, (kind, _) in _TYPES.items()
    }
    questions["resource_groups"] = partial(_groups, session.arm, scope)
    answers = side_by_side(session.pool, questions)
    found = {key: answer for key, answer in answers.items() if not isinstance(answer, ArmError)}
    failures = {key: answer for key, answer in answers.items() if isinstance(answer, ArmError)}
    # A subscription that is not seen may belong to another tenant, and then this directory is the wrong one.
    seen = not any(error.kind in _OF_ALL for error in failures.values())
    principals, unknown = _principals(applications if seen else [], subscription)
    return SubscriptionContents(
        galleries=_seen(found.get("galleries")),
        lab_accounts=_seen(found.get("lab_accounts")),
        lab_plans=_seen(found.get("lab_plans")),
        resource_groups=found.get("resource_groups"),
        plans={str(item["id"]).lower(): read_lab_plan(item) for item in found.get("lab_plans", ())},
        principals=principals,
        unanswered=(*_reasons(failures), *unknown),
    )


def _list(arm: Arm, path: str, kind: str) -> JsonObjects:
    # A cloud without Lab Services has no lab accounts.
    return arm.list(path, API_VERSIONS[kind], absent=(ErrorKind.NO_PROVIDER,))


def _seen(listed: JsonObjects | None) -> tuple[Seen, ...] | None:
    if listed is None:
        return None
    return tuple(Seen(str(item["id"]), region(str(item.get("location", "")))) for item in listed)


def _groups(arm: Arm, scope: str) -> dict[str, str]:
    listed = arm.list(f"{scope}/resourceGroups", API_VERSIONS[_GROUPS])
    return {str(item["name"]): region(str(item.get("location", ""))) for item in listed}


def _principals(applications: list[str], subscription: str) -> tuple[dict[str, str | None], list[str]]:
    if not applications:
        return {}, []
    try:
        return look_up_principals(applications, subscription), []
    except ArmError as error:
        return {}, [f"the principal of Azure Lab Services was not looked up: {error.cause}"]


def _reasons(failures: dict[str, ArmError]) -> list[str]:
    """Why lists are missing; what concerns all of them once."""
    everything = [error for error in failures.values() if error.kind in _OF_ALL]
    if everything:
        return [f"nothing of the subscription was looked up: {everything[0]}"]
    nouns = {key: noun for key, (_, noun) in _TYPES.items()} | {"resource_groups": "resource groups"}
    return [f"its {nouns[key]} were not looked up: {error}" for key, error in failures.items()]
