"""The version of the product. It stands once, as `version` in pyproject.toml; the tag of a release is `v` and it.

Uses nothing beyond the standard library: a release is checked before any package is installed.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = "pyproject.toml"
PROJECT: Final = "lab-image-gallery"
ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder of the program that is running."""

_NUMBER: Final = "(0|[1-9][0-9]{0,8})"
_VERSION: Final = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A release's number by Semantic Versioning, without pre-releases: there are none of this product."""

    major: int
    minor: int
    patch: int

    @classmethod
    def of(cls, text: str) -> Version | None:
        """The version in `1.2.3`; None for every other text."""
        found = _VERSION.fullmatch(text)
        return cls(*map(int, found.groups())) if found else None

    @classmethod
    def of_tag(cls, tag: str) -> Version | None:
        """The version in `v1.2.3`; None for every other text."""
        return cls.of(tag[1:]) if tag.startswith("v") else None

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def tag(self) -> str:
        """The tag of the release."""
        return f"v{self}"


def version_in(text: str) -> Version | None:
    """The version that the text of a pyproject.toml of this product states; None for every other text."""
    try:
        project = tomllib.loads(text).get("project")
    except tomllib.TOMLDecodeError:
        return None
    if not isinstance(project, dict) or project.get("name") != PROJECT:
        return None
    return Version.of(str(project.get("version")))


def own_version() -> Version:
    """The version of the program that is running."""
    found = version_in((ROOT / FILE).read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{ROOT / FILE} states no version such as 1.2.3")
    return found
