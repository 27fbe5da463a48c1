"""`image-has-latest-version`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.config.setting import EXEMPTIONS
from lab_image_policies.messages import message, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, TargetRegion, Version
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.image_of import image_for_labs, subject, unreadable_versions
from lab_image_policies.rules import latest_goes, regions_without_latest
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse an image of which teachers get no version in one of its regions."""
    image = image_for_labs(given.resources[0])
    if image is None:
        return
    yield from unreadable_versions(image)
    if isinstance(image.versions, Fault):
        return
    if not image.versions:
        yield Violation(image.name, _no_version(image))
    readable = []
    for version in image.versions:
        unreadable = _unreadable_key(version)
        if unreadable is not None:
            yield Violation(image.name, _unreadable(image, version, *unreadable))
        elif isinstance(version.target_regions, tuple):
            readable.append((version.exclude_from_latest is True, _flags(version.target_regions)))
    regions = regions_without_latest(readable)
    if regions:
        yield Violation(image.name, _nothing_offered(image, ", ".join(map(shown_text, regions))))
    # Programs and states from before this fact was passed have none: then nothing can be told.
    if image.newest_usable is not None and latest_goes(image.newest_usable, [each.number for each in image.versions]):
        yield Violation(image.name, _latest_goes(image))


def _flags(regions: tuple[TargetRegion, ...]) -> list[tuple[str, bool]]:
    return [(str(region.name), region.exclude_from_latest is True) for region in regions]


def _unreadable_key(version: Version) -> tuple[str, object] | None:
    if not isinstance(version.exclude_from_latest, bool):
        return "excludeFromLatest", version.exclude_from_latest
    if isinstance(version.target_regions, Fault):
        return "targetRegions", version.target_regions
    for region in version.target_regions:
        if not isinstance(region.name, str):
            return "the name of a target region", region.name
        if not isinstance(region.exclude_from_latest, bool):
            return f"excludeFromLatest of {shown_text(region.name)}", region.exclude_from_latest
    return None


def _no_version(image: Image) -> str:
    return message(
        shown_text(image.name),
        "it has no version",
        "An image without a version is in no list, so no teacher would find it",
        f"Add a version at {image.place}, or take the image out",
    )


def _unreadable(image: Image, version: Version, key: str, value: object) -> str:
    return message(
        subject(image, version),
        f"{key} cannot be read ({shown(value)})",
        "Nobody can tell whether teachers would get this version, so it is refused",
        f"Write it as a plain value at {version.place}",
    )


def _nothing_offered(image: Image, regions: str) -> str:
    return message(
        shown_text(image.name),
        f"every version that goes to {regions} is excluded from latest there",
        "Teachers can only pick the latest version, so no lab could be made there from this image",
        f"Take exclude_from_latest from one version of {image.place}, or take {regions} out of its regions",
    )


def _latest_goes(image: Image) -> str:
    number = shown_text(image.newest_usable) if isinstance(image.newest_usable, str) else shown(image.newest_usable)
    return message(
        f"{shown_text(image.name)} {number}",
        "it is the newest version that teachers get, and it would be deleted",
        "New labs would silently get an older version, with no word to anybody who relies on this one",
        f"Put its entry back at {image.place}; to go back to older content, publish that first under the next number "
        f"with `./labs add-version {shown_text(image.name)} --source gallery_version=ID`, and remove this one "
        "afterwards",
    )


POLICY = Policy(
    name="image-has-latest-version",
    title="A latest version in every region",
    level="mandatory",
    severity="high",
    description="Every image has a version that teachers get, in each of its regions, and keeps the newest of them.",
    refuses="an image without a version, a region where every version is excluded from latest, and the removal of the "
    "newest version that teachers get",
    why="Teachers can only pick the latest version, and a version that is excluded is never the latest",
    fix="Take `exclude_from_latest` from one version, or publish another one; go back by publishing the older content "
    "under the next number",
    url="https://learn.microsoft.com/azure/virtual-machines/azure-compute-gallery",
    kinds=frozenset({ResourceKind.LAB_IMAGE}),
    validate=validate,
    settings=(EXEMPTIONS,),
)
