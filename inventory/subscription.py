"""What a subscription has that a new stack can name: galleries, resource groups, lab accounts, lab plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.attachment import LAB_ACCOUNT
from catalog.stacks.settings import LAB_PLAN
from inventory.answer import region
from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind
from inventory.directory import look_up_principals
from inventory.session import Session, signed_in
from inventory.side_by_side import AFFECTS_EVERYTHING, side_by_side
from lifecycle.new_stack import Seen, SubscriptionContents

_TYPES: Final = {
    "galleries": ("Microsoft.Compute/galleries", "galleries"),
    "lab_accounts": (LAB_ACCOUNT.type, "lab accounts"),
    "lab_plans": (LAB_PLAN, "lab plans"),
}
"""The lists by attribute of SubscriptionContents: type, and what messages call it."""

_GROUPS: Final = "Microsoft.Resources/resourceGroups"


def look_up_subscription(subscription: str, applications: Iterable[str]) -> SubscriptionContents:
    """What the sign-in sees of a subscription, and the principals of applications. Raises nothing for a refusal."""
    try:
        with signed_in() as session:
            return _look_up(session, subscription, list(applications))
    except ArmError as error:
        return SubscriptionContents(unanswered=(f"nothing was looked up in Azure: {error}",))


def _look_up(session: Session, subscription: str, applications: list[str]) -> SubscriptionContents:
    scope = f"/subscriptions/{subscription}"
    questions: dict[str, Callable[[], Any]] = {
        key: partial(_list, session.arm, f"{scope}/providers/{kind}", API_VERSIONS[kind])
        for key, (kind, _) in _TYPES.items()
    }
    questions["resource_groups"] = partial(_groups, session.arm, scope)
    answers = side_by_side(session.pool, questions)
    found = {key: answer for key, answer in answers.items() if not isinstance(answer, ArmError)}
    failures = {key: answer for key, answer in answers.items() if isinstance(answer, ArmError)}
    # A subscription that is not seen may belong to another tenant, and then this directory is the wrong one.
    seen = not any(error.kind in AFFECTS_EVERYTHING for error in failures.values())
    principals, unknown = _principals(applications if seen else [])
    return SubscriptionContents(**found, principals=principals, unanswered=(*_reasons(failures), *unknown))


def _list(arm: Arm, path: str, api_version: str) -> tuple[Seen, ...] | None:
    # A cloud without Lab Services has no lab accounts.
    listed = arm.list(path, api_version, absent=(ErrorKind.NO_PROVIDER,))
    return tuple(Seen(str(item["id"]), region(str(item.get("location", "")))) for item in listed)


def _groups(arm: Arm, scope: str) -> dict[str, str]:
    listed = arm.list(f"{scope}/resourceGroups", API_VERSIONS[_GROUPS])
    return {str(item["name"]): region(str(item.get("location", ""))) for item in listed}


def _principals(applications: list[str]) -> tuple[dict[str, str | None], list[str]]:
    if not applications:
        return {}, []
    try:
        return look_up_principals(applications), []
    except ArmError as error:
        return {}, [f"the principal of Azure Lab Services was not looked up: {error.cause}"]


def _reasons(failures: dict[str, ArmError]) -> list[str]:
    """Why lists are missing; what concerns all of them once."""
    everything = [error for error in failures.values() if error.kind in AFFECTS_EVERYTHING]
    if everything:
        return [f"nothing of the subscription was looked up: {everything[0]}"]
    nouns = {key: noun for key, (_, noun) in _TYPES.items()} | {"resource_groups": "resource groups"}
    return [f"its {nouns[key]} were not looked up: {error}" for key, error in failures.items()]
