"""The policies of this pack, in the order in which the engine runs them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lab_image_policies.checks import (
    complete,
    consumers,
    cost,
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
from lab_image_policies.config.levels import term_settings
from lab_image_policies.policy import Policy

_POLICIES: Final[tuple[Policy, ...]] = (
    os_disk.POLICY,
    single_disk.POLICY,
    known_route.POLICY,
    supported.POLICY,
    consumers.POLICY,
    replicas.POLICY,
    latest.POLICY,
    storage.POLICY,
    cost.POLICY,
    lab_regions.POLICY,
    deployed_disks.POLICY,
    complete.POLICY,
    notices.POLICY,
    deployed_notices.POLICY,
)

POLICIES: Final = tuple(replace(each, settings=(*each.settings, *term_settings(each))) for each in _POLICIES)
"""Every policy, with the keys that a level below its own needs."""
