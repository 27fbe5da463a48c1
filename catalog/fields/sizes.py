"""Sizes and numbers of disks as people write them, and what they mean by a number that no disk has."""

from __future__ import annotations

import re
from typing import Final

from catalog.files.diagnostic import shown

LARGEST_OS_DISK_GB: Final = 2048
"""The largest OS disk of a version with full replicas. Source: "Azure Compute Gallery", limits."""

MOST_DATA_DISKS: Final = 64
"""Disks beside the OS disk that a virtual machine has at most. Source: "Sizes for virtual machines in Azure"."""

_SMALLEST_MEANT: Final = 4
"""A smaller OS disk is no plausible reading of a number of bytes."""

_SMALLEST_SYSTEM: Final = 20
"""A smaller number of MB or KB is as likely a disk of so many GB that Azure does not publish, such as 4096."""

_UNITS: Final = {"KB": 2**20, "MB": 2**10}
_BYTES: Final = 2**30
_FOOTER: Final = 512
"""A VHD file of fixed size has this much more than its disk."""

_WITH_UNIT: Final = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,3}))? ?([kmgt]?)(?:i?b|bytes?)?", re.IGNORECASE)


def os_disk_size_problem(value: object) -> str | None:
    """What is wrong with the size of an OS disk in GB, if it is too large or has a unit; None for anything else."""
    if isinstance(value, str):
        written = _without_unit(value)
        return None if written is None else f"is in GB and has no unit; write {written}, not {shown(value)}"
    if isinstance(value, bool) or not isinstance(value, int) or value <= LARGEST_OS_DISK_GB:
        return None
    meant = in_gb(value)
    if meant is None:
        return f"must be at most {LARGEST_OS_DISK_GB} GB, the largest OS disk that Azure publishes, not {shown(value)}"
    unit, size = meant
    return f"is in GB, and {value} {unit} are {size} GB; write {size}"


def data_disk_count_problem(value: object) -> str | None:
    """What is wrong with a number of data disks, if it is too large; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or value <= MOST_DATA_DISKS:
        return None
    return f"counts disks, and a virtual machine has at most {MOST_DATA_DISKS} beside its OS disk, not {shown(value)}"


def in_gb(value: int) -> tuple[str, int] | None:
    """The unit in which `value` is a plausible size of an OS disk, and that size in GB; None if in none or several."""
    sizes = {("bytes", size) for size in (_exactly(value, _BYTES), _exactly(value - _FOOTER, _BYTES))}
    sizes |= {(unit, _exactly(value, most, _SMALLEST_SYSTEM)) for unit, most in _UNITS.items()}
    sizes |= {("bytes", _exactly(value, 10**9))} if not any(size for _, size in sizes) else set()
    found = [(unit, size) for unit, size in sizes if size is not None]
    return found[0] if len(found) == 1 else None


def _exactly(value: int, of_a_gb: int, least: int = _SMALLEST_MEANT) -> int | None:
    size, rest = divmod(value, of_a_gb)
    return size if rest == 0 and least <= size <= LARGEST_OS_DISK_GB else None


def _without_unit(text: str) -> int | None:
    """The size in GB that a text with a unit names; None for a text without one, and for no whole size."""
    found = _WITH_UNIT.fullmatch(text.strip())
    if found is None or found[0].isdigit() or not found[0][-1].isalpha():
        return None
    bytes_of = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}[found[3].lower()]
    fraction = found[2] or ""
    size, rest = divmod(int(found[1] + fraction) * bytes_of, 2**30 * 10 ** len(fraction))
    return size if rest == 0 and 1 <= size <= LARGEST_OS_DISK_GB else None
