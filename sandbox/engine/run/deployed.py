"""What a deployment in the sandbox has made, in a few lines, from the events that the engine wrote."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.emulator.process.directory import REPOSITORY
from sandbox.engine.placeholders.documents import mapping

SEEN, WRONG = "After this update: ", "Not as in the catalogue: "
"""What begins a line of the program about labs: how many images are seen, and one for each thing that is wrong."""
COLOURS = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")
"""What the engine puts around a message if it writes to a terminal."""
DONE = {"create": "created", "import": "imported", "update": "updated", "replace": "replaced", "delete": "deleted"}
MOST, LAST = 11, 4
"""Lines at most, and those at the end that are never left out."""
OVERVIEW = ".sandbox/overview.html"
"""Where the page about the stack is, in the project's folder."""
WIDTH, INDENT = 80, " " * 13


def main(events: str, stack: str) -> None:
    """Print the lines for the event log at the path `events`."""
    text = Path(events).read_text(encoding="utf-8", errors="replace")
    found = [event for event in map(json.loads, text.splitlines()) if isinstance(event, dict)]
    is_drawn = (REPOSITORY / OVERVIEW).is_file()
    print("\n".join(("", *summary(found, stack, is_drawn=is_drawn))))


def summary(events: Sequence[Mapping[str, Any]], stack: str, *, is_drawn: bool) -> list[str]:
    """What is there after the update, what people see of it in labs, and what to do next; MOST lines at most.

    `is_drawn` says whether the page about the stack was written.
    """
    messages = [str(mapping(event.get("diagnosticEvent")).get("message", "")) for event in events]
    said = [COLOURS.sub("", message).strip() for message in messages]
    rows = [("Changes", _changes(events))]
    rows += _rows(_outputs(events), [line.removeprefix(SEEN) for line in said if line.startswith(SEEN)])
    wrong = sum(line.startswith(WRONG) for line in said)
    following = f"sandbox/labs teachers --stack {stack}"
    if wrong:
        following += f" ({wrong} {'finding' if wrong == 1 else 'findings'})"
    rows += [("Overview", OVERVIEW if is_drawn else f"not written; sandbox/labs overview --stack {stack} says why")]
    rows += [("Next", following), ("", f"sandbox/labs status --stack {stack}"), ("", "make destroy")]
    lines = [line for row in rows for line in _wrapped(*row)]
    return [*lines[: MOST - LAST], *lines[-LAST:]] if len(lines) > MOST else lines


def _outputs(events: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The stack's outputs at the end of the update."""
    ends = (mapping(mapping(event.get("resOutputsEvent")).get("metadata")) for event in events)
    stacks = [end for end in ends if end.get("type") == "pulumi:pulumi:Stack"]
    return mapping(mapping(stacks[-1].get("new")).get("outputs")) if stacks else {}


def _rows(outputs: Mapping[str, Any], seen: Sequence[str]) -> Iterator[tuple[str, str]]:
    gallery = str(outputs.get("galleryId", "")).split("/")
    yield "Gallery", f"{gallery[-1]} in resource group {gallery[4]}" if len(gallery) > 4 else "none"
    regions = mapping(outputs.get("targetRegions"))
    versions = [where for image in regions.values() for where in mapping(image).values()]
    places = dict.fromkeys(str(region) for where in versions for region in where)
    yield "Images", f"{_counted(len(regions), 'image')} with {_counted(len(versions), 'version')}"
    if places:
        yield "Replicas in", ", ".join(places)
    labs = [
        str(attached).partition("/sharedGalleries/")[0].rpartition("/")[2]
        for attached in outputs.get("attachments", [])
    ]
    yield "Attached to", ", ".join(labs) or "no lab"
    if seen:
        yield "Labs", seen[-1]


def _changes(events: Sequence[Mapping[str, Any]]) -> str:
    """How many resources the update changed, as the engine counts them."""
    ends = [mapping(event.get("summaryEvent")) for event in events if "summaryEvent" in event]
    counts = mapping(ends[-1].get("resourceChanges")) if ends else {}
    return ", ".join(f"{counts[key]} {done}" for key, done in DONE.items() if counts.get(key)) or "none"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=label.ljust(len(INDENT)), subsequent_indent=INDENT)
