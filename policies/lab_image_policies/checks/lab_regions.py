"""The policy `lab-regions-covered`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lab_image_policies.geography import find
from lab_image_policies.messages import message, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import listed, mapping
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import PLACES, ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.rules import same_region, uncovered
from lab_image_policies.translation import N_, _
from lab_image_policies.violation import Violation

_Sentences = tuple[str, str, str]
_HASH: Final = re.compile(r"(?<=.)-[0-9a-f]{6}\Z")
_UNKNOWN: Final = N_("Nobody can tell whether teachers would see the images, so it is refused")
_UNKNOWN_TO_USERS: Final = N_("Nobody can tell whether users could make machines from the images, so it is refused")


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse labs where an image has no replica, and a lab plan in another region than its gallery."""
    resource = given.resources[0]
    who = shown_text(_lab_name(resource.name))
    entries = _regions(resource)
    lab_regions = [entry for entry in entries if isinstance(entry, str) and find(entry) is not None]
    for sentences in (*_labs(resource, entries, lab_regions), *_gallery(resource, lab_regions), *_images(resource)):
        yield Violation(None, message(who, *sentences))
    for image, regions in mapping(resource.properties.get("imageRegions")).items():
        for sentences in _image(given, image, regions, lab_regions):
            yield Violation(image, message(shown_text(image), *sentences))


def _regions(resource: Resource) -> Sequence[object]:
    """Where the labs are, as they are written. A DevTest lab is in one region; of an unknown one it is empty."""
    if _is_devtest(resource):
        location = resource.properties.get("labLocation")
        return [location] if location else []
    labs = listed(resource.properties.get("labRegions"))
    return () if isinstance(labs, Fault) else labs


def _lab_name(logical_name: str) -> str:
    """The lab's name in that of its resource, which ends with six digits of a hash where no path stands in front."""
    if logical_name == "lab-plan":
        return _("the lab plan")
    name = logical_name.removeprefix("attachment:").removeprefix("devtest:")
    return name if name == logical_name or "/" in name else _HASH.sub("", name)


def _labs(resource: Resource, entries: Sequence[object], lab_regions: list[str]) -> Iterator[_Sentences]:
    if not entries:
        cause = _(
            "nobody can tell in which regions its labs are made ({value})",
            value=shown(resource.properties.get("labRegions")),
        )
        if _is_devtest(resource):
            cause = _(
                "nobody can tell in which region the DevTest lab is ({value})",
                value=shown(resource.properties.get("labLocation") or None),
            )
        advice = _("See that your sign-in may read it, for which Reader is enough, and run it again")
        yield cause, _unknown(resource), advice
    for each in entries:
        if each not in lab_regions:
            yield (
                _("{value} is no Azure region", value=shown(each)),
                _unknown(resource),
                _("Correct the region; if Azure has opened it lately, bring the policy pack's regions.json up to date"),
            )


def _gallery(resource: Resource, lab_regions: list[str]) -> Iterator[_Sentences]:
    if resource.kind is not ResourceKind.LAB_PLAN:
        return
    gallery, plan = resource.properties.get("galleryLocation"), resource.properties.get("location")
    if not isinstance(gallery, str) or find(gallery) is None:
        cause = _("the gallery's location is not known ({value})", value=shown(gallery))
        yield cause, _(_UNKNOWN), _("Set the stack's location to an Azure region")
        return
    cause = _("the lab plan is in {plan} and its gallery in {gallery}", plan=shown(plan), gallery=shown_text(gallery))
    together = isinstance(plan, str) and same_region(plan, gallery)
    if plan is None:
        cause = _("the gallery is in {gallery}, where the lab plan makes no labs", gallery=shown_text(gallery))
        together = any(same_region(gallery, name) for name in lab_regions)
    if not together:
        yield (
            cause,
            _("A lab plan takes images only from a gallery in its own region, so teachers would see none"),
            _("Use a lab plan in the gallery's region, or set the stack's location to the plan's"),
        )


def _images(resource: Resource) -> Iterator[_Sentences]:
    given = resource.properties.get("imageRegions")
    if _is_devtest(resource):
        return  # image-complete-in-stack compares it with the images themselves
    if not isinstance(given, dict):
        yield (
            _("the regions of the images are not known ({value})", value=shown(given)),
            _(_UNKNOWN),
            _("Use the components of lab-image-gallery in their current form; older or other ones pass other inputs"),
        )


def _image(given: PolicyInput, image: str, regions: object, lab_regions: list[str]) -> Iterator[_Sentences]:
    entries, who = listed(regions), shown_text(_lab_name(given.resources[0].name))
    if isinstance(entries, Fault) or not all(isinstance(name, str) for name in entries):
        yield (
            _("the regions of its latest version are not known ({value})", value=shown(regions)),
            _(_UNKNOWN),
            _("Name target_regions of images.{image} in the catalogue as plain values", image=shown_text(image)),
        )
        return
    for region in uncovered(lab_regions, entries):
        cause = _(
            "labs of {lab} are made in {region}, and the latest version of the image is in no region",
            lab=who,
            region=region,
        )
        if entries:
            cause = _(
                "labs of {lab} are made in {region}, and the latest version of the image is only in {regions}",
                lab=who,
                region=region,
                regions=", ".join(map(shown_text, entries)),
            )
        yield (
            cause,
            _(
                "Teachers there would not see the image: Lab Services lists only those with a replica in {region}",
                region=region,
            ),
            _advice(region, shown_text(image), is_external=given.run_state.is_external(image), is_placed=bool(entries)),
        )


def _advice(region: str, image: str, *, is_external: bool, is_placed: bool) -> str:
    """What to do for a replica in a region; `is_placed` is whether the latest version has one anywhere."""
    if is_external:
        return _(
            "Have the next version of {image} published with a replica in {region}, and not excluded there",
            image=image,
            region=region,
        )
    if not is_placed:
        return _(
            "Take exclude_from_latest from one version of images.{image} in the catalogue that goes to {region}, or "
            "publish another one",
            image=image,
            region=region,
        )
    return _(
        "Add {region} to target_regions of the latest version of images.{image} in the catalogue, and take it out of "
        "excludeRegions and exclude_from_latest",
        image=image,
        region=region,
    )


def _is_devtest(resource: Resource) -> bool:
    return resource.kind is ResourceKind.DEVTEST_ATTACHMENT


def _unknown(resource: Resource) -> str:
    return _(_UNKNOWN_TO_USERS if _is_devtest(resource) else _UNKNOWN)


POLICY = Policy(
    name="lab-regions-covered",
    title="A replica where labs are made",
    severity="critical",
    description="Every image has a replica in every region where labs are made.",
    refuses="a lab account or lab plan whose region has no replica of an image's latest version, a lab plan in another "
    "region than its gallery, and regions of labs and DevTest labs that nobody can tell",
    why="Lab Services lists an image only where it has a replica, and takes images for a lab plan "
    "only from its own region",
    fix="Add the region to `target_regions` of the latest version; put gallery and lab plan into one region",
    url="https://learn.microsoft.com/azure/lab-services/how-to-use-shared-image-gallery",
    kinds=PLACES,
    validate=validate,
)
