"""The catalogue's entry for an image or version that is in the gallery: equal to Azure, so that nothing changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, Final

from catalog.fields.moment import shortest
from catalog.fields.tags import PROGRAM_TAGS
from catalog.files.similar import same_name
from catalog.images.catalogue import Catalogue
from catalog.images.features import is_expressible
from catalog.images.image import Image
from catalog.images.source import EXISTING
from catalog.images.version import VersionDefaults
from catalog.stacks.settings import Settings
from plan.definition import IDENTIFIER, Definition
from plan.observed import ObservedDefinition, ObservedVersion

CARRIED = (
    "A Specialized image is a copy of one machine: it carries that machine's data, its users' profiles, and accounts "
    "with their passwords; a lab made from it uses the credentials of the template that was exported. Look at what is "
    "in it before others use it."
)
"""The warning about a Specialized image. Source: "Approaches for custom image creation", "Attach or detach …"."""

Entry = dict[str, Any]

_SAME_IN_CATALOGUE: Final = tuple(field.name for field in fields(Definition) if field.name in Image.model_fields)


def entry_of_definition(found: ObservedDefinition) -> Entry:
    """The entry of an image definition, without its versions. Keys with their default value are left out."""
    definition = found.definition
    ranges = {"vcpus": definition.recommended_vcpus, "memory_gb": definition.recommended_memory_gb}
    entry: Entry = {name: getattr(definition, name) for name in _SAME_IN_CATALOGUE}
    entry |= {
        "identifier": {name: getattr(definition, name) for name in IDENTIFIER},
        "recommended": {key: list(value) for key, value in ranges.items() if value},
        "disallowed_disk_types": list(definition.disallowed_disk_types),
        "purchase_plan": dict(zip(("name", "product", "publisher"), definition.purchase_plan or (), strict=False)),
        "features": {it.name: it.value for it in definition.features if is_expressible(it.name, it.value)},
        "tags": _tags(found.tags),
        "end_of_life": shortest(definition.end_of_life) if definition.end_of_life else None,
    }
    ordered = {key: entry[key] for key in Image.model_fields if entry.get(key)}
    return {key: value for key, value in ordered.items() if value != Image.model_fields[key].default}


def entry_of_version(version: ObservedVersion, defaults: VersionDefaults) -> Entry:
    """The entry of a version, with its present regions, replicas and storage. `defaults` are the catalogue's."""
    regions = [replica.region for replica in version.replicas] or None
    excluded = [replica.region for replica in version.replicas if replica.exclude_from_latest]
    counts = {replica.region: replica.replicas for replica in version.replicas}
    storage = {replica.region: replica.storage_account_type for replica in version.replicas}
    entry: Entry = {
        "source": {EXISTING: True},
        "os_disk_size_gb": version.os_disk_size_gb,
        "data_disk_count": version.data_disk_count,
        "target_regions": regions,
        "replicas_per_region": next(iter(counts.values())) if len(set(counts.values())) == 1 else counts or None,
        "storage_account_type": next(iter(storage.values())) if len(set(storage.values())) == 1 else storage or None,
    }
    entry = {key: value for key, value in entry.items() if value is not None or getattr(defaults, key) is not None}
    further: Entry = {
        "exclude_from_latest": version.excluded or excluded or False,
        "end_of_life": shortest(version.end_of_life) if version.end_of_life else None,
        "block_deletion_before_end_of_life": version.block_deletion_before_end_of_life,
        "allow_deletion_of_replicated_locations": version.allow_deletion_of_replicated_locations,
        "tags": _tags(version.tags),
    }
    # What the version lacks is written where the defaults would give it.
    return entry | {key: value for key, value in further.items() if value or getattr(defaults, key)}


def entries_of(
    catalogue: Catalogue, definition: ObservedDefinition, numbers: Collection[str], settings: Settings
) -> tuple[Entry, dict[str, Entry]]:
    """The entry of the definition, and those of its versions `numbers`, for this catalogue and stack.

    Azure compares names of tags without regard to case, so a tag has the spelling that the stack or the image has.
    """
    name = same_name(definition.name, catalogue.images)
    image = _spelled_alike(entry_of_definition(definition), settings.tags)
    of_image = catalogue.images[name].tags if name else image.get("tags", {})
    versions = {number: entry_of_version(definition.versions[number], catalogue.defaults) for number in numbers}
    return image, {number: _spelled_alike(entry, settings.tags, of_image) for number, entry in versions.items()}


def _spelled_alike(entry: Entry, *levels: Mapping[str, str]) -> Entry:
    """`entry` with each tag in the spelling that one of `levels` has, whose tags are on the same object."""
    usual = {name.lower(): name for level in reversed(levels) for name in level}
    tags = {usual.get(name.lower(), name): value for name, value in entry.get("tags", {}).items()}
    return {**entry, "tags": tags} if tags else entry


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    """All tags but those that the program sets: an object keeps only the tags of its entry."""
    return {key: value for key, value in tags.items() if key.lower() not in PROGRAM_TAGS}
