"""Types and names of Azure Resource Manager, as ids, templates and generic resources spell them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import unquote

COMPUTE: Final = "microsoft.compute"
RESOURCES: Final = "microsoft.resources"
IMAGE_BUILDER: Final = "microsoft.virtualmachineimages"
_NAMESPACES: Final = frozenset({COMPUTE, RESOURCES, IMAGE_BUILDER})
_TYPE_SEGMENT: Final = re.compile(r"[a-z0-9_.-]+")
_DECODINGS: Final = 3


class ArmName(NamedTuple):
    """The namespace and the types of an object in lower case, and a name for each type; None for one that is not known.

    The namespace is "" where a type is written without one.
    """

    types: tuple[str, ...]
    names: tuple[str | None, ...]

    @property
    def is_image(self) -> bool:
        """Whether it is an image definition or version, and no extension such as a role assignment on one."""
        return self.is_of(COMPUTE, "galleries", "images", any_below=True) and "providers" not in self.types

    def is_of(self, namespace: str, *types: str, any_below: bool = False) -> bool:
        """Whether it is of this type; with `any_below` also of a type below it."""
        given = self.types[1 : len(types) + 1] if any_below else self.types[1:]
        return given == types and self.types[0] in (namespace, "")


NO_OBJECT: Final = ArmName(("",), ())


def segments_of(path: str) -> list[str] | None:
    """The segments of a path as Azure's servers resolve it; None if it climbs or stays encoded."""
    text = path.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]
    for _ in range(_DECODINGS):
        text, encoded = unquote(text), text
        if text == encoded:
            break
    else:
        return None
    segments = [segment.strip() for segment in text.replace("\\", "/").split("/")]
    return None if {".", ".."} & set(segments) else [segment for segment in segments if segment]


def read_id(path: str) -> ArmName | None:
    """The object that an id leads to, from the first namespace that can make an image; None if it cannot be read.

    A resource below another provider's (`…/providers/Microsoft.Authorization/…`) is of that provider. Where no such
    namespace occurs it is `NO_OBJECT`.
    """
    segments = segments_of(path)
    if segments is None or not all(
        _TYPE_SEGMENT.fullmatch(namespace.lower())
        for key, namespace in pairwise(segments)
        if key.lower() == "providers"
    ):
        return None
    start = next((index for index, segment in enumerate(segments) if segment.lower() in _NAMESPACES), None)
    if start is None:
        return NO_OBJECT
    types, names = [segments[start].lower()], list[str | None]()
    rest = segments[start + 1 :]
    for key, name in zip(rest[::2], [*rest[1::2], ""], strict=False):
        if key.lower() == "providers":
            types, names = [name.lower()], []
        else:
            types.append(key.lower())
            names.append(name or None)
    # Another character than these may stand for one of them on the way to Azure, as a long s does.
    return ArmName(tuple(types), tuple(names)) if all(map(_TYPE_SEGMENT.fullmatch, types)) else None


def read_type(written: object, name: object, parent: ArmName | None = None) -> ArmName | None:
    """The object that type and name say, in a template or a call; None if the type cannot be read.

    A type without a namespace continues its parent's. Types are never expressions; a name that is one is not known.
    """
    types = type_segments(written)
    if types is None:
        return None
    names = names_of(name, len(types))
    if "." in types[0]:
        return ArmName(types, names[1:])
    if parent is None:
        return ArmName(("", *types), names)
    return ArmName((*parent.types, *types), (*parent.names, *names))


def type_segments(written: object) -> tuple[str, ...] | None:
    """The segments of a type in lower case, without its api-version (`@…`) and without slashes around; else None."""
    if not isinstance(written, str):
        return None
    segments = tuple(written.split("@")[0].strip("/").lower().split("/"))
    return segments if all(_TYPE_SEGMENT.fullmatch(segment) for segment in segments) else None


def names_of(name: object, types: int) -> tuple[str | None, ...]:
    """The names in `a/b/c`, aligned to the right of so many types; each None if the name is an expression."""
    given: list[str | None] = []
    if isinstance(name, str) and not name.strip().startswith("["):
        given = list(name.strip("/").split("/"))
    padded = [None] * types + given
    return tuple(padded[len(padded) - types :])
