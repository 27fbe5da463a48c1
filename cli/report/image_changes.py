"""What happens to each image: its versions, their regions, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from catalog.images.version_number import listing_key
from catalog.texts.translation import N_, _
from cli.report.cost_change import CostChange
from cli.report.cost_lines import cost_cell
from cli.report.difference import region_differences, region_list
from cli.report.line import Line, filled, joined, listed
from cli.report.step import DEFINITION, VERSION, Step

COLUMNS: Final = (N_("Image"), N_("What happens"), N_("Regions and replicas"), N_("Cost a month at most"))
MANY: Final = 20
"""More images than this are grouped by what happens to them."""
DONE: Final[Mapping[str, str]] = {
    "create": N_("publish {what}"),
    "update": N_("change {what}"),
    "delete": N_("delete {what}"),
    "replace": N_("delete and recreate {what}"),
    "import": N_("take over {what}"),
    "empty": N_("deleted and not recreated: {what}"),
}
DEFINITIONS: Final[Mapping[str, str]] = {
    "create": N_("new image"),
    "update": N_("change its definition"),
    "delete": N_("delete the image"),
    "replace": N_("delete and recreate the image"),
    "import": N_("take over the image"),
    "empty": N_("the image is deleted and not recreated"),
}


def image_changes(steps: Iterable[Step], cost: CostChange) -> tuple[tuple[Line, ...], ...]:
    """A row of COLUMNS for each image that a step changes, by name. `cost` is what the steps change."""
    images: dict[str, list[Step]] = {}
    for step in sorted(steps, key=lambda step: (step.name, step.kind)):
        if step.kind in {VERSION, DEFINITION}:
            images.setdefault(image_of(step), []).append(step)
    costs = {image: cost_cell(each) for image, each in cost.by_image().items()}
    rows: dict[tuple[Line, ...], list[str]] = {}
    for image in sorted(images):
        cells = (_happens(images[image]), _where(images[image]), costs.get(image, ()))
        rows.setdefault(cells if len(images) > MANY else (*cells, (image,)), []).append(image)
    return tuple((listed(names), *cells[:2], _each(cells[2], names)) for cells, names in rows.items())


def _each(cell: Line, names: Sequence[str]) -> Line:
    """The cost of one of several images that share a row."""
    return filled(_("{cost} each"), cost=cell) if cell and len(names) > 1 else cell


def image_of(step: Step) -> str:
    """The image that a version or definition belongs to."""
    return step.name.rpartition(":")[0] if step.kind == VERSION else step.name


def _happens(steps: Iterable[Step]) -> Line:
    lines: list[Line] = []
    numbers: dict[str, list[str]] = {}
    for step in steps:
        if step.kind == DEFINITION:
            lines.append((_(step.stays, what=_("the image")) if step.stays else _(DEFINITIONS[step.action]),))
        elif step.stays:
            numbers.setdefault(step.stays, []).append(step.name.rpartition(":")[2])
        else:
            numbers.setdefault(DONE[step.action], []).append(step.name.rpartition(":")[2])
    for text, found in numbers.items():
        lines.append(filled(_(text), what=listed(sorted(found, key=listing_key))))
    return joined(lines, "; ")


def _where(steps: Sequence[Step]) -> Line:
    """The regions of versions that are published or taken over, and how those of others change."""
    numbers: dict[Line, list[str]] = {}
    for step in steps:
        line = _regions(step) if step.kind == VERSION else ()
        if line:
            numbers.setdefault(line, []).append(step.name.rpartition(":")[2])
    if sum(step.kind == VERSION for step in steps) == sum(map(len, numbers.values())) and len(numbers) == 1:
        return next(iter(numbers))
    return joined(((*listed(sorted(found, key=listing_key)), ": ", *line) for line, found in numbers.items()), "; ")


def _regions(step: Step) -> Line:
    if step.action in {"create", "import", "replace"} and step.new:
        return region_list(step.new)
    return joined(region_differences(step.old, step.new)) if step.action == "update" else ()
