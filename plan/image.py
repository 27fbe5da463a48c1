"""One image definition of the catalogue, with its versions."""

from __future__ import annotations

from dataclasses import replace

from catalog.images.image import Image
from catalog.images.version_number import listing_key
from plan.conflict import Conflict
from plan.definition import definition_of, features_of
from plan.end_of_life import end_of_life_conflicts, is_kept
from plan.external import external_conflicts, older_versions, taken_versions, unfinished_version
from plan.image_conflicts import definition_conflicts
from plan.latest import latest_of_stack
from plan.limits import image_tags_problem, tag_conflicts
from plan.planned import PlannedImage
from plan.stack import Stack
from plan.take_over import imports_definition, protects_definition
from plan.version import plan_version


def plan_image(name: str, image: Image, stack: Stack, conflicts: list[Conflict]) -> PlannedImage:
    """The image to declare, versions oldest first; appends what keeps it or one of its versions from being declared."""
    definition, current = definition_of(image), stack.definition(name)
    imported = imports_definition(image, current, stack)
    conflicts += definition_conflicts(name, image, current, stack, imported=imported)
    there, text = (current.end_of_life, current.end_of_life_text) if current else (None, None)
    kept = is_kept(image.end_of_life, there, text)
    conflicts += end_of_life_conflicts(f"images.{name}", None if kept else image.end_of_life, there, stack)
    conflicts += tag_conflicts(f"images.{name}", image_tags_problem(image, stack.settings))
    if image.is_external:
        conflicts += external_conflicts(name, current, stack)
    planned = (
        plan_version(name, image, number, stack, conflicts) for number in sorted(image.versions, key=listing_key)
    )
    versions = tuple(version for version in planned if version is not None)
    return PlannedImage(
        name=name,
        definition=replace(definition, end_of_life=there) if kept else definition,
        end_of_life_text=text if kept else None,
        consumers=image.consumers,
        tags=stack.tags(image.tags),
        protect=protects_definition(image, stack.settings),
        versions=versions,
        features=current.features if current else features_of(definition),
        exists=current is not None,
        import_id=f"{stack.gallery_id}/images/{name}" if imported else None,
        latest_usable=latest_of_stack(versions, current.versions if current else {}, stack),
        external=taken_versions(current) if image.is_external else None,
        unfinished=unfinished_version(current) if image.is_external else None,
        older_external=older_versions(current) if image.is_external else (),
    )
