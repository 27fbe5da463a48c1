"""The one decision of the program: catalogue, settings and what is in Azure make a plan, or all conflicts together."""

from __future__ import annotations

from collections import Counter

from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from catalog.images.source import EXISTING
from catalog.images.version import version_key
from catalog.stacks.lock import LOCK_NAME
from catalog.stacks.settings import Settings
from plan.attachments import plan_attachments
from plan.conflict import Conflict, PlanRefused
from plan.definition_conflicts import definition_conflicts
from plan.dev_test_attachments import plan_dev_test_attachments
from plan.disks import facts_of
from plan.gallery_conflicts import gallery_conflicts
from plan.lab_plan import plan_lab_plan
from plan.latest import latest_of_stack
from plan.observed import Observed, ObservedDefinition
from plan.planned import (
    Plan,
    PlannedGallery,
    PlannedImage,
    PlannedLock,
    PlannedSource,
    PlannedVersion,
)
from plan.roles import plan_roles
from plan.storage import replica_count, stored_gb
from plan.take_over import (
    existing_conflicts,
    imports_definition,
    imports_version,
    protects,
    protects_definition,
)
from plan.target_regions import version_regions
from plan.version_conflicts import version_conflicts

LARGEST_SHOWN = 3


def plan(catalogue: Catalogue, settings: Settings, observed: Observed) -> Plan:
    """Everything the stack declares, final. Raises PlanRefused with all conflicts when it must not be declared."""
    conflicts = [_failed_look_up(failure) for failure in observed.failures]
    images: list[PlannedImage] = []
    for name, image in catalogue.images.items():
        definition = observed.gallery.definitions.get(name.lower()) if observed.gallery else None
        planned, found = _plan_image(name, image, definition, settings, observed)
        images.append(planned)
        conflicts += found
    gallery = _plan_gallery(images, settings, observed)
    conflicts += gallery_conflicts(settings, observed)
    attachments, found = plan_attachments(gallery.id, settings, observed)
    conflicts += found
    lab_plan, found = plan_lab_plan(gallery.id, catalogue, settings, observed)
    conflicts += found
    dev_test_attachments, found = plan_dev_test_attachments(gallery.id, settings, observed)
    conflicts += found
    roles, found = plan_roles(gallery.id, settings, observed, catalogue.images)
    conflicts += found
    if conflicts:
        raise PlanRefused(conflicts)
    return Plan(
        subscription_id=settings.subscription_id,
        gallery=gallery,
        images=tuple(images),
        attachments=tuple(attachments),
        role_assignments=roles,
        owner_tag=settings.owner_tag,
        lab_plan=lab_plan,
        dev_test_attachments=tuple(dev_test_attachments),
        lock=_plan_lock(settings, observed),
    )


def _plan_lock(settings: Settings, observed: Observed) -> PlannedLock | None:
    if settings.lock is None:
        return None
    own_id = f"{gallery_id(settings)}/providers/Microsoft.Authorization/locks/{LOCK_NAME}"
    return PlannedLock(
        name=LOCK_NAME,
        level=settings.lock.level,
        notes=settings.lock.notes,
        exists=observed.lock,
        import_id=own_id if observed.lock and settings.import_existing else None,
    )


def resource_group_id(settings: Settings) -> str:
    """Resource id of the resource group that the gallery lies in."""
    return f"/subscriptions/{settings.subscription_id}/resourceGroups/{settings.resource_group_name}"


def gallery_id(settings: Settings) -> str:
    """Resource id of the stack's gallery."""
    return f"{resource_group_id(settings)}/providers/Microsoft.Compute/galleries/{settings.gallery_name}"


def _failed_look_up(failure: str) -> Conflict:
    return Conflict(
        "Azure",
        failure,
        "What exists there cannot be seen, so nothing can be decided safely and nothing was touched",
        "Mend the access and run the command again",
    )


