"""Images as image definitions and image versions declare them without the component, in any program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lab_image_policies.messages import shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import (
    NO_NUMBER,
    Image,
    TargetRegion,
    Version,
    count_of,
    each_of,
    ids_of,
    in_any_case,
    key_of,
    listed,
    text_or,
)
from lab_image_policies.model.resource import Resource
from lab_image_policies.reading.consumers_tag import consumers_of
from lab_image_policies.translation import _

SIZE_TAG: Final = "lab-os-disk-size-gb"
DATA_DISKS_TAG: Final = "lab-data-disk-count"
"""Tags with the facts that the resource of a version does not show."""

_LONGEST_NUMBER: Final = 6
_SECURITY_TYPE: Final = "securitytype"


def image_of_definition(resource: Resource) -> Image:
    """The image that a definition declares, without versions: those are resources of their own.

    Generation 1 implies x64 and Standard if they are absent: Arm64, Trusted Launch and confidential images all need
    generation 2 ("Generation 2 virtual machines in Azure"). The generation itself is required, since newer
    api-versions take 2 if it is absent.
    """
    inputs = resource.properties
    definition = {key: inputs.get(key) for key in ("osType", "osState", "hyperVGeneration", "architecture")}
    definition["securityType"] = _security_type(inputs.get("features"))
    if str(definition["hyperVGeneration"]).lower() == "v1":
        for key, implied in (("architecture", "x64"), ("securityType", "Standard")):
            definition[key] = implied if definition[key] is None else definition[key]
    return _raw(resource, definition, ())


def image_of_version(resource: Resource) -> Image:
    """The image that a version declares, with one version: facts that it does not show come from its tags."""
    inputs = resource.properties
    profile = inputs.get("storageProfile")
    tags = inputs.get("tags")
    publishing = inputs.get("publishingProfile")
    # Of a profile that cannot be read image-replicas-within-geography says so.
    readable = publishing if isinstance(publishing, Mapping) else None
    tagged_count = _tagged(tags, DATA_DISKS_TAG)
    visible_count = visible_data_disks(profile)
    version = Version(
        number=text_or(inputs.get("galleryImageVersionName"), NO_NUMBER),
        place=_("the resource {name} in the program", name=shown_text(resource.name)),
        source_kind=None,
        os_disk_size_gb=_tagged(tags, SIZE_TAG),
        data_disk_count=tagged_count if visible_count is None else visible_count,
        declared_os_disk_size_gb=None,
        declared_data_disk_count=tagged_count,
        target_regions=_target_regions(publishing, inputs.get("location")),
        exclude_from_latest=key_of(readable, "excludeFromLatest"),
        end_of_life=key_of(readable, "endOfLifeDate"),
        source_ids=source_ids(profile),
        generation_2=tuple(_generation_2(inputs.get("securityProfile"), publishing)),
        edge_zones=key_of(readable, "targetExtendedLocations"),
        restored=inputs.get("restore"),
    )
    return _raw(resource, None, (version,))


def visible_data_disks(profile: object) -> object:
    """Number of data disks that a storage profile lists; None if it depends on the source.

    A version made from an OS disk image has the data disks that it lists, and no others. A version made from a machine,
    a managed image or another version also gets the data disks of that source, which its own properties do not show.
    """
    disks = key_of(profile, "dataDiskImages")
    if disks is not None and (count := count_of(disks)) != 0:
        return count
    implicit = key_of(profile, "source") is not None
    explicit = key_of(profile, "osDiskImage") is not None
    return 0 if explicit and not implicit else None


def source_ids(profile: object) -> frozenset[str | Fault]:
    """The ids in a storage profile, each what the version is made from."""
    implicit, explicit = key_of(profile, "source"), key_of(key_of(profile, "osDiskImage"), "source")
    keys = ("id", "virtualMachineId", "communityGalleryImageId", "storageAccountId")
    return ids_of(key_of(source, key) for source in (implicit, explicit) for key in keys)


def _generation_2(security: object, publishing: object) -> Iterator[tuple[str, object]]:
    """Properties of a version that only generation 2 has, with values: UEFI keys, encryption of confidential machines.

    Source: "Trusted Launch for Azure virtual machines", "Azure Compute Gallery", confidential images.
    """
    uefi = key_of(security, "uefiSettings")
    if uefi is not None and uefi != {}:
        yield "securityProfile.uefiSettings", uefi
    targets = listed(key_of(publishing, "targetRegions"))
    for target in () if isinstance(targets, Fault) else targets:
        disk = key_of(key_of(key_of(target, "encryption"), "osDiskImage"), "securityProfile")
        if disk is not None and disk != {}:
            yield "targetRegions.encryption.osDiskImage.securityProfile", disk


def _raw(resource: Resource, definition: Mapping[str, object] | None, versions: tuple[Version, ...]) -> Image:
    known_name = text_or(resource.properties.get("galleryImageName"), "") or None
    return Image(
        name=known_name or resource.name,
        place=_("the resource {name} in the program", name=shown_text(resource.name)),
        consumers=consumers_of(resource.properties.get("tags")),
        home_region=resource.properties.get("location"),
        definition=definition,
        versions=versions,
        by_component=False,
        known_name=known_name,
        purchase_plan=resource.properties.get("purchasePlan"),
    )


def _security_type(features: object) -> object:
    if features is None:
        return None
    entries = listed(features)
    if isinstance(entries, Fault):
        return entries
    names = [key_of(entry, "name") for entry in entries]
    # A feature whose name is not known, or is this one but for characters that do not show, may be this one.
    if not all(isinstance(name, str) and _is_plain(name) for name in names):
        return Fault.UNKNOWN if Fault.UNKNOWN in names else Fault.MALFORMED
    values = [
        key_of(entry, "value") for name, entry in zip(names, entries, strict=True) if name.lower() == _SECURITY_TYPE
    ]
    if len(values) > 1 or None in values:
        return Fault.MALFORMED
    return values[0] if values else None


def _is_plain(feature: str) -> bool:
    """Whether the name of a feature is that of the security type, or certainly another one."""
    letters = "".join(filter(str.isalnum, feature)).lower()
    return feature.isascii() and (letters != _SECURITY_TYPE or feature.lower() == _SECURITY_TYPE)


def _tagged(tags: object, name: str) -> object:
    """The number in a tag, or what else stands there."""
    return number_in(in_any_case(tags, name))


def number_in(value: object) -> object:
    """The number that a text is, if it is a plain one; else the value as it is."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER:
        return float(value)
    return value


