"""Where the emulator knowingly answers otherwise than Microsoft's examples: the other half of the ledger."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.emulator.arm_path import same_id
from sandbox.emulator.regions import region
from sandbox.emulator.types.resource_type import pick
from sandbox.replay.comparison import MISSING, Difference, without_indexes

MADE = (
    r"(.+\.)?(publishedDate|timeCreated|softDeletedTime|vmId|uniqueId|sourceUniqueId)"
    r"|(.+\.)?systemData\.\w+|(.+\.)?identity\.(principalId|tenantId)"
)
SHARING = (
    r"properties\.(sharingStatus|sharingProfile\.(groups|communityGalleryInfo\.(publicNames|communityGalleryEnabled)))"
)
MODELS = ("Microsoft.LabServices/LabPlan", "Microsoft.LabServices/Image")


@dataclass(frozen=True)
class Deviation:
    """A kind of difference that is known, and why it stays."""

    id: str
    text: str
    reason: str
    field: str
    """A regular expression of the fields, without positions in lists."""
    when: Callable[[Difference], bool] = lambda _: True
    """Which differences in these fields it explains."""

    def covers(self, difference: Difference) -> bool:
        """Whether it explains a difference."""
        return bool(re.fullmatch(self.field, without_indexes(difference.field))) and self.when(difference)


def _same_form(difference: Difference) -> bool:
    return _form(difference.documented) == _form(difference.answered)


def _form(value: object) -> str:
    """Return the form of a value that the service makes: a date, a GUID or another text."""
    text = str(value)
    if not isinstance(value, str) or value == MISSING:
        return f"no text: {text}"
    try:
        datetime.fromisoformat(re.sub(r"\.\d+", "", text))
    except ValueError:
        pass
    else:
        return "date"
    try:
        uuid.UUID(text)
    except ValueError:
        return "text"
    return "GUID"


def _id_of_request(difference: Difference) -> bool:
    asked = difference.example.path
    return same_id(str(difference.answered), asked) and not same_id(str(difference.documented), asked)


def _same_region(difference: Difference) -> bool:
    one, other = region(str(difference.documented)), region(str(difference.answered))
    return one is not None and one == other


def _other_documented_status(difference: Difference) -> bool:
    is_status = isinstance(difference.answered, int)
    return is_status and difference.status < 300 and difference.answered in difference.example.answers


def _community_source(difference: Difference) -> bool:
    return bool(pick(difference.example.body, "properties.storageProfile.source.communityGalleryImageId"))


def _state_of_image(difference: Difference) -> bool:
    image = "/providers/microsoft.compute/images/" in difference.example.path.lower()
    return image and (difference.documented, difference.answered) == ("created", "Succeeded")


DEVIATIONS = (
    Deviation(
        "made-by-service",
        "Dates, GUIDs, and the names of who made or changed something have other values, of the same form.",
        "The service makes them at the moment of the request.",
        MADE,
        _same_form,
    ),
    Deviation(
        "id-contradicts",
        "The id shown is that of the request.",
        "These examples show an id that is not that of the resource their own parameters name.",
        "id",
        _id_of_request,
    ),
    Deviation(
        "location-name",
        "`location` is shown by its canonical name (`westus`), also where an example shows `West US`.",
        "The azurerm Terraform provider names this as the spelling that Azure's API returns, and a public thread of "
        "azure-sdk-for-net that asked for it in all answers was closed as done. That it holds for galleries is "
        "UNVERIFIED. Both spellings compare as one region.",
        r"(.+\.)?location",
        _same_region,
    ),
    Deviation(
        "lab-plan-type",
        "The `type` of a lab plan and its images is Microsoft.LabServices/labPlans and …/labPlans/images, not "
        "Microsoft.LabServices/LabPlan and …/Image.",
        "The examples show the name of the OpenAPI model; Resource Manager wants the type that is in the id.",
        r"(value\.)?type",
        lambda difference: difference.documented in MODELS,
    ),
    Deviation(
        "status-chosen",
        "Where an example has several statuses for one request, the emulator gives the one that fits its own state.",
        "They are alternatives: 201 for what is new, 200 for what is there, 202 for a deletion and for the update of "
        "a lab plan. The fields of the others are compared with the answer that is given.",
        "status",
        _other_documented_status,
    ),
    Deviation(
        "nothing-to-follow",
        "A 204 has no headers of an operation.",
        "There was nothing to delete, so no operation was started; the examples repeat the headers of their 202.",
        r"headers\..+",
        lambda difference: difference.status == 204,
    ),
    Deviation(
        "policy-violations",
        "No version is ever reported for a violation of policy.",
        "The examples show a version that was; Azure finds that out by scanning, which is not imitated.",
        r"properties\.safetyProfile\.(policyViolations|reportedForPolicyViolation)",
    ),
    Deviation(
        "validations",
        "There is no validationsProfile.",
        "The validation of images is not imitated.",
        r"properties\.validationsProfile",
    ),
    Deviation(
        "sharing",
        "A sharing profile is stored and shown as sent; nothing is shared with groups or the community.",
        "The share action, and with it public names, groups and the sharing status, is not imitated.",
        SHARING,
    ),
    Deviation(
        "community-source",
        "An image of a community gallery cannot be the source of a version: it is not found.",
        "Community galleries, and so the sizes of their images, are not imitated.",
        "status",
        _community_source,
    ),
    Deviation(
        "ownership",
        "Disks and machines show no owner (managedBy), machines no extensions (resources).",
        "Attaching disks, scale sets and extensions are not imitated.",
        r"managedBy|resources|properties\.LastOwnershipUpdateTime",
    ),
    Deviation(
        "one-page",
        "A list that fits on a page has no nextLink.",
        "The example shows a link to a page that it does not show.",
        "nextLink",
        lambda difference: difference.answered == MISSING,
    ),
    Deviation(
        "image-state",
        "The provisioningState of a managed image is Succeeded, not created.",
        "The example alone has this word; it is not among the states that the OpenAPI description of long-running "
        "operations allows at their end.",
        r"properties\.provisioningState",
        _state_of_image,
    ),
)


def deviation(difference: Difference) -> Deviation | None:
    """Return the known deviation that a difference is, or None when it is a mistake."""
    return next((known for known in DEVIATIONS if known.covers(difference)), None)
