"""Conflicts of one version: with the version that is in the gallery, or with the source it is to be made from."""

from __future__ import annotations

from catalog.images.image import Image
from catalog.stacks.settings import Settings
from plan.conflict import Conflict
from plan.immutable import version_changes, version_misfits
from plan.observed import ObservedSource, ObservedVersion
from plan.planned import PlannedVersion


def version_conflicts(
    subject: str,
    image: Image,
    wanted: PlannedVersion,
    published: ObservedVersion | None,
    source: ObservedSource | None,
    settings: Settings,
) -> list[Conflict]:
    """Everything that keeps `wanted` from being declared.

    A published version is compared with the gallery only: its source may be gone or changed, and that is normal.
    """
    if published is not None:
        return _against_gallery(subject, wanted, published, settings)
    if source is not None:
        return _against_source(subject, image, wanted, source, settings)
    return []


def _against_gallery(
    subject: str, wanted: PlannedVersion, published: ObservedVersion, settings: Settings
) -> list[Conflict]:
    conflicts = []
    tag, owner = settings.owner_tag
    if published.tags.get(tag) != owner and wanted.import_id is None:
        conflicts.append(
            Conflict(
                subject,
                f"the gallery already has this version, without the tag {tag} = {owner}: {published.id}",
                "A lab's export, a person or another stack made it, and it is not replaced unasked",
                "Publish under the next number, write source: {existing: true} to keep it as it is, or take it over "
                "by one run with `pulumi config set importExisting true`",
            )
        )
    conflicts += [
        Conflict(
            subject,
            f"{change.key} is {change.current} in the gallery and {change.wanted} in the catalogue",
            "A published version never changes: labs made from it would no longer be what they were",
            f"Put {change.current} back and publish the change as a new version: {next_patch(wanted.number)}",
        )
        for change in version_changes(published, wanted)
    ]
    conflicts += [
        Conflict(
            subject,
            f"the {change.key} of the version in the gallery is {change.current}, and must be {change.wanted} here",
            "Azure does not change it on a version: it would be deleted and made anew",
            f"Take the entry out, and the version stays as it is; publish the image as {next_patch(wanted.number)}",
        )
        for change in version_misfits(published, settings.location)
    ]
    kept = {region.name for region in wanted.target_regions}
    lost = sorted(replica.region for replica in published.replicas if replica.region not in kept)
    if lost and not wanted.allow_deletion_of_replicated_locations:
        conflicts.append(
            Conflict(
                subject,
                f"its replicas in {', '.join(lost)} would be deleted",
                "Labs in those regions could no longer be published from this image",
                f"Add {', '.join(lost)} to target_regions, or say that it is meant with "
                "allow_deletion_of_replicated_locations: true",
            )
        )
    return conflicts


def _against_source(
    subject: str, image: Image, wanted: PlannedVersion, source: ObservedSource, settings: Settings
) -> list[Conflict]:
    if source.failure is not None:
        declared = wanted.declared_os_disk_size_gb is not None and wanted.declared_data_disk_count is not None
        if declared and not source.missing:
            return []  # somebody may publish what the reader of this check is not allowed to see
        return [_unreadable(subject, source, source.failure)]
    conflicts = []
    if source.region is not None and source.region != settings.location:
        conflicts.append(_other_region(subject, wanted, source, settings))
    misfits = (
        ("os_type", source.os_type, image.os_type),
        ("os_state", source.os_state, image.os_state),
        ("hyper_v_generation", source.hyper_v_generation, image.hyper_v_generation),
    )
    for key, told, said in misfits:
        if told is not None and told != said:
            conflicts.append(
                Conflict(
                    subject,
                    f"the image says {key}: {said}, and its source {source.id} is {told}",
                    "Azure refuses to publish it, or machines made from it do not start",
                    f"Write {key}: {told} for the image, or name another source",
                )
            )
    plan = image.purchase_plan.key if image.purchase_plan else None
    if source.purchase_plan is not None and source.purchase_plan != plan:
        conflicts.append(_other_plan(subject, source, source.purchase_plan))
    return conflicts


def _other_plan(subject: str, source: ObservedSource, plan: tuple[str, str, str]) -> Conflict:
    name, product, publisher = plan
    return Conflict(
        subject,
        f"its source {source.id} has the purchase plan {' / '.join(plan)}, and the image says otherwise",
        "Azure refuses to publish a version whose source has another plan than its image",
        f"Write purchase_plan: {{name: {name}, product: {product}, publisher: {publisher}}} for the image, or name "
        "another source",
    )


def _unreadable(subject: str, source: ObservedSource, failure: str) -> Conflict:
    consequence = (
        "The version cannot be made from it"
        if source.missing
        else "Nobody can tell the size and number of its disks, so nobody can tell whether teachers would see the image"
    )
    remedy = f"Correct the id, and look with `az resource show --ids {source.id}`"
    if not source.missing:
        remedy += ", or declare os_disk_size_gb and data_disk_count"
    return Conflict(subject, f"its source cannot be read: {failure}", consequence, remedy)


def _other_region(subject: str, wanted: PlannedVersion, source: ObservedSource, settings: Settings) -> Conflict:
    return Conflict(
        subject,
        f"its source {source.id} is in {source.region}, and versions of this gallery are made in {settings.location}",
        "Azure publishes a version only from a source in its own region",
        f"Name a source in {settings.location}, or {_copy_there(wanted.source.kind, source, settings.location)}",
    )


def _copy_there(kind: str, source: ObservedSource, region: str) -> str:
    """How to get what is in a source to another region. Snapshots alone can be copied, incremental ones only."""
    snapshot = "az snapshot create --incremental true --resource-group GROUP"
    copy = f"`{snapshot} --name COPY --location {region} --copy-start true --source {{}}`"
    if kind == "snapshot":
        return f"copy it with {copy.format(source.id)}"
    if kind == "gallery_version":
        return (
            f"add {region} to its target regions, make a disk from it with `az disk create --resource-group GROUP "
            f"--name COPY --location {region} --gallery-image-reference {source.id}`, and publish from that disk"
        )
    disk = source.id if kind == "disk" else "OS-DISK-ID"
    whose = "it" if kind == "disk" else "its OS disk"
    return (
        f"take a snapshot of {whose} with `{snapshot} --name SNAPSHOT --location {source.region} --source {disk}`, "
        f"copy that with {copy.format('SNAPSHOT-ID')}, and publish from the copy"
    )


def next_patch(number: str) -> str:
    """The next number after `number` in the last place: 1.0.9 gives 1.0.10."""
    major, minor, patch = number.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"
