"""The policy `image-supported-by-lab-services`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lab_image_policies.image_check import Finding, for_lab_services
from lab_image_policies.messages import shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_child import is_raw
from lab_image_policies.reading.image_of import DECLARING
from lab_image_policies.rules import (
    ACCEPTED,
    SOURCE_KINDS,
    contradicts,
    known_source,
    names_no_number,
    unsupported,
)

_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "osType": ("OS type", "os_type"),
    "osState": ("OS state", "os_state"),
    "hyperVGeneration": ("Hyper-V generation", "hyper_v_generation"),
    "architecture": ("architecture", "architecture"),
    "securityType": ("security type", "security_type"),
}


@for_lab_services
def validate(_: PolicyInput, image: Image) -> Iterator[Finding]:
    """Refuse definitions and versions that labs cannot start, and an OS state that the source cannot have."""
    definition = image.definition or {}
    if image.definition is not None:
        faults = unsupported(definition)
        if is_raw(image) and "hyperVGeneration" in faults:
            # What is not set follows from the generation.
            faults = [key for key in faults if key == "hyperVGeneration" or definition.get(key) is not None]
        yield from (_unsupported(image, key, definition.get(key)) for key in faults)
        if image.component is not None and not faults:
            yield _differs(image, image.component)
    for version in image.readable_versions:
        yield from (_generation_2(version, *found) for found in version.generation_2)
        yield from (_without_number(version, each) for each in version.source_ids if names_no_number(each))
        if not image.by_component:
            continue
        if not known_source(version.source_kind):
            yield Finding(
                version.number,
                f"the kind of its source is not known ({shown(version.source_kind)})",
                "Nobody can tell whether it fits the definition, so it is refused",
                f"Give {version.place} a source of one of the kinds {', '.join(SOURCE_KINDS)}",
            )
        elif version.is_external != image.is_external:
            yield _of_another_kind(image, version)
        elif contradicts(definition.get("osState"), version.source_kind):
            yield Finding(
                version.number,
                f"it is made from a managed image, and the definition says {shown(definition.get('osState'))}; a "
                "managed image is Generalized",
                "Azure refuses the version, so teachers would wait for an image that never comes",
                f"Publish from the machine's disk or a snapshot; or, before {image.place} is published, set its "
                "os_state to Generalized",
            )


def _of_another_kind(image: Image, version: Version) -> Finding:
    """The finding that one of image and version says that others publish, and the other one does not."""
    unjudged = "Its rules would not hold, and a version could be deleted, or all of them hidden, without a word"
    if version.is_external:
        return Finding(
            version.number,
            f"it is listed as published by somebody else, and {shown_text(image.name)} has versions of the catalogue",
            unjudged,
            f"Take it out of the versions of {image.place}, or write versions: external there if others publish all of "
            "them",
        )
    return Finding(
        version.number,
        f"it has a source of the kind {shown(version.source_kind)}, and somebody else publishes the versions of "
        f"{shown_text(image.name)}",
        unjudged,
        f"Take {version.place} out, or write all versions that the stack publishes instead of versions: external",
    )


def _generation_2(version: Version, name: str, value: object) -> Finding:
    state = f"is not known ({shown(value)})" if isinstance(value, Fault) else "is set"
    return Finding(
        version.number,
        f"{name} {state}, which belongs to Trusted Launch and confidential machines; labs take Standard",
        "Azure Lab Services starts no lab from such an image, so teachers would not see it or could not use it",
        f"Take {name} out of {version.place}, and publish from a source of security type Standard",
    )


def _without_number(version: Version, source_id: object) -> Finding:
    named = str(source_id).rpartition("/images/")[2]
    return Finding(
        version.number,
        f"its source …/images/{shown_text(named)} names no version by its number",
        "Azure refuses it, or takes another version each time that one is published, which nobody has judged",
        f"Name the version that is meant in {version.place}, as in …/versions/1.0.0",
    )


def _differs(image: Image, component: Image) -> Finding:
    return Finding(
        None,
        f"name, location or definition of {image.place} differ from {component.place}",
        "Somebody reviewed the one, and the other would be published",
        "Take out what changes the resource on its way, such as a transformation, and change the catalogue instead",
    )


def _unsupported(image: Image, key: str, value: object) -> Finding:
    name, catalogue_key = _NAMES[key]
    own_key = "features (the one named SecurityType)" if key == "securityType" else key
    accepted = " or ".join(ACCEPTED[key])
    is_known = value is not None and not isinstance(value, Fault)
    found = f"its {name} is {shown(value)}" if is_known else f"its {name} is not known ({shown(value)})"
    return Finding(
        None,
        f"{found}; labs take {accepted}",
        "Azure Lab Services starts no lab from such an image, so teachers would not see it or could not use it",
        f"Publish from a source that is {accepted}, under a new name, since a published definition never changes; one "
        f"that is not published yet gets {accepted} for {catalogue_key if image.by_component else own_key} of "
        f"{image.place}",
    )


POLICY = Policy(
    name="image-supported-by-lab-services",
    title="Supported by Lab Services",
    severity="high",
    description="Every image is one that labs can start: generation 1, x64, security type Standard.",
    refuses="Hyper-V generation 2, Arm64, Trusted Launch and confidential images, an OS state that the source cannot "
    "have, a gallery version as the source that is named without its number, such as `latest`, and versions of the "
    "catalogue and versions that somebody else publishes in one image",
    why="Microsoft asks for generation 1, and documents neither Arm64 nor Trusted Launch for labs; a managed image is "
    "always generalized",
    fix="Build the source as generation 1, x64, Standard; set `os_state` to what the source is",
    url="https://learn.microsoft.com/azure/lab-services/approaches-for-custom-image-creation",
    kinds=DECLARING,
    validate=validate,
)
