"""What the components of one run declare, so that none declares what another one does.

A process serves the preview and the update after it, so a run is told apart by the address of its engine.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

from components.package.arguments import ArgumentsError
from components.package.parts import WHOLE, Part

run: ContextVar[str] = ContextVar("run", default="")
"""What tells the run apart that a component is constructed for."""

TWICE: Final = (
    "this stack has another {part} already{what}, and what both declare would have the same names, so this one is not "
    "declared. {keep}"
)
ONE_GALLERY: Final = "Keep one in a stack, and put the other one into a stack of its own: pulumi stack init NAME"
ONE_OBJECT: Final = "Keep one"
BOTH_WAYS: Final = (
    "this stack has a {other} already, and LabImageGallery declares everything that the other components declare, so "
    "this one is not declared. Keep LabImageGallery, or compose the gallery of the others"
)

_parts: dict[tuple[str, str, str], str] = {}
_ways: dict[tuple[str, bool], Part] = {}


def claim(part: Part, name: str, what: str = "") -> None:
    """Note that the component `name` declares `what`, an image or a lab; a gallery without it.

    Raises ArgumentsError if another one of the run declares it.
    """
    way = part is WHOLE
    other = _ways.get((run.get(), not way))
    if other is not None:
        raise ArgumentsError([BOTH_WAYS.format(other=other.name)])
    _ways.setdefault((run.get(), way), part)
    if _parts.setdefault((run.get(), part.name, what.lower()), name) != name:
        keep = ONE_OBJECT if what else ONE_GALLERY
        raise ArgumentsError([TWICE.format(part=part.name, what=f" for {what}" if what else "", keep=keep)])
