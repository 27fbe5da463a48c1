"""Conflicts of images and versions with what the gallery has, or with the source that a version is made from.

What Azure never changes on an image definition is in `plan.definition`. Of a version it never changes the source and
the storage of a replica (source: "Store and share images in an Azure Compute Gallery", updating resources).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from catalog.fields.resource_id import parse
from catalog.fields.sizes import LARGEST_OS_DISK_GB
from catalog.images.image import Image, is_for_lab_services
from catalog.images.source import EXISTING, KINDS, same_source
from catalog.images.version_number import listing_key, number_above
from catalog.stacks.commands import Commands
from plan.conflict import Conflict
from plan.definition import Definition, definition_of
from plan.lab_services_limits import MAKE_AN_IMAGE, SUPPORTED
from plan.limits import replicas_problem
from plan.observed import ObservedDefinition, ObservedSource, ObservedVersion
from plan.planned import PlannedVersion
from plan.stack import Stack
from plan.storage import replica_count

_PLAN: Final = ("name", "product", "publisher")
_MACHINE: Final = "microsoft.compute/virtualmachines"
REPLICATION_MODE: Final = "Full"
"""The mode of every version: a Shallow one has a single replica and is meant for a quick try."""


_FROM_FILES_ONLY: Final = frozenset({"TrustedLaunchSupported", "ConfidentialVmSupported"})
"""Security types whose versions are made from a source without the state of a guest.

