"""Names of the policies, and assertions on what they find."""

from __future__ import annotations

from typing import Any

from tests.policies.inputs import COMPUTE, LAB_IMAGE, lab_image
from tests.support.policy_server import Found, PolicyServer

# In the order in which the engine runs them. Configurations and documents use these names, so they never change.
NAMES = (
    OS_DISK := "image-os-disk-below-128-gb",
    SINGLE := "image-single-disk",
    KNOWN_ROUTE := "image-by-known-route",
    SUPPORTED := "image-supported-by-lab-services",
    CONSUMERS := "image-supported-by-consumers",
    REPLICAS := "image-replicas-within-geography",
    LATEST := "image-has-latest-version",
    STORAGE := "replica-storage-below-limit",
    COST := "replica-cost-below-limit",
    LAB_REGIONS := "lab-regions-covered",
    DEPLOYED_DISKS := "deployed-image-disks",
    COMPLETE := "image-complete-in-stack",
    NOTICES := "image-notices",
    DEPLOYED_NOTICES := "deployed-image-notices",
)
LOCKED = {OS_DISK, SINGLE, KNOWN_ROUTE, REPLICAS, DEPLOYED_DISKS}  # always mandatory
VM_SOURCE = {"source": {"virtualMachineId": f"{COMPUTE}/virtualMachines/gis"}}


def validated(server: PolicyServer, *versions: Any, **changes: Any) -> list[Found]:
    """What the policies find in an image with these versions."""
    return server.analyze(LAB_IMAGE, "gis", lab_image(*versions, **changes))


def policies(found: list[Found]) -> list[str]:
    """The policies of findings, in their order."""
    return [each.policy for each in found]


def but_cost(found: list[Found]) -> list[Found]:
    """The findings without the notice of what all replicas cost, which every stack with a version has once."""
    rest = [each for each in found if not is_of_cost(each)]
    assert len(found) - len(rest) <= 1, found
    return rest


def is_of_cost(finding: Found) -> bool:
    """Whether this is the notice of what all replicas cost."""
    return finding.policy == DEPLOYED_NOTICES and finding.message.startswith("replicas of this stack")


def one(found: list[Found], policy: str, *words: str) -> None:
    """Exactly one finding, of this policy and at its level, with these words."""
    assert policies(found) == [policy], found
    for word in words:
        assert word in found[0].message
    assert found[0].level == ("advisory" if policy in (NOTICES, DEPLOYED_NOTICES) else "mandatory")
