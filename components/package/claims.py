"""What the components of one run declare, so that none declares what another one does.

A process serves the preview and the update after it, so a run is told apart by the address of its engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Final

from catalog.images.version_number import listing_key
from components.package.arguments import ArgumentsError
from components.package.parts import LAB_IMAGE, WHOLE, Part
from plan.planned import PlannedImage, PlannedRegion

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

ELSEWHERE: Final = (
    "images.{image}.versions.{version}: goes to {here} by these arguments, and to {there} by those of {name}. Policies "
    "would judge what nobody declares: give all parts the same catalogue, targetRegions, excludeRegions and labs "
    "(labAccountIds, labPlan, labPlanId)"
)
NOWHERE: Final = "no region"
LACKS: Final = (
    "images: lacks {image}, which a LabImage of this stack declares, so policies could not tell where labs can be made "
    "from it. Add it to the catalogue"
)

_places: dict[tuple[str, str], tuple[str, dict[str, str]]] = {}
_declared: dict[str, dict[str, str]] = {}
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


def agree(part: Part, images: Sequence[PlannedImage]) -> None:
    """Note where the images of a part's plan lie; of LabImage it is what the part declares, of others what they tell.

    Raises ArgumentsError if another part of the run says something else, or declares an image that a catalogue lacks.
    """
    findings = []
    for image in images:
        here = {version.number: _where(version.target_regions) for version in image.versions}
        name, there = _places.setdefault((run.get(), image.name.lower()), (part.name, here))
        findings += [
            ELSEWHERE.format(image=image.name, version=number, here=here.get(number, NOWHERE), there=other, name=name)
            for number in sorted(here.keys() | there.keys(), key=listing_key)
            if (other := there.get(number, NOWHERE)) != here.get(number, NOWHERE)
        ]
        if part is LAB_IMAGE:
            _declared.setdefault(run.get(), {})[image.name.lower()] = image.name
    if part.catalogue:
        missing = _declared.get(run.get(), {}).keys() - {image.name.lower() for image in images}
        findings += [LACKS.format(image=_declared[run.get()][key]) for key in sorted(missing)]
    if findings:
        raise ArgumentsError(findings)


def _where(regions: Sequence[PlannedRegion]) -> str:
    return ", ".join(region.name for region in regions if not region.exclude_from_latest) or NOWHERE
