"""Microsoft.LabServices/labPlans: lab plans, as far as a gallery is attached to them."""

from __future__ import annotations

import re
from typing import ClassVar

from sandbox.emulator.form import OBJECT, OBJECTS, TEXTS, Field, Form
from sandbox.emulator.operations import Polling
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.labs.lab_export import save_image
from sandbox.emulator.types.resource import Resource, stamp_z
from sandbox.emulator.types.resource_type import ActionResult, Context, ResourceType, WriteRequest
from sandbox.emulator.types.role_assignment import DIRECTORY

LAB_PLAN_GALLERY = rule(
    "lab-plan-gallery",
    "The gallery of a lab plan exists and lies in the lab plan's region.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services, lab accounts versus lab plans",
)
LAB_PLAN_UPDATED = rule(
    "lab-plan-updated",
    "A write of an existing lab plan is done when it is answered: 200, Succeeded, no operation.",
    evidence=Evidence.RECORDED,
    where="azure-sdk-for-net (LabPlanTests), azure-powershell (Update-AzLabServicesLabPlan)",
)
LAB_PLAN_SHOWN = rule(
    "lab-plan-shown",
    "A lab plan shows who made and changed it and when, and the principal and tenant of a system-assigned identity.",
    evidence=Evidence.RECORDED,
    where="azure-sdk-for-net, LabPlanTests; getLabPlan and putLabPlan for the identity",
)
LAB_PLAN_SUPPORT = rule(
    "lab-plan-support",
    "The address of a lab plan's support that is a host alone comes back with a slash at its end.",
    evidence=Evidence.RECORDED,
    where="azure-powershell, New-AzLabServicesLabPlan",
)
HOST_ALONE = re.compile(r"https?://[^/?#\s]+", re.IGNORECASE)
WHO = "00000000-0000-0000-0000-00000000c0de"
"""The managed identity of the sandbox: who calls is not looked at."""


@LAB_PLAN_UPDATED.applies
class LabPlan(ResourceType):
    """A lab plan."""

    type = "Microsoft.LabServices/labPlans"
    api_versions = ("2021-10-01-preview", "2021-11-15-preview", "2022-08-01", "2023-06-07")
    polling = Polling.LAB_SERVICES
    updates_at_once = True
    updates_polled = False
    problem_json = True
    read_only = ("provisioningState", "resourceOperationError")
    actions = (("POST", "saveimage"),)
    seeded: ClassVar[Json] = {"allowedRegions": []}
    seed_form: ClassVar[Form] = {
        "allowedRegions": Field(TEXTS),
        "images": Field(OBJECT),
        "marketplaceImages": Field(OBJECTS),
    }

    def check(self, write: WriteRequest) -> None:
        """Refuse a gallery that does not exist or lies elsewhere."""
        gallery_id = write.properties.get("sharedGalleryId")
        if not gallery_id:
            return
        gallery = write.state.find(gallery_id)
        if gallery is None:
            raise LAB_PLAN_GALLERY.unknown_answer(f"The gallery '{gallery_id}' of 'sharedGalleryId' was not found.")
        if gallery.location != write.location:
            raise LAB_PLAN_GALLERY.unknown_answer(
                f"The gallery '{gallery_id}' is in {gallery.location} and the lab plan in {write.location}: they must "
                "be in the same Azure region."
            )

    @LAB_PLAN_SUPPORT.applies
    def properties(self, write: WriteRequest) -> Json:
        """Return the properties, the address of support with a path."""
        properties = super().properties(write)
        support = properties.get("supportInfo")
        if isinstance(support, dict) and HOST_ALONE.fullmatch(str(support.get("url"))):
            properties["supportInfo"] = support | {"url": f"{support['url']}/"}
        return properties

    def act(self, name: str, resource: Resource, body: Json, context: Context) -> ActionResult:
        """Save the image of a lab's machine into the gallery of the plan."""
        return save_image(resource, body, context)

    @LAB_PLAN_SHOWN.applies
    def show(self, resource: Resource, context: Context) -> Json:
        """Return the lab plan with its system data and identity."""
        shown = super().show(resource, context)
        shown["systemData"] = system_data(resource, context)
        identity = shown.get("identity")
        if isinstance(identity, dict) and "systemassigned" in str(identity.get("type")).lower():
            shown["identity"] = identity | {"principalId": resource.unique("identity"), "tenantId": DIRECTORY}
        return shown


def system_data(resource: Resource, context: Context) -> Json:
    """Return who made and changed a resource of Lab Services, and when."""
    changed = float(resource.hidden.get("changed", context.now))
    made = resource.hidden.get("created")
    return {
        "createdBy": WHO,
        "createdByType": "Application",
        "createdAt": stamp_z(made if made is not None else changed),
        "lastModifiedBy": WHO,
        "lastModifiedByType": "Application",
        "lastModifiedAt": stamp_z(changed),
    }
