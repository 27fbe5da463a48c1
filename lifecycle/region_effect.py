"""What another map of regions changes: the versions of stacks, and galleries in general, for the changelog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalog.fields.fields import ZRS_WHERE_AVAILABLE
from catalog.images.catalogue import Catalogue
from catalog.images.version import ImageVersion
from catalog.regions.region import LabService
from catalog.regions.region_map import RegionMap
from catalog.stacks.settings import Settings
from plan.target_regions import version_regions

_KINDS: Final = {
    "with lab accounts": frozenset({LabService.ACCOUNTS}),
    "with lab plans": frozenset({LabService.PLANS}),
    "with both": frozenset(LabService),
    "without either": frozenset[LabService](),
}


@dataclass(frozen=True, slots=True)
class VersionEffect:
    """A version whose targets differ: storage type by region, before and after.

    `problem` is why it has no targets afterwards; `after` is empty then.
    """

    image: str
    version: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    problem: str = ""

    @property
    def added(self) -> tuple[str, ...]:
        """The regions that it would also be copied to."""
        return tuple(name for name in self.after if name not in self.before)

    @property
    def removed(self) -> tuple[str, ...]:
        """The regions that it would go from."""
        return () if self.problem else tuple(name for name in self.before if name not in self.after)

    @property
    def stored(self) -> tuple[str, ...]:
        """The regions in which it would be stored in another way."""
        return tuple(name for name, kind in self.after.items() if self.before.get(name, kind) != kind)


def version_effects(catalogue: Catalogue, settings: Settings, old: RegionMap, new: RegionMap) -> list[VersionEffect]:
    """The versions of a stack that another map gives other targets, in the order of the catalogue.

    A version that cannot be placed by the map of today is none of them: `labs check` says why.
    """
    found = []
    for name, image in catalogue.images.items():
        for number, version in image.versions.items():
            before = _targets(version, settings, old)
            after = _targets(version, settings, new)
            if isinstance(before, str) or before == after:
                continue
            problem, regions = (after, {}) if isinstance(after, str) else ("", after)
            found.append(VersionEffect(name, number, before, regions, problem))
    return found


def _targets(version: ImageVersion, settings: Settings, regions: RegionMap) -> dict[str, str] | str:
    """Storage type by region; what is wrong if it cannot be placed."""
    try:
        return {each.name: each.storage_account_type for each in version_regions(version, settings, regions)}
    except ValueError as error:
        return str(error)


@dataclass(frozen=True, slots=True)
class HomeEffect:
    """A home region and scope whose targets differ, for galleries with these labs."""

    home: str
    scope: str
    labs: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def home_effects(old: RegionMap, new: RegionMap) -> list[HomeEffect]:
    """Where galleries of today would get other targets, whatever stacks there are; sorted by home region."""
    found: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for home in old.by_name:
        for scope in ("geography", "paired"):
            for labs, services in _KINDS.items():
                before, after = (set(each.target_regions(home, scope, lab_services=services)) for each in (old, new))
                if before != after:
                    key = (home, scope, tuple(sorted(after - before)), tuple(sorted(before - after)))
                    found.setdefault(key, []).append(labs)
    return [
        HomeEffect(home, scope, tuple(labs) if len(labs) < len(_KINDS) else (), added, removed)
        for (home, scope, added, removed), labs in found.items()
    ]


def changelog_entry(old: RegionMap, new: RegionMap) -> tuple[str, ...]:
    """The breaking entry for the changelog of a release with the new map, line by line; none without an effect."""
    lines = [f"  * {_sentence(each)}" for each in home_effects(old, new)]
    zones = [name for name, entry in new.by_name.items() if name in old.by_name and entry.availability_zones]
    gained = [name for name in zones if not old.by_name[name].availability_zones]
    if gained:
        lines.append(f"  * `{ZRS_WHERE_AVAILABLE}` in {', '.join(gained)}: stored as Standard_ZRS")
    day = new.date
    return (f"* **Breaking**: the region data of {day} changes target regions:", *lines) if lines else ()


def _sentence(effect: HomeEffect) -> str:
    return f"`{effect.scope}` of {effect.home}{_of(effect.labs)}: {'; '.join(_parts(effect))}"


def _of(labs: tuple[str, ...]) -> str:
    return f" ({' or '.join(labs)})" if labs else ""


def _parts(effect: HomeEffect) -> Iterator[str]:
    if effect.added:
        yield f"also {', '.join(effect.added)}"
    if effect.removed:
        yield f"no longer {', '.join(effect.removed)}"
