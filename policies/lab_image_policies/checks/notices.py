"""The policy `image-notices`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lab_image_policies.config.setting import Setting
from lab_image_policies.messages import message, shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version, mapping
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_raw_resource import image_of_definition
from lab_image_policies.reading.image_of import DECLARING, subject
from lab_image_policies.rules import (
    END_OF_LIFE_DAYS,
    EndOfLife,
    end_of_life,
    is_for_lab_services,
    keeps_identity,
    needs_notice,
)
from lab_image_policies.translation import N_, _, n_
from lab_image_policies.violation import Violation

DAYS = Setting(
    "endOfLifeDays",
    "How many days before its end of life an image or a version is reported.",
    END_OF_LIFE_DAYS,
    {"type": "integer", "minimum": 0, "maximum": 3650},
)
_UNTIL_THEN: Final = N_("Until then no teacher sees it, and nothing of it can be judged")


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Report exemptions in force, ends of life that are near or past, purchase plans, captures that need a closer look,
    and images of others without a version that is whole.
    """
    (resource,) = given.resources
    if resource.kind is ResourceKind.DEFINITION:
        yield from _of_definition(given, resource)
    image = given.run_state.images[resource.urn]
    if image is None or image.component is not None:
        return  # the component's own entry is reported
    for exemption in given.run_state.exemptions():
        text = exemption.in_force()
        holds = image.known_name is not None and exemption.holds(image.known_name, given.today)
        if holds and given.run_state.first_time(text):
            yield Violation(None, text)
    if image.purchase_plan not in (None, {}) and is_for_lab_services(image.consumers):
        is_known = not isinstance(image.purchase_plan, Fault)
        text = message(
            subject(image, None),
            _("it has a purchase plan") if is_known else _("whether it has a purchase plan is not known"),
            _("No document says whether labs take such images"),
            _("Publish one version and look for the image in a lab, or build it from an image without a plan"),
        )
        yield Violation(None, text)
    if image.is_external and image.versions == () and is_for_lab_services(image.consumers):
        yield Violation(None, message(subject(image, None), *_waits(image.unfinished)))
    for version in image.readable_versions if is_for_lab_services(image.consumers) else ():
        key = "end_of_life" if image.by_component else "publishingProfile.endOfLifeDate"
        key = _("{key} at {place}", key=key, place=version.place)
        successor = _("Publish a successor as a higher version of the image, or set a later {key}", key=key)
        of_end = _end_of_life(given, version.end_of_life, key, successor)
        for sentences in (*of_end, *_capture(image, version)):
            yield Violation(None, message(subject(image, version.number), *sentences))


def _of_definition(given: PolicyInput, resource: Resource) -> Iterator[Violation]:
    """The end of life of the image itself: only the definition has it, also below the component."""
    component = given.run_state.component(resource)
    image = component or image_of_definition(resource)
    if not is_for_lab_services(image.consumers):
        return
    key = _("{key} at {place}", key="end_of_life" if component else "endOfLifeDate", place=image.place)
    end = resource.properties.get("endOfLifeDate")
    successor = _("Publish another image in its place, or set a later {key}", key=key)
    for sentences in _end_of_life(given, end, key, successor):
        yield Violation(None, message(subject(image, None), *sentences))


def _end_of_life(given: PolicyInput, value: object, key: str, successor: str) -> Iterator[tuple[str, str, str]]:
    found = end_of_life(value, given.today)
    if isinstance(found, Fault):
        yield (
            _("its end of life is no day or moment ({value})", value=shown(value)),
            _("Nobody will notice when it comes"),
            _("Write {key} as 2027-06-30", key=key),
        )
    elif found is not None and needs_notice(found, given.setting(DAYS.key)):
        yield (
            _when(found),
            _("Teachers can still start labs from it, with whatever is no longer maintained in it"),
            successor,
        )


def _when(found: EndOfLife) -> str:
    if not found.days_left:
        return _("its end of life is today, {day}", day=found.day)
    count = abs(found.days_left)
    if found.days_left < 0:
        return n_(
            "its end of life passed on {day}, 1 day ago",
            "its end of life passed on {day}, {days} days ago",
            count,
            day=found.day,
            days=count,
        )
    return n_(
        "its end of life is on {day}, in 1 day",
        "its end of life is on {day}, in {days} days",
        count,
        day=found.day,
        days=count,
    )


def _waits(unfinished: object) -> tuple[str, str, str]:
    """What is missing of an image whose versions others publish; `unfinished` is the newest version there."""
    if unfinished is None:
        return (
            _("it waits for its first version, which somebody else publishes"),
            _(_UNTIL_THEN),
            _("Have it published into the gallery; the preview after that judges it"),
        )
    return (
        _(
            "none of its versions, which somebody else publishes, is whole yet; the newest is {version}",
            version=shown(unfinished),
        ),
        _(_UNTIL_THEN),
        _("`./labs status` says why: wait while it is made, have the next one published if it failed"),
    )


def _capture(image: Image, version: Version) -> Iterator[tuple[str, str, str]]:
    if keeps_identity(mapping(image.definition).get("osState"), version.source_kind):
        yield (
            _("it is captured from a virtual machine, and the definition says Generalized"),
            _(
                "If the machine was not generalized before, Azure refuses the version, since a capture keeps its "
                "identity"
            ),
            _(
                "Make sure that sysprep or waagent -deprovision ran on it and that `az vm generalize` marked it; a "
                "copy of one machine is an image of its own, whose OS state is Specialized"
            ),
        )


POLICY = Policy(
    name="image-notices",
    title="Notices about images",
    level="advisory",
    severity="low",
    description="What should be known about an image and stops nothing.",
    refuses="nothing; reports ends of life of images and versions that have passed or are near, exemptions in force, "
    "purchase plans, machines captured as Generalized, and images without a whole version of those that somebody "
    "else publishes",
    why="A date must never stop everybody's work overnight, and an exemption must stay visible",
    fix="Publish a successor in time; take exemptions out when they are no longer needed",
    url="https://learn.microsoft.com/azure/virtual-machines/azure-compute-gallery",
    kinds=DECLARING,
    validate=validate,
    settings=(DAYS,),
    of_children=True,
)
