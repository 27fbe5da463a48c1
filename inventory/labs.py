"""The labs that a gallery is attached to, and lab plans, with the galleries that they have."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from functools import partial

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.attachment import AttachmentKind
from catalog.stacks.settings import LAB_PLAN
from inventory.answer import part, region, tags, text
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import ArmError, ErrorKind
from inventory.side_by_side import AFFECTS_EVERYTHING, failed, found, side_by_side
from plan.observed import Observed, ObservedLab, ObservedLabPlan

_LISTED = "`az resource list --resource-type {} --output table` lists those there are"


def look_up_labs(arm: Arm, pool: Executor, wanted: Iterable[tuple[AttachmentKind, str]]) -> Observed:
    """The labs (kind, id) with their attached galleries, and the failures that concern more than one of them."""
    answers = side_by_side(pool, {lab.lower(): partial(_lab, arm, kind, lab) for kind, lab in wanted})
    return Observed(labs=found(answers), failures=tuple(map(str, failed(answers))))


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
        return read_lab_plan(answer)
    if made_here:
        return None
    return ObservedLabPlan(plan_id, failure=f"there is no such lab plan; {_LISTED.format(LAB_PLAN)}")


def _lab(arm: Arm, kind: AttachmentKind, lab: str) -> ObservedLab:
    """Raises ArmError for a failure that concerns more than this lab."""
    try:
        answer = arm.get(lab, kind.api_version)
        if answer is None:
            return ObservedLab(lab, failure=f"there is no such {kind.noun}; {_LISTED.format(kind.type)}")
        attached = arm.list(f"{lab}/sharedGalleries", kind.api_version)
    except ArmError as error:
        if error.kind in AFFECTS_EVERYTHING:
            raise
        return ObservedLab(lab, failure=str(error), gone=error.kind is ErrorKind.NO_PROVIDER)
    return ObservedLab(
        id=lab,
        region=region(str(answer["location"])),
        attachments={str(item["id"]): str(part(item, "properties").get("galleryId", "")) for item in attached},
    )


def read_lab_plan(answer: JsonObject) -> ObservedLabPlan:
    """A lab plan from what Azure answers for it, alone or in a list."""
    properties = part(answer, "properties")
    return ObservedLabPlan(
        id=str(answer["id"]),
        region=region(str(answer["location"])),
        allowed_regions=tuple(region(str(name)) for name in properties.get("allowedRegions") or []),
        gallery_id=text(properties.get("sharedGalleryId")),
        tags=tags(answer),
    )
