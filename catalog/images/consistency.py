"""Rules across several keys of the catalogue.

They work on models and on plain values: a file with other mistakes is not a model yet, and all of its mistakes must be
reported at once. A value of the wrong form is skipped here; the models report it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from catalog.fields.fields import MOST_REPLICAS
from catalog.fields.tags import joined_tags_problem
from catalog.files.diagnostic import printable
from catalog.files.field_error import FieldError
from catalog.images.image import Architecture, SecurityType, is_for_lab_services
from catalog.images.source import EXISTING, KINDS, kinds_problem
from catalog.images.version_number import version_key, version_problem, zeros_problem

_OLD_GENERATION: Final = "V1"
_OF_OLD_GENERATION: Final = {"architecture": "x64", "security_type": "Standard"}
"""What an image of generation V1 has. Source: "Support for generation 2 VMs on Azure": Trusted Launch, confidential and
Arm64 machines are of generation 2 only.
"""
_KNOWN: Final = {"architecture": get_args(Architecture), "security_type": get_args(SecurityType)}


def across(images: object) -> Iterator[FieldError]:
    """Findings at paths relative to the catalogue: names, numbers, identifiers, generations, facts of VHDs, states of
    managed images, tags and replicas in all.
    """
    names: dict[str, str] = {}
    identifiers: dict[tuple[str, ...], str] = {}
    for name, image in _items(images):
        earlier = names.setdefault(name.lower(), name)
        if earlier != name:
            message = f"{printable(earlier)} is the same name: Azure compares names without regard to case; rename one"
            yield ("images", name), message
        triple = _triple(_get(image, "identifier"))
        if triple is not None and identifiers.setdefault(triple, name) != name:
            message = (
                f"{printable(identifiers[triple])} has the same publisher, offer and sku; Azure allows a triple once in"
                " a gallery, without regard to case: change one, such as the sku"
            )
            yield ("images", name, "identifier"), message
        for path, message in _of_generation(image):
            yield ("images", name, *path), message
        numbers: dict[tuple[int, ...], str] = {}
        for number, version in _items(_get(image, "versions")):
            problem = _number_problem(number, version, numbers)
            if problem is not None:
                yield ("images", name, "versions", number), problem
            for path, message in _of_version(image, version):
                yield ("images", name, "versions", number, *path), message


def _number_problem(number: str, version: object, earlier: dict[tuple[int, ...], str]) -> str | None:
    """What is wrong with a valid number beside the `earlier` ones of its image, to which it is added."""
    if version_problem(number) is not None:
        return None  # the model reports it
    twin = earlier.setdefault(version_key(number), number)
    if twin != number:
        return f"{twin} is the same version: Azure compares versions by number, without the zeros; keep one"
    source = _get(version, "source")
    is_made = any(_get(source, key) is not None for key, kind in KINDS.items() if kind.is_made)
    return zeros_problem(number) if is_made else None


def _of_generation(image: object) -> Iterator[FieldError]:
    """What only an image of generation V2 has, at one of generation V1.

    An image with a version that is taken over is in the gallery already: what Azure has there is no mistake.
    """
    generation = _get(image, "hyper_v_generation")
    if _is_there(image) or generation not in (None, _OLD_GENERATION):
        return
    for key, usual in _OF_OLD_GENERATION.items():
        value = _get(image, key)
        if value == usual or value not in _KNOWN[key]:
            continue
        advice = f"write hyper_v_generation: V2, or leave {key} out if the image is new"
        if _is_for_labs(image):
            advice = f"labs take {usual} only, so leave {key} out if the image is new; or, if no lab uses the image,"
            advice += " name its consumers without lab_services and write hyper_v_generation: V2"
        yield (key,), f"{value} needs generation V2, and the image has V1, so Azure refuses it; {advice}"


def _is_there(image: object) -> bool:
    """Whether the file itself says that the image is in the gallery already."""
    return any(_get(_get(version, "source"), EXISTING) is True for _, version in _items(_get(image, "versions")))


def _is_for_labs(image: object) -> bool:
    consumers = _get(image, "consumers")
    return is_for_lab_services(consumers if isinstance(consumers, list | tuple) else None)


def _of_version(image: object, version: object) -> Iterator[FieldError]:
    source = _get(version, "source")
    tags = [(level, _get(of, "tags")) for level, of in (("the image", image), ("the version", version))]
    if all(isinstance(each, Mapping) and all(isinstance(name, str) for name in each) for _, each in tags):
        problem = joined_tags_problem(tags)
        if problem is not None:
            yield ("tags",), problem
    counts = _get(version, "replicas_per_region")
    if isinstance(counts, Mapping) and _get(source, EXISTING) is not True:
        whole = [count for count in counts.values() if type(count) is int and 1 <= count <= MOST_REPLICAS]
        if sum(whole) > MOST_REPLICAS:
            message = f"are {sum(whole)} replicas; Azure allows {MOST_REPLICAS} of a version, over all regions together"
            yield ("replicas_per_region",), f"{message}: write smaller numbers"
    given = tuple(kind for kind in KINDS if _get(source, kind) is not None)
    if source is not None and (given or source == {}):
        problem = kinds_problem(given)
        if problem is not None:
            yield ("source",), problem
    if len(given) != 1:
        return
    kind = KINDS[given[0]]
    for key, example in (("os_disk_size_gb", 64), ("data_disk_count", 0)):
        if not kind.tells_disks and _get(version, key) is None:
            message = f"is missing: Azure does not know it for a {kind.noun}; write it, such as {key}: {example}"
            yield (key,), message
    if kind.is_generalized and _get(image, "os_state") == "Specialized":
        others = "name a disk or snapshot, or publish it as an image of its own"
        advice = others if _is_there(image) else f"write os_state: Generalized if the image is new, else {others}"
        yield ("source", *given), f"a {kind.noun} is always generalized; {advice}"


def _items(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((key, item) for key, item in value.items() if isinstance(key, str))


def _get(value: object, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else getattr(value, key, None)


def _triple(identifier: object) -> tuple[str, ...] | None:
    parts = [_get(identifier, key) for key in ("publisher", "offer", "sku")]
    return tuple(part.lower() for part in parts) if all(isinstance(part, str) and part for part in parts) else None
