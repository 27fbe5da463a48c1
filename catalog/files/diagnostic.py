"""Findings in files that people write: one of them, and all of a file together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from catalog.texts.joined import listed
from catalog.texts.translation import _

_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `line` counts from 1 (None: no one line), `key` is dotted (empty: the file as a whole)."""

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        """As it is printed: `images.yaml:14: images.gis.versions.1.0: a version is …`."""
        file = escaped(self.file)
        place = file if self.line is None else f"{file}:{self.line}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class InvalidFile(Exception):
    """A file is unusable; `diagnostics` are all findings, sorted by line."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(
            sorted(set(diagnostics), key=lambda found: (found.line or 0, found.key, found.message))
        )
        super().__init__("\n".join(str(problem) for problem in self.diagnostics))


def reason_of(error: OSError) -> str:
    """What the system says of a file that it refuses, such as `permission denied`."""
    return (error.strerror or type(error).__name__).lower()


def shown(value: object) -> str:
    """A value for a message, as YAML writes it: texts in quotes, unprintable ones escaped, long ones shortened."""
    return f'"{printable(value)}"' if isinstance(value, str) else printable(_in_yaml(value))


def _in_yaml(value: object) -> str:
    """A value in YAML on one line; texts within others need no quotes to be understood."""
    match value:
        case None:
            found = "nothing"
        case bool():
            found = str(value).lower()
        case float() if not isfinite(value):
            found = f".{value}".replace(".-", "-.")
        case dict():
            found = f"{{{', '.join(f'{_in_yaml(key)}: {_in_yaml(item)}' for key, item in value.items())}}}"
        case list() | tuple() | set() | frozenset():
            found = f"[{', '.join(map(_in_yaml, value))}]"
        case _:
            found = str(value)
    return found


def some_of(names: Sequence[str], most: int = 8) -> str:
    """Names in words: `gis, cad`, or the first `most` of them `and 12 more`."""
    first = listed(names[:most])
    return _("{names} and {n} more", names=first, n=len(names) - most) if len(names) > most else first


def printable(text: str) -> str:
    """A text on one line, with control and other invisible characters escaped, shortened to 60 characters."""
    return escaped(text[:_LONGEST_SHOWN] + "…" if len(text) > _LONGEST_SHOWN else text)


def escaped(text: str) -> str:
    """A text on one line, with control and other invisible characters escaped, so that no terminal obeys them."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def dotted(path: Iterable[str | int]) -> str:
    """A path in a document, dotted: `images.gis.versions.1.0.0.tags`."""
    return ".".join(printable(str(step)) for step in path)
