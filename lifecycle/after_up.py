"""What Azure would have after an update that deploys a plan and fails nowhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from catalog.fields.moment import start_of
from plan.observed import (
    SUCCEEDED,
    ListedImage,
    ListedImages,
    Observed,
    ObservedDefinition,
    ObservedGallery,
    ObservedLab,
    ObservedLabPlan,
    ObservedReplica,
    ObservedVersion,
)
from plan.planned import Plan, PlannedImage, PlannedLabPlan, PlannedVersion


def after_up(plan: Plan, observed: Observed, kept: Collection[str] = ()) -> Observed:
    """`observed` as `plan` changes it. What others have made stays; what the stack made and no longer declares goes.

    `kept` are ids, in lower case, of planned objects that the update leaves as they are: those that the stack's state
    has as planned, whatever became of them in Azure.
    """
    labs = dict(observed.labs)
    for attachment in plan.attachments:
        if attachment.id.lower() in kept:
            continue
        lab = attachment.id.rpartition("/sharedGalleries/")[0] or attachment.id.rpartition("/sharedgalleries/")[0]
        seen = labs.get(lab.lower(), ObservedLab(lab, attachment.region))
        labs[lab.lower()] = replace(seen, attachments={attachment.id: plan.gallery.id})
    return replace(
        observed,
        gallery=_gallery(plan, observed.gallery, kept),
        labs=labs,
        lab_plan=_lab_plan(plan.lab_plan, observed.lab_plan, plan, kept) if plan.lab_plan else observed.lab_plan,
        progress={},
    )


def _gallery(plan: Plan, seen: ObservedGallery | None, kept: Collection[str]) -> ObservedGallery | None:
    if seen is None and plan.gallery.id.lower() in kept:
        return None
    gallery = seen or ObservedGallery(plan.gallery.id, plan.gallery.location)
    definitions = {
        key: left for key, found in gallery.definitions.items() if (left := _left(found, plan.owner_tag)) is not None
    }
    for image in plan.images:
        key = image.name.lower()
        before = gallery.definitions.get(key)
        if before is not None or f"{plan.gallery.id}/images/{image.name}".lower() not in kept:
            definitions[key] = _definition(image, definitions.get(key), before, plan, kept)
    return replace(gallery, definitions=definitions)


def _left(found: ObservedDefinition, owner_tag: tuple[str, str]) -> ObservedDefinition | None:
    """What of a definition is not the stack's own; None if nothing is."""
    versions = {number: version for number, version in found.versions.items() if not _owned(version.tags, owner_tag)}
    return replace(found, versions=versions) if versions or not _owned(found.tags, owner_tag) else None


def _owned(tags: Mapping[str, str], owner_tag: tuple[str, str]) -> bool:
    return tags.get(owner_tag[0]) == owner_tag[1]


def _definition(
    image: PlannedImage,
    left: ObservedDefinition | None,
    before: ObservedDefinition | None,
    plan: Plan,
    kept: Collection[str],
) -> ObservedDefinition:
    own_id = f"{plan.gallery.id}/images/{image.name}"
    published = before.versions if before else {}
    planned: dict[str, ObservedVersion] = {}
    for version in image.versions:
        there = published.get(version.number)
        if f"{own_id}/versions/{version.number}".lower() not in kept:
            planned[version.number] = _version(version, there, own_id, plan)
        elif there is not None:
            planned[version.number] = there
    return ObservedDefinition(
        id=before.id if before else own_id,
        location=plan.gallery.location,
        definition=image.definition,
        end_of_life_text=image.end_of_life_text,
        features=image.features,
        tags=image.tags,
        versions={**(left.versions if left else {}), **planned},
    )


def _version(planned: PlannedVersion, before: ObservedVersion | None, definition: str, plan: Plan) -> ObservedVersion:
    """A version that is written is published, also one that had failed before."""
    return ObservedVersion(
        id=before.id if before else f"{definition}/versions/{planned.number}",
        location=plan.gallery.location,
        source_id=before.source_id if before else planned.source.id,
        os_disk_size_gb=planned.os_disk_size_gb,
        data_disk_count=planned.data_disk_count,
        replicas=tuple(
            ObservedReplica(
                region.name,
                region.replicas,
                region.storage_account_type,
                planned.exclude_from_latest or region.exclude_from_latest,
            )
            for region in planned.target_regions
        ),
        provisioning_state=SUCCEEDED,
        tags=planned.tags,
        end_of_life=start_of(planned.end_of_life) if planned.end_of_life else None,
        end_of_life_text=planned.end_of_life_text,
        block_deletion_before_end_of_life=planned.block_deletion_before_end_of_life,
        allow_deletion_of_replicated_locations=planned.allow_deletion_of_replicated_locations,
        excluded=planned.exclude_from_latest,
        published=before.published if before else None,
    )


def _lab_plan(
    planned: PlannedLabPlan, seen: ObservedLabPlan | None, plan: Plan, kept: Collection[str]
) -> ObservedLabPlan | None:
    """The lab plan with the gallery; images keep their switches but for those that the catalogue sets."""
    stays = planned.id.lower() in kept
    if stays and (seen is None or seen.gallery_id is None):
        return seen
    listed = seen.listed.images if seen and seen.listed else ()
    switches = {image.image.lower(): image for image in listed if image.gallery.lower() == plan.gallery.id.lower()}
    for image in planned.images:
        if image.id.lower() in kept:
            continue
        switches[image.image.lower()] = ListedImage(plan.gallery.id, image.image, image.enabled)
    images = ListedImages(tuple(switches.values()), failure=seen.listed.failure if seen and seen.listed else None)
    if stays and seen is not None:
        return replace(seen, listed=images)
    return ObservedLabPlan(
        id=planned.id,
        region=planned.location,
        allowed_regions=planned.lab_regions or (),
        gallery_id=plan.gallery.id,
        tags=planned.tags,
        listed=images,
    )
