"""A YAML file as plain values, with the line of each.

Read event by event, so that no file can make reading slow or deep: anchors, aliases and tags are refused,
depth, size and number of values bounded. Keys are always text (`1.10` stays `1.10`); values follow YAML 1.2: null,
true, false, decimal numbers, else text. Dates stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from catalog.files.diagnostic import Diagnostic, InvalidFile, dotted, reason_of, shown

LARGEST_FILE: Final = 10_000_000
MOST_VALUES: Final = 300_000
LONGEST_VALUE: Final = 32_768
DEEPEST: Final = 32

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARKERS: Final = ("<<<<<<< ", "||||||| ", ">>>>>>> ")
_WORDS: Final = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?")


@dataclass(slots=True)
class _Place:
    """The line of a value, and a scalar's text as it was written."""

    line: int
    raw: str | None = None
    children: dict[str | int, _Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content. `value` is made of dict, list, str, int, float, bool and None; keys are str.

    `diagnostics` are duplicate keys (`value` has the later one): the rest of the file can still be checked.
    """

    file: str
    value: Any
    diagnostics: tuple[Diagnostic, ...]
    _root: _Place

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """The line of a key or list item, from 1; of its nearest ancestor if it does not exist."""
        return self._place(path)[0].line

    def raw_of(self, path: tuple[str | int, ...]) -> str | None:
        """The text of a scalar as it was written; None if there is no scalar at this path."""
        place, complete = self._place(path)
        return place.raw if complete else None

    def diagnostic(self, path: tuple[str | int, ...], message: str) -> Diagnostic:
        """A finding about what stands at a path."""
        return Diagnostic(self.file, self.line_of(path), dotted(path), message)

    def _place(self, path: tuple[str | int, ...]) -> tuple[_Place, bool]:
        place = self._root
        for step in path:
            child = place.children.get(step)
            if child is None:
                return place, False
            place = child
        return place, True


class _Values(Document):
    """Values that no file has: findings have a path and no line."""

    def diagnostic(self, path: tuple[str | int, ...], message: str) -> Diagnostic:
        """A finding about what stands at a path."""
        return Diagnostic(self.file, None, dotted(path), message)


def of_value(value: Any, *, file: str) -> Document:
    """Values that were never written as YAML, as a document; `file` is what messages name."""
    return _Values(file, value, (), _Place(0))


def read(path: Path, *, file: str | None = None, least: str = "images: {}") -> Document:
    """The content of a YAML file. `file` is its name in messages (default: the path), `least` its first required key.

    Raises InvalidFile if it is unreadable or not a plain YAML document: not found, not UTF-8, malformed, empty, too
    large, too deep, several documents, anchors, aliases, tags. Duplicate keys are in the document's `diagnostics`.
    """
    name = file or str(path)
    return parse(text_of(path, file=name, least=least), file=name, least=least)


def parse(text: str, *, file: str, least: str = "images: {}") -> Document:
    """As `read`, of a text."""
    builder = _Builder(file)
    markers = _conflict_markers(text)
    if markers:
        raise InvalidFile([Diagnostic(file, markers[0], "", _merge_advice(markers))])
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        message = f"this is no valid YAML: {error.problem or error.context}; {_advice(text, line)}"
        builder.unreadable.append(Diagnostic(file, line, "", message))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"a character that YAML does not allow ({error.character:#x}); take it out"
        builder.unreadable.append(Diagnostic(file, line, "", message))
    except _Stop:
        pass  # the builder has the reason
    if not builder.unreadable and builder.value is None:
        builder.unreadable.append(Diagnostic(file, None, "", f"the file is empty; write at least: {least}"))
    if builder.unreadable or builder.root is None:
        raise InvalidFile([*builder.unreadable, *builder.twice])
    return Document(file, builder.value, tuple(builder.twice), builder.root)


def text_of(path: Path, *, file: str | None = None, least: str = "images: {}") -> str:
    """The text of a file that `parse` takes. Raises InvalidFile if it is not found, too large, or not UTF-8."""
    name = file or str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        message = (
            "there is no such file; look at its spelling, and at the folder that it starts from; "
            f"a new one needs at least: {least}"
        )
        raise InvalidFile([Diagnostic(name, None, "", message)]) from None
    except OSError as error:
        raise InvalidFile([Diagnostic(name, None, "", f"the file cannot be read: {reason_of(error)}")]) from None
    except ValueError:
        raise InvalidFile([Diagnostic(name, None, "", "this is no file name")]) from None
    if len(content) > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE // 1_000_000} MB; this cannot be a file of this kind"
        raise InvalidFile([Diagnostic(name, None, "", message)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise InvalidFile([Diagnostic(name, line, "", message)]) from None


def _conflict_markers(text: str) -> list[int]:
    """The lines that git leaves around the two sides of a conflict; none if there is no conflict."""
    if "<<<<<<< " not in text and ">>>>>>> " not in text:
        return []
    lines = list(enumerate(text.splitlines(), 1))
    if not any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for _, line in lines):
        return []
    return [number for number, line in lines if line.startswith(_MARKERS) or line == "======="]


def _merge_advice(markers: list[int]) -> str:
    numbers = ", ".join(map(str, markers))
    return (
        f"git's conflict markers (<<<<<<<, =======, >>>>>>>) stand in line {numbers}: a merge is not finished; keep "
        "the entries that are meant, and take these lines out"
    )


def _advice(text: str, line: int) -> str:
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())]:
        return "indent with spaces, not tabs"
    return "look at this line and the one before it: indentation, colons, quotes, brackets"


class _Stop(Exception):
    """Ends the reading; the findings so far have the reason."""


class _Open:
    """A mapping or list that is being read, and the key that waits for its value."""

    __slots__ = ("key", "path", "place", "value")

    def __init__(self, value: dict[str, Any] | list[Any], place: _Place, path: tuple[str | int, ...]) -> None:
        self.value, self.place, self.path = value, place, path
        self.key: tuple[str, int] | None = None


class _Builder:
    """Builds values and places from YAML events."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.unreadable: list[Diagnostic] = []
        self.twice: list[Diagnostic] = []
        self.root: _Place | None = None
        self.value: Any = None
        self._open: list[_Open] = []
        self._values = 0

    def take(self, event: Any) -> None:
        """One event of the parser."""
        if isinstance(event, yaml.ScalarEvent):
            self._plain(event)
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(event, [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._stop(event, f"alias *{event.anchor} is not supported; write the value out, or use defaults:")
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._stop(event, "a second document starts here (---); keep one in a file")

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        line = _line(event)
        if len(event.value) > LONGEST_VALUE:
            message = f"a text of {len(event.value):,} characters is too long (at most {LONGEST_VALUE:,})"
            self._stop(event, message)
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._count(event)
            earlier = top.place.children.get(event.value)
            if earlier is not None:
                message = f"this key stands here for the second time, first in line {earlier.line}; keep one"
                self.twice.append(Diagnostic(self.file, line, dotted((*top.path, event.value)), message))
            top.key = (event.value, line)
            return
        value = resolved(event.value) if event.implicit[0] else event.value
        self._put(event, value, event.value)

    def _start(self, event: Any, value: dict[str, Any] | list[Any]) -> None:
        self._plain(event)
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._stop(event, "a key is plain text, not a list or mapping; put braces that belong to text in quotes")
        if len(self._open) >= DEEPEST:
            self._stop(event, f"values are nested more than {DEEPEST} deep")
        place, path = self._put(event, value, None)
        self._open.append(_Open(value, place, path))

    def _put(self, event: Any, value: Any, raw: str | None) -> tuple[_Place, tuple[str | int, ...]]:
        self._count(event)
        place = _Place(_line(event), raw)
        if not self._open:
            self.root, self.value = place, value
            return place, ()
        top = self._open[-1]
        step: str | int
        if isinstance(top.value, list):
            step = len(top.value)
            top.value.append(value)
        else:
            # The parser gives every value its key first.
            assert top.key is not None  # noqa: S101
            step, place.line = top.key
            top.key = None
            top.value[step] = value
        top.place.children[step] = place
        return place, (*top.path, step) if raw is None else ()

    def _count(self, event: Any) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            self._stop(event, f"the file holds more than {MOST_VALUES:,} values; split it over several stacks")

    def _plain(self, event: Any) -> None:
        if event.anchor is not None:
            self._stop(event, f"anchor &{event.anchor} is not supported; write the value out, or use defaults:")
        if event.tag is not None:
            self._stop(event, f"tag {shown(event.tag)} is not supported; write the value without it")

    def _stop(self, event: Any, message: str) -> None:
        self.unreadable.append(Diagnostic(self.file, _line(event), "", message))
        raise _Stop


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def resolved(text: str) -> str | int | float | bool | None:
    """The value of a scalar without quotes."""
    if text in _WORDS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] in "+-.0123456789":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
