"""The map of regions as Azure Resource Manager's list of locations has it.

The list is that of one subscription, so of one cloud. It says nothing of access and labs, and what it does not say is
kept: no region, pair or zone goes from the map because a list lacks it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from catalog.files.diagnostic import shown, some_of
from catalog.regions.region import Region
from catalog.regions.region_map import CLOUD_NAMES, RegionMap, squeezed

_NAME: Final = re.compile(r"[a-z][a-z0-9]{2,59}")
_LONGEST: Final = 100
_INNER: Final = re.compile(r"canary|stage", re.IGNORECASE)
"""In the geography of Microsoft's own regions, which are physical, too: `Canary (US)`, `Stage (US)`."""


class ImplausibleLocations(Exception):
    """A list that cannot be right; `reasons` are all that is wrong with it."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(self.reasons))


@dataclass(frozen=True, slots=True)
class Location:
    """A physical region of the list. "" or None is what the list does not say; `zones` is whether it has mappings."""

    name: str
    display_name: str
    geography: str = ""
    geography_group: str = ""
    paired_region: str | None = None
    zones: bool = False
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class LocationList:
    """The physical regions of a list, sorted by name, and the cloud that it is of."""

    cloud: str
    locations: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class RegionChange:
    """What differs in a region: `key` as in the file, with the value before and after."""

    region: str
    key: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Refresh:
    """A map and what a list makes of it.

    `added` and `changed` are what differs in `new`. `kept` are sentences about what the list does not say, or says of a
    region that cannot be placed; none of it is in `new`.
    """

    old: RegionMap
    new: RegionMap
    added: tuple[str, ...]
    changed: tuple[RegionChange, ...]
    kept: tuple[str, ...]


# reading


def read_locations(items: Sequence[Any], cloud: str, home: str, known: RegionMap) -> LocationList:
    """The physical regions of a list of locations. Raises ImplausibleLocations with every reason.

    `home` is a region that the list must have: that of a gallery in the subscription which was asked.
    """
    reasons: list[str] = []
    found: dict[str, Location] = {}
    twice: set[str] = set()
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("metadata") or {}, dict):
            reasons.append(f"an entry is no location: {shown(item)}")
            continue
        metadata = item.get("metadata") or {}
        if not _is_region(item, metadata):
            continue
        wrong = list(_wrong(item, metadata, cloud, known))
        if wrong:
            reasons += wrong
            continue
        location = _location(item, metadata)
        if found.setdefault(location.name, location) != location:
            twice.add(location.name)
    if twice:
        reasons.append(f"a region is listed twice, and not in the same way: {some_of(sorted(twice))}")
    reasons += _clashes(found.values(), known)
    if not found:
        reasons.append("it has no region at all")
    elif home not in found:
        reasons.append(f"it lacks {home}, where the gallery of the stack is")
    if reasons:
        raise ImplausibleLocations(dict.fromkeys(reasons))
    return LocationList(cloud, tuple(found[name] for name in sorted(found)))


def _is_region(item: Mapping[str, Any], metadata: Mapping[str, Any]) -> bool:
    """Whether an entry is a region that resources can be in.

    Not the logical ones, such as `europe`, edge zones, and those in which Microsoft tries its own changes.
    """
    if metadata.get("regionType") != "Physical" or item.get("type", "Region") != "Region":
        return False
    return not _INNER.search(str(metadata.get("geography") or "")) and not str(item.get("name")).endswith("euap")


def _wrong(item: Mapping[str, Any], metadata: Mapping[str, Any], cloud: str, known: RegionMap) -> Iterator[str]:
    name = item.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        yield f"this is no name of a region: {shown(name)}"
        return
    there = known.by_name.get(name)
    if there is not None and there.cloud != cloud:
        yield f"{name} is a region of {CLOUD_NAMES[there.cloud]}, and the list is that of {CLOUD_NAMES[cloud]}"
    if not _is_title(item.get("displayName")):
        yield f"{name}: this is no display name: {shown(item.get('displayName'))}"
    for key in ("geography", "geographyGroup"):
        if metadata.get(key) not in (None, "") and not _is_title(metadata[key]):
            yield f"{name}: this is no {key}: {shown(metadata[key])}"
    there_too = _clouds_of(metadata.get("geography"), known) - {cloud}
    if there_too:
        yield f"{name} would be in {shown(metadata['geography'])}, a geography of {CLOUD_NAMES[min(there_too)]}"
    pairs, zones = metadata.get("pairedRegion"), item.get("availabilityZoneMappings")
    if not all(isinstance(each, dict) and isinstance(each.get("name"), str) for each in _items(pairs)):
        yield f"{name}: this is no list of regions: {shown(pairs)}"
    if not isinstance(zones, list | None):
        yield f"{name}: this is no list of availability zones: {shown(zones)}"
    place = [metadata.get(key) for key in ("latitude", "longitude")]
    if any(each not in (None, "") for each in place) and not _is_place(place):
        yield f"{name}: these are no degrees: {shown(place)}"


def _clouds_of(geography: object, known: RegionMap) -> set[str]:
    """The clouds that have a geography of this name."""
    wanted = squeezed(geography) if isinstance(geography, str) else ""
    return {
        regions[0].cloud
        for title, regions in known.by_geography.items()
        if wanted and wanted in map(squeezed, (title, *regions[0].geography_aliases))
    }


def _is_title(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST and value.isprintable()


def _items(value: object) -> Sequence[Any]:
    """The items of a list, none of what Azure leaves out; something else is an item that is wrong."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_place(place: Sequence[Any]) -> bool:
    try:
        latitude, longitude = map(_degrees, place)
    except (TypeError, ValueError):
        return False
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def _degrees(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _location(item: Mapping[str, Any], metadata: Mapping[str, Any]) -> Location:
    pairs = _items(metadata.get("pairedRegion"))
    place = [metadata.get(key) for key in ("latitude", "longitude")]
    latitude, longitude = map(_degrees, place) if _is_place(place) else (None, None)
    return Location(
        name=item["name"],
        display_name=item["displayName"].strip(),
        geography=(metadata.get("geography") or "").strip(),
        geography_group=(metadata.get("geographyGroup") or "").strip(),
        paired_region=pairs[0]["name"] if pairs else None,
        zones=bool(item.get("availabilityZoneMappings")),
        latitude=latitude,
        longitude=longitude,
    )


def _clashes(found: Iterable[Location], known: RegionMap) -> Iterator[str]:
    """Spellings that would be those of two regions."""
    spellings = {spelling: {entry.name} for spelling, entry in known.by_spelling.items()}
    for each in found:
        for spelling in (each.name, each.display_name):
            spellings.setdefault(squeezed(spelling), set()).add(each.name)
    for spelling, names in sorted(spellings.items()):
        if len(names) > 1:
            yield f"{some_of(sorted(names))} would have one name: {shown(spelling)}"


# merging


def merge(old: RegionMap, listed: LocationList, day: str) -> Refresh:
    """The map with what a list says of its cloud; `day` becomes its date if something differs.

    A region that is new has unknown access and labs. Merging the same list again changes nothing.
    """
    geographies = _Geographies(old, listed)
    kept, entries = list(_unlisted(old, listed)), dict(old.by_name)
    # The group of a geography may be that of its other regions, so these come first.
    for each in sorted(listed.locations, key=lambda each: (each.name not in old.by_name, not each.geography_group)):
        placed = geographies.place(each, entries)
        if placed is None:
            kept.append(f"{each.name} is new, and Azure does not say in which geography, so it is left out")
        else:
            entries[each.name] = placed
    for each in listed.locations:
        if each.name in entries:
            entries[each.name] = _with_facts(entries[each.name], each, entries, kept)
    aliases = geographies.aliases
    regions = tuple(
        replace(entries[name], geography_aliases=aliases.get(entries[name].geography, ())) for name in sorted(entries)
    )
    added = tuple(name for name in sorted(entries) if name not in old.by_name)
    changed = tuple(differences(old.by_name, {entry.name: entry for entry in regions}))
    new = RegionMap(day, regions) if added or changed else old
    return Refresh(old, new, added, changed, tuple(kept))


def differences(old: Mapping[str, Region], new: Mapping[str, Region]) -> Iterator[RegionChange]:
    """What differs in the regions that both have, by region and in the order of the file's keys."""
    for name in sorted(old.keys() & new.keys()):
        for field in fields(Region):
            before, after = (getattr(each[name], field.name) for each in (old, new))
            if before != after:
                yield RegionChange(name, field.name, before, after)


class _Geographies:
    """In which geography each location is, by the map's names; another name of one becomes its alias."""

    def __init__(self, old: RegionMap, listed: LocationList) -> None:
        self._old, self._cloud = old, listed.cloud
        self.aliases: dict[str, tuple[str, ...]] = {}
        self._names: dict[str, str] = {}
        for title, regions in old.by_geography.items():
            self.aliases[title] = regions[0].geography_aliases
            if regions[0].cloud == listed.cloud:
                self._names |= dict.fromkeys(map(squeezed, (title, *self.aliases[title])), title)
        said: dict[str, set[str]] = defaultdict(set)
        for each in listed.locations:
            if each.name in old.by_name and each.geography:
                said[old.by_name[each.name].geography].add(each.geography)
        for title, names in sorted(said.items()):
            name = min(names)
            # All of its regions have one name that is nobody else's: another name, and not a move.
            if len(names) == 1 and squeezed(name) not in self._names:
                self._names[squeezed(name)] = title
                self.aliases[title] = (*self.aliases[title], name)

    def place(self, location: Location, entries: Mapping[str, Region]) -> Region | None:
        """The region with its geography; None for a new one without one."""
        there = self._old.by_name.get(location.name)
        title = self._names.get(squeezed(location.geography), location.geography)
        if there is not None:
            return replace(there, geography=title or there.geography)
        groups = (each.geography_group for each in entries.values() if each.geography == title)
        group = location.geography_group or next(groups, "")
        if not title or not group:
            return None
        return Region(
            name=location.name,
            display_name=location.display_name,
            aliases=(),
            geography=title,
            geography_aliases=(),
            geography_group=group,
            paired_region=None,
            cloud=self._cloud,
            access_restricted=None,
            availability_zones=None,
            lab_accounts_offered=None,
            lab_plans_offered=None,
            latitude=None,
            longitude=None,
        )


def _with_facts(entry: Region, said: Location, entries: Mapping[str, Region], kept: list[str]) -> Region:
    """A region with what the list says of it; what it does not say is kept, which `kept` is told."""
    pair = entry.paired_region
    if said.paired_region is None and pair is not None:
        kept.append(f"{entry.name} keeps its pair {pair}: Azure names none")
    elif said.paired_region is not None:
        other = entries.get(said.paired_region)
        if other is not None and other.cloud == entry.cloud and other.name != entry.name:
            pair = other.name
        elif pair != said.paired_region:
            kept.append(
                f"{entry.name} keeps its pair {pair or '(none)'}: Azure names {said.paired_region}, which is "
                "no region of the map"
            )
    if entry.availability_zones and not said.zones:
        kept.append(f"{entry.name} keeps its availability zones: Azure lists none for this subscription")
    spellings = {squeezed(name) for name in (entry.name, entry.display_name, *entry.aliases)}
    another = () if squeezed(said.display_name) in spellings else (said.display_name,)
    return replace(
        entry,
        aliases=(*entry.aliases, *another),
        geography_group=said.geography_group or entry.geography_group,
        paired_region=pair,
        availability_zones=True if said.zones else entry.availability_zones,
        latitude=entry.latitude if said.latitude is None else said.latitude,
        longitude=entry.longitude if said.longitude is None else said.longitude,
    )


def _unlisted(old: RegionMap, listed: LocationList) -> Iterator[str]:
    names = {each.name for each in listed.locations}
    gone = [entry.name for entry in old.regions if entry.cloud == listed.cloud and entry.name not in names]
    if gone:
        yield f"Azure does not list {', '.join(gone)}; no region goes from the map by itself"
