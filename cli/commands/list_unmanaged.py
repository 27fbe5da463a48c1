"""`labs list-unmanaged`: images and versions in the gallery that the catalogue lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from catalog.files.diagnostic import escaped
from cli.chosen_stack import ChosenStack, chosen_stack, looked_at, signed_in, stack_option
from cli.program import commands
from cli.terminal import counted, wrapped
from lifecycle.findings import named, named_images
from lifecycle.unmanaged import Unmanaged, unmanaged
from plan.observed import ObservedGallery
from plan.stack import Stack

EXAMPLES = """\b
Examples:
  labs list-unmanaged --stack prod
  labs list-unmanaged --json | jq '.unmanaged[] | select(.visible) | .name'
"""


@click.command(epilog=EXAMPLES)
@stack_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def list_unmanaged(stack: str | None, *, as_json: bool) -> None:
    """Show images and versions that the catalogue lacks.

    Teachers create them by saving the template of a lab: as a new image, or as a new version of an existing one. Shows
    for each its size, disks and regions, whether teachers see it and why not, and the storage that replicas in the rest
    of the geography would add. Changes nothing.
    """
    chosen = chosen_stack(stack)
    with signed_in(chosen.settings) as gallery:
        observed, there = looked_at(gallery, chosen.settings)
    today = datetime.now(UTC).date()
    found = unmanaged(chosen.file.catalogue, Stack(chosen.settings, observed), today, chosen.rules)
    if as_json:
        click.echo(json.dumps(_answer(there, found), indent=2))
    else:
        click.echo("\n".join(_lines(chosen, there, found)))


def _answer(gallery: ObservedGallery, found: Sequence[Unmanaged]) -> dict[str, Any]:
    entries = [
        {"name": item.name, **asdict(item), "importable": item.importable, "visible": not item.hidden} for item in found
    ]
    return {"ok": True, "gallery": gallery.id, "unmanaged": entries}


def _lines(stack: ChosenStack, gallery: ObservedGallery, found: Sequence[Unmanaged]) -> Iterator[str]:
    name, file = escaped(gallery.id.rpartition("/")[2]), escaped(str(stack.file.path))
    if not found:
        yield f"Everything in {name} is in {file}."
        return
    yield f"In {name} and not in {file}:"
    alike: dict[tuple[str, ...], list[Unmanaged]] = {}
    for item in found:
        # Advice has the number of the version in it.
        said = " ".join(" ".join(_item_lines(stack, item)).split()).replace(f"/versions/{item.number}", "")
        alike.setdefault((item.image, said), []).append(item)
    for items in alike.values():
        yield ""
        yield from _head(items)
        yield from _item_lines(stack, items[0])
    yield ""
    take_over = commands(stack.settings).labs("import NAME:VERSION")
    if any(item.importable for item in found):
        yield from wrapped(f"Take over what labs can show with `{take_over}`; read docs/publish/exports.md first.")
    else:
        shown = all(set(item.not_importable) <= set(item.hidden) for item in found)
        why = "Lab Services can show none of it" if shown else "None of it can be taken over as it is"
        yield f"{why}; docs/publish/exports.md says what to do."


def _head(items: Sequence[Unmanaged]) -> Iterator[str]:
    """The name of a version, or those of several of an image of which the same is to be said."""
    first, own = items[0], items[0].kind == "image"
    if len(items) == 1:
        what = "an image of its own" if own else "a version of an image in the catalogue"
        yield f"{escaped(first.name)}: {what}"
        return
    what = "an image of its own" if own else "an image in the catalogue"
    text = f"{first.image}, {what}: {counted(len(items), 'version')}, {named_images([str(it.number) for it in items])}"
    yield from wrapped(escaped(text), then="  ")


def _item_lines(stack: ChosenStack, item: Unmanaged) -> Iterator[str]:
    """What is to be said of a version, but for its name."""
    if item.number is None:
        yield "  it has no version"
        take_over = commands(stack.settings).labs(f"import {item.image} --external")
        text = f"if somebody else publishes into it, `{take_over}` takes over the image"
        yield from wrapped(escaped(text), first="  ", then="    ")
        return
    size = "of unknown size" if item.os_disk_size_gb is None else f"of {item.os_disk_size_gb} GB"
    disks = f"{item.data_disk_count + 1} disks, that of the system" if item.data_disk_count else "one disk"
    yield f"  {disks} {size}, in {', '.join(map(escaped, item.regions)) or 'no region'}"
    if item.instead_of:
        text = f"it takes the place of {item.instead_of} in {named(item.labs)}: {_effect(item)}"
        yield from wrapped(escaped(text), first="  ", then="    ")
    yield from _sight_lines(item)
    for reason in item.not_importable:
        if reason not in item.hidden:
            yield from wrapped(escaped(f"it cannot be taken over: {reason}"), first="  ", then="    ")
    if item.widening_gb is None:
        yield "  replicas in the rest of the geography: of unknown size"
    elif item.widening_gb:
        yield f"  replicas in the rest of the geography would add {item.widening_gb:,} GB at most"
    else:
        yield "  it has replicas in the whole geography"


def _effect(item: Unmanaged) -> str:
    """What new labs get where it takes the place of the catalogue's version."""
    seen = {sight.seen for sight in item.sights if set(sight.labs) & set(item.labs)}
    if seen == {True}:
        return "new labs there get it instead"
    return "new labs there get no version of the image" if seen == {False} else "new labs get it where it is seen"


def _sight_lines(item: Unmanaged) -> Iterator[str]:
    """Where it is seen and where not; without the labs if it is the same in all of them."""
    if not any(sight.users == "teachers" for sight in item.sights):
        for reason in item.hidden:
            yield from wrapped(f"teachers do not see it: {escaped(reason)}", first="  ", then="    ")
    for sight in item.sights:
        where = f" in {named(sight.labs)}" if len(item.sights) > 1 else ""
        text = {
            True: f"{sight.users} see it{where}",
            False: f"{sight.users} do not see it{where}",
            None: f"whether {sight.users} see it{where} is not known",
        }[sight.seen]
        for reason in sight.reasons or ("",):
            line = f"{text}: {reason}" if reason and not sight.seen else text
            yield from wrapped(escaped(line), first="  ", then="    ")
