"""`image-supported-by-lab-services`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lab_image_policies.config.setting import EXEMPTIONS
from lab_image_policies.messages import message, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.image_of import WITH_DEFINITION, image_for_labs, subject, unreadable_versions
from lab_image_policies.rules import ACCEPTED, SOURCE_KINDS, contradicts, known_source, unsupported
from lab_image_policies.violation import Violation

_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "osType": ("OS type", "os_type"),
    "osState": ("OS state", "os_state"),
    "hyperVGeneration": ("Hyper-V generation", "hyper_v_generation"),
    "architecture": ("architecture", "architecture"),
    "securityType": ("security type", "security_type"),
}


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse definitions that labs cannot start, and an OS state that the source cannot have."""
    image = image_for_labs(given.resources[0])
    if image is None or image.definition is None:
        return
    for key in unsupported(image.definition):
        yield Violation(image.name, _unsupported(image, key, image.definition[key]))
    yield from unreadable_versions(image)
    for version in () if isinstance(image.versions, Fault) else image.versions:
        if not known_source(version.source_kind):
            yield Violation(image.name, _unknown_source(image, version))
        elif contradicts(image.definition["osState"], version.source_kind):
            yield Violation(image.name, _contradiction(image, version, image.definition["osState"]))


def _unsupported(image: Image, key: str, value: object) -> str:
    name, catalogue_key = _NAMES[key]
    accepted = " or ".join(ACCEPTED[key])
    cause = f"its {name} is {shown(value)}; labs take {accepted}"
    if value is None or isinstance(value, Fault):
        cause = f"its {name} is not known ({shown(value)}); labs take {accepted}"
    where = f"{catalogue_key} of {image.place}" if image.by_component else f"{key} of {image.place}"
    return message(
        shown_text(image.name),
        cause,
        "Azure Lab Services starts no lab from such an image, so teachers would not see it or could not use it",
        f"Set {where} to {accepted}, and publish from a source of that kind; a published definition cannot change, so "
        "give the image a new name",
    )


def _unknown_source(image: Image, version: Version) -> str:
    return message(
        subject(image, version),
        f"the kind of its source is not known ({shown(version.source_kind)})",
        "Nobody can tell whether it fits the definition, so it is refused",
        f"Give {version.place} a source of one of the kinds {', '.join(SOURCE_KINDS)}",
    )


def _contradiction(image: Image, version: Version, os_state: object) -> str:
    return message(
        subject(image, version),
        f"it is made from a managed image, and the definition says {shown(os_state)}; a managed image is Generalized",
        "Azure refuses the version, so teachers would wait for an image that never comes",
        f"Set os_state of {image.place} to Generalized, or publish from the machine's disk or a snapshot",
    )


POLICY = Policy(
    name="image-supported-by-lab-services",
    title="Supported by Lab Services",
    level="mandatory",
    severity="high",
    description="Every image is one that labs can start: generation 1, x64, security type Standard.",
    refuses="Hyper-V generation 2, Arm64, Trusted Launch and confidential images, and an OS state that the source "
    "cannot have",
    why="Microsoft asks for generation 1, and documents neither Arm64 nor Trusted Launch for labs; a managed image is "
    "always generalized",
    fix="Build the source as generation 1, x64, Standard; set `os_state` to what the source is",
    url="https://learn.microsoft.com/azure/lab-services/approaches-for-custom-image-creation",
    kinds=WITH_DEFINITION,
    validate=validate,
    settings=(EXEMPTIONS,),
)
