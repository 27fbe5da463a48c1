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
from lab_image_policies.translation import N_, _


@for_lab_services
def validate(_given: PolicyInput, image: Image) -> Iterator[Finding]:
    """Refuse an image of which teachers get no version in one of its regions."""
    if isinstance(image.versions, Fault):
        return
    if image.component is None:
        yield from (_misnumbered(version) for version in image.versions if not is_version_number(version.number))
    for version, entry in differing(image, exclusions_of):
        yield disagreement(version, N_("exclusions from latest"), entry)
    if image.by_component:
        yield from _component(image, image.versions)


def _misnumbered(version: Version) -> Finding:
    known = version.number != NO_NUMBER
    return Finding(
        version.number,
        _("{value} is no version number", value=shown(version.number)) if known else _("its number is not known"),
        _("Azure refuses it, and nobody can tell which version is the latest, the only one that teachers can pick"),
        _("Number {place} with three whole numbers, each at most 2147483647, such as 1.0.0", place=version.place),
    )


def _component(image: Image, versions: tuple[Version, ...]) -> Iterator[Finding]:
    if not image.own_versions and not image.is_external:  # image-notices says that it waits for its first version
        yield Finding(
            None,
            _("it has no version"),
            _("An image without a version is in no list, so no teacher would find it"),
            _("Add a version at {place}, or take the image out", place=image.place),
        )
    readable = []
    for version in versions:
        unreadable = _unreadable_key(version)
        if unreadable is not None:
            key, value = unreadable
            yield Finding(
                version.number,
                _("{key} cannot be read ({value})", key=key, value=shown(value)),
                _("Nobody can tell whether teachers would get this version, so it is refused"),
                _("Write it as a plain value at {place}", place=version.place),
            )
        elif image.is_own(version) and isinstance(version.target_regions, tuple):
            targets = [(str(region.name), region.exclude_from_latest is True) for region in version.target_regions]
            readable.append((version.exclude_from_latest is True, targets))
    if without := regions_without_latest(readable):
        everywhere = {target[0] for _excluded, targets in readable for target in targets} == set(without)
        yield _excluded(image, ", ".join(map(shown_text, without)), everywhere=everywhere)
    # Programs and states from before this fact was passed have none, so there is nothing to compare.
    declared = [version.number for version in versions if not version.is_external]
    if image.newest_usable is not None and latest_goes(image.newest_usable, declared):
        yield Finding(
            image.newest_usable if isinstance(image.newest_usable, str) else shown(image.newest_usable),
            _("it is the newest version that teachers get, and it would be deleted"),
            _("New labs would silently get an older version, with no word to anybody who relies on this one"),
            _(
                "Put its entry back at {place}; to go back to older content, publish that first under the next number "
                "with `./labs rollback {image} --to VERSION`, and remove this one afterwards",
                place=image.place,
                image=shown_text(image.name),
            ),
        )


def _excluded(image: Image, regions: str, *, everywhere: bool) -> Finding:
    """The finding that every version is excluded from latest in these regions, which may be all that it has."""
    if image.is_external:
        advice = _("Have the next version of {image} published without excludeFromLatest", image=shown_text(image.name))
    elif everywhere:
        advice = _(
            "Take exclude_from_latest from one version of {place}, or publish another one",
            place=image.place,
        )
    else:
        advice = _(
            "Take exclude_from_latest from one version of {place}, or take {regions} out of its regions",
            place=image.place,
            regions=regions,
        )
    return Finding(
        None,
        _("every version that goes to {regions} is excluded from latest there", regions=regions),
        _("Teachers can only pick the latest version, so no lab could be made there from this image"),
        advice,
    )


def _unreadable_key(version: Version) -> tuple[str, object] | None:
    if not isinstance(version.exclude_from_latest, bool):
        return "excludeFromLatest", version.exclude_from_latest
    if isinstance(version.target_regions, Fault):
        return "targetRegions", version.target_regions
    for region in version.target_regions:
        if not isinstance(region.name, str):
            return _("the name of a target region"), region.name
        if not isinstance(region.exclude_from_latest, bool):
            return _("excludeFromLatest of {region}", region=shown_text(region.name)), region.exclude_from_latest
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
