"""Names of the policies of resources, and what tests say about their findings."""

from __future__ import annotations

from typing import Any

from tests.policies.inputs import (
    COMPUTE,
    LAB_IMAGE,
    lab_image,
)
from tests.support.policy_server import (
    Found,
    PolicyServer,
)

OS_DISK = "image-os-disk-below-128-gb"
SINGLE = "image-single-disk"
SUPPORTED = "image-supported-by-lab-services"
REPLICAS = "image-replicas-within-geography"
LATEST = "image-has-latest-version"
STORAGE = "replica-storage-below-limit"
LAB_REGIONS = "lab-regions-covered"
NOTICES = "image-notices"
VM_SOURCE = {"source": {"virtualMachineId": f"{COMPUTE}/virtualMachines/gis"}}


def judged(server: PolicyServer, *versions: Any, **changes: Any) -> list[Found]:
    return server.analyze(LAB_IMAGE, "gis", lab_image(*versions, **changes))


def one(found: list[Found], policy: str, *words: str) -> None:
    """Exactly one finding, of this policy, with these words."""
    assert [each.policy for each in found] == [policy], found
    for word in words:
        assert word in found[0].message
    assert found[0].level == ("advisory" if policy == NOTICES else "mandatory")
