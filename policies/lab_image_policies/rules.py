"""The rules: pure functions on plain values. Each limit stands here once, with its source.

`None` is a missing value, `Fault.UNKNOWN` one that is not known yet; numbers may be floats. Sizes are in GB.
Nothing here writes texts or knows the engine.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from lab_image_policies.geography import Region, find
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import EXTERNAL

# "Attach or detach a compute gallery in Azure Lab Services": only images with less than 128 GB are listed.
# "Bring a custom image" says "not greater than 128 GB" instead; below 128 is right under every reading.
OS_DISK_LIMIT_GB: Final = 128
# "Attach or detach a compute gallery in Azure Lab Services": images with multiple disks are not listed.
MOST_DATA_DISKS: Final = 0
# "Azure Compute Gallery", Limits: 100 replicas of one version, over all regions.
MOST_REPLICAS: Final = 100
# Ours: 50 images of 100 GB with four replicas each.
STORAGE_LIMIT_GB: Final = 20_000
# Ours: long enough to build and publish a successor within a term.
END_OF_LIFE_DAYS: Final = 60

# "Bring a custom Windows image": choose generation 1. No document says that labs take Arm64, Trusted Launch or
# confidential images, and every lab size is x64.
SUPPORTED: Final[Mapping[str, str]] = {"hyperVGeneration": "V1", "architecture": "x64", "securityType": "Standard"}
# "Azure Compute Gallery", image definitions.
ACCEPTED: Final[Mapping[str, tuple[str, ...]]] = {
    "osType": ("Linux", "Windows"),
    "osState": ("Generalized", "Specialized"),
    **{key: (value,) for key, value in SUPPORTED.items()},
}
SOURCE_KINDS: Final = ("vm", "managed_image", "disk", "snapshot", "gallery_version", "vhd", "existing")
LAB_SERVICES: Final = "lab_services"
DEVTEST_LABS: Final = "devtest_labs"
CONSUMERS: Final = frozenset({LAB_SERVICES, DEVTEST_LABS, "virtual_desktop", "windows_365", "dev_box", "other"})
"""Who may use an image, as the catalogue names them."""
_VERSION: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,10}){2}")
_VERSION_ID: Final = re.compile(r"/images/[^/]+/versions/([^/]+)/?\Z", re.IGNORECASE)
_LARGEST_PART: Final = 2**31 - 1
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?")


class RegionFinding(NamedTuple):
    """What is wrong with one target region: `problem` is a name from `region_findings`, `value` the given value."""

    problem: str
    region: str
    value: object = None


class EndOfLife(NamedTuple):
    """The day of an end of life, and the days until then; negative after it."""

    day: date
    days_left: int


def number(value: object) -> float | Fault:
    """A finite number; else what is wrong. Booleans and texts are no numbers."""
    if isinstance(value, Fault):
        return value
    if value is None:
        return Fault.MISSING
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return Fault.MALFORMED
    return float(value)


def whole(value: object) -> int | Fault:
    """A whole number; else what is wrong."""
    found = number(value)
    if isinstance(found, Fault):
        return found
    return int(found) if found.is_integer() else Fault.MALFORMED


def os_disk_limit(configured: float) -> float:
    """The limit in force: a configuration can only lower it."""
    return min(configured, OS_DISK_LIMIT_GB)


def os_disk_fault(size_gb: object, limit_gb: float = OS_DISK_LIMIT_GB) -> Fault | None:
    """Why Lab Services would not list an image whose OS disk has this size, or None."""
    size = number(size_gb)
    if isinstance(size, Fault):
        return size
    if size <= 0:
        return Fault.NOT_POSITIVE
    return Fault.TOO_LARGE if size >= os_disk_limit(limit_gb) else None


def data_disk_fault(count: object) -> Fault | None:
    """Why Lab Services would not list an image with this number of data disks, or None."""
    found = whole(count)
    if isinstance(found, Fault):
        return found
    if found < 0:
        return Fault.MALFORMED
    return Fault.TOO_MANY if found > MOST_DATA_DISKS else None


def disagrees(fact: object, declared: object) -> bool:
    """Whether a declared number differs from the fact; false without a usable fact, which is refused elsewhere."""
    known = number(fact)
    if declared is None or isinstance(known, Fault):
        return False
    return number(declared) != known


def is_for_lab_services(consumers: object) -> bool:
    """Whether the rules of Lab Services apply to an image: only consumers that are all known and are others say no."""
    return may_be_for(consumers, LAB_SERVICES)


def may_be_for(consumers: object, service: str) -> bool:
    """Whether this service may use an image: only consumers that are all known and are others say no."""
    if not isinstance(consumers, (list, tuple)) or not consumers:
        return True
    return not all(isinstance(name, str) and name in CONSUMERS and name != service for name in consumers)


def unknown_consumers(consumers: object) -> list[str]:
    """The names among consumers that are none, for which the rules of Lab Services apply."""
    names = consumers if isinstance(consumers, (list, tuple)) else ()
    return [name for name in names if isinstance(name, str) and name not in CONSUMERS]


def unsupported(definition: Mapping[str, object]) -> list[str]:
    """The keys of an image definition whose value Lab Services does not support, or that cannot be read."""
    return [key for key, accepted in ACCEPTED.items() if not is_one_of(definition.get(key), accepted)]


def known_source(kind: object) -> bool:
    """Whether this is a kind of source that the rules know."""
    return isinstance(kind, str) and kind in (*SOURCE_KINDS, EXTERNAL)


def contradicts(os_state: object, source_kind: object) -> bool:
    """Whether an image of this OS state cannot come from this kind of source: a managed image is always generalized.

    Source: "Azure Compute Gallery", image definitions and versions.
    """
    return source_kind == "managed_image" and not is_one_of(os_state, ("Generalized",))


def keeps_identity(os_state: object, source_kind: object) -> bool:
    """Whether Generalized is right only if somebody generalized the machine before its capture, which nothing shows.

    Source: "Approaches for custom image creation": a capture keeps the identity of a machine that was not generalized.
    """
    return source_kind == "vm" and is_one_of(os_state, ("Generalized",))


def region_findings(
    home: object, targets: Sequence[tuple[object, object]], only: Collection[str] = (), most: int = MOST_REPLICAS
) -> list[RegionFinding]:
    """What is wrong with the target regions (name, replicas) of one version, in their order.

    Problems: `home` (the home region is no region), `no region`, `outside` (another geography or cloud than the home
    region's), `not allowed` (not among `only`, if that names any), `twice`, `replicas` (unreadable or none),
    `home missing`, `too many` (replicas over all regions; `value` is their number).
    """
    home_region = find(home) if isinstance(home, str) else None
    if home_region is None:
        return [RegionFinding("home", "", home)]
    findings: list[RegionFinding] = []
    names: list[str] = []
    total = 0
    for name, replicas in targets:
        region = find(name) if isinstance(name, str) else None
        if region is None:
            findings.append(RegionFinding("no region", "", name))
            if isinstance(name, Fault):
                continue
        else:
            findings += _placement(region, home_region, only)
            if region.name in names:
                findings.append(RegionFinding("twice", region.name, name))
            names.append(region.name)
        count = whole(replicas)
        if isinstance(count, Fault) or count < 1:
            findings.append(RegionFinding("replicas", region.name if region else str(name), replicas))
        else:
            total += count
    # A region that is not known may be the home region.
    if home_region.name not in names and not any(isinstance(name, Fault) for name, _ in targets):
        findings.append(RegionFinding("home missing", home_region.name))
    if total > min(most, MOST_REPLICAS):
        findings.append(RegionFinding("too many", "", total))
    return findings


def regions_without_latest(versions: Iterable[tuple[bool, Sequence[tuple[str, bool]]]]) -> list[str]:
    """Target regions in which every version is excluded from latest, sorted.

    A version is (excluded everywhere, [(region, excluded there)]).
    """
    replicated: set[str] = set()
    offered: set[str] = set()
    for excluded, regions in versions:
        for name, excluded_there in regions:
            replicated.add(name)
            if not excluded and not excluded_there:
                offered.add(name)
    return sorted(replicated - offered)


def may_be_excluded(value: object) -> bool:
    """Whether a version may be excluded from latest, by the value that says so: what is not known may be."""
    return value not in (None, False)


def latest_goes(latest: object, declared: Iterable[str]) -> bool:
    """Whether the latest version that teachers get is not declared any more; true if it is unreadable."""
    return not isinstance(latest, str) or plain_number(latest) not in set(map(plain_number, declared))


def is_version_number(text: str) -> bool:
    """Whether Azure takes this as the number of a version: three whole numbers of 32 bits, as 1.0.0 or 2024.01.15.

    Source: "Azure Compute Gallery", image versions.
    """
    return _VERSION.fullmatch(text) is not None and all(int(part) <= _LARGEST_PART for part in text.split("."))


def order_of(version_number: str) -> tuple[int, ...]:
    """The order of version numbers in Azure, part by part; a text that is no version number comes first."""
    return tuple(map(int, version_number.split("."))) if is_version_number(version_number) else (-1,)


def plain_number(version_number: str) -> str:
    """A version number without zeros before its parts, as Azure compares it; another text as it is."""
    return ".".join(map(str, order_of(version_number))) if is_version_number(version_number) else version_number


def names_no_number(source_id: object) -> bool:
    """Whether this is the id of a gallery version without a number: `latest`, which is another one each time."""
    found = _VERSION_ID.search(source_id) if isinstance(source_id, str) else None
    return found is not None and not is_version_number(found[1])


def storage_is_reached(stored_gb: float, limit_gb: float) -> bool:
    """Whether the replicas occupy the limit or more."""
    return stored_gb >= limit_gb


def uncovered(lab_regions: Iterable[str], image_regions: Iterable[str]) -> list[str]:
    """Lab regions, by canonical name, in which an image has no replica, in their order."""
    covered = {canonical(name) for name in image_regions}
    return [name for name in map(canonical, lab_regions) if name not in covered]


def canonical(spelling: object) -> str:
    """The canonical name of a region; what is no region as it is, in words."""
    region = find(spelling) if isinstance(spelling, str) else None
    return region.name if region else str(spelling)


def same_region(one: str, other: str) -> bool:
    """Whether two spellings mean one region."""
    return canonical(one) == canonical(other)


def end_of_life(value: object, today: date) -> EndOfLife | Fault | None:
    """The end of life of an image or version; None if it has none. Of a moment it is the day in UTC."""
    if value is None:
        return None
    day = calendar_day(value)
    return day if isinstance(day, Fault) else EndOfLife(day, (day - today).days)


def needs_notice(found: EndOfLife, within_days: float = END_OF_LIFE_DAYS) -> bool:
    """Whether the end of life has passed or is at most so many days away."""
    return found.days_left <= within_days


def calendar_day(value: object) -> date | Fault:
    """A day written as 2027-06-30, or that in UTC of a moment in RFC 3339; a time without an offset is one of UTC."""
    if isinstance(value, Fault):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return Fault.MALFORMED
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return Fault.MALFORMED
    try:
        return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
    except OverflowError:
        return moment.date()


def is_over(expires: date, today: date) -> bool:
    """Whether an exemption has expired; on its last day it holds."""
    return today > expires


def is_one_of(value: object, accepted: Collection[str]) -> bool:
    """Whether a value is one of these texts, in any case."""
    return isinstance(value, str) and value.lower() in {name.lower() for name in accepted}


def _placement(region: Region, home: Region, only: Collection[str]) -> list[RegionFinding]:
    if (region.geography, region.cloud) != (home.geography, home.cloud):
        return [RegionFinding("outside", region.name, home.geography)]
    if only and region.name not in {canonical(name) for name in only}:
        return [RegionFinding("not allowed", region.name)]
    return []
