"""The lab plan of a stack."""

from __future__ import annotations

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.settings import LAB_PLAN
from inventory.arm.answer import part, region, tags, text
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import ArmError, ErrorKind
from inventory.side_by_side import AFFECTS_EVERYTHING
from plan.observed import ObservedLabPlan


def look_up_lab_plan(arm: Arm, plan_id: str, *, made_here: bool, group_made_here: bool) -> ObservedLabPlan | None:
    """The lab plan; None when it is not there and the stack makes it, or even makes its resource group.

    Raises ArmError when the failure concerns more than this plan.
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
        return _read(answer)
    if made_here:
        return None
    listed = "`az resource list --resource-type Microsoft.LabServices/labPlans --output table`"
    return ObservedLabPlan(plan_id, failure=f"there is no such lab plan; {listed} lists those there are")


def _read(answer: JsonObject) -> ObservedLabPlan:
    properties = part(answer, "properties")
    return ObservedLabPlan(
        id=str(answer["id"]),
        region=region(str(answer["location"])),
        allowed_regions=tuple(region(str(name)) for name in properties.get("allowedRegions") or []),
        gallery_id=text(properties.get("sharedGalleryId")),
        tags=tags(answer),
    )
