"""Limits of Azure Lab Services: which images it shows to teachers, from the table of services.

The policy pack has its own copy, since it trusts no other code; a test keeps the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog.images.consumers import LAB_SERVICES, SERVICES

MAKE_AN_IMAGE: Final = "docs/publish/make-an-image.md"
"""The page on images that labs take."""

_DEMANDS: Final = {demand.property: demand for demand in SERVICES[LAB_SERVICES].demands}

OS_DISK_LIMIT_GB: Final = (_DEMANDS["os_disk_size_gb"].most or 0) + 1
"""Only images with less are listed."""

MOST_DATA_DISKS: Final = _DEMANDS["data_disk_count"].most or 0
"""Images with more are not listed."""

SUPPORTED: Final[Mapping[str, str]] = {
    key: _DEMANDS[key].accepted[0] for key in ("hyper_v_generation", "architecture", "security_type")
}
"""What a lab can start, by key of the catalogue: one value each."""