def _plan_image(
    name: str, image: Image, definition: ObservedDefinition | None, settings: Settings, observed: Observed
) -> tuple[PlannedImage, list[Conflict]]:
    conflicts: list[Conflict] = []
    versions: list[PlannedVersion] = []
    for number in sorted(image.versions, key=version_key):
        planned, found = _plan_version(name, image, number, definition, settings, observed)
        conflicts += found
        if planned is not None:
            versions.append(planned)
    tag, owner = settings.owner_tag
    recommended = image.recommended
    result = PlannedImage(
        name=name,
        description=image.description,
        os_type=image.os_type,
        os_state=image.os_state,
        hyper_v_generation=image.hyper_v_generation,
        architecture=image.architecture,
        security_type=image.security_type,
        publisher=image.identifier.publisher,
        offer=image.identifier.offer,
        sku=image.identifier.sku,
        recommended_vcpus=recommended.vcpus if recommended else None,
        recommended_memory_gb=recommended.memory_gb if recommended else None,
        disallowed_disk_types=tuple(image.disallowed_disk_types),
        purchase_plan=image.purchase_plan.key if image.purchase_plan else None,
        eula=image.eula,
        privacy_statement_uri=image.privacy_statement_uri,
        release_note_uri=image.release_note_uri,
        end_of_life=image.end_of_life,
        consumers=image.consumers,
        tags={**settings.tags, **image.tags, tag: owner},
        protect=protects_definition(image, settings),
        versions=tuple(versions),
        exists=definition is not None,
        import_id=f"{gallery_id(settings)}/images/{name}" if imports_definition(image, definition, settings) else None,
        latest_usable=latest_of_stack(versions, definition.versions if definition else {}, settings),
    )
    if observed.gallery is not None:
        conflicts = [*definition_conflicts(definition, result, settings, observed.gallery), *conflicts]
    return result, conflicts


def _plan_version(
    image_name: str,
    image: Image,
    number: str,
    definition: ObservedDefinition | None,
    settings: Settings,
    observed: Observed,
) -> tuple[PlannedVersion | None, list[Conflict]]:
    version = image.versions[number]
    subject = f"images.{image_name}.versions.{number}"
    own_id = f"{gallery_id(settings)}/images/{image_name}/versions/{number}"
    published = definition.versions.get(number) if definition else None
    if version.source.kind == EXISTING:
        # Where the gallery could not be seen, nobody knows what is in it; that failure is told by itself.
        found = [] if observed.failures else existing_conflicts(subject, own_id, published, settings)
        if found or published is None:
            return None, found
    try:
        regions = version_regions(version, settings)
    except ValueError as error:
        return None, [
            Conflict(subject, str(error), "Its replicas cannot be placed", "Correct the catalogue or the stack")
        ]
    source_id = version.source.id or own_id
    source = observed.sources.get(source_id.lower())
    facts = facts_of(version, published, source)
    tag, owner = settings.owner_tag
    result = PlannedVersion(
        number=number,
        source=PlannedSource(version.source.kind, source_id, version.source.uri),
        os_disk_size_gb=facts.os_disk_size_gb,
        data_disk_count=facts.data_disk_count,
        declared_os_disk_size_gb=version.os_disk_size_gb,
        declared_data_disk_count=version.data_disk_count,
        target_regions=regions,
        exclude_from_latest=version.exclude_from_latest is True,
        end_of_life=version.end_of_life,
        block_deletion_before_end_of_life=version.block_deletion_before_end_of_life,
        allow_deletion_of_replicated_locations=version.allow_deletion_of_replicated_locations,
        tags={**settings.tags, **image.tags, **version.tags, tag: owner},
        protect=protects(version, image, settings),
        exists=published is not None,
        import_id=own_id if imports_version(version, published, settings) else None,
    )
    return result, version_conflicts(subject, image, result, published, source, settings)


def _plan_gallery(images: list[PlannedImage], settings: Settings, observed: Observed) -> PlannedGallery:
    stored: Counter[str] = Counter()
    unknown = False
    for image in images:
        for version in image.versions:
            size = stored_gb(version.os_disk_size_gb, replica_count(version.target_regions))
            unknown = unknown or size is None
            stored[image.name] += size or 0
    tag, owner = settings.owner_tag
    take_over = settings.import_existing
    largest = sorted(stored.items(), key=lambda item: (-item[1], item[0]))[:LARGEST_SHOWN]
    return PlannedGallery(
        name=settings.gallery_name,
        id=gallery_id(settings),
        resource_group=settings.resource_group_name,
        create_resource_group=settings.create_resource_group,
        location=settings.location,
        description=settings.gallery_description,
        tags={**settings.tags, tag: owner},
        protect=settings.protect,
        replica_storage_gb=None if unknown else stored.total(),
        largest=tuple(largest),
        import_id=gallery_id(settings) if observed.gallery and take_over else None,
        resource_group_import_id=resource_group_id(settings) if observed.resource_group and take_over else None,
        soft_delete=settings.soft_delete,
    )
