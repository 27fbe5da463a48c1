"""Where the emulator knowingly answers otherwise than Microsoft's examples: the other half of the ledger."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.emulator.arm_path import parse, same_id
from sandbox.emulator.regions import region
from sandbox.emulator.types.compute.image_definition import FEATURE_VALUE
from sandbox.emulator.types.resource_type import pick
from sandbox.replay.comparison import MISSING, TIMES, Difference, without_indexes
from sandbox.replay.example import Kind

MADE = (
    r"(.+\.)?(publishedDate|timeCreated|softDeletedTime|vmId|uniqueId|sourceUniqueId)"
    r"|(.+\.)?systemData\.\w+At|(.+\.)?identity\.(principalId|tenantId)"
)
COMMUNITY = r"communityGalleryInfo\.(publicNames|publicNamePrefix|communityGalleryEnabled)"
SHARING = rf"properties\.(sharingStatus|sharingProfile\.(groups|{COMMUNITY}))"
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
    examples_only: bool = True
    """Whether it explains no difference from a recorded or quoted answer: those are followed."""

    def covers(self, difference: Difference) -> bool:
        """Whether it explains a difference."""
        if self.examples_only and difference.example.kind is not Kind.EXAMPLE:
            return False
        return bool(re.fullmatch(self.field, without_indexes(difference.field))) and self.when(difference)


def _same_form(difference: Difference) -> bool:
    return _form(difference.documented) == _form(difference.answered)


def _recorded_time(difference: Difference) -> bool:
    """Whether it is a time of a recording: those are compared by their form only, so a difference is one of form."""
    return difference.example.is_recorded and difference.field.rpartition(".")[2] in TIMES


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


def _state_of_accepted(difference: Difference) -> bool:
    is_write = difference.status == 202 and difference.example.method in ("PUT", "PATCH")
    return is_write and difference.documented == "Updating" and difference.answered in ("Creating", "Succeeded")


def _community_source(difference: Difference) -> bool:
    return bool(pick(difference.example.body, "properties.storageProfile.source.communityGalleryImageId"))


def _state_of_image(difference: Difference) -> bool:
    image = "/providers/microsoft.compute/images/" in difference.example.path.lower()
    return image and (difference.documented, difference.answered) == ("created", "Succeeded")


def _type_of(difference: Difference) -> str:
    path = parse(difference.example.path)
    return path.type.lower() if path else ""


def _of_plan_image(difference: Difference) -> bool:
    return _type_of(difference) == "microsoft.labservices/labplans/images"


def _allowed_feature(difference: Difference) -> bool:
    refused = pick(difference.example.documented, "error.target") == "galleryImage.properties.features"
    values = [feature.get("value") for feature in pick(difference.example.body, "properties.features") or []]
    return refused and bool(values) and all(FEATURE_VALUE.fullmatch(str(value)) for value in values)


DEVIATIONS = (
    Deviation(
        "made-by-service",
        "Dates and GUIDs have other values, of the same form.",
        "The service makes them at the moment of the request.",
        MADE,
        lambda difference: _same_form(difference) and not _recorded_time(difference),
        examples_only=False,
    ),
    Deviation(
        "who",
        "An application made and changed everything, by its id.",
        "Examples and some recordings show a person; the sandbox does not look at who calls it.",
        r"(.+\.)?systemData\.(createdBy|lastModifiedBy)(Type)?",
        examples_only=False,
    ),
    Deviation(
        "image-system-data",
        "Images of lab plans have no system data.",
        "Microsoft's examples show them; the recorded answers of azure-powershell have none.",
        r"(value\.)?systemData",
        lambda difference: difference.answered == MISSING and _of_plan_image(difference),
    ),
    Deviation(
        "lab-plan-operations",
        "Operations of lab plans are below `locations/{region}/operationResults`; the Location of a new lab plan is "
        "itself, and its update has none.",
        "Microsoft's examples show one Location below `operationresults` for all; recorded answers "
        "(azure-sdk-for-net, azure-powershell) do not.",
        r"headers\.Location",
        lambda difference: "/providers/Microsoft.LabServices/operationresults/" in str(difference.documented),
    ),
    Deviation(
        "gallery-updated-at-once",
        "The answer to the update of a gallery shows Succeeded, not Updating.",
        "Microsoft's examples show Updating; every recorded answer (azure-sdk-for-net, azure-sdk-for-go, azure-cli) "
        "shows Succeeded.",
        r"properties\.provisioningState",
        lambda difference: (
            (difference.documented, difference.answered) == ("Updating", "Succeeded")
            and _type_of(difference) == "microsoft.compute/galleries"
        ),
    ),
    Deviation(
        "gallery-list-upper",
        "A list of galleries spells resource groups in capitals.",
        "Microsoft's examples do not; all recorded answers do (azure-cli, azure-sdk-for-net).",
        r"value\.id",
        lambda difference: (
            _type_of(difference) == "microsoft.compute/galleries"
            and same_id(difference.documented, difference.answered)
        ),
    ),
    Deviation(
        "regions-not-excluded",
        "A target region has excludeFromLatest only if it was sent.",
        "Microsoft's examples show it in every region; no recorded answer does.",
        r"(.+\.)?properties\.publishingProfile\.targetRegions\.excludeFromLatest",
        lambda difference: difference.documented is False and difference.answered == MISSING,
    ),
    Deviation(
        "region-names",
        "The replication status has the canonical names of regions (`westus`), and no details where nothing failed.",
        "Microsoft's examples show display names and empty details; recorded answers (azure-sdk-for-net) do not.",
        r"(.+\.)?properties\.replicationStatus\.summary\.(region|details)",
        lambda difference: difference.documented == "" or _same_region(difference),
    ),
    Deviation(
        "disks-once-published",
        "The answer to the creation of a version shows no sizes of disks, and of its disks only those with a source.",
        "Microsoft's examples show them at once; in recorded answers they come when the version is published.",
        r"properties\.storageProfile\.(osDiskImage|dataDiskImages)(\.sizeInGB|\.hostCaching)?",
        lambda difference: difference.answered == MISSING and difference.example.method == "PUT",
    ),
    Deviation(
        "quoted-feature",
        "A value of a feature that follows the rule of the refusal is not refused.",
        "The quoted refusal names a value that its own rule allows and that recorded answers accept: what Azure "
        "minded is not in it.",
        r"status|error",
        _allowed_feature,
        examples_only=False,
    ),
    Deviation(
        "role-exists-id",
        "The refusal of a second role assignment names the first one.",
        "Azure does so since 2026; older quotes do not have it yet.",
        r"error\.message",
        lambda difference: f"{difference.answered}".startswith(f"{difference.documented} The ID of the existing role"),
        examples_only=False,
    ),
    Deviation(
        "nested-named",
        "The refusal to delete what has children names them.",
        "Azure does so since 2024 at the latest; older quotes do not have it yet.",
        r"error\.message",
        lambda difference: (
            "nested resources" in str(difference.documented)
            and str(difference.answered).startswith("Cannot delete resource while nested resources exist.")
            and "IDs include" not in str(difference.documented)
        ),
        examples_only=False,
    ),
    Deviation(
        "soft-delete-shown",
        "A gallery shows a softDeletePolicy only if it was sent.",
        "Recorded answers of 2021 (azure-sdk-for-python, azure-cli-extensions) show unasked that it is off; those of "
        "2022 and later do not, in the same api-version.",
        r"(value\.)?properties\.softDeletePolicy",
        lambda difference: (
            (difference.documented, difference.answered) == ({"isSoftDeleteEnabled": False}, MISSING)
            and difference.example.query.get("api-version") == "2021-07-01"
        ),
        examples_only=False,
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
        "So do all recorded answers, also after `EastUS` was sent (azure-powershell, "
        "TestGalleryImageDefinitionDefaults).",
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
        "They are alternatives: 201 for what is new, 200 for what is there, 202 for a deletion or an action. The "
        "fields of the others are compared with the answer that is given, but for the state that belongs to a 202.",
        r"status|properties\.provisioningState",
        lambda difference: _other_documented_status(difference) or _state_of_accepted(difference),
    ),
    Deviation(
        "nothing-to-follow",
        "A 204, and the 200 at the end of a deletion, have no headers of an operation.",
        "None was started, or it is over; the examples repeat the headers of their 202.",
        r"headers\..+",
        lambda difference: (
            difference.status == 204 or (difference.status, difference.example.method) == (200, "DELETE")
        ),
    ),
    Deviation(
        "policy-violations",
        "No version is ever reported for a violation of policy.",
        "The examples show a version that was; Azure finds that out by scanning, which is not imitated.",
        r"properties\.safetyProfile\.(policyViolations|reportedForPolicyViolation)",
        examples_only=False,
    ),
    Deviation(
        "validations",
        "The validationsProfile says that nothing was executed.",
        "The validation of images is not imitated.",
        r"properties\.validationsProfile(\.\w+)?",
        lambda difference: difference.documented != MISSING,
        examples_only=False,
    ),
    Deviation(
        "sharing",
        "A sharing profile is stored and shown as sent; nothing is shared with groups or the community.",
        "The share action, and with it public names, groups and the sharing status, is not imitated.",
        SHARING,
        examples_only=False,
    ),
    Deviation(
        "community-source",
        "An image of a community gallery cannot be the source of a version: it is not found.",
        "Community galleries, and so the sizes of their images, are not imitated.",
        "status",
        _community_source,
        examples_only=False,
    ),
    Deviation(
        "ownership",
        "Disks and machines show no owner (managedBy), machines no extensions (resources).",
        "Attaching disks, scale sets and extensions are not imitated.",
        r"managedBy|resources|properties\.LastOwnershipUpdateTime",
        examples_only=False,
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
