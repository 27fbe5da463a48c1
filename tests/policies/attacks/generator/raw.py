"""What the oracle knows of definitions and versions that are declared without the component."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.policies.attacks.generator.replicas import Replicas, of_raw
from tests.policies.attacks.generator.values import (
    UNKNOWN,
    Sure,
    among,
    for_labs,
    no_data_disk,
    number,
    os_disk,
    plain,
    tagged,
    worst,
)
from tests.policies.inputs import LAB_IMAGE
from tests.support.policy_server import Declared, Mode

Key = tuple[str, str] | None
"""Gallery and image in lower case; None if one is not known."""


@dataclass(frozen=True)
class RawDefinition:
    """A definition with what its own properties come to."""

    key: Key
    for_labs: bool
    sure: Sure


@dataclass(frozen=True)
class RawVersion:
    """A version with what its own properties come to; `size` in GB as its tag has it."""

    key: Key
    number: str | None
    for_labs: bool
    size: float | None
    replicas: Replicas
    excluded: Any
    sure: Sure


def raw_definitions(program: Sequence[Declared]) -> list[RawDefinition]:
    """Definitions that are not below the component."""
    return [_definition(plain(each.inputs)) for each in of_type(program, "GalleryImage") if not _is_ours(each)]


def raw_versions(program: Sequence[Declared], mode: Mode) -> Iterator[RawVersion]:
    """Versions that are not below the component."""
    return (_version(each, mode) for each in of_type(program, "GalleryImageVersion") if not _is_ours(each))


def of_type(program: Sequence[Declared], name: str) -> Iterator[Declared]:
    """Resources of a type of `compute`, under every token."""
    return (each for each in program if each.type.rpartition(":")[2] == name)


def key_of(inputs: dict[str, Any]) -> Key:
    """Gallery and image by their names."""
    gallery, image = inputs.get("galleryName"), inputs.get("galleryImageName")
    return (gallery.lower(), image.lower()) if isinstance(gallery, str) and isinstance(image, str) else None


def number_of(inputs: dict[str, Any]) -> str | None:
    """The number of a version; None if it is not known."""
    found = inputs.get("galleryImageVersionName")
    return found if isinstance(found, str) else None


def is_numbered(number: str) -> bool:
    """Whether a version's number is three whole numbers."""
    parts = number.split(".")
    return len(parts) == 3 and all(part.isascii() and part.isdecimal() and len(part) <= 10 for part in parts)


def definition(inputs: dict[str, Any]) -> Sure:
    """Generation 1, x64 and Standard; what generation 1 implies may be left out."""
    architecture = inputs.get("architecture")
    return worst(
        (
            among(inputs.get("hyperVGeneration"), ["V1"]),
            Sure.GOOD if architecture is None else among(architecture, ["x64"]),
            among(inputs.get("osType"), ["Linux", "Windows"]),
            among(inputs.get("osState"), ["Generalized", "Specialized"]),
            _features(inputs.get("features")),
        )
    )


def security(inputs: dict[str, Any]) -> Sure:
    """No UEFI settings and no confidential encryption of a version."""
    profile = inputs.get("securityProfile")
    if profile is None or profile == {}:
        found = Sure.GOOD
    else:
        found = Sure.BAD if profile is UNKNOWN or _has(profile, "uefiSettings") else Sure.DOUBTFUL
    publishing = inputs.get("publishingProfile")
    targets = publishing.get("targetRegions") if isinstance(publishing, dict) else None
    encrypted = (
        [each.get("encryption") for each in targets or () if isinstance(each, dict)]
        if isinstance(targets, list)
        else []
    )
    return worst((found, *(Sure.DOUBTFUL for each in encrypted if each is not None)))


def data_disks(profile: Any, tag: float | None) -> Sure:
    """No data disk is listed, and the source has none: an OS disk alone, or the tag says so."""
    if not isinstance(profile, dict):
        return no_data_disk(tag) if profile is None else Sure.BAD
    listed = profile.get("dataDiskImages")
    if listed is not None and listed != []:
        return Sure.BAD
    if not _is_readable(profile):
        return Sure.DOUBTFUL
    if profile.get("source") is None and isinstance(profile.get("osDiskImage"), dict):
        return Sure.GOOD if tag in (None, 0) else Sure.BAD
    if profile.get("osDiskImage") is None or tag is not None:
        return no_data_disk(tag)
    return Sure.DOUBTFUL