def _target_regions(publishing: object, location: object) -> tuple[TargetRegion, ...] | Fault:
    """The target regions. If there are none, Azure replicates to the version's own location."""
    everywhere = key_of(publishing, "replicaCount")
    given = key_of(publishing, "targetRegions")
    if given is None or given == []:
        return (TargetRegion(location, 1 if everywhere is None else everywhere, exclude_from_latest=False),)
    return each_of(given, lambda entry: _target_region(entry, everywhere))


def _target_region(entry: object, everywhere: object) -> TargetRegion:
    own = key_of(entry, "regionalReplicaCount")
    first = everywhere if own is None else own
    further = key_of(entry, "additionalReplicaSets")
    return TargetRegion(
        name=key_of(entry, "name"),
        replicas=_replicas(1 if first is None else first, further),
        exclude_from_latest=key_of(entry, "excludeFromLatest"),
    )


def _replicas(first: object, further: object) -> object:
    """Replicas of one region over all its replica sets; the first value that is no number, if there is one."""
    counts = [first]
    if further is not None:
        sets = listed(further)
        if isinstance(sets, Fault):
            return sets
        counts += [key_of(one, "regionalReplicaCount") for one in sets]
    unreadable = [count for count in counts if isinstance(count, bool) or not isinstance(count, (int, float))]
    return unreadable[0] if unreadable else sum(count for count in counts if isinstance(count, (int, float)))
