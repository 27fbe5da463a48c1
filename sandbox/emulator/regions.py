"""Azure's regions, as far as the emulator needs them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Region(NamedTuple):
    """A region: canonical name, display name, whether it has availability zones, and its cloud."""

    name: str
    display_name: str
    zones: bool
    cloud: str


@cache
def regions() -> dict[str, Region]:
    """Return all regions by canonical name."""
    data = json.loads(Path(__file__).with_name("regions.json").read_text(encoding="utf-8"))
    return {name: Region(name, entry["displayName"], entry["zones"], entry["cloud"]) for name, entry in data.items()}


def region(spelling: str) -> Region | None:
    """Return the region of a spelling such as `koreacentral`, `Korea Central` or `KOREA CENTRAL`."""
    return regions().get("".join(spelling.split()).lower())


def display_name(name: str) -> str:
    """Return the display name of a canonical name, or the name itself for an unknown region."""
    found = region(name)
    return found.display_name if found else name


def available_to(name: str) -> list[str]:
    """Return the names of the regions in the same cloud as the region of that name."""
    cloud = regions()[name].cloud
    return [other.name for other in regions().values() if other.cloud == cloud]
