"""The policy `image-notices`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lab_image_policies.config.setting import Setting
from lab_image_policies.messages import message, shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version, mapping
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.image_of import DECLARING, subject
from lab_image_policies.rules import END_OF_LIFE_DAYS, end_of_life, is_for_lab_services, keeps_identity, needs_notice
from lab_image_policies.violation import Violation

DAYS = Setting(
    "endOfLifeDays",
    "How many days before its end of life a version is reported.",
    END_OF_LIFE_DAYS,
    {"type": "integer", "minimum": 0, "maximum": 3650},
)
_WAITS: Final = (
    "it waits for its first version, which somebody else publishes",
    "Until then no teacher sees it, and nothing of it can be judged",
    "Have it published into the gallery; the preview after that judges it",
)


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Report exemptions in force, ends of life that are near or past, captures that need a closer look, and images
    that wait for their first version.
    """
    image = given.image
    if image.component is not None:
        return  # the component's own entry is reported
    for exemption in given.run_state.exemptions():
        text = exemption.in_force()
        holds = image.known_name is not None and exemption.holds(image.known_name, given.today)
        if holds and given.run_state.first_time(text):
            yield Violation(None, text)
    if image.is_external and image.versions == () and is_for_lab_services(image.consumers):
        yield Violation(None, message(subject(image, None), *_WAITS))
    for version in image.readable_versions if is_for_lab_services(image.consumers) else ():
        key = "end_of_life" if image.by_component else "publishingProfile.endOfLifeDate"
        for sentences in (*_end_of_life(given, version, key), *_capture(image, version)):
            yield Violation(None, message(subject(image, version.number), *sentences))


def _end_of_life(given: PolicyInput, version: Version, key: str) -> Iterator[tuple[str, str, str]]:
    found = end_of_life(version.end_of_life, given.today)
    if isinstance(found, Fault):
        yield (
            f"its end of life is no day ({shown(version.end_of_life)})",
            "Nobody will notice when it comes",
            f"Write {key} at {version.place} as 2027-06-30",
        )
    elif found is not None and needs_notice(found, given.setting(DAYS.key)):
        past = f"passed on {found.day}, {_days(-found.days_left)} ago"
        near = f"is on {found.day}, in {_days(found.days_left)}" if found.days_left else f"is today, {found.day}"
        yield (
            f"its end of life {past if found.days_left < 0 else near}",
            "Teachers can still start labs from it, with whatever is no longer maintained in it",
            f"Publish a successor as a higher version of the image, or set a later {key} at {version.place}",
        )


def _capture(image: Image, version: Version) -> Iterator[tuple[str, str, str]]:
    if keeps_identity(mapping(image.definition).get("osState"), version.source_kind):
        specialized = f"set os_state of {image.place} to Specialized"
        yield (
            "it is captured from a virtual machine, and the definition says Generalized",
            "If the machine was not generalized before, Azure refuses the version, since a capture keeps its identity",
            f"Make sure that sysprep or waagent -deprovision ran on it, or {specialized}",
        )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


POLICY = Policy(
    name="image-notices",
    title="Notices about images",
    level="advisory",
    severity="low",
    description="What should be known about an image and stops nothing.",
    refuses="nothing; reports ends of life that have passed or are near, exemptions in force, machines captured as "
    "Generalized, and images without a version of those that somebody else publishes",
    why="A date must never stop everybody's work overnight, and an exemption must stay visible",
    fix="Publish a successor in time; take exemptions out when they are no longer needed",
    url="https://learn.microsoft.com/azure/virtual-machines/azure-compute-gallery",
    kinds=DECLARING,
    validate=validate,
    settings=(DAYS,),
)
