"""Keys that a release renamed, in stack files and catalogues, and the edit by which `labs upgrade` renames them.

An edit changes the characters of a key and nothing else: comments, order, quotes, line breaks and encrypted values
stay. What it cannot edit, it explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import yaml

from catalog.files.diagnostic import Diagnostic, InvalidFile, dotted
from catalog.files.document import Document, parse

ANY: Final = "*"
"""In a path: every key, and every item of a list."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Step = str | int


@dataclass(frozen=True, slots=True)
class RenamedKey:
    """A key that has another name from the release `since` (such as `1.2.0`) on.

    `path` leads to it: in a stack file from `config`, without the namespace (`("labPlan", "name")`); in a catalogue
    from the top (`("images", ANY, "versions", ANY, "os_disk_size_gb")`). What a version may have, `defaults` may have
    too, and needs a line of its own here.
    """

    since: str
    file: Literal["stack", "catalogue"]
    path: tuple[str, ...]
    new: str


RENAMED: Final[tuple[RenamedKey, ...]] = ()
"""Every renamed key, oldest release first."""


def renamed(text: str, keys: Iterable[RenamedKey], *, file: str, project: str) -> tuple[str, list[Diagnostic]]:
    """The text of a file with `keys` renamed, and a finding for each that has to be renamed by hand.

    `project` is the project's name, the namespace of its keys in stack files.

    Each finding says what to do; the text is then unchanged where it stands.
    """
    found: list[Diagnostic] = []
    for key in keys:
        try:
            text, more = _with(text, key, list(_places(key, project)), file)
        except InvalidFile as error:
            advice = f"so nothing was renamed here; {key.path[-1]} is called {key.new} now: rename it by hand"
            return text, [*found, *error.diagnostics, Diagnostic(file, None, "", f"the file cannot be read, {advice}")]
        found += more
    return text, found


@dataclass(frozen=True, slots=True)
class _Place:
    """A key `old` below `parent` that becomes `new`, unless one of `taken` is there."""

    parent: tuple[str, ...]
    old: str
    new: str
    taken: frozenset[str]


def _places(key: RenamedKey, project: str) -> Iterator[_Place]:
    *parent, old = key.path
    if key.file == "catalogue":
        yield _Place(tuple(parent), old, key.new, frozenset({key.new}))
        return
    for prefix in (f"{project}:", ""):
        if parent:
            yield _Place(("config", prefix + parent[0], *parent[1:]), old, key.new, frozenset({key.new}))
        else:
            yield _Place(("config",), prefix + old, prefix + key.new, frozenset({f"{project}:{key.new}", key.new}))


def _with(text: str, key: RenamedKey, places: Sequence[_Place], file: str) -> tuple[str, list[Diagnostic]]:
    """The text with one key renamed wherever it stands. Raises InvalidFile if the file cannot be read."""
    document = parse(text, file=file)
    if document.diagnostics:
        raise InvalidFile(document.diagnostics)
    tokens: list[tuple[Any, str]] = []
    found: list[Diagnostic] = []
    root: Any = yaml.compose(text, Loader=_Loader)
    for place in places:
        for path, mapping in _mappings(root, place.parent):
            present = {name.value: name for name, _ in mapping.value}
            if place.old not in present:
                continue
            twin = next((name for name in sorted(place.taken) if name in present), None)
            if twin is not None:
                message = (
                    f"is called {place.new} now, and {twin} stands here too; keep one of the two, under the new name"
                )
                found.append(document.diagnostic((*path, place.old), message))
            else:
                tokens.append((present[place.old], place.new))
    after = _edited(text, tokens)
    if tokens and not _as_intended(after, document, places, file):
        lines = sorted({token.start_mark.line + 1 for token, _ in tokens})
        message = f"is called {key.new} now, and its form is not one that this command edits; rename it by hand"
        return text, [*found, *(Diagnostic(file, line, dotted(key.path), message) for line in lines)]
    return after, found


def _mappings(node: Any, path: tuple[str, ...], at: tuple[_Step, ...] = ()) -> Iterator[tuple[tuple[_Step, ...], Any]]:
    """Every mapping that a path leads to, with its own path."""
    if not path:
        if isinstance(node, yaml.MappingNode):
            yield at, node
        return
    step, rest = path[0], path[1:]
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if step in (ANY, name.value):
                yield from _mappings(value, rest, (*at, name.value))
    elif isinstance(node, yaml.SequenceNode) and step == ANY:
        for number, value in enumerate(node.value):
            yield from _mappings(value, rest, (*at, number))


def _edited(text: str, tokens: Iterable[tuple[Any, str]]) -> str:
    """The text with the characters of these keys replaced; what is in quotes stays in quotes."""
    lines = text.splitlines(keepends=True)  # YAML allows no other of Python's line breaks
    for token, new in sorted(tokens, key=lambda pair: (pair[0].start_mark.line, -pair[0].start_mark.column)):
        start, end = token.start_mark, token.end_mark
        quote = token.style or ""
        line = lines[start.line]
        lines[start.line] = f"{line[: start.column]}{quote}{new}{quote}{line[end.column :]}"
    return "".join(lines)


def _as_intended(text: str, before: Document, places: Sequence[_Place], file: str) -> bool:
    """Whether a text has the content of the old one under the new key, in the same order."""
    try:
        after = parse(text, file=file)
    except InvalidFile:
        return False
    wanted = before.value
    for place in places:
        wanted = _value_with(wanted, place, place.parent)
    return not after.diagnostics and repr(after.value) == repr(wanted)  # dicts compare without order


def _value_with(value: Any, place: _Place, path: tuple[str, ...]) -> Any:
    if isinstance(value, Mapping) and not path:
        free = not place.taken & value.keys()
        return {place.new if free and name == place.old else name: item for name, item in value.items()}
    if isinstance(value, Mapping):
        step, rest = path[0], path[1:]
        return {name: _value_with(item, place, rest) if step in (ANY, name) else item for name, item in value.items()}
    if isinstance(value, list) and path and path[0] == ANY:
        return [_value_with(item, place, path[1:]) for item in value]
    return value