Source: refusals of the service ("Currently only Vhd Blob, User Image and Gallery Image Version sources are supported"),
quoted for the first in hashicorp/packer-plugin-azure issue 304, for the second in public build scripts. For
TrustedLaunchAndConfidentialVmSupported none is known.
"""
_WITH_GUEST_STATE: Final = frozenset({"vm", "disk", "snapshot"})


def definition_conflicts(
    name: str, image: Image, current: ObservedDefinition | None, stack: Stack, *, imported: bool
) -> Iterator[Conflict]:
    """Everything that keeps the definition of `image` from being declared, one conflict a property.

    `current` is None when the gallery has no definition of this name; with `imported` it becomes this stack's own.
    """
    subject, wanted = f"images.{name}", definition_of(image)
    if current is None:
        yield from _same_identifier(subject, wanted, stack)
        return
    if not stack.owns(current) and not imported:
        take_over = f"`{stack.commands.labs(f'import {name}')}`"
        either = ", have it taken out there first"
        if stack.is_unowned(current):
            either = f", take an image that was exported from a lab into the catalogue with {take_over}"
        yield stack.not_ours(
            subject,
            current,
            "What may be a person's, a lab's or another stack's is not changed unasked",
            f"Give the image another name{either}",
        )
    for key, here, there in current.definition.fixed_changes(wanted):
        yield Conflict(
            subject,
            f"{key} is {_shown(here)} in the gallery and {_shown(there)} in the catalogue",
            "Azure does not change it on an existing image definition: it would be deleted with all its versions",
            _published_differently(key, here, image),
        )
    if current.location != stack.settings.location:
        yield Conflict(
            subject,
            f"the image definition is in {current.location}, and the stack says location: {stack.settings.location}",
            "An image definition cannot move: it would be deleted with all its versions",
            _elsewhere(current, stack),
        )


def ambiguous_number(subject: str, number: str, definition: ObservedDefinition | None) -> Iterator[Conflict]:
    """The conflict of a number that is spelled as neither of two versions that the gallery has of it."""
    if definition is None or number in definition.versions:
        return
    twins = [each for each in definition.versions if listing_key(each) == listing_key(number)]
    if len(twins) > 1:
        yield Conflict(
            subject,
            f"the gallery has it as {' and as '.join(sorted(twins))}",
            "Nobody can tell which of them is meant",
            "Write the number as it is there",
        )


def version_conflicts(
    subject: str,
    image: Image,
    wanted: PlannedVersion,
    definition: ObservedDefinition | None,
    source: ObservedSource | None,
    stack: Stack,
) -> Iterator[Conflict]:
    """Everything that keeps `wanted` from being declared; `definition` is its image in the gallery.

    A published version is compared with the gallery only: its source may be gone or changed, and that is normal.
    """
    published = definition.version_named(wanted.number) if definition else None
    yield from _too_many_replicas(subject, wanted, published)
    if published is None:
        yield from _wrong_kind(subject, image, wanted)
    if definition is not None and published is not None:
        yield from _against_gallery(subject, wanted, published, image, definition, stack)
    elif source is not None and source.failure is not None:
        yield from _unreadable(subject, wanted, source, stack.commands)
    elif source is not None:
        yield from _region_of_source(subject, wanted, source, stack.settings.location)
        yield from _too_large(subject, wanted, source)
        yield from _against_source(subject, image, source, definition, stack)


def _too_many_replicas(subject: str, wanted: PlannedVersion, published: ObservedVersion | None) -> Iterator[Conflict]:
    """The conflict of a version with more replicas than Azure allows; what is published already stays as it is."""
    problem = replicas_problem(wanted.target_regions)
    there = sum(replica.replicas for replica in published.replicas) if published else 0
    if problem is not None and replica_count(wanted.target_regions) > there:
        cause, _, remedy = problem.partition("; ")
        yield Conflict(
            f"{subject}.replicas_per_region",
            cause,
            "Azure would refuse the version",
            f"{remedy[0].upper()}{remedy[1:]}",
        )


def _wrong_kind(subject: str, image: Image, wanted: PlannedVersion) -> Iterator[Conflict]:
    if image.security_type in _FROM_FILES_ONLY and wanted.source.kind in _WITH_GUEST_STATE:
        made = ", ".join(kind for kind in KINDS if KINDS[kind].is_made and kind not in _WITH_GUEST_STATE)
        yield Conflict(
            f"{subject}.source.{wanted.source.kind}",
            f"the image says security_type: {image.security_type}, and its source {wanted.source.id} is a "
            f"{KINDS[wanted.source.kind].noun}",
            f"Azure makes versions of such an image from other sources only ({made}), so it would refuse this one",
            f"Name one of these; or publish the {KINDS[wanted.source.kind].noun} as an image of its own with another "
            "security_type",
        )


def _same_identifier(subject: str, wanted: Definition, stack: Stack) -> Iterator[Conflict]:
    gallery = stack.observed.gallery
    for other in gallery.definitions.values() if gallery else ():
        if other.definition.identifier == wanted.identifier:
            triple = (wanted.publisher, wanted.offer, wanted.sku)
            yield Conflict(
                subject,
                f"its identifier {_shown(triple)} is already that of the image definition {other.id}",
                "Azure has each identifier once in a gallery, so it refuses the new image; it cannot be renamed either",
                "Give the image another sku, or first remove the other one in a deployment of its own",
            )


def _against_gallery(
    subject: str,
    wanted: PlannedVersion,
    published: ObservedVersion,
    image: Image,
    definition: ObservedDefinition,
    stack: Stack,
) -> Iterator[Conflict]:
    """The conflicts with what is `published` in `definition`, the image in the gallery."""
    if not stack.owns(published) and wanted.import_id is None:
        yield stack.not_ours(
            subject,
            published,
            "What may be a person's, a lab's or another stack's is not replaced unasked",
            "Have it taken out of that stack first"
            if wanted.source.kind == EXISTING
            else "Publish under the next number, write source: {existing: true} to keep it as it is",
        )
    source = _other_source(published, wanted)
    if source is not None:
        yield Conflict(
            subject,
            f"source is {published.source_id} in the gallery and {source} in the catalogue",
            "A published version never changes: labs made from it would no longer be what they were",
            f"Put {published.source_id} back and publish the change as a new version: {_next(image, definition)}",
        )
    yield from _other_storage(subject, wanted, published)
    # What no version of this gallery that is declared here can have, however it was made.
    for key, here, there in (
        ("location", published.location, stack.settings.location),
        ("replication mode", published.replication_mode, REPLICATION_MODE),
    ):
        if here != there:
            yield Conflict(
                subject,
                f"the {key} of the version in the gallery is {here}, and must be {there} here",
                "Azure does not change it on a version: it would be deleted and made again",
                f"Publish the image as {_next(image, definition)}, and retire this version (docs/publish/retire.md)"
                if stack.owns(published)
                else _leave(published, image, stack),
            )
    kept = {region.name for region in wanted.target_regions}
    lost = sorted(replica.region for replica in published.replicas if replica.region not in kept)
    if lost and not wanted.allow_deletion_of_replicated_locations:
        excluded = [name for name in lost if name in stack.settings.exclude_regions]
        added = [name for name in lost if name not in excluded]
        keep = [f"take {', '.join(excluded)} out of the stack's excludeRegions"] if excluded else []
        keep += [f"add {', '.join(added)} to target_regions"] if added else []
        kept_by = " and ".join(keep)
        yield Conflict(
            subject,
            f"its replicas in {', '.join(lost)} would be deleted",
            "Labs in those regions could no longer be published from this image",
            f"{kept_by[0].upper()}{kept_by[1:]}, or say that it is meant with "
            "allow_deletion_of_replicated_locations: true",
        )


def _next(image: Image, definition: ObservedDefinition) -> str:
    return number_above([*image.versions, *definition.versions]) or "a higher number"


def _elsewhere(current: ObservedDefinition, stack: Stack) -> str:
    """What to do about a definition in another region than the gallery. The stack's is that of all other images."""
    home = stack.settings.location
    if stack.owns(current):
        return "Publish the image under another name, and retire this one (docs/publish/retire.md)"
    number = max(current.versions, key=listing_key, default="NUMBER")
    source = f"{current.id}/versions/{number}"
    return (
        "It cannot be taken over and stays as it is. Take the entry out if the catalogue has one, and publish a "
        f"version that has a replica in {home} as an image of another name, with "
        f"`{stack.commands.labs(f'add-image NAME --source {source}')}`"
    )


