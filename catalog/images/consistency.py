"""Rules across several keys of the catalogue.

They work on models and on plain values: a file with other mistakes is not a model yet, and all of its mistakes must be
reported at once. A value of the wrong form is skipped here; the models report it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.files.diagnostic import printable
from catalog.files.field_error import FieldError
from catalog.images.source import KINDS, kinds_problem
from catalog.images.version_number import version_key, version_problem, zeros_problem


def across(images: object) -> Iterator[FieldError]:
    """Findings at paths relative to the catalogue: names, numbers, identifiers, facts of VHDs, managed images."""
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


def _of_version(image: object, version: object) -> Iterator[FieldError]:
    source = _get(version, "source")
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
        message = f"a {kind.noun} is always generalized; write os_state: Generalized, or name a disk or snapshot"
        yield ("source", *given), message


def _items(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((key, item) for key, item in value.items() if isinstance(key, str))


def _get(value: object, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else getattr(value, key, None)


def _triple(identifier: object) -> tuple[str, ...] | None:
    parts = [_get(identifier, key) for key in ("publisher", "offer", "sku")]
    return tuple(part.lower() for part in parts) if all(isinstance(part, str) and part for part in parts) else None
