"""Facts of image definitions and image versions that any program declares without the component."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lab_image_policies.messages import shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, TargetRegion, Version, listed, mapping, text_or
from lab_image_policies.model.resource import Resource

SIZE_TAG: Final = "lab-os-disk-size-gb"
DATA_DISKS_TAG: Final = "lab-data-disk-count"
"""Tags by which a version declared without the component tells what its resource cannot."""

_LONGEST_NUMBER: Final = 6


def image_of_definition(resource: Resource) -> Image:
    """What an image definition tells by itself; its versions are judged where they are declared.

    Generation 1 implies x64 and Standard where they are not said: Arm64, Trusted Launch and confidential images all
    need generation 2 ("Generation 2 virtual machines in Azure"). The generation itself has to be said, since newer
    api-versions make 2 out of nothing.
    """
    inputs = resource.properties
    definition = {key: inputs.get(key) for key in ("osType", "osState", "hyperVGeneration", "architecture")}
    definition["securityType"] = _security_type(inputs.get("features"))
    if definition["hyperVGeneration"] == "V1":
        for key, implied in (("architecture", "x64"), ("securityType", "Standard")):
            definition[key] = implied if definition[key] is None else definition[key]
    name = text_or(inputs.get("galleryImageName"), resource.name)
    return _raw(resource, name, definition, ())


def image_of_version(resource: Resource) -> Image:
    """What an image version tells by itself, with the tags that may stand in for what it does not."""
    inputs = resource.properties
    name = text_or(inputs.get("galleryImageName"), resource.name)
    profile = inputs.get("storageProfile")
    tags = inputs.get("tags")
    publishing = inputs.get("publishingProfile")
    said_count = _tagged(tags, DATA_DISKS_TAG)
    seen_count = visible_data_disks(profile)
    version = Version(
        number=text_or(inputs.get("galleryImageVersionName"), "(version without a number)"),
        place=f"the resource {shown_text(resource.name)} in the program",
        source_kind=None,
        os_disk_size_gb=_tagged(tags, SIZE_TAG),
        data_disk_count=said_count if seen_count is None else seen_count,
        declared_os_disk_size_gb=None,
        declared_data_disk_count=said_count,
        target_regions=_target_regions(publishing, inputs.get("location")),
        exclude_from_latest=_get(publishing, "excludeFromLatest"),
        end_of_life=_get(publishing, "endOfLifeDate"),
    )
    return _raw(resource, name, None, (version,))


def visible_data_disks(profile: object) -> object:
    """Data disks that a storage profile lists; None where they depend on the source.

    A version made from an OS disk image has just those it lists. One made from a machine, a managed image or another
    version takes over that one's data disks, which its own properties do not show.
    """
    if profile is Fault.UNKNOWN:
        return Fault.UNKNOWN
    disks = _get(profile, "dataDiskImages")
    if disks is not None:
        entries = listed(disks)
        if isinstance(entries, Fault) or entries:
            return entries if isinstance(entries, Fault) else len(entries)
    implicit = _get(profile, "source") is not None
    explicit = _get(profile, "osDiskImage") is not None
    return 0 if explicit and not implicit else None


def _raw(
    resource: Resource, name: str, definition: Mapping[str, object] | None, versions: tuple[Version, ...]
) -> Image:
    return Image(
        name=name,
        place=f"the resource {shown_text(resource.name)} in the program",
        consumers=None,
        home_region=resource.properties.get("location"),
        definition=definition,
        versions=versions,
        all_versions=False,
        by_component=False,
    )


def _security_type(features: object) -> object:
    if features is None:
        return None
    entries = listed(features)
    if isinstance(entries, Fault):
        return entries
    for entry in entries:
        # A feature whose name is not known may be this one.
        if isinstance(entry, Fault) or mapping(entry).get("name") is Fault.UNKNOWN:
            return Fault.UNKNOWN
        if str(mapping(entry).get("name")).lower() == "securitytype":
            return mapping(entry).get("value")
    return None


def _tagged(tags: object, name: str) -> object:
    """A number written as a tag. Azure compares names of tags without regard to case; values are always text."""
    if isinstance(tags, Fault):
        return tags
    found = [value for key, value in mapping(tags).items() if key.lower() == name]
    if not found:
        return None
    value = found[0]
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER
    return float(value) if digits else value


def _target_regions(publishing: object, location: object) -> tuple[TargetRegion, ...] | Fault:
    """The target regions; without any, Azure replicates to the version's own location."""
    if publishing is Fault.UNKNOWN:
        return Fault.UNKNOWN
    everywhere = _get(publishing, "replicaCount")
    given = _get(publishing, "targetRegions")
    if given is None or given == []:
        return (TargetRegion(location, 1 if everywhere is None else everywhere, exclude_from_latest=False),)
    entries = listed(given)
    if isinstance(entries, Fault):
        return entries
    return tuple(_target_region(entry, everywhere) for entry in entries)


def _target_region(entry: object, everywhere: object) -> TargetRegion:
    own = _get(entry, "regionalReplicaCount")
    first = everywhere if own is None else own
    further = _get(entry, "additionalReplicaSets")
    return TargetRegion(
        name=_get(entry, "name"),
        replicas=_replicas(1 if first is None else first, further),
        exclude_from_latest=_get(entry, "excludeFromLatest"),
    )


def _replicas(first: object, further: object) -> object:
    """Replicas of one region over all its replica sets; what cannot be added up is the answer itself."""
    counts = [first]
    if further is not None:
        sets = listed(further)
        if isinstance(sets, Fault):
            return sets
        counts += [_get(one, "regionalReplicaCount") for one in sets]
    unreadable = [count for count in counts if isinstance(count, bool) or not isinstance(count, (int, float))]
    return unreadable[0] if unreadable else sum(count for count in counts if isinstance(count, (int, float)))


def _get(value: object, key: str) -> Any:
    """A key of a mapping; of an unknown value everything is unknown."""
    return value if isinstance(value, Fault) else mapping(value).get(key)
