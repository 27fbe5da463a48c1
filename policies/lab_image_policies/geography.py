"""The pack's own map of regions: it does not believe the program that it validates.

`make generated` writes `regions.json` beside this file from the catalogue's region data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

_LONGEST_SPELLING: Final = 100  # a longer text is no region, and would only fill the cache
_REGIONS_FILE: Final = Path(__file__).with_name("regions.json")


@dataclass(frozen=True, slots=True)
class Region:
    """An Azure region: its canonical name (`koreacentral`), its geography, and its cloud."""

    name: str
    display_name: str
    geography: str
    cloud: str


def find(spelling: str) -> Region | None:
    """The region of a name, display name or alias in any case, with or without spaces and dashes; else None."""
    return _find(spelling) if len(spelling) <= _LONGEST_SPELLING else None


@lru_cache(maxsize=1024)
def _find(spelling: str) -> Region | None:
    return _by_spelling().get(_squeezed(spelling))


@cache
def _by_spelling() -> Mapping[str, Region]:
    known: dict[str, Region] = {}
    for entry in json.loads(_REGIONS_FILE.read_text(encoding="utf-8"))["regions"]:
        region = Region(entry["name"], entry["display_name"], entry["geography"], entry["cloud"])
        for spelling in (region.name, region.display_name, *entry["aliases"]):
            known[_squeezed(spelling)] = region
    return known


def _squeezed(spelling: str) -> str:
    """In lower case, without spaces, dashes, underscores and the `(US)` that Azure puts before some display names."""
    return re.sub(r"^\s*\([^()]*\)|[\s_-]", "", spelling).lower()
