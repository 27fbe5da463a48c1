"""A map of regions as data: its file, the regions by any spelling, and where an image version is replicated to.

`catalog.regions.geography` answers from the map that the program comes with; another one is compared with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from catalog.files.diagnostic import Diagnostic, InvalidFile, shown
from catalog.files.similar import nearest
from catalog.regions.region import LabService, Region

FILE: Final = Path(__file__).with_name("regions.json")
"""The map that the program comes with."""

SCOPES: Final = ("geography", "paired", "home")
"""The words that stand for a set of target regions; anything else is a list of regions."""

CLOUD_NAMES: Final = {"public": "Azure", "china": "Azure China", "usgovernment": "Azure Government"}

_LISTS: Final = ("aliases", "geography_aliases")
_OF_POLICIES: Final = ("name", "display_name", "aliases", "geography", "cloud")


class UnknownRegion(ValueError):
    """Not the spelling of a region (nor, for `geography`, of a geography)."""


def squeezed(spelling: str) -> str:
    """Without case, spaces, dashes, underscores and the `(US)` that Azure puts before regional display names."""
    return re.sub(r"^\s*\([^()]*\)|[\s_-]", "", spelling).lower()


@dataclass(frozen=True)
class RegionMap:
    """Every known region of every cloud, sorted by name; `date` is the day of the newest source, as `2026-09-23`."""

    date: str
    regions: tuple[Region, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Region]:
        """The regions by canonical name."""
        return {entry.name: entry for entry in self.regions}

    @cached_property
    def by_spelling(self) -> Mapping[str, Region]:
        """The regions by each of their spellings, squeezed."""
        return {
            squeezed(spelling): entry
            for entry in self.regions
            for spelling in (entry.name, entry.display_name, *entry.aliases)
        }

    @cached_property
    def by_geography(self) -> Mapping[str, tuple[Region, ...]]:
        """The regions by the name of their geography."""
        grouped: dict[str, list[Region]] = {}
        for entry in self.regions:
            grouped.setdefault(entry.geography, []).append(entry)
        return {name: tuple(regions) for name, regions in grouped.items()}

    def region(self, spelling: str) -> Region:
        """The region of any spelling. Raises UnknownRegion, which names the nearest regions."""
        found = self.by_spelling.get(squeezed(spelling))
        if found is None:
            raise UnknownRegion(unknown(spelling, "Azure region", self.nearest_regions(spelling)))
        return found

    def siblings(self, spelling: str) -> tuple[Region, ...]:
        """All regions of the geography and cloud of a region, that region included, sorted by name."""
        home = self.region(spelling)
        return tuple(entry for entry in self.by_geography[home.geography] if entry.cloud == home.cloud)

    def nearest_regions(self, spelling: str) -> tuple[str, ...]:
        """Regions that are spelt nearly so, with their display names."""
        names = [name for entry in self.regions for name in (entry.name, *entry.aliases)]
        near = (self.by_spelling[squeezed(name)] for name in nearest_names(names, spelling))
        return tuple(dict.fromkeys(f"{entry.name} ({entry.display_name})" for entry in near))

    def target_regions(
        self,
        home: str,
        scope: str | Sequence[str],
        *,
        lab_services: frozenset[LabService] = frozenset(),
        exclude: Collection[str] = (),
        include_without_labs: bool = False,
    ) -> tuple[str, ...]:
        """Where a version is replicated to, as `geography.target_regions` has it. Raises ValueError as that does."""
        at = self.region(home)
        excluded = {self.region(spelling).name for spelling in sorted(exclude)}
        if at.name in excluded:
            raise ValueError(
                f"{at.name} is the home region of every version and cannot be excluded: Azure requires it among the"
                " target regions; take it out of the excluded regions, or choose another location for the gallery"
            )
        if not isinstance(scope, str):
            chosen = {_same_cloud(at, self.region(spelling)).name for spelling in scope}
        elif scope in SCOPES:
            # Not known is not open: Azure would refuse the replica, and with it the whole version.
            open_to_all = [entry for entry in self.siblings(at.name) if entry.access_restricted is False]
            services = frozenset[LabService]() if include_without_labs else lab_services
            chosen = {
                entry.name
                for entry in open_to_all
                if (scope == "geography" and (not services or entry.offers_labs(services)))
                or (scope == "paired" and entry.name == at.paired_region)
            }
        else:
            raise ValueError(
                f"{shown(scope)} is no set of regions; write geography, paired, home, or a list of regions"
            )
        return (at.name, *sorted(chosen - excluded - {at.name}))


def _same_cloud(home: Region, other: Region) -> Region:
    if other.cloud != home.cloud:
        raise ValueError(
            f"{other.name} belongs to {CLOUD_NAMES[other.cloud]}, the gallery's region {home.name} to"
            f" {CLOUD_NAMES[home.cloud]}; images are never replicated from one cloud to another: take it out"
        )
    return other


def nearest_names(names: Collection[str], spelling: str) -> tuple[str, ...]:
    """At most three names that begin like a spelling, or are spelt nearly so."""
    known = {squeezed(name): name for name in names}
    wanted = squeezed(spelling)
    begun = [name for name in known if len(wanted) > 2 and name.startswith(wanted)]
    near = [*begun, *nearest(wanted, known, most=3, likeness=0.75)]
    return tuple(known[name] for name in dict.fromkeys(near))[:3]


def unknown(spelling: str, what: str, near: Sequence[str]) -> str:
    """The message about a spelling that is none of `what`."""
    hint = f"nearest: {', '.join(near)}; " if near else ""
    return f"{shown(spelling)} is no {what}; {hint}./labs regions lists all"


# the file


def parse_region_map(text: str, path: Path = FILE) -> RegionMap:
    """The map in the text of the file at `path`. Raises InvalidFile if it is none."""
    try:
        content = json.loads(text)
        regions = [_region(entry) for entry in content["regions"]]
        return RegionMap(str(content["date"]), tuple(sorted(regions, key=lambda entry: entry.name)))
    except (ValueError, KeyError, TypeError, RecursionError):
        message = "it is no map of regions; take the file of the last commit (git checkout), and refresh that"
        raise InvalidFile([Diagnostic(str(path), None, "", message)]) from None


def _region(entry: Mapping[str, Any]) -> Region:
    return Region(**{**entry, **{key: tuple(entry[key]) for key in _LISTS}})


def written(regions: RegionMap) -> str:
    """The text of a map's file: one region a line, so that a difference can be read."""
    return _file(regions.date, [asdict(entry) for entry in regions.regions])


def written_for_policies(regions: RegionMap) -> str:
    """The text of the policies' copy, as `make generated` writes it too: what policies need of each region."""
    return _file(regions.date, [{key: getattr(entry, key) for key in _OF_POLICIES} for entry in regions.regions])


def _file(date: str, entries: Sequence[Mapping[str, Any]]) -> str:
    listed = ",\n    ".join(json.dumps(entry) for entry in entries)
    return f'{{\n  "date": {json.dumps(date)},\n  "regions": [\n    {listed}\n  ]\n}}\n'
