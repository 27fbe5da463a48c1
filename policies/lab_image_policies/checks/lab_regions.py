"""`lab-regions-covered`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lab_image_policies.config.setting import EXEMPTIONS
from lab_image_policies.geography import find
from lab_image_policies.messages import message, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import listed
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.rules import same_region, uncovered
from lab_image_policies.violation import Violation

_UNKNOWN: Final = "Nobody can tell whether teachers would see the images, so it is refused"


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse labs where an image has no replica, and a lab plan in another region than its gallery."""
    resource = given.resources[0]
    lab_regions, unreadable = _lab_regions(resource)
    yield from (Violation(None, text) for text in unreadable)
    if resource.kind is ResourceKind.LAB_PLAN:
        yield from _plan_and_gallery(resource, lab_regions)
    yield from _images(resource, lab_regions)


def _lab_regions(resource: Resource) -> tuple[list[str], list[str]]:
    """The regions in which labs are made, and the violations of those that cannot be read."""
    who = _lab(resource)
    given = resource.properties.get("labRegions")
    entries = listed(given)
    if isinstance(entries, Fault) or not entries:
        cause = f"nobody can tell in which regions its labs are made ({shown(given)})"
        advice = "See that it can be read with your sign-in, for example with `az resource show --ids ID`"
        return [], [message(who, cause, _UNKNOWN, advice)]
    regions = [entry for entry in entries if isinstance(entry, str) and find(entry) is not None]
    advice = "Correct the region; if Azure has opened it lately, bring the policy pack's regions.json up to date"
    strangers = [entry for entry in entries if entry not in regions]
    return regions, [message(who, f"{shown(entry)} is no Azure region", _UNKNOWN, advice) for entry in strangers]


def _lab(resource: Resource) -> str:
    """How messages name the lab account or lab plan."""
    return shown_text(resource.name.removeprefix("attachment:"))


def _plan_and_gallery(resource: Resource, lab_regions: list[str]) -> Iterator[Violation]:
    gallery, plan = resource.properties.get("galleryLocation"), resource.properties.get("location")
    who = _lab(resource)
    if not isinstance(gallery, str) or find(gallery) is None:
        cause = f"the gallery's location is not known ({shown(gallery)})"
        yield Violation(None, message(who, cause, _UNKNOWN, "Set the stack's location to an Azure region"))
    elif plan is not None and not (isinstance(plan, str) and same_region(plan, gallery)):
        yield Violation(None, _apart(who, f"the lab plan is in {shown(plan)} and its gallery in {shown_text(gallery)}"))
    elif plan is None and not any(same_region(gallery, name) for name in lab_regions):
        cause = f"the gallery is in {shown_text(gallery)}, where the lab plan makes no labs"
        yield Violation(None, _apart(who, cause))


def _apart(who: str, cause: str) -> str:
    return message(
        who,
        cause,
        "A lab plan takes images only from a gallery in its own region, so teachers would see none",
        "Use a lab plan in the gallery's region, or set the stack's location to the plan's",
    )


def _images(resource: Resource, lab_regions: list[str]) -> Iterator[Violation]:
    given = resource.properties.get("imageRegions")
    who = _lab(resource)
    if not isinstance(given, dict):
        cause = f"the regions of the images are not known ({shown(given)})"
        advice = "Use this program's component in its current form; an older or another one passes other inputs"
        yield Violation(None, message(who, cause, _UNKNOWN, advice))
        return
    for image, regions in given.items():
        entries = listed(regions)
        if isinstance(entries, Fault) or not all(isinstance(name, str) for name in entries):
            cause = f"the regions of its latest version are not known ({shown(regions)})"
            advice = f"Name target_regions of images.{shown_text(image)} in the catalogue as plain values"
            yield Violation(image, message(shown_text(image), cause, _UNKNOWN, advice))
            continue
        for region in uncovered(lab_regions, entries):
            yield Violation(image, _uncovered(who, image, region, [str(name) for name in entries]))


def _uncovered(who: str, image: str, region: str, regions: list[str]) -> str:
    placed = f"only in {', '.join(map(shown_text, regions))}" if regions else "in no region"
    return message(
        shown_text(image),
        f"labs of {who} are made in {region}, and the latest version of the image is {placed}",
        f"Teachers there would not see the image: Lab Services lists only those with a replica in {region}",
        f"Add {region} to target_regions of the latest version of images.{shown_text(image)} in the catalogue, and "
        "take it out of excludeRegions and exclude_from_latest",
    )


POLICY = Policy(
    name="lab-regions-covered",
    title="A replica where labs are made",
    level="mandatory",
    severity="critical",
    description="Every image has a replica in every region where labs are made.",
    refuses="a lab account or lab plan whose region has no replica of an image's latest version, a lab plan in "
    "another region than its gallery, and regions that nobody can tell",
    why="Lab Services lists an image only where it has a replica, and takes images for a lab plan "
    "only from its own region",
    fix="Add the region to `target_regions` of the latest version; put gallery and lab plan into one region",
    url="https://learn.microsoft.com/azure/lab-services/how-to-use-shared-image-gallery",
    kinds=frozenset({ResourceKind.LAB_ACCOUNT_ATTACHMENT, ResourceKind.LAB_PLAN}),
    validate=validate,
    settings=(EXEMPTIONS,),
)
