"""The policy `image-supported-by-consumers`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lab_image_policies.demands import REGION, Demand, fulfils, judged_services, services
from lab_image_policies.image_check import Finding, differing_definition, for_listed_services
from lab_image_policies.messages import shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_child import is_raw
from lab_image_policies.reading.from_raw_resource import DATA_DISKS_TAG, SIZE_TAG
from lab_image_policies.reading.image_of import DECLARING
from lab_image_policies.rules import is_for_lab_services
from lab_image_policies.translation import N_, _

_DEFINITION: Final[Mapping[str, tuple[str, str]]] = {
    "os_type": ("osType", N_("OS type")),
    "os_state": ("osState", N_("OS state")),
    "hyper_v_generation": ("hyperVGeneration", N_("Hyper-V generation")),
    "architecture": ("architecture", N_("architecture")),
    "security_type": ("securityType", N_("security type")),
}
"""The catalogue's keys of a definition: Azure's key, and the name in messages."""
_FROM_GENERATION: Final = ("architecture", "security_type")
"""What Azure makes of the generation where a definition does not say it."""
_VERSION: Final[Mapping[str, tuple[str, str]]] = {
    "os_disk_size_gb": (N_("size of the OS disk in GB"), SIZE_TAG),
    "data_disk_count": (N_("number of data disks"), DATA_DISKS_TAG),
}
"""The catalogue's keys of a version: the name in messages, and the tag that says it of a version without component."""


@for_listed_services
def validate(_given: PolicyInput, image: Image) -> Iterator[Finding]:
    """Refuse what a service that the image lists does not take, and what nobody can tell of it."""
    agrees = True
    for service in judged_services(image.consumers):
        for demand in services()[service].demands:
            for finding in _findings(image, service, demand):
                agrees = False
                yield finding
    # Of an image for Lab Services image-supported-by-lab-services says it.
    elsewhere = image.definition is None or is_for_lab_services(image.consumers)
    if agrees and image.component is not None and not elsewhere:
        yield differing_definition(image, image.component)


def _findings(image: Image, service: str, demand: Demand) -> Iterator[Finding]:
    if demand.property in _VERSION:
        for version in image.readable_versions:
            value = getattr(version, demand.property)
            if not fulfils(value, demand):
                yield _of_version(image, version, service, demand)
    elif demand.property != REGION and image.definition is not None:
        value = image.definition.get(_DEFINITION[demand.property][0])
        if not fulfils(value, demand) and not _follows(image, demand, value):
            yield _of_definition(image, service, demand)


def _follows(image: Image, demand: Demand, value: object) -> bool:
    """Whether a value is absent that follows from a generation which is wrong or not known itself."""
    generation = (image.definition or {}).get("hyperVGeneration")
    return value is None and is_raw(image) and demand.property in _FROM_GENERATION and generation is None


def _of_definition(image: Image, service: str, demand: Demand) -> Finding:
    key, name = _DEFINITION[demand.property]
    value = (image.definition or {}).get(key)
    accepted = _(" or ").join(demand.accepted)
    own_key = _("features (the one named SecurityType)") if key == "securityType" else key
    return Finding(
        None,
        _cause(_(name), value, services()[service].name, accepted),
        _consequence(service, demand),
        _(
            "Publish from a source that is {accepted}, under a new name, since a published definition never changes; "
            "one that is not published yet gets {accepted} for {key} of {place}; or take {service} out of its "
            "consumers",
            accepted=accepted,
            key=demand.property if image.by_component else own_key,
            place=image.place,
            service=service,
        ),
    )


def _of_version(image: Image, version: Version, service: str, demand: Demand) -> Finding:
    name, tag = _VERSION[demand.property]
    value = getattr(version, demand.property)
    if _is_known(value):
        advice = _another(service, demand)
    elif image.by_component:
        advice = _declare(version, service, demand.property, is_tag=False)
    else:
        advice = _declare(version, service, tag, is_tag=True)
    return Finding(
        version.number,
        _cause(_(name), value, services()[service].name, _bounds(demand)),
        _consequence(service, demand),
        advice,
    )


def _another(service: str, demand: Demand) -> str:
    return _(
        "Publish a version from a source with {bounds}; or take {service} out of the consumers of the image",
        bounds=_bounds(demand),
        service=service,
    )


def _declare(version: Version, service: str, key: str, *, is_tag: bool) -> str:
    text = (
        N_("Give {place} the tag {key}; or take {service} out of the consumers of the image")
        if is_tag
        else N_(
            "Write {key} at {place}, where Azure cannot be asked; or take {service} out of the consumers of the image"
        )
    )
    return _(text, key=key, place=version.place, service=service)


def _cause(what: str, value: object, service: str, accepted: str) -> str:
    """The cause of a finding; `what` is translated."""
    if _is_known(value):
        return _(
            "its {what} is {value}; {service} takes {accepted}",
            what=what,
            value=shown(value),
            service=service,
            accepted=accepted,
        )
    return _(
        "its {what} is not known ({value}); {service} takes {accepted}",
        what=what,
        value=shown(value),
        service=service,
        accepted=accepted,
    )


def _consequence(service: str, demand: Demand) -> str:
    return _(
        "{service} makes no machine of another image, so nobody could use it there (source: {document}, {dated})",
        service=services()[service].name,
        document=demand.source,
        dated=demand.dated,
    )


def _bounds(demand: Demand) -> str:
    if demand.least is not None and demand.most is not None:
        return _("{least} to {most}", least=demand.least, most=demand.most)
    if demand.least is not None:
        return _("at least {least}", least=demand.least)
    return _("at most {most}", most=demand.most)


def _is_known(value: object) -> bool:
    return value is not None and not isinstance(value, Fault)


POLICY = Policy(
    name="image-supported-by-consumers",
    title="Supported by the services that it is for",
    severity="high",
    description="Every image is one that each service among its consumers takes.",
    refuses="an OS type, OS state, generation, security type or number of data disks that Azure Virtual Desktop, "
    "Windows 365, DevTest Labs or Dev Box does not take, if the image lists that service, and one that nobody can "
    "tell; nothing by a rule that no document states as certain",
    why="Azure Lab Services ends, and its images move on: Windows 365 and Dev Box take generalized images of "
    "generation 2 with Trusted Launch alone, Azure Virtual Desktop generalized Windows alone",
    fix="Publish an image of its own for the service, or take the service out of `consumers`",
    url="https://learn.microsoft.com/azure/lab-services/retirement-guide",
    kinds=DECLARING,
    validate=validate,
)
