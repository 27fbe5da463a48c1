"""The geography map: which regions belong together, and which of them an image version is replicated to.

The data is `catalog/regions/regions.json`, made from Azure's published region lists; `data_date()` is their date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from catalog.files.diagnostic import shown
from catalog.files.similar import nearest
from catalog.regions.region import LabService, Region

SCOPES: Final = ("geography", "paired", "home")
"""The words that stand for a set of target regions; anything else is a list of regions."""

_REGIONS_FILE: Final = Path(__file__).with_name("regions.json")
_CLOUD_NAMES: Final = {"public": "Azure", "china": "Azure China", "usgovernment": "Azure Government"}


class UnknownRegion(ValueError):
    """Not the spelling of a region (nor, for `geography`, of a geography)."""


@cache
def _data() -> tuple[str, Mapping[str, Region]]:
    content = json.loads(_REGIONS_FILE.read_text(encoding="utf-8"))
    regions = {}
    for entry in content["regions"]:
        lists = {key: tuple(entry[key]) for key in ("aliases", "geography_aliases")}
        regions[entry["name"]] = Region(**{**entry, **lists})
    return content["date"], regions


@cache
def _by_spelling() -> Mapping[str, Region]:
    return {
        _squeezed(spelling): entry
        for entry in all_regions()
        for spelling in (entry.name, entry.display_name, *entry.aliases)
    }


@cache
def _by_geography() -> Mapping[str, tuple[Region, ...]]:
    grouped: dict[str, list[Region]] = {}
    for entry in all_regions():
        grouped.setdefault(entry.geography, []).append(entry)
    return {name: tuple(regions) for name, regions in grouped.items()}


def _squeezed(spelling: str) -> str:
    """Without case, spaces, dashes, underscores and the `(US)` that Azure puts before regional display names."""
    return re.sub(r"^\s*\([^()]*\)|[\s_-]", "", spelling).lower()


def data_date() -> str:
    """The day of the newest source of the region data, as `2026-09-23`."""
    return _data()[0]


@cache
def all_regions() -> tuple[Region, ...]:
    """Every known region of every cloud, sorted by name."""
    regions = _data()[1]
    return tuple(regions[name] for name in sorted(regions))


@lru_cache(maxsize=1024)
def region(spelling: str) -> Region:
    """The region of any spelling: name, display name or alias, in any case, with spaces or dashes.

    Raises UnknownRegion, which names the nearest regions.
    """
    found = _by_spelling().get(_squeezed(spelling))
    if found is None:
        raise UnknownRegion(_unknown(spelling, "Azure region", _nearest_regions(spelling)))
    return found


def canonical(spelling: str) -> str:
    """The canonical name of a region: `Korea Central` → `koreacentral`. Raises UnknownRegion."""
    return region(spelling).name


def geographies() -> tuple[str, ...]:
    """The names of all geographies, sorted."""
    return tuple(sorted(_by_geography()))


def geography(name: str) -> tuple[str, tuple[Region, ...]]:
    """A geography and its regions, sorted by name, of its name, alias, or any region in it. Raises UnknownRegion."""
    wanted = _squeezed(name)
    for title, regions in _by_geography().items():
        if wanted in {_squeezed(title), *map(_squeezed, regions[0].geography_aliases)}:
            return title, regions
    found = _by_spelling().get(wanted)
    if found is None:
        aliases = (alias for regions in _by_geography().values() for alias in regions[0].geography_aliases)
        near = _nearest((*geographies(), *aliases), name)
        raise UnknownRegion(_unknown(name, "Azure region or geography", (*near, *_nearest_regions(name))[:3]))
    return found.geography, regions_of_geography(found.name)


def regions_of_geography(spelling: str) -> tuple[Region, ...]:
    """All regions of the geography and cloud of a region, that region included, sorted by name."""
    home = region(spelling)
    return tuple(entry for entry in _by_geography()[home.geography] if entry.cloud == home.cloud)


def target_regions(
    home: str,
    scope: str | Sequence[str],
    *,
    lab_services: frozenset[LabService] = frozenset(),
    exclude: Collection[str] = (),
    include_without_labs: bool = False,
) -> tuple[str, ...]:
    """Where an image version is replicated to: canonical names, the home region first, the rest sorted, none twice.

    `scope` is one of
    * `geography`: every region of the home region's geography, less those with restricted access and those where no
      service in `lab_services` was ever offered. With both services a region stays if either was offered; with none, or
      with `include_without_labs`, all of these regions stay;
    * `paired`: the home region and its paired region, if that one is in the same geography and not restricted;
    * `home`: the home region only;
    * a list of regions in any spelling: exactly these, even if `geography` would omit them.

    `exclude` applies to every scope, a list too. The home region always stays, since Azure requires it among the
    targets. Raises UnknownRegion; ValueError if the home region is excluded, if a region belongs to another cloud, or
    if `scope` is another word.
    """
    wanted = scope if isinstance(scope, str) else tuple(scope)
    return _target_regions(home, wanted, frozenset(lab_services), frozenset(exclude), include_without_labs)


@lru_cache(maxsize=4096)
def _target_regions(
    home_spelling: str,
    scope: str | tuple[str, ...],
    lab_services: frozenset[LabService],
    exclude: frozenset[str],
    include_without_labs: bool,
) -> tuple[str, ...]:
    home = region(home_spelling)
    excluded = {canonical(spelling) for spelling in sorted(exclude)}
    if home.name in excluded:
        raise ValueError(
            f"{home.name} is the home region of every version and cannot be excluded: Azure requires it among the"
            " target regions; take it out of the excluded regions, or choose another location for the gallery"
        )
    if not isinstance(scope, str):
        chosen = {_same_cloud(home, region(spelling)).name for spelling in scope}
    elif scope in SCOPES:
        open_to_all = [entry for entry in regions_of_geography(home.name) if not entry.access_restricted]
        services = frozenset() if include_without_labs else lab_services
        chosen = {
            entry.name
            for entry in open_to_all
            if (scope == "geography" and (not services or entry.offers_labs(services)))
            or (scope == "paired" and entry.name == home.paired_region)
        }
    else:
        raise ValueError(f"{shown(scope)} is no set of regions; write geography, paired, home, or a list of regions")
    return (home.name, *sorted(chosen - excluded - {home.name}))


def _same_cloud(home: Region, other: Region) -> Region:
    if other.cloud != home.cloud:
        raise ValueError(
            f"{other.name} belongs to {_CLOUD_NAMES[other.cloud]}, the gallery's region {home.name} to"
            f" {_CLOUD_NAMES[home.cloud]}; images are never replicated from one cloud to another: take it out"
        )
    return other


def _nearest(names: Collection[str], spelling: str) -> tuple[str, ...]:
    known = {_squeezed(name): name for name in names}
    wanted = _squeezed(spelling)
    begun = [name for name in known if len(wanted) > 2 and name.startswith(wanted)]
    near = [*begun, *nearest(wanted, known, most=3, likeness=0.75)]
    return tuple(known[name] for name in dict.fromkeys(near))[:3]


def _nearest_regions(spelling: str) -> tuple[str, ...]:
    names = [name for entry in all_regions() for name in (entry.name, *entry.aliases)]
    near = (_by_spelling()[_squeezed(name)] for name in _nearest(names, spelling))
    return tuple(dict.fromkeys(f"{entry.name} ({entry.display_name})" for entry in near))


def _unknown(spelling: str, what: str, near: Sequence[str]) -> str:
    hint = f"nearest: {', '.join(near)}; " if near else ""
    return f"{shown(spelling)} is no {what}; {hint}./labs regions lists all"
