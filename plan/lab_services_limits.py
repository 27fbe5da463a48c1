"""Limits of Azure Lab Services: which images it shows to teachers, each with its source.

The policy pack has its own copy, since it trusts no other code; a test keeps the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MAKE_AN_IMAGE: Final = "docs/publish/make-an-image.md"
"""The page on images that labs take."""

OS_DISK_LIMIT_GB: Final = 128
"""Only images with less are listed. Source: "Attach or detach a compute gallery in Azure Lab Services"."""

MOST_DATA_DISKS: Final = 0
"""Images with several disks are not listed. Source: as above."""

SUPPORTED: Final[Mapping[str, str]] = {
    "hyper_v_generation": "V1",
    "architecture": "x64",
    "security_type": "Standard",
}
"""What a lab can start, by key of the catalogue. Source: "Bring a custom Windows image": choose generation 1; no
document says that labs take Arm64, Trusted Launch or confidential images."""
