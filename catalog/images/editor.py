"""Edits of the catalogue's text that keep the rest of it: comments, order, formatting.

An addition only adds lines; setting a key changes or adds one line. The result is parsed and compared with the intended
content. A form of YAML that cannot be edited is refused, with the text to paste by hand.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final

import yaml

from catalog.files.diagnostic import InvalidFile, shown, some_of
from catalog.files.document import Document, parse
from catalog.files.similar import same_name
from catalog.files.writer import block, braces, plain
from catalog.images.catalogue import of_document

FILE: Final = "images.yaml"
_STEP: Final = 2
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Change = Callable[[list[str], yaml.MappingNode, Mapping[str, Any]], None]
"""Changes lines so that a mapping has these values under these keys; None takes a key away."""
_Edit = tuple[_Change, tuple[str, ...], Mapping[str, Any]]
"""A change, the path of its mapping, and the values."""


class EditRefused(Exception):
    """The text cannot be edited; the message says why, and what to paste where by hand."""


def add_image(text: str, name: str, entry: Mapping[str, Any], *, file: str = FILE) -> str:
    """The text with the image `name` after the last one. `entry` has the keys of an image, `versions` among them.

    Raises EditRefused if the image exists already (without regard to case, as Azure compares) or the file's form does
    not allow the edit, InvalidFile if the file is wrong before or after.
    """
    document = _good(text, file)
    images = _images(document)
    twin = same_name(name, images)
    if twin is not None:
        raise EditRefused(f"{file}:{document.line_of(('images', twin))}: images.{twin} is there already")
    if not images:
        return _edited(document, text, [(_begin, (), {"images": {name: entry}})])
    return _edited(document, text, [(_append, ("images",), {name: entry})])


def add_versions(text: str, image: str, entries: Mapping[str, Mapping[str, Any]], *, file: str = FILE) -> str:
    """The text with the versions `entries`, by number, after the last one of `image`. Raises as `add_image` does."""
    document = _good(text, file)
    path = ("images", _image(document, image), "versions")
    twin = next((number for number in entries if number in _images(document)[path[1]]["versions"]), None)
    if twin is not None:
        raise EditRefused(f"{file}:{document.line_of((*path, twin))}: {'.'.join(path)}.{twin} is there already")
    return _edited(document, text, [(_append, path, entries)])


def edit_versions(text: str, edits: Mapping[tuple[str, str], Mapping[str, Any] | None], *, file: str = FILE) -> str:
    """The text with many versions, by image and number, changed at once: one key set, or (None) taken out.

    Raises as `add_image` does, also if no version of an image is left.
    """
    document = _good(text, file)
    changes: list[_Edit] = []
    left: dict[str, set[str]] = {}
    for (image, number), values in edits.items():
        path = _version(document, image, number)
        if values is not None:
            changes.append((_set, path, values))
            continue
        changes.append((_remove, path[:-1], {number: None}))
        left.setdefault(path[1], set(_images(document)[path[1]]["versions"])).discard(number)
        if not left[path[1]]:
            raise EditRefused(f"{file}:{document.line_of(path)}: {number} is the only version of {path[1]}")
    return _edited(document, text, changes)


def _good(text: str, file: str) -> Document:
    document = parse(text, file=file)
    of_document(document)
    return document


def _images(document: Document) -> Mapping[str, Any]:
    """The images as they are written; none if the key is missing or has no value."""
    return document.value.get("images") or {}


def _image(document: Document, image: str) -> str:
    images = _images(document)
    name = same_name(image, images)
    if name is None:
        there = f"there are {some_of(list(images))}" if images else "the catalogue has none yet"
        raise EditRefused(f"{document.file}: there is no image {shown(image)}; {there}")
    return name


def _version(document: Document, image: str, number: str) -> tuple[str, ...]:
    name = _image(document, image)
    versions = _images(document)[name]["versions"]
    if number not in versions:
        raise EditRefused(f"{document.file}: {name} has no version {shown(number)}; it has {some_of(list(versions))}")
    return "images", name, "versions", number


class _Unhandled(Exception):
    """The text has a form that cannot be edited; the message says which."""


def _edited(document: Document, text: str, edits: Sequence[_Edit]) -> str:
    """The changed text, once parsing it gives the old content with the values of each edit in its mapping."""
    lines = text.splitlines(keepends=True)  # YAML allows no other of Python's line breaks
    root: Any = yaml.compose(text, Loader=_Loader)
    wanted, places = copy.deepcopy(document.value), []
    for change, path, values in edits:
        with _by_hand(document, path, values):
            places.append((_mapping(root, path), change, path, values))
        _expect(wanted, path, values)
    # From the bottom up: a change moves the lines below it, whose places are known already.
    for mapping, change, path, values in sorted(places, key=lambda place: -_line(place[0], place[3])):
        with _by_hand(document, path, values):
            change(lines, mapping, values)
    result = "".join(lines)
    with _by_hand(document, *edits[0][1:]):
        try:
            after = parse(result, file=document.file)
        except InvalidFile:
            raise _Unhandled("its form is not one that this command edits") from None
        if after.diagnostics or after.value != wanted:
            raise _Unhandled("its form is not one that this command edits")
    of_document(after)
    return result


def _line(mapping: yaml.MappingNode, values: Mapping[str, Any]) -> int:
    """The line of the first of the keys that the mapping has, else its own."""
    lines = [key.start_mark.line for key, _ in mapping.value if key.value in values]
    return int(min(lines, default=mapping.start_mark.line))


def _expect(wanted: Any, path: tuple[str, ...], values: Mapping[str, Any]) -> None:
    place = wanted
    for step in path:
        place = place[step]
    for key, value in values.items():
        if value is None:
            del place[key]
        else:
            place[key] = plain(value)


@contextmanager
def _by_hand(document: Document, path: tuple[str, ...], values: Mapping[str, Any]) -> Iterator[None]:
    """Turns _Unhandled into EditRefused with the text to put in by hand."""
    try:
        yield
    except _Unhandled as error:
        raise EditRefused(_text_by_hand(document, path, values, str(error))) from None


def _text_by_hand(document: Document, path: tuple[str, ...], values: Mapping[str, Any], why: str) -> str:
    place, line, key = ".".join(path), document.line_of(path), next(iter(values))
    if values[key] is None:
        return f"{document.file}:{line}: {place}: {why}. Nothing was changed. Take {key} out by hand"
    where, inside = (f"{place}: ", f", inside {place}") if place else ("", f", in place of {key}")
    entries = "".join(f"{key}: {braces(value)}\n" for key, value in values.items())
    return f"{document.file}:{line}: {where}{why}. Nothing was changed. Put this in by hand{inside}:\n\n{entries}"


def _mapping(root: yaml.MappingNode, path: tuple[str, ...]) -> yaml.MappingNode:
    """The block mapping at a path, or one in braces at its end only."""
    node: Any = root
    for step in path:
        if node.flow_style:
            raise _Unhandled("it is written in braces, which this command does not edit")
        node = next(value for key, value in node.value if key.value == step)
    if not isinstance(node, yaml.MappingNode):
        raise _Unhandled("it has no keys yet")
    return node


def _append(lines: list[str], mapping: yaml.MappingNode, values: Mapping[str, Any]) -> None:
    """Insert entries after the last one of a mapping, indented and set apart as that one is."""
    if mapping.flow_style:
        raise _Unhandled("it is written in braces, which this command does not edit")
    last_key, last = mapping.value[-1]
    column = last_key.start_mark.column
    inner = isinstance(last, yaml.MappingNode) and not last.flow_style and last.value
    step = last.value[0][0].start_mark.column - column if inner else _STEP
    before = _last_line(mapping.value[-2][1]) if len(mapping.value) > 1 else mapping.start_mark.line - 1
    apart = any(not line.strip() for line in lines[max(before, 0) + 1 : last_key.start_mark.line])
    new = [[""] * apart + block(key, entry, column=column, step=step) for key, entry in values.items()]
    _insert(lines, _end(lines, last, column), list(chain.from_iterable(new)))


def _begin(lines: list[str], root: yaml.MappingNode, values: Mapping[str, Any]) -> None:
    """Insert the first entries of a mapping that is empty: `{}`, nothing after its key, or no key at all."""
    if root.flow_style:
        raise _Unhandled("it is written in braces, which this command does not edit")
    ((key, entries),) = values.items()
    name, old = next(((name, node) for name, node in root.value if name.value == key), (None, None))
    column = root.value[0][0].start_mark.column
    new = [line for each, entry in entries.items() for line in block(each, entry, column=column + _STEP, step=_STEP)]
    if name is None or old is None:
        _insert(lines, _end(lines, root.value[-1][1], column), [f"{' ' * column}{key}:", *new])
        return
    start, end = old.start_mark, old.end_mark
    if start.line != end.line or name.start_mark.line != start.line:
        raise _Unhandled(f"its empty {key} is written on several lines, which this command does not edit")
    line = lines[start.line]
    if start.column != end.column:
        lines[start.line] = line[: start.column].rstrip() + line[end.column :]
    _insert(lines, _end(lines, name, column + 1), new)


def _remove(lines: list[str], mapping: yaml.MappingNode, values: Mapping[str, Any]) -> None:
    for name, value in mapping.value:
        if name.value in values:
            del lines[name.start_mark.line : _end(lines, value, name.start_mark.column + 1)]


def _set(lines: list[str], mapping: yaml.MappingNode, values: Mapping[str, Any]) -> None:
    ((key, value),) = values.items()
    written = braces(value)
    old = next((node for name, node in mapping.value if name.value == key), None)
    if old is not None:
        start, end = old.start_mark, old.end_mark
        if start.line != end.line or start.column == end.column:
            raise _Unhandled(f"its {key} is not written on one line")
        line = lines[start.line]
        lines[start.line] = line[: start.column] + written + line[end.column :]
    elif mapping.flow_style:
        end = mapping.end_mark
        line, comma = lines[end.line], ", " if mapping.value else ""
        lines[end.line] = f"{line[: end.column - 1].rstrip()}{comma}{key}: {written}{line[end.column - 1 :]}"
    else:
        last_key, last = mapping.value[-1]
        column = last_key.start_mark.column
        _insert(lines, _end(lines, last, column), [f"{' ' * column}{key}: {written}"])


def _insert(lines: list[str], index: int, new: list[str]) -> None:
    """Insert lines with the breaks of the file; a file without a break at its end keeps none."""
    ending = next((line[len(line.rstrip("\r\n")) :] for line in lines if line.endswith(("\r", "\n"))), "\n")
    ended = [f"{line}{ending}" for line in new]
    if index == len(lines) and not lines[-1].endswith(("\r", "\n")):
        lines[-1] += ending
        ended[-1] = new[-1]
    lines[index:index] = ended


def _end(lines: list[str], node: Any, column: int) -> int:
    """Index of the first line after an entry: after the comments below it that are indented by `column` or more.

    After a blank line only comments that are indented further still belong to it.
    """
    index = end = _last_line(node) + 1
    blank = False
    while index < len(lines):
        line = lines[index]
        body = line.lstrip(" ")
        if body.startswith("#"):
            indent = len(line) - len(body)
            if indent < column or (blank and indent == column):
                break
            end = index + 1
        elif body.strip():
            break
        else:
            blank = True
        index += 1
    return end


def _last_line(node: Any) -> int:
    """Index of the last line of a value's content. A block's own end mark lies behind the comments below it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = node.end_mark
    style = node.style if isinstance(node, yaml.ScalarNode) else None
    return int(end.line) - (1 if style in {"|", ">"} and end.column == 0 else 0)
