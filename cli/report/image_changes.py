"""What happens to each image: its versions, their regions, and the storage that comes or goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from catalog.images.version_number import listing_key
from cli.report.difference import region_differences, region_list, regions_of, replicas_in
from cli.report.line import Line, joined, listed
from cli.report.step import DEFINITION, VERSION, Step

COLUMNS: Final = ("Image", "What happens", "Regions and replicas", "Storage")
MANY: Final = 20
"""More images than this are grouped by what happens to them."""
DONE: Final[Mapping[str, str]] = {
    "create": "publish ",
    "update": "change ",
    "delete": "delete ",
    "replace": "delete and recreate ",
    "import": "take over ",
    "empty": "deleted and not recreated: ",
}
DEFINITIONS: Final[Mapping[str, str]] = {
    "create": "new image",
    "update": "change its definition",
    "delete": "delete the image",
    "replace": "delete and recreate the image",
    "import": "take over the image",
    "empty": "the image is deleted and not recreated",
}


def image_changes(steps: Iterable[Step], sizes: Mapping[str, int]) -> tuple[tuple[Line, ...], ...]:
    """A row of COLUMNS for each image that a step changes, by name. `sizes` are GB by the logical names of versions."""
    images: dict[str, list[Step]] = {}
    for step in sorted(steps, key=lambda step: (step.name, step.kind)):
        if step.kind in {VERSION, DEFINITION}:
            images.setdefault(image_of(step), []).append(step)
    rows: dict[tuple[Line, ...], list[str]] = {}
    for image in sorted(images):
        cells = (_happens(images[image]), _where(images[image]), _storage(images[image], sizes))
        rows.setdefault(cells if len(images) > MANY else (*cells, (image,)), []).append(image)
    return tuple((listed(names), *cells[:3]) for cells, names in rows.items())


def image_of(step: Step) -> str:
    """The image that a version or definition belongs to."""
    return step.name.rpartition(":")[0] if step.kind == VERSION else step.name


def _happens(steps: Iterable[Step]) -> Line:
    lines: list[Line] = []
    numbers: dict[str, list[str]] = {}
    for step in steps:
        if step.kind == DEFINITION:
            lines.append((f"{step.stays}the image" if step.stays else DEFINITIONS[step.action],))
        elif step.stays:
            numbers.setdefault(step.stays, []).append(step.name.rpartition(":")[2])
        else:
            numbers.setdefault(DONE[step.action], []).append(step.name.rpartition(":")[2])
    lines += [(verb, *listed(sorted(found, key=listing_key))) for verb, found in numbers.items()]
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


def _storage(steps: Iterable[Step], sizes: Mapping[str, int]) -> Line:
    """GB that come or go at most: the size of the OS disk times the replicas. Unknown if one of them is."""
    changes = [_gigabytes(step, sizes.get(step.name)) for step in steps if step.kind == VERSION]
    known = [change for change in changes if change is not None]
    if len(known) < len(changes):
        return ("unknown",)
    added, removed = sum(gb for gb in known if gb > 0), -sum(gb for gb in known if gb < 0)
    parts = [f"{sign}{gb:,} GB" for sign, gb in (("+", added), ("−", removed)) if gb]
    return (f"{', '.join(parts)} at most",) if parts else ()


def _gigabytes(step: Step, size: int | None) -> int | None:
    """GB that one step adds, negative if it removes some; None if the size or a number of replicas is not known.

    Regions stand in the inputs of every version that the program declares: without them nothing is known.
    """
    as_before = step.action == "update" and regions_of(step.old) == regions_of(step.new)
    if step.action == "import" or step.stays or step.retained or as_before:
        return 0
    before = 0 if step.action == "create" else replicas_in(step.old)
    after = 0 if step.action in {"delete", "empty"} else replicas_in(step.new)
    if before is None or after is None or size is None:
        return None
    return (after - before) * size
