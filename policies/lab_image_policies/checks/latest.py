"""The policy `image-has-latest-version`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.image_check import Finding, differing, disagreement, for_lab_services
from lab_image_policies.messages import shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import NO_NUMBER, Image, Version
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_child import exclusions_of
from lab_image_policies.reading.image_of import WITH_VERSIONS
from lab_image_policies.rules import is_version_number, latest_goes, regions_without_latest


@for_lab_services
def validate(_: PolicyInput, image: Image) -> Iterator[Finding]:
    """Refuse an image of which teachers get no version in one of its regions."""
    if isinstance(image.versions, Fault):
        return
    if image.component is None:
        yield from (_misnumbered(version) for version in image.versions if not is_version_number(version.number))
    for version, entry in differing(image, exclusions_of):
        yield disagreement(version, "exclusions from latest", entry)
    if image.by_component:
        yield from _component(image, image.versions)


def _misnumbered(version: Version) -> Finding:
    known = version.number != NO_NUMBER
    return Finding(
        version.number,
        f"{shown(version.number)} is no version number" if known else "its number is not known",
        "Azure refuses it, and nobody can tell which version is the latest, the only one that teachers can pick",
        f"Number {version.place} with three whole numbers, each at most 2147483647, such as 1.0.0",
    )


def _component(image: Image, versions: tuple[Version, ...]) -> Iterator[Finding]:
    if not image.own_versions and not image.is_external:  # image-notices says that it waits for its first version
        yield Finding(
            None,
            "it has no version",
            "An image without a version is in no list, so no teacher would find it",
            f"Add a version at {image.place}, or take the image out",
        )
    readable = []
    for version in versions:
        unreadable = _unreadable_key(version)
        if unreadable is not None:
            key, value = unreadable
            yield Finding(
                version.number,
                f"{key} cannot be read ({shown(value)})",
                "Nobody can tell whether teachers would get this version, so it is refused",
                f"Write it as a plain value at {version.place}",
            )
        elif version in image.own_versions and isinstance(version.target_regions, tuple):
            targets = [(str(region.name), region.exclude_from_latest is True) for region in version.target_regions]
            readable.append((version.exclude_from_latest is True, targets))
    if without := regions_without_latest(readable):
        regions = ", ".join(map(shown_text, without))
        everywhere = {name for _, targets in readable for name, _ in targets} == set(without)
        instead = "publish another one" if everywhere else f"take {regions} out of its regions"
        yield Finding(
            None,
            f"every version that goes to {regions} is excluded from latest there",
            "Teachers can only pick the latest version, so no lab could be made there from this image",
            f"Have the next version of {shown_text(image.name)} published without excludeFromLatest"
            if image.is_external
            else f"Take exclude_from_latest from one version of {image.place}, or {instead}",
        )
    # Programs and states from before this fact was passed have none, so there is nothing to compare.
    declared = [version.number for version in versions if not version.is_external]
    if image.newest_usable is not None and latest_goes(image.newest_usable, declared):
        yield Finding(
            image.newest_usable if isinstance(image.newest_usable, str) else shown(image.newest_usable),
            "it is the newest version that teachers get, and it would be deleted",
            "New labs would silently get an older version, with no word to anybody who relies on this one",
            f"Put its entry back at {image.place}; to go back to older content, publish that first under the next "
            f"number with `./labs rollback {shown_text(image.name)} --to VERSION`, and remove this "
            "one afterwards",
        )


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


POLICY = Policy(
    name="image-has-latest-version",
    title="A latest version in every region",
    severity="high",
    description="Every image has a version that teachers get, in each of its regions, and keeps the newest of them.",
    refuses="an image without a version, a version number that is none, a region where every version is excluded from "
    "latest, and the removal of the newest version that teachers get",
    why="Teachers can only pick the latest version, and a version that is excluded is never the latest",
    fix="Take `exclude_from_latest` from one version, or publish another one; go back by publishing the older content "
    "under the next number",
    url="https://learn.microsoft.com/azure/virtual-machines/azure-compute-gallery",
    kinds=WITH_VERSIONS,
    validate=validate,
)
