"""The known deviations cover what they say, and nothing beside it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.replay.comparison import MISSING, Difference
from sandbox.replay.deviation import DEVIATIONS, deviation
from sandbox.replay.example import Example

GROUP = "/subscriptions/s/resourceGroups/g/providers"
GALLERY = f"{GROUP}/Microsoft.Compute/galleries/images"
IMAGE = f"{GROUP}/Microsoft.Compute/images/python"
COMMUNITY = {
    "properties": {"storageProfile": {"source": {"communityGalleryImageId": "/communityGalleries/c/images/i"}}}
}
NOW, THEN = "2026-11-22T08:00:00.123456+00:00", "2018-01-01T00:00:00Z"
GUID, OTHER = "0f47b100-583c-48e3-a4c0-aefc2c9bbcc1", "0f47b100-583c-48e3-a4c0-aefc2c9bbcc2"


def _found(
    field: str, documented: Any, answered: Any, *, status: int = 200, path: str = GALLERY, body: Any = None
) -> str | None:
    example = Example("example", "PUT", path, {}, body, {200: {}, 201: {}, 204: {}})
    known = deviation(Difference(example, status, field, documented, answered))
    return known.id if known else None


@pytest.mark.parametrize(
    ("name", "field", "documented", "answered", "more"),
    [
        ("made-by-service", "properties.publishingProfile.publishedDate", THEN, NOW, {}),
        ("made-by-service", "properties.vmId", GUID, OTHER, {}),
        ("made-by-service", "value[3].systemData.createdAt", THEN, NOW, {"path": GALLERY}),
        ("who", "value[3].systemData.createdBy", "a", "b", {"path": GALLERY}),
        ("made-by-service", "identity.principalId", GUID, OTHER, {}),
        ("id-contradicts", "id", f"{GALLERY}x", GALLERY, {}),
        ("location-name", "location", "West US", "westus", {}),
        ("location-name", "value[0].location", "West US", "westus", {}),
        ("lab-plan-type", "type", "Microsoft.LabServices/LabPlan", "Microsoft.LabServices/labPlans", {}),
        ("status-chosen", "status", 202, 201, {"status": 202}),
        ("nothing-to-follow", "headers.Location", "https://a", MISSING, {"status": 204}),
        ("policy-violations", "properties.safetyProfile.policyViolations", [{}], MISSING, {}),
        ("policy-violations", "properties.safetyProfile.reportedForPolicyViolation", True, False, {}),
        ("validations", "properties.validationsProfile", {}, MISSING, {}),
        ("sharing", "properties.sharingProfile.groups", [], MISSING, {}),
        ("sharing", "properties.sharingProfile.communityGalleryInfo.publicNames", ["n"], MISSING, {}),
        ("sharing", "properties.sharingStatus", {}, MISSING, {}),
        ("sharing", "properties.sharingProfile.communityGalleryInfo.publicNamePrefix", MISSING, "p", {}),
        ("community-source", "status", 201, "404 ResourceNotFound: gone", {"body": COMMUNITY}),
        ("ownership", "managedBy", "vm", MISSING, {}),
        ("ownership", "properties.LastOwnershipUpdateTime", THEN, MISSING, {}),
        ("one-page", "nextLink", "https://a", MISSING, {}),
        ("image-state", "properties.provisioningState", "created", "Succeeded", {"path": IMAGE}),
        ("lab-plan-type", "value[0].type", "Microsoft.LabServices/Image", "Microsoft.LabServices/labPlans/images", {}),
    ],
)
def test_a_known_deviation_is_recognised(name: str, field: str, documented: Any, answered: Any, more: Any) -> None:
    assert _found(field, documented, answered, **more) == name


@pytest.mark.parametrize(
    ("field", "documented", "answered", "more"),
    [
        ("properties.publishingProfile.publishedDate", THEN, MISSING, {}),
        ("properties.publishingProfile.publishedDate", THEN, "soon", {}),
        ("properties.vmId", GUID, NOW, {}),
        ("properties.principalId", GUID, OTHER, {}),
        ("id", GALLERY, f"{GALLERY}x", {}),
        ("id", f"{GALLERY}x", f"{GALLERY}y", {}),
        ("location", "West US", "eastus", {}),
        ("location", "nowhere", "elsewhere", {}),
        ("type", "Microsoft.Compute/galleries", "Microsoft.Compute/Galleries", {}),
        ("status", 404, 200, {"status": 404}),
        ("status", 200, 202, {}),
        ("status", 201, "409 Conflict: no", {}),
        ("headers.Location", "https://a", MISSING, {"status": 202}),
        ("properties.safetyProfile.allowDeletionOfReplicatedLocations", False, True, {}),
        ("properties.sharingProfile.permissions", "Groups", MISSING, {}),
        ("properties.provisioningState", "created", "Succeeded", {}),
        ("properties.provisioningState", "created", "Failed", {"path": IMAGE}),
        ("nextLink", "https://a", "https://b", {}),
    ],
)
def test_anything_else_is_a_mistake(field: str, documented: Any, answered: Any, more: Any) -> None:
    assert _found(field, documented, answered, **more) is None


def test_every_deviation_gives_its_reason() -> None:
    assert len({known.id for known in DEVIATIONS}) == len(DEVIATIONS)
    assert [known.id for known in DEVIATIONS if len(known.reason) < 30 or "|" in known.text + known.reason] == []
