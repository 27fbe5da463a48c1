"""The catalogue's entry for an image or version that is in the gallery: equal to Azure, so that nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from pydantic import ValidationError

from catalog.fields.tags import PROGRAM_TAGS
from catalog.files.diagnostic import dotted
from catalog.files.pydantic_errors import field_errors_of
from catalog.images.catalogue import Catalogue
from catalog.images.features import is_expressible
from catalog.images.image import Image, name_problem
from catalog.images.source import EXISTING
from catalog.images.version import VersionDefaults, version_problem
from catalog.stacks.commands import Commands
from catalog.stacks.settings import Settings
from plan.definition import IDENTIFIER, Definition
from plan.observed import ObservedDefinition, ObservedVersion
from plan.take_over import USABLE

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
    }
    ordered = {key: entry[key] for key in Image.model_fields if entry.get(key)}
    return {key: value for key, value in ordered.items() if value != Image.model_fields[key].default}


def entry_of_version(version: ObservedVersion, defaults: VersionDefaults) -> Entry:
    """The entry of a version, with its present regions, replicas and storage. `defaults` are the catalogue's."""
    regions = [replica.region for replica in version.replicas]
    excluded = [replica.region for replica in version.replicas if replica.exclude_from_latest]
    counts = {replica.region: replica.replicas for replica in version.replicas}
    entry: Entry = {
        "source": {EXISTING: True},
        "os_disk_size_gb": version.os_disk_size_gb,
        "data_disk_count": version.data_disk_count,
        "target_regions": regions,
        "replicas_per_region": next(iter(counts.values())) if len(set(counts.values())) == 1 else counts,
        "storage_account_type": version.replicas[0].storage_account_type if regions else None,
    }
    entry = {key: value for key, value in entry.items() if value is not None}
    further: Entry = {
        "exclude_from_latest": bool(excluded) and (True if len(excluded) == len(regions) else excluded),
        "end_of_life": version.end_of_life,
        "block_deletion_before_end_of_life": version.block_deletion_before_end_of_life,
        "tags": _tags(version.tags),
    }
    return entry | {
        key: value for key, value in further.items() if value or (value is False and getattr(defaults, key))
    }


def image_problems(definition: ObservedDefinition, catalogue: Catalogue, settings: Settings) -> list[str]:
    """Why the catalogue cannot hold a new image: every reason, with advice."""
    name = definition.name
    problem = name_problem(name)
    if problem is not None:
        add = Commands.of(settings).labs("add-image NAME --source ID")
        advice = f"make one of another name from its version, with `{add}`"
        return [f"{problem}. Azure cannot rename an image: {advice}"]
    entry = {**entry_of_definition(definition), "versions": {"1.0.0": {"source": {EXISTING: True}}}}
    problems = _of_another_stack(name, definition.tags, settings)
    try:
        Image.model_validate(entry)
    except ValidationError as error:
        found = field_errors_of(error, Image, lambda _: None)
        problems += [f"{name}: the catalogue cannot express {dotted(path)} as in Azure: {text}" for path, text in found]
    problems += [
        f"{name}: {other} has the same publisher, offer and sku in the catalogue; change its sku, or take it out"
        for other, image in catalogue.images.items()
        if image.identifier.key == definition.definition.identifier
    ]
    return problems


def version_problems(definition: ObservedDefinition, number: str, settings: Settings) -> list[str]:
    """Why the catalogue cannot hold version `number`: every reason, with advice."""
    name, version = f"{definition.name}:{number}", definition.versions[number]
    problems = _of_another_stack(name, version.tags, settings)
    problem = version_problem(number)
    if problem is not None:
        problems.append(f"{name}: {problem}")
    if version.provisioning_state not in USABLE:
        problems.append(
            f"{name}: its state is {version.provisioning_state or 'not known'}; wait for it with "
            f"`{Commands.of(settings).labs('status --watch')}`, have it exported again if it failed, or name "
            "another version as NAME:VERSION"
        )
    kinds = sorted({replica.storage_account_type for replica in version.replicas})
    if len(kinds) > 1:
        regions = {
            kind: ", ".join(it.region for it in version.replicas if it.storage_account_type == kind) for kind in kinds
        }
        where = "; ".join(f"{kind} in {names}" for kind, names in regions.items())
        problems.append(
            f"{name}: its replicas are stored in several ways ({where}), and the catalogue has one "
            "storage_account_type for a version; publish a copy with "
            f"`{Commands.of(settings).labs('add-version IMAGE --source ID')}`"
        )
    return problems


def _of_another_stack(name: str, tags: Mapping[str, str], settings: Settings) -> list[str]:
    owner, mine = settings.owner_tag
    if tags.get(owner, mine) == mine:
        return []
    return [f"{name}: it belongs to the stack {tags[owner]} (its tag {owner}); have it taken out there first"]


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    """All tags but those that the program sets: an object keeps only the tags of its entry."""
    return {key: value for key, value in tags.items() if key.lower() not in PROGRAM_TAGS}