def _leave(published: ObservedVersion, image: Image, stack: Stack) -> str:
    """What to do about a version of others that cannot be as versions of this gallery are."""
    name, home = published.id.split("/")[-3], stack.settings.location
    there = any(replica.region == home for replica in published.replicas)
    # Without the entries of versions that are taken over, the catalogue may not have the image.
    is_made = any(version.source.kind != EXISTING for version in image.versions.values())
    number, command = ("the next number", f"add-version {name}") if is_made else ("another name", "add-image NAME")
    return (
        "It cannot be taken over and stays as it is. Take the entry out if the catalogue has one, and publish what is "
        f"in it under {number}, with `{stack.commands.labs(f'{command} --source {published.id}')}`"
        + ("" if there else f", once it has a replica in {home}")
    )


def _other_storage(subject: str, wanted: PlannedVersion, published: ObservedVersion) -> Iterator[Conflict]:
    there = {replica.region: replica.storage_account_type for replica in published.replicas}
    regions = wanted.target_regions
    moved = [it.name for it in regions if there.get(it.name, it.storage_account_type) != it.storage_account_type]
    if not moved:
        return
    planned = {region.name: region.storage_account_type for region in regions}
    here = ", ".join(f"{there[name]} in {name}" for name in moved)
    kept = {name: there.get(name, kind) for name, kind in planned.items()}
    write = there[moved[0]] if len(set(kept.values())) == 1 else _in_file(kept)
    yield Conflict(
        subject,
        f"storage_account_type is {here} in the gallery and {', '.join(dict.fromkeys(planned[it] for it in moved))} by "
        "catalogue and stack",
        "Azure never changes how a replica is stored",
        f"Write storage_account_type: {write} for this version; the next one may be stored otherwise",
    )


def _other_source(current: ObservedVersion, wanted: PlannedVersion) -> str | None:
    """The source that the catalogue names, if that is another one than the version was made from; else None."""
    source = wanted.source.uri or wanted.source.id
    known = current.source_id if wanted.source.kind != EXISTING else None
    return source if known is not None and not same_source(known, source) else None


