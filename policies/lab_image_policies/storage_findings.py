"""What replicas occupy, and its limit: for the policies of one resource and of the whole stack."""

from __future__ import annotations

from typing import Final

from lab_image_policies.config.exemption import FILE
from lab_image_policies.config.setting import Setting
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Version
from lab_image_policies.names import STORAGE_POLICY
from lab_image_policies.rules import STORAGE_LIMIT_GB, number
from lab_image_policies.translation import _

LIMIT: Final = Setting(
    "limitGb",
    "The replicas of one stack must occupy less than this many GB, counted as OS disk size × replicas.",
    STORAGE_LIMIT_GB,
    {"type": "number", "minimum": 1},
)


def stored_gb(version: Version) -> float:
    """What the replicas of a version occupy in GB; what cannot be read counts as nothing here."""
    size = number(version.os_disk_size_gb)
    regions = () if isinstance(version.target_regions, Fault) else version.target_regions
    counts = [count for region in regions if not isinstance(count := number(region.replicas), Fault)]
    return 0 if isinstance(size, Fault) else size * sum(counts)


def if_meant() -> str:
    """What to do if replicas are meant to occupy more than the limit."""
    return _("if it is meant to be, raise limitGb of {policy} in {file}", policy=STORAGE_POLICY, file=FILE)
