"""The policies of this pack, in the order in which the engine runs them."""

from __future__ import annotations

from typing import Final

from lab_image_policies.checks import (
    deployed_disks,
    deployed_notices,
    known_route,
    lab_regions,
    latest,
    notices,
    os_disk,
    replicas,
    single_disk,
    storage,
    supported,
)
from lab_image_policies.policy import Policy

POLICIES: Final[tuple[Policy, ...]] = (
    os_disk.POLICY,
    single_disk.POLICY,
    known_route.POLICY,
    supported.POLICY,
    replicas.POLICY,
    latest.POLICY,
    storage.POLICY,
    lab_regions.POLICY,
    deployed_disks.POLICY,
    # The notices about exemptions need what the policies before them were configured with.
    notices.POLICY,
    deployed_notices.POLICY,
)
