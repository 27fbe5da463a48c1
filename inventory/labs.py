"""Lab accounts, lab plans and labs of Azure DevTest Labs, with the galleries attached to them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.settings import DEVTEST_LAB, LAB_ACCOUNT, LAB_PLAN
from inventory.arm.answer import part, region, tags, text
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import ArmError, ErrorKind
from inventory.side_by_side import AFFECTS_EVERYTHING, failed, found, side_by_side
from plan.observed import Observed, ObservedLabAccount, ObservedLabPlan

_LISTED = "`az resource list --resource-type {} --output table` lists those there are"
LAB_ACCOUNT_GONE = (
    "there is no such lab account; new ones can no longer be made, so its id must be mistaken: "
    f"{_LISTED.format(LAB_ACCOUNT)}"
)
LAB_PLAN_GONE = f"there is no such lab plan; {_LISTED.format(LAB_PLAN)}"
DEVTEST_LAB_GONE = f"there is no such lab; {_LISTED.format(DEVTEST_LAB)}"


def look_up_lab_accounts(arm: Arm, pool: Executor, ids: Sequence[str]) -> Observed:
    """The lab accounts, and the failures that concern more than one of them."""
    answers = side_by_side(pool, {lab.lower(): partial(_lab, arm, lab, LAB_ACCOUNT, LAB_ACCOUNT_GONE) for lab in ids})
    return Observed(lab_accounts=found(answers), failures=tuple(map(str, failed(answers))))


def look_up_dev_test_labs(arm: Arm, pool: Executor, ids: Sequence[str]) -> Observed:
    """The labs of Azure DevTest Labs, and the failures that concern more than one of them."""
    answers = side_by_side(pool, {lab.lower(): partial(_lab, arm, lab, DEVTEST_LAB, DEVTEST_LAB_GONE) for lab in ids})
    return Observed(dev_test_labs=found(answers), failures=tuple(map(str, failed(answers))))


def look_up_lab_plan(arm: Arm, plan_id: str, *, made_here: bool, group_made_here: bool) -> ObservedLabPlan | None:
    """The lab plan; None if it does not exist and the stack makes it, or even makes its resource group.

    Raises ArmError for a failure that concerns more than this plan.
    """
    try:
        answer = arm.get(plan_id, API_VERSIONS[LAB_PLAN])
    except ArmError as error:
        if error.kind in AFFECTS_EVERYTHING:
            raise
        if group_made_here and error.kind is ErrorKind.NO_RESOURCE_GROUP:
            return None
        return ObservedLabPlan(plan_id, failure=str(error), gone=error.kind is ErrorKind.NO_PROVIDER)
    if answer is not None:
        return _read_lab_plan(answer)
    return None if made_here else ObservedLabPlan(plan_id, failure=LAB_PLAN_GONE)


def _lab(arm: Arm, lab: str, kind: str, missing: str) -> ObservedLabAccount:
    """A lab account or lab of the type `kind`. Raises ArmError for a failure that concerns more than this one."""
    try:
        answer = arm.get(lab, API_VERSIONS[kind])
        if answer is None:
            return ObservedLabAccount(lab, failure=missing)
        attached = arm.list(f"{lab}/sharedGalleries", API_VERSIONS[kind])
    except ArmError as error:
        if error.kind in AFFECTS_EVERYTHING:
            raise
        return ObservedLabAccount(lab, failure=str(error), gone=error.kind is ErrorKind.NO_PROVIDER)
    return ObservedLabAccount(
        id=lab,
        region=region(str(answer["location"])),
        attachments={str(item["id"]): str(part(item, "properties").get("galleryId", "")) for item in attached},
    )


def _read_lab_plan(answer: JsonObject) -> ObservedLabPlan:
    properties = part(answer, "properties")
    return ObservedLabPlan(
        id=str(answer["id"]),
        region=region(str(answer["location"])),
        allowed_regions=tuple(region(str(name)) for name in properties.get("allowedRegions") or []),
        gallery_id=text(properties.get("sharedGalleryId")),
        tags=tags(answer),
    )