def as_deployed(resource: Declared) -> Sure:
    """The disk of a version as Azure shows it, if the version is there."""
    outputs = resource.outputs or {}
    if outputs.get("provisioningState") != "Succeeded":
        return Sure.GOOD
    return os_disk(number(outputs["storageProfile"]["osDiskImage"].get("sizeInGB")))


def _is_ours(resource: Declared) -> bool:
    return resource.parent is not None and resource.parent.type == LAB_IMAGE


def _definition(inputs: dict[str, Any]) -> RawDefinition:
    labs, doubt = _for_labs(inputs.get("tags"))
    return RawDefinition(key_of(inputs), labs, max(doubt, definition(inputs) if labs else Sure.GOOD))


def _version(resource: Declared, mode: Mode) -> RawVersion:
    inputs = plain(resource.inputs)
    tags, publishing = inputs.get("tags"), inputs.get("publishingProfile")
    (size_sure, size), (count_sure, count) = tagged(tags, "lab-os-disk-size-gb"), tagged(tags, "lab-data-disk-count")
    labs, doubt = _for_labs(tags)
    if mode is Mode.STATE and tags is not None and not isinstance(tags, dict):
        size_sure = count_sure = Sure.DOUBTFUL  # Azure's own answer may say enough
    replicas = of_raw(inputs.get("location"), publishing)
    own = (
        _declared_size(resource, size, mode) if size_sure is Sure.GOOD else size_sure,
        data_disks(inputs.get("storageProfile"), count) if count_sure is Sure.GOOD else count_sure,
        security(inputs),
        as_deployed(resource),
        _as_changed(resource, mode),
    )
    return RawVersion(
        key_of(inputs),
        number_of(inputs),
        labs,
        size,
        replicas,
        publishing.get("excludeFromLatest") if isinstance(publishing, dict) else None,
        max(doubt, replicas.sure, worst(own) if labs else min(size_sure, Sure.DOUBTFUL)),
    )


def _declared_size(resource: Declared, size: float | None, mode: Mode) -> Sure:
    """The declared size; in a state Azure's own answer says enough."""
    if mode is Mode.STATE and size is None:
        return as_deployed(resource)
    return os_disk(size)


def _as_changed(resource: Declared, mode: Mode) -> Sure:
    """A version that is there already, of which a preview shows no size any more; a state always shows it."""
    outputs = plain(resource.outputs or {})
    hidden = outputs.get("provisioningState") is UNKNOWN and isinstance(outputs.get("name"), str)
    if not hidden:
        return Sure.GOOD
    return Sure.DOUBTFUL if mode is Mode.STATE else Sure.BAD


def _for_labs(tags: Any) -> tuple[bool, Sure]:
    if tags is None or tags is UNKNOWN:
        return True, Sure.GOOD
    if not isinstance(tags, dict):
        return True, Sure.DOUBTFUL
    values = [value for key, value in tags.items() if key.lower() == "lab-consumers"]
    if len(values) > 1:
        return True, Sure.DOUBTFUL
    names = values[0].replace(",", " ").split() if values and isinstance(values[0], str) else values
    return for_labs(names), Sure.GOOD


def _features(features: Any) -> Sure:
    if features is None or features == []:
        return Sure.GOOD
    if not isinstance(features, list) or UNKNOWN in features:
        return Sure.BAD
    if not all(isinstance(each, dict) for each in features):
        return Sure.DOUBTFUL
    names = [each.get("name") for each in features]
    if UNKNOWN in names:
        return Sure.BAD
    if not all(isinstance(name, str) for name in names):
        return Sure.DOUBTFUL
    lower = [name.lower() for name in names]
    if len(set(lower)) < len(lower):
        return Sure.BAD
    values = [each.get("value") for each in features if each["name"].lower() == "securitytype"]
    return worst(Sure.DOUBTFUL if value is None else among(value, ["Standard"]) for value in values)


def _is_readable(profile: dict[str, Any]) -> bool:
    """Whether the ids of its sources, if it has them, are texts or not known yet."""
    disk = profile.get("osDiskImage")
    sources = [profile.get("source"), disk.get("source") if isinstance(disk, dict) else None]
    ids = [each.get("id") for each in sources if isinstance(each, dict)]
    return all(each is None or each is UNKNOWN or isinstance(each, str) for each in ids)


def _has(profile: Any, key: str) -> bool:
    return isinstance(profile, dict) and profile.get(key) is not None
