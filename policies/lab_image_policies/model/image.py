"""Images, versions and regions as policies validate them, read from whatever declares them.

Nothing is taken for granted: an absent value is None, one that is not known yet is `Fault.UNKNOWN`, and a list that
cannot be read is a fault instead of a tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from lab_image_policies.model.fault import Fault

NO_NUMBER: Final = "(version without a number)"
EXTERNAL: Final = "external"
"""The kind of a version that somebody else has published, and that no resource of the stack declares."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class TargetRegion:
    """A region that a version is replicated to."""

    name: object
    replicas: object
    exclude_from_latest: object


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an image. `place` names where a person changes it. Sizes are in GB.

    `source_ids` are what it is made from, in lower case; an id that cannot be read is a fault. `generation_2` are the
    properties that only a generation 2 machine has, with their values. `edge_zones` are its extended locations. With
    `restored` Azure brings back a version that was deleted softly, whatever it is made from.
    """

    number: str
    place: str
    source_kind: object
    os_disk_size_gb: object
    data_disk_count: object
    declared_os_disk_size_gb: object
    declared_data_disk_count: object
    target_regions: tuple[TargetRegion, ...] | Fault
    exclude_from_latest: object
    end_of_life: object
    source_ids: frozenset[str | Fault] = frozenset()
    generation_2: tuple[tuple[str, object], ...] = ()
    edge_zones: object = None
    restored: object = None

    @property
    def is_existing(self) -> bool:
        """Whether it was taken over as it is: it cannot be made from anything else."""
        return self.source_kind == "existing"

    @property
    def is_external(self) -> bool:
        """Whether somebody else has published it, so that nothing in the stack declares it."""
        return self.source_kind == EXTERNAL


@dataclass(frozen=True, slots=True)
class Image:
    """An image with the versions that are declared together with it.

    `definition` holds osType, osState, hyperVGeneration, architecture and securityType; None where they are declared
    elsewhere. `by_component` is true if the facts come from this program's component. `newest_usable` is the number of
    the newest version that teachers get before anything is deleted; None if the program does not pass it.
    `known_name` is the name that exemptions can match: None if the name is not known. `component` is the image as the
    component declares it, for a definition or version below it that differs from that. `purchase_plan` is that of the
    definition. `is_external` is true if others publish its versions; `unfinished` is then the number of the newest one
    if none of them can be judged yet, None if there is none at all.
    """

    name: str
    place: str
    consumers: object
    home_region: object
    definition: Mapping[str, object] | None
    versions: tuple[Version, ...] | Fault
    by_component: bool
    newest_usable: object = None
    known_name: str | None = None
    component: Image | None = None
    purchase_plan: object = None
    is_external: bool = False
    unfinished: object = None

    @property
    def readable_versions(self) -> tuple[Version, ...]:
        """The versions; none if the list cannot be read."""
        return () if isinstance(self.versions, Fault) else self.versions

    @property
    def own_versions(self) -> tuple[Version, ...]:
        """The readable versions but those that are external in an image of the catalogue, or made in one of others.

        Such a version is refused, and nothing that an image needs is had from it.
        """
        return tuple(filter(self.is_own, self.readable_versions))

    def is_own(self, version: Version) -> bool:
        """Whether a version of this image is one of `own_versions`."""
        return version.is_external == self.is_external

    def version(self, number: str) -> Version | None:
        """The version with this number that is declared, if it can be read: one that others publish has no resource."""
        declared = (version for version in self.readable_versions if not version.is_external)
        return next((version for version in declared if version.number == number), None)


def mapping(value: object) -> Mapping[str, Any]:
    """A mapping as it is; an empty one for anything else, so that its keys count as missing."""
    return value if isinstance(value, Mapping) else {}


def key_of(value: object, key: str) -> Any:
    """A key of a mapping, None if it is missing. Every key of a value that cannot be read cannot be read either."""
    if value is None or isinstance(value, Fault):
        return value
    return value.get(key) if isinstance(value, Mapping) else Fault.MALFORMED


def in_any_case(value: object, key: str) -> Any:
    """A key of a mapping, written in lower case here and in any case there, as Azure compares names of tags and keys.

    None if it is missing; a fault if the mapping is one, or if two keys differ in case alone: nobody can tell which one
    is meant.
    """
    if isinstance(value, Fault):
        return value
    found = [item for name, item in mapping(value).items() if name.lower() == key]
    if len(found) > 1:
        return Fault.MALFORMED
    return found[0] if found else None


def listed(value: object) -> Sequence[Any] | Fault:
    """A list as it is; else what is wrong with it."""
    if isinstance(value, list):
        return value
    if value is None:
        return Fault.MISSING
    return Fault.UNKNOWN if value is Fault.UNKNOWN else Fault.MALFORMED


def each_of(value: object, read: Callable[[Any], _T]) -> tuple[_T, ...] | Fault:
    """Every entry of a list, read; else what is wrong with the list."""
    entries = listed(value)
    return entries if isinstance(entries, Fault) else tuple(map(read, entries))


def count_of(value: object) -> int | Fault:
    """The number of entries of a list; else what is wrong with it."""
    entries = listed(value)
    return entries if isinstance(entries, Fault) else len(entries)


def text_or(value: object, otherwise: str) -> str:
    """A text that is not blank; else the other one."""
    return value if isinstance(value, str) and value.strip() else otherwise


def ids_of(values: Iterable[object]) -> frozenset[str | Fault]:
    """Ids to compare: in lower case, without those that are missing; a fault for one that is no text."""
    return frozenset(_id(value) for value in values if value is not None)


def _id(value: object) -> str | Fault:
    if isinstance(value, (str, Fault)):
        return value.lower() if isinstance(value, str) else value
    return Fault.MALFORMED