def _region_of_source(subject: str, wanted: PlannedVersion, source: ObservedSource, home: str) -> Iterator[Conflict]:
    if source.region is None or home in (source.region, *source.replica_regions):
        return
    copied = ", ".join(source.replica_regions)
    where = f"{source.region}, with replicas in {copied}" if copied else source.region
    yield Conflict(
        subject,
        f"its source {source.id} is in {where}, and versions of this gallery are made in {home}",
        "Azure publishes a version only from a source in its own region, where a gallery version needs a replica",
        f"Name a source in {home}, or {_copy_there(wanted.source.kind, source, home)}",
    )


def _too_large(subject: str, wanted: PlannedVersion, source: ObservedSource) -> Iterator[Conflict]:
    if source.os_disk_size_gb is not None and source.os_disk_size_gb > LARGEST_OS_DISK_GB:
        yield Conflict(
            f"{subject}.source.{wanted.source.kind}",
            f"the OS disk of its source {source.id} has {source.os_disk_size_gb} GB",
            f"Azure publishes versions with at most {LARGEST_OS_DISK_GB} GB, so it would refuse this one",
            f"Make the image on a smaller disk ({MAKE_AN_IMAGE})",
        )


def _against_source(
    subject: str, image: Image, source: ObservedSource, definition: ObservedDefinition | None, stack: Stack
) -> Iterator[Conflict]:
    differ = [
        key
        for key in ("os_type", "os_state", "hyper_v_generation")
        if getattr(source, key) not in (None, getattr(image, key))
    ]
    for key in differ:
        found, wants = getattr(source, key), getattr(image, key)
        fixed = getattr(definition.definition, key) if definition else None
        remedy = _source_differs(key, source, image, fixed, stack.commands)
        if key == "os_state" and differ != [key] and parse(source.id).type.lower() == _MACHINE:
            # A machine of another system or generation is of no use here, generalized or not.
            remedy = f"Name another source, or {_image_of_its_own(source, image.consumers, stack.commands)}"
        yield Conflict(
            subject,
            f"the image says {key}: {wants}, and its source {source.id} is {found}",
            "Azure refuses to publish it, or machines made from it do not start",
            remedy,
        )
    plan = image.purchase_plan.key if image.purchase_plan else None
    if source.purchase_plan is not None and source.purchase_plan != plan:
        write = f"Write purchase_plan: {_in_file(source.purchase_plan)} for the image"
        if definition is not None and definition.definition.purchase_plan != source.purchase_plan:
            of_its_own = _image_of_its_own(source, image.consumers, stack.commands)
            write = f"Azure never changes it on a published image, so {of_its_own}"
        yield Conflict(
            subject,
            f"its source {source.id} has the purchase plan {_shown(source.purchase_plan)}, and the image says "
            "otherwise",
            "Azure refuses to publish a version whose source has another plan than its image",
            f"{write}, or name another source",
        )


def _unreadable(subject: str, wanted: PlannedVersion, source: ObservedSource, commands: Commands) -> Iterator[Conflict]:
    """A declared source may be one that others may publish and the reader of this check is not allowed to see.

    Sources of a subscription that is not seen have one conflict together, see `plan.unseen_sources`.
    """
    declared = wanted.declared_os_disk_size_gb is not None and wanted.declared_data_disk_count is not None
    if source.unseen is not None or (declared and not source.missing):
        return
    consequence = (
        "The version cannot be made from it"
        if source.missing
        else "Nobody can tell the size and number of its disks, so nobody can tell whether teachers would see the image"
    )
    remedy = f"Correct the id, and look with `{commands.show(source.id)}`"
    if source.unfinished:
        remedy = (
            f"Wait until it is published (`{commands.show(source.id)}` shows its state); if that has failed, have it "
            "published again, or name another source"
        )
    if not source.missing:
        remedy += ", or declare os_disk_size_gb and data_disk_count"
    yield Conflict(subject, f"its source cannot be read: {source.failure}", consequence, remedy)


def _published_differently(key: str, here: object, image: Image) -> str:
    """What to do if the gallery has `here` for a property that Azure never changes, and the catalogue another value.

    Never a value that labs do not take, for an image that they use: the next check would refuse that.
    """
    back = f"Write {key}: {_in_file(here)} again" if here is not None else f"Take {key} out again"
    labs_take = SUPPORTED.get(key)
    if labs_take is None or not is_for_lab_services(image.consumers):
        return f"{back}, or add a new image under another name"
    if here == labs_take:
        return f"{back}: labs take no other"
    return (
        f"Labs take {labs_take} only, so add a new image under another name, from a source that is {labs_take} "
        f"({MAKE_AN_IMAGE}); or, if no lab uses the image, {_lowered(back)} and consumers without lab_services"
    )


