"""Twin images: what labs use stays as it is, and a second image of the same software suits the service after them.

Generation, state and security type of an image never change in Azure, so no new version can bring them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog.files.similar import same_name
from catalog.images.catalogue import Catalogue
from catalog.images.consumers import SERVICES, Consumer, Demand
from catalog.images.image import Image
from lifecycle.readiness import Readiness
from plan.definition import FIXED

_SYSTEM: Final = ("os_type", "os_state", "hyper_v_generation", "architecture", "security_type")
_LONGEST: Final = 64
"""Characters of an SKU, which a new image has from its name."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A second image to add: `name`, modelled on `like`, for `service`; it suits the services in `also` too.

    `exists` is whether the catalogue has an image of this name already.
    """

    name: str
    like: str
    service: Consumer
    also: tuple[Consumer, ...] = ()
    exists: bool = False


def demanded(service: Consumer) -> dict[str, Demand]:
    """The rules of a service that refuse, about what never changes in an image, by its key; several of one key become
    one that lets through what all of them do.
    """
    rules: dict[str, Demand] = {}
    for demand in SERVICES[service].demands:
        if demand.certain and demand.accepted and demand.property in _SYSTEM:
            known = rules.get(demand.property)
            accepted = tuple(each for each in demand.accepted if known is None or each in known.accepted)
            rules[demand.property] = replace(demand, accepted=accepted)
    return rules


def twins(catalogue: Catalogue, found: Iterable[Readiness]) -> tuple[Twin, ...]:
    """The twins that images need for these services, the strictest service first: its twin often suits another one."""
    by_image: dict[str, list[Readiness]] = {}
    for each in found:
        if each.status == "work" and _fixed(each):
            by_image.setdefault(each.image, []).append(each)
    return tuple(twin for image, needs in by_image.items() for twin in _of_image(catalogue, image, needs))


def _fixed(of: Readiness) -> list[str]:
    """What of an image would have to change that never does."""
    return [each.demand.property for each in of.gaps if each.demand.property in FIXED and each.found is not None]


def _of_image(catalogue: Catalogue, name: str, needs: Sequence[Readiness]) -> Iterator[Twin]:
    image = catalogue.images[name]
    waiting = sorted(needs, key=lambda each: -len(_fixed(each)))
    while waiting:
        first, *others = waiting
        changed = _as_wanted(image, first.service)
        also = tuple(each.service for each in others if _suits(changed, each.service))
        waiting = [each for each in others if each.service not in also]
        twin = _name(name, image, changed)
        yield Twin(twin, name, first.service, also, exists=same_name(twin, catalogue.images) is not None)


def _as_wanted(image: Image, service: Consumer) -> Mapping[str, str]:
    """The system of a twin: what the service takes, else what the image has."""
    rules = demanded(service)
    values: dict[str, str] = {key: getattr(image, key) for key in _SYSTEM}
    for key, demand in rules.items():
        if values[key] not in demand.accepted and demand.accepted:
            values[key] = demand.accepted[0]
    return values


def _suits(values: Mapping[str, str], service: Consumer) -> bool:
    return all(values[key] in demand.accepted for key, demand in demanded(service).items())


def _name(name: str, image: Image, changed: Mapping[str, str]) -> str:
    """The name of a twin: `office-v2` of `office` or `office-v1`; one of the same generation has what differs."""
    generation = changed["hyper_v_generation"]
    if generation != image.hyper_v_generation:
        stem, ending = name.removesuffix(f"-{image.hyper_v_generation.lower()}"), generation.lower()
    else:
        keys = ("os_state", "architecture", "security_type")
        stem, ending = name, next((changed[key].lower() for key in keys if changed[key] != getattr(image, key)), "2")
    return f"{stem[: _LONGEST - len(ending) - 1].rstrip('._-')}-{ending}"
