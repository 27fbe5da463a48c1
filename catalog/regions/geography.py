"""The geography map: which regions belong together, and which of them an image version is replicated to.

The data is `catalog/regions/regions.json`, made from Azure's published region lists, and kept current from Azure
Resource Manager's (`./labs regions --refresh`); `data_date()` is their date.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from typing import Final

from catalog.regions import region_map
from catalog.regions.region import LabService, Region
from catalog.regions.region_map import FILE, RegionMap, UnknownRegion, nearest_names, parse_region_map, squeezed

SCOPES: Final = region_map.SCOPES
"""The words that stand for a set of target regions; anything else is a list of regions."""

__all__ = (
    "SCOPES",
    "UnknownRegion",
    "all_regions",
    "canonical",
    "data_date",
    "geographies",
    "geography",
    "region",
    "regions_of_geography",
    "target_regions",
    "the_map",
)


@cache
def the_map() -> RegionMap:
    """The map that the program comes with."""
    return parse_region_map(FILE.read_text(encoding="utf-8"))


def data_date() -> str:
    """The day of the newest source of the region data, as `2026-09-23`."""
    return the_map().date


def all_regions() -> tuple[Region, ...]:
    """Every known region of every cloud, sorted by name."""
    return the_map().regions


@lru_cache(maxsize=1024)
def region(spelling: str) -> Region:
    """The region of any spelling: name, display name or alias, in any case, with spaces or dashes.

    Raises UnknownRegion, which names the nearest regions.
    """
    return the_map().region(spelling)


def canonical(spelling: str) -> str:
    """The canonical name of a region: `Korea Central` → `koreacentral`. Raises UnknownRegion."""
    return region(spelling).name


def geographies() -> tuple[str, ...]:
    """The names of all geographies, sorted."""
    return tuple(sorted(the_map().by_geography))


def geography(name: str) -> tuple[str, tuple[Region, ...]]:
    """A geography and its regions, sorted by name, of its name, alias, or any region in it. Raises UnknownRegion."""
    wanted = squeezed(name)
    known = the_map()
    for title, regions in known.by_geography.items():
        if wanted in {squeezed(title), *map(squeezed, regions[0].geography_aliases)}:
            return title, regions
    found = known.by_spelling.get(wanted)
    if found is None:
        aliases = (alias for regions in known.by_geography.values() for alias in regions[0].geography_aliases)
        near = nearest_names((*geographies(), *aliases), name)
        nearest = (*near, *known.nearest_regions(name))[:3]
        raise UnknownRegion(region_map.unknown(name, "Azure region or geography", nearest))
    return found.geography, regions_of_geography(found.name)


def regions_of_geography(spelling: str) -> tuple[Region, ...]:
    """All regions of the geography and cloud of a region, that region included, sorted by name."""
    return the_map().siblings(spelling)


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
      service in `lab_services` was ever offered; what is not known counts as restricted, and as not offered. With
      both services a region stays if either was offered; with none, or with `include_without_labs`, all of these
      regions stay;
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
    return the_map().target_regions(
        home_spelling,
        scope,
        lab_services=lab_services,
        exclude=exclude,
        include_without_labs=include_without_labs,
    )