def _source_differs(key: str, source: ObservedSource, image: Image, fixed: str | None, commands: Commands) -> str:
    """What to do about a source with another value of `key` than its image; `fixed` is that of the published image."""
    found = getattr(source, key)
    of_its_own = _image_of_its_own(source, image.consumers, commands)
    if key == "os_state" and found == "Specialized" and parse(source.id).type.lower() == _MACHINE:
        return f"{generalized_first(source.id, commands)}; or, if it is meant as a copy of that machine, {of_its_own}"
    labs_take = SUPPORTED.get(key) if is_for_lab_services(image.consumers) else None
    if labs_take in (None, found) and fixed in (None, found):
        return f"Write {key}: {found} for the image, or name another source"
    if labs_take == found:
        return f"Azure never changes it on a published image, and labs take {found} only, so {of_its_own}"
    if labs_take is None:
        return f"Azure never changes it on a published image, so name a source that is {fixed}, or {of_its_own}"
    for_others = _image_of_its_own(source, ("other",), commands)
    return (
        f"Labs take {labs_take} only, so name a source that is {labs_take} ({MAKE_AN_IMAGE}); or, for others than "
        f"labs, {for_others}"
    )


def generalized_first(machine_id: str, commands: Commands) -> str:
    """What to do about a virtual machine that was not marked as generalized, for an image that is."""
    return (
        "Generalize the machine's system (Sysprep, or waagent -deprovision+user), which cannot be undone, and mark it "
        f"with `{commands.generalize(machine_id)}`"
    )


def _image_of_its_own(source: ObservedSource, consumers: Collection[str] | None, commands: Commands) -> str:
    users = "".join(f" --consumer {each}" for each in consumers or ())
    return (
        f"publish this one as an image of its own with `{commands.labs(f'add-image NAME --source {source.id}{users}')}`"
    )


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _copy_there(kind: str, source: ObservedSource, region: str) -> str:
    """How to get what is in a source to another region. Snapshots alone can be copied, incremental ones only."""
    found = parse(source.id)
    where = f"--subscription {found.subscription} --resource-group {found.resource_group}"
    snapshot = f"az snapshot create --incremental true {where}"
    copy = f"`{snapshot} --name {found.name}-{region} --location {region} --copy-start true --source {{}}`"
    if kind == "snapshot":
        return f"copy it with {copy.format(source.id)}"
    if kind == "gallery_version":
        return f"add {region} to its target regions"
    disk, whose = (source.id, "it") if kind == "disk" else (_os_disk(kind, source.id), "its OS disk")
    group, taken = source.id.rpartition("/providers/")[0], f"{found.name}-snapshot"
    return (
        f"take a snapshot of {whose} with `{snapshot} --name {taken} --location {source.region} --source {disk}`, "
        f"copy that with {copy.format(f'{group}/providers/Microsoft.Compute/snapshots/{taken}')}, and publish from the "
        "copy"
    )


def _os_disk(kind: str, source_id: str) -> str:
    """The id of the OS disk of a machine or managed image (a snapshot perhaps), asked for where a shell runs it."""
    noun, disk = ("vm", "managedDisk.id") if kind == "vm" else ("image", "[managedDisk.id, snapshot.id][] | [0]")
    return f"\"$(az {noun} show --ids {source_id} --query 'storageProfile.osDisk.{disk}' --output tsv)\""


def _in_file(value: object) -> str:
    """The value of a property as the catalogue has it; a purchase plan has three parts."""
    if isinstance(value, tuple):
        value = dict(zip(_PLAN, value, strict=True))
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {part}' for key, part in value.items())}}}"
    # What YAML would read as something else than this text.
    return f'"{value}"' if value in {"True", "False"} or ", " in str(value) else str(value)


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    return " / ".join(map(str, value)) if isinstance(value, tuple) else str(value)
