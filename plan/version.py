"""One version of an image."""

from __future__ import annotations

from catalog.images.image import Image
from catalog.images.source import EXISTING
from plan.conflict import Conflict
from plan.disks import facts_of
from plan.end_of_life import end_of_life_conflicts, is_kept
from plan.image_conflicts import ambiguous_number, version_conflicts
from plan.limits import tag_conflicts, version_tags_problem
from plan.planned import PlannedSource, PlannedVersion
from plan.republish import is_republished, republished_tag
from plan.stack import Stack
from plan.take_over import existing_conflicts, imports_version, protects
from plan.target_regions import version_regions


def plan_version(
    image_name: str, image: Image, number: str, stack: Stack, conflicts: list[Conflict]
) -> PlannedVersion | None:
    """The version to declare, None where nothing can be said of it; appends what keeps it from being declared."""
    version, definition = image.versions[number], stack.definition(image_name)
    subject = f"images.{image_name}.versions.{number}"
    there = definition.number_of(number) if definition else None
    conflicts += ambiguous_number(subject, number, definition)
    own_id = f"{stack.gallery_id}/images/{image_name}/versions/{there or number}"
    published = definition.versions[there] if definition and there else None
    if version.source.kind == EXISTING:
        # A gallery that could not be read may hold it; that failure is a conflict of its own.
        found = [] if stack.observed.failures else list(existing_conflicts(subject, own_id, published, stack))
        conflicts += found
        if found or published is None:
            return None
    try:
        regions = version_regions(version, stack.settings)
    except ValueError as error:
        conflicts.append(
            Conflict(subject, str(error), "Its replicas cannot be placed", "Correct the catalogue or the stack")
        )
        return None
    conflicts += tag_conflicts(subject, version_tags_problem(image, version.tags, stack.settings))
    source_id = version.source.id or own_id
    source = stack.observed.sources.get(source_id.lower())
    facts = facts_of(version, published, source)
    end, text = (published.end_of_life, published.end_of_life_text) if published else (None, None)
    kept = is_kept(version.end_of_life, end, text)
    conflicts += end_of_life_conflicts(subject, None if kept else version.end_of_life, end, stack)
    again = is_republished(image, number, published, stack)
    planned = PlannedVersion(
        number=there or number,
        source=PlannedSource(version.source.kind, source_id, version.source.uri),
        os_disk_size_gb=facts.os_disk_size_gb,
        data_disk_count=facts.data_disk_count,
        declared_os_disk_size_gb=version.os_disk_size_gb,
        declared_data_disk_count=version.data_disk_count,
        target_regions=regions,
        exclude_from_latest=version.exclude_from_latest is True,
        end_of_life=end if kept else version.end_of_life,
        end_of_life_text=text if kept else None,
        block_deletion_before_end_of_life=version.block_deletion_before_end_of_life,
        allow_deletion_of_replicated_locations=version.allow_deletion_of_replicated_locations,
        tags=stack.tags(image.tags, version.tags, republished_tag(published, stack, again=again)),
        protect=protects(version, image, stack.settings),
        exists=published is not None,
        import_id=own_id if imports_version(version, published, stack) else None,
        republished=again,
    )
    conflicts += version_conflicts(subject, image, planned, definition, source, stack)
    return planned
