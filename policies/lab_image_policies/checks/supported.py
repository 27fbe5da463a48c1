"""The policy `image-supported-by-lab-services`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lab_image_policies.image_check import Finding, differing_definition, for_lab_services
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
from lab_image_policies.translation import N_, _

_NO_LAB: Final = N_(
    "Azure Lab Services starts no lab from such an image, so teachers would not see it or could not use it"
)
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "osType": (N_("OS type"), "os_type"),
    "osState": (N_("OS state"), "os_state"),
    "hyperVGeneration": (N_("Hyper-V generation"), "hyper_v_generation"),
    "architecture": (N_("architecture"), "architecture"),
    "securityType": (N_("security type"), "security_type"),
}


@for_lab_services
def validate(_given: PolicyInput, image: Image) -> Iterator[Finding]:
    """Refuse definitions and versions that labs cannot start, and an OS state that the source cannot have."""
    definition = image.definition or {}
    if image.definition is not None:
        faults = unsupported(definition)
        if is_raw(image) and "hyperVGeneration" in faults:
            # What is not set follows from the generation.
            faults = [key for key in faults if key == "hyperVGeneration" or definition.get(key) is not None]
        yield from (_unsupported(image, key, definition.get(key)) for key in faults)
        if image.component is not None and not faults:
            yield differing_definition(image, image.component)
    for version in image.readable_versions:
        yield from (_generation_2(version, *found) for found in version.generation_2)
        yield from (_without_number(version, each) for each in version.source_ids if names_no_number(each))
        if not image.by_component:
            continue
        if not known_source(version.source_kind):
            yield Finding(
                version.number,
                _("the kind of its source is not known ({value})", value=shown(version.source_kind)),
                _("Nobody can tell whether it fits the definition, so it is refused"),
                _(
                    "Give {place} a source of one of the kinds {kinds}",
                    place=version.place,
                    kinds=", ".join(SOURCE_KINDS),
                ),
            )
        elif version.is_external != image.is_external:
            yield _of_another_kind(image, version)
        elif contradicts(definition.get("osState"), version.source_kind):
            yield _contradiction(image, version, definition.get("osState"))


def _contradiction(image: Image, version: Version, os_state: object) -> Finding:
    return Finding(
        version.number,
        _(
            "it is made from a managed image, and the definition says {state}; a managed image is Generalized",
            state=shown(os_state),
        ),
        _("Azure refuses the version, so teachers would wait for an image that never comes"),
        _(
            "Publish from the machine's disk or a snapshot; or, before {place} is published, set its os_state to "
            "Generalized",
            place=image.place,
        ),
    )


def _of_another_kind(image: Image, version: Version) -> Finding:
    """The finding that one of image and version says that others publish, and the other one does not."""
    unjudged = _("Its rules would not hold, and a version could be deleted, or all of them hidden, without a word")
    if version.is_external:
        return Finding(
            version.number,
            _(
                "it is listed as published by somebody else, and {image} has versions of the catalogue",
                image=shown_text(image.name),
            ),
            unjudged,
            _(
                "Take it out of the versions of {place}, or write versions: external there if others publish all of "
                "them",
                place=image.place,
            ),
        )
    return Finding(
        version.number,
        _(
            "it has a source of the kind {kind}, and somebody else publishes the versions of {image}",
            kind=shown(version.source_kind),
            image=shown_text(image.name),
        ),
        unjudged,
        _(
            "Take {place} out, or write all versions that the stack publishes instead of versions: external",
            place=version.place,
        ),
    )


def _generation_2(version: Version, name: str, value: object) -> Finding:
    cause = _("{name} is set, which belongs to Trusted Launch and confidential machines; labs take Standard", name=name)
    if isinstance(value, Fault):
        cause = _(
            "{name} is not known ({value}), which belongs to Trusted Launch and confidential machines; labs take "
            "Standard",
            name=name,
            value=shown(value),
        )
    return Finding(
        version.number,
        cause,
        _(_NO_LAB),
        _(
            "Take {name} out of {place}, and publish from a source of security type Standard",
            name=name,
            place=version.place,
        ),
    )


def _without_number(version: Version, source_id: object) -> Finding:
    named = str(source_id).rpartition("/images/")[2]
    return Finding(
        version.number,
        _("its source …/images/{name} names no version by its number", name=shown_text(named)),
        _("Azure refuses it, or takes another version each time that one is published, which nobody has judged"),
        _("Name the version that is meant in {place}, as in …/versions/1.0.0", place=version.place),
    )


def _unsupported(image: Image, key: str, value: object) -> Finding:
    name, catalogue_key = _NAMES[key]
    own_key = _("features (the one named SecurityType)") if key == "securityType" else key
    accepted = _(" or ").join(ACCEPTED[key])
    words = {"name": _(name), "value": shown(value), "accepted": accepted}
    cause = _("its {name} is {value}; labs take {accepted}", **words)
    if value is None or isinstance(value, Fault):
        cause = _("its {name} is not known ({value}); labs take {accepted}", **words)
    return Finding(
        None,
        cause,
        _(_NO_LAB),
        _(
            "Publish from a source that is {accepted}, under a new name, since a published definition never changes; "
            "one that is not published yet gets {accepted} for {key} of {place}",
            accepted=accepted,
            key=catalogue_key if image.by_component else own_key,
            place=image.place,
        ),
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
