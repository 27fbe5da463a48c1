"""`labs regions --refresh`: the map of regions as Azure lists them today, and what that changes in stacks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import click

from catalog.files.diagnostic import InvalidFile, escaped
from catalog.regions.region_map import FILE, RegionMap, parse_region_map, written, written_for_policies
from catalog.stacks.settings import Settings
from catalog.stacks.stack_file import read_stack
from cli.answer import print_answer
from cli.catalogue_file import CatalogueFile, bytes_to_replace, command_error, put_file
from cli.chosen_stack import chosen_stack, current_project
from cli.program import PROGRAM, shortest_path
from cli.terminal import counted, wrapped
from lifecycle.location_list import ImplausibleLocations, Refresh, RegionChange, merge, read_locations
from lifecycle.region_effect import VersionEffect, changelog_entry, version_effects

PACK_FILE: Final = PROGRAM / "policies" / "lab_image_policies" / "regions.json"
"""The copy that the policies read: they believe no file of the program."""
MOST_SHOWN: Final = 20
"""Changes that are named of one kind; `--json` has them all."""
_BY_HAND: Final = ("access_restricted", "lab_accounts_offered", "lab_plans_offered")
"""What Azure's list does not say of a region."""


@dataclass(frozen=True, slots=True)
class StackEffect:
    """What a refresh changes in a stack; `problem` is why that is not known."""

    stack: str
    versions: tuple[VersionEffect, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Refreshed:
    """What a refresh found, and the files that it wrote."""

    path: Path
    cloud: str
    subscription: str
    listed: int
    refresh: Refresh
    stacks: tuple[StackEffect, ...]
    files: tuple[Path, ...]
    dry_run: bool

    @property
    def unknown(self) -> tuple[str, ...]:
        """Regions that are no target before a person says whether they may be."""
        return tuple(each.name for each in self.refresh.new.regions if each.access_restricted is None)

    @property
    def changelog(self) -> tuple[str, ...]:
        """The entry for a release with the new map."""
        return changelog_entry(self.refresh.old, self.refresh.new)


def refresh_regions(stack: str | None, file: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Read Azure's list, compare it with the map, and write that if something differs."""
    from inventory.arm.error import ArmError  # noqa: PLC0415 - Azure's SDK is slow to import
    from inventory.locations import cloud_asked, is_azures_own, list_locations  # noqa: PLC0415

    path = FILE if file is None or file.resolve() == FILE.resolve() else file
    settings = chosen_stack(stack).settings
    try:
        if not dry_run and not is_azures_own(os.environ):
            _keep_out(path)
        content = bytes_to_replace(path)
        copy = bytes_to_replace(PACK_FILE) if path == FILE and PACK_FILE.parent.is_dir() else None
        last = _map_of(path, FILE.read_bytes() if content is None else content)
        cloud = cloud_asked(os.environ)
        items = list_locations(settings.subscription_id)
        listed = read_locations(items, cloud, settings.location, last)
    except ArmError as error:
        raise click.ClickException(f"{error}.") from None
    except ImplausibleLocations as error:
        raise click.ClickException(_implausible(error)) from None
    refresh = merge(last, listed, _today().isoformat())
    effects = tuple(_stack_effects(refresh))
    files = () if dry_run else tuple(_write(path, (content, copy), refresh))
    number = len(listed.locations)
    found = _Refreshed(path, cloud, settings.subscription_id, number, refresh, effects, files, dry_run)
    if as_json:
        print_answer(_answer(found))
    else:
        click.echo("\n".join(_lines(found)))


def _keep_out(path: Path) -> None:
    """Raise UsageError if regions that are not Azure's would get where those of stacks are."""
    if path.resolve() in (FILE.resolve(), PACK_FILE.resolve()):
        raise click.UsageError(
            "ARM_ENDPOINT or ARM_METADATA_HOSTNAME names another Resource Manager than Azure's own, so its regions are "
            "not written into the map that stacks are planned with; name another file with --file, or add --dry-run"
        )


def _map_of(path: Path, content: bytes) -> RegionMap:
    try:
        return parse_region_map(content.decode("utf-8-sig"), path)
    except InvalidFile as error:
        raise command_error(error) from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{escaped(str(path))}: it is not UTF-8, so it is not overwritten") from None


def _implausible(error: ImplausibleLocations) -> str:
    reasons = [line for reason in error.reasons for line in wrapped(escaped(reason), first="  ", then="    ")]
    return "\n".join(
        ("Azure's list of locations cannot be right, so nothing was written:", *reasons, "Run it again later")
    )


def _stack_effects(refresh: Refresh) -> Iterator[StackEffect]:
    """What changes in each stack of the project."""
    for path in current_project().stack_files():
        stack = read_stack(path)
        if stack.settings is None or stack.catalogue is None:
            yield StackEffect(stack.name, problem=f"{escaped(path.name)} is wrong")
            continue
        try:
            catalogue = CatalogueFile.read(stack.catalogue).catalogue
        except InvalidFile:
            yield StackEffect(stack.name, problem=f"{escaped(shortest_path(stack.catalogue))} is wrong")
            continue
        settings: Settings = stack.settings
        yield StackEffect(stack.name, tuple(version_effects(catalogue, settings, refresh.old, refresh.new)))


def _write(path: Path, before: tuple[bytes | None, bytes | None], refresh: Refresh) -> Iterator[Path]:
    """Write the map if something differs, and the policies' copy if that does; returns what was written."""
    content, copy = before
    if content is None or refresh.new != refresh.old:
        put_file(path, content, written(refresh.new).encode())
        yield path
    if path == FILE and PACK_FILE.parent.is_dir():
        wanted = written_for_policies(refresh.new).encode()
        if copy != wanted:
            put_file(PACK_FILE, copy, wanted)
            yield PACK_FILE


# the answer


def _answer(found: _Refreshed) -> dict[str, Any]:
    refresh = found.refresh
    return {
        "file": str(found.path),
        "written": [str(each) for each in found.files],
        "dry_run": found.dry_run,
        "date": refresh.new.date,
        "cloud": found.cloud,
        "subscription": found.subscription,
        "listed": found.listed,
        "added": list(refresh.added),
        "changed": [
            {"region": each.region, "key": each.key, "old": each.old, "new": each.new} for each in refresh.changed
        ],
        "kept": list(refresh.kept),
        "unknown": list(found.unknown),
        "stacks": [
            {
                "stack": each.stack,
                "problem": each.problem or None,
                "versions": [_version_answer(version) for version in each.versions],
            }
            for each in found.stacks
        ],
        "changelog": list(found.changelog),
    }


def _version_answer(effect: VersionEffect) -> dict[str, Any]:
    return {
        "image": effect.image,
        "version": effect.version,
        "before": list(effect.before),
        "after": list(effect.after),
        "added": list(effect.added),
        "removed": list(effect.removed),
        "stored_otherwise": list(effect.stored),
        "problem": effect.problem or None,
    }


def _lines(found: _Refreshed) -> Iterator[str]:
    refresh = found.refresh
    yield from wrapped(f"Azure lists {counted(found.listed, 'region')} (cloud {found.cloud}).")
    if refresh.new == refresh.old:
        yield from wrapped(f"Nothing has changed: the map of {refresh.old.date} still holds.")
    for name in refresh.added:
        geography = refresh.new.by_name[name].geography
        yield from wrapped(f"New: {name} (geography {geography})", then="  ")
    yield from _some([line for each in refresh.changed for line in _change(each)], "more change")
    yield from (line for each in refresh.kept for line in wrapped(f"Kept: {escaped(each)}", then="  "))
    if found.unknown:
        yield from wrapped(_no_target(found), then="  ")
    if refresh.new != refresh.old:
        yield ""
        yield from (line for each in found.stacks for line in _stack_lines(each))
        yield from _changelog_lines(found)
    for each in found.files:
        yield from wrapped(f"Written: {escaped(shortest_path(each))}")
    if found.dry_run and refresh.new != refresh.old:
        yield from wrapped(f"Not written, as --dry-run says: {escaped(shortest_path(found.path))}")


def _change(each: RegionChange) -> list[str]:
    return wrapped(escaped(f"Changed: {each.region} {each.key} {_value(each.old)} → {_value(each.new)}"), then="  ")


def _value(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(value) or "none"
        case _:
            return str(value)


def _no_target(found: _Refreshed) -> str:
    return (
        f"No target yet: {', '.join(found.unknown)}. Azure lists neither who may use a region nor where labs were "
        f"offered, so nothing goes there by itself before {escaped(shortest_path(found.path))} says so of it: "
        f"{', '.join(_BY_HAND)}"
    )


def _stack_lines(effect: StackEffect) -> Iterator[str]:
    name = escaped(effect.stack)
    if effect.problem:
        yield from wrapped(f"Stack {name}: not known, since {effect.problem} (labs check)", then="  ")
    elif not effect.versions:
        yield from wrapped(f"Stack {name}: every version keeps its target regions.", then="  ")
    else:
        yield from wrapped(f"Stack {name}: {counted(len(effect.versions), 'version')} with other target regions:")
        yield from _some([line for each in effect.versions for line in _version_lines(each)], "more line")


def _version_lines(effect: VersionEffect) -> list[str]:
    parts = [f"also {', '.join(effect.added)}"] if effect.added else []
    if effect.removed:
        parts.append(f"no longer {', '.join(effect.removed)}, where a preview stops if it is published")
    if effect.stored:
        kinds = ", ".join(f"{name} {effect.before[name]} → {effect.after[name]}" for name in effect.stored)
        parts.append(f"stored otherwise: {kinds}")
    if effect.problem:
        parts.append(f"no targets at all: {effect.problem}")
    return wrapped(escaped(f"{effect.image} {effect.version}: {'; '.join(parts)}"), first="  ", then="    ")


def _changelog_lines(found: _Refreshed) -> Iterator[str]:
    if not found.changelog:
        yield from wrapped("No gallery of today gets other target regions, so this is no breaking change.")
        return
    yield from wrapped("For the changelog of a release with this map, under [Unreleased], Changed:")
    yield ""
    yield from (line for each in found.changelog for line in wrapped(each, then="    "))
    yield ""


def _some(lines: list[str], what: str) -> Iterator[str]:
    yield from lines[:MOST_SHOWN]
    if len(lines) > MOST_SHOWN:
        yield f"… and {counted(len(lines) - MOST_SHOWN, what)}; --json has all"


def _today() -> date:
    return datetime.now(UTC).date()
