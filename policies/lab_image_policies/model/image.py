"""Images, versions and regions as the rules judge them, read from whatever declares them.

Nothing is believed to be there: a value that is absent is None, one that is not known yet `Fault.UNKNOWN`, and a list
that cannot be read is the fault instead of a tuple.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab_image_policies.model.fault import Fault


@dataclass(frozen=True, slots=True)
class TargetRegion:
    """A region that a version is replicated to."""

    name: object
    replicas: object
    exclude_from_latest: object


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an image. `place` is what a person changes to change it. Sizes are in GB."""

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


@dataclass(frozen=True, slots=True)
class Image:
    """An image with the versions that are declared together with it.

    `definition` holds osType, osState, hyperVGeneration, architecture and securityType; None where they are declared
    elsewhere. `all_versions` says whether `versions` are all there are. `by_component` says whether the facts come
    from the program's component. `newest_usable` is the number of the newest version that teachers get before anything
    is deleted; None where nobody says.
    """

    name: str
    place: str
    consumers: object
    home_region: object
    definition: Mapping[str, object] | None
    versions: tuple[Version, ...] | Fault
    all_versions: bool
    by_component: bool
    newest_usable: object = None


def mapping(value: object) -> Mapping[str, Any]:
    """A mapping as it is, anything else as an empty one: what is in it counts as missing."""
    return value if isinstance(value, Mapping) else {}


def listed(value: object) -> Sequence[Any] | Fault:
    """A list as it is; else what is wrong with it."""
    if isinstance(value, list):
        return value
    if value is None:
        return Fault.MISSING
    return Fault.UNKNOWN if value is Fault.UNKNOWN else Fault.MALFORMED


def text_or(value: object, otherwise: str) -> str:
    """A text that says something; else the other one."""
    return value if isinstance(value, str) and value.strip() else otherwise
