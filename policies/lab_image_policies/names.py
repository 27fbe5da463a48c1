"""Names of policies that other policies or their texts refer to."""

from __future__ import annotations

from typing import Final

OS_DISK_POLICY: Final = "image-os-disk-below-128-gb"
SINGLE_DISK_POLICY: Final = "image-single-disk"
STORAGE_POLICY: Final = "replica-storage-below-limit"
COST_POLICY: Final = "replica-cost-below-limit"
