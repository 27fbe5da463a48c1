"""The list of locations of a subscription: the regions of its cloud, and the names that stand for several of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.regions import display_name, region
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.resource_type import Context, ResourceType

CHANGES: Final = "locationChanges"
ADDED: Final = "locationsAdded"
"""The settings with what POST /sandbox/locations makes otherwise."""
ZONES_SINCE: Final = "2022-12-01"
ZONES: Final = 3

LOCATIONS = rule(
    "locations",
    "A subscription lists the locations of its cloud on one page: regions with geography, pair and place as texts, "
    "those in which Microsoft tries its changes, and logical ones without any of it. Since api-version 2022-12-01 a "
    "region with availability zones has their mappings. Access and what services offer is not in the list.",
    evidence=Evidence.EXAMPLE,
    where="GetLocationsWithASubscriptionId for the form; for which entries there are, captured answers in "
    "Azure/terraform-azurerm-avm-utl-regions and btnguyen2k/azure-regions, of which the sandbox has some logical ones",
)


class Location(ResourceType):
    """The locations of one subscription; only the list exists."""

    type = "Microsoft.Resources/subscriptions/locations"
    api_versions = ("2016-06-01", "2019-06-01", "2020-01-01", "2021-01-01", ZONES_SINCE)
    tracked = False
    methods = ()
    page_size = 1000

    @LOCATIONS.applies
    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return the locations, as they are after the changes."""
        entries = [*_entries(), *context.state.setting(ADDED, [])]
        found = [each for each in map(_Changed(context.state.setting(CHANGES, [])), entries) if each is not None]
        if context.api_version < ZONES_SINCE:
            found = [{key: value for key, value in each.items() if key != "availabilityZoneMappings"} for each in found]
        scope = f"/subscriptions/{path.subscription}/locations"
        return [_with_ids(each, scope) for each in found]


class _Changed:
    """Calls with an entry return it as the changes make it, None for one that they leave out."""

    def __init__(self, changes: list[Json]) -> None:
        self._changes = changes

    def __call__(self, entry: Json) -> Json | None:
        found: Json | None = entry
        for change in self._changes:
            if found is not None and all(found.get(key) == value for key, value in change["where"].items()):
                found = _merged(found, change["set"]) if change.get("set") is not None else None
        return found


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return old | {key: _merged(old.get(key), value) for key, value in new.items()}


def _with_ids(entry: Json, scope: str) -> Json:
    """An entry with its id, and those of its pair, which name the subscription."""
    metadata = entry.get("metadata")
    shown = {"id": f"{scope}/{entry.get('name')}", **entry}
    pairs = metadata.get("pairedRegion") if isinstance(metadata, dict) else None
    if isinstance(metadata, dict) and isinstance(pairs, list) and all(isinstance(pair, dict) for pair in pairs):
        named = [{**pair, "id": f"{scope}/{pair.get('name')}"} for pair in pairs]
        shown["metadata"] = {**metadata, "pairedRegion": named}
    return shown


@cache
def _entries() -> tuple[Json, ...]:
    data = json.loads(Path(__file__).parents[1].joinpath("locations.json").read_text(encoding="utf-8"))
    logical = (
        {
            "name": name,
            "type": "Region",
            "displayName": title,
            "regionalDisplayName": title,
            "metadata": {"regionType": "Logical", "regionCategory": "Other"},
        }
        for name, title in data["logical"].items()
    )
    return (*map(_physical, data["physical"]), *logical)


def _physical(entry: Json) -> Json:
    name = entry["name"]
    title = entry.get("displayName") or display_name(name)
    known = region(name)
    zones = list(_mappings(name)) if known is not None and known.zones else None
    return {
        "name": name,
        "type": "Region",
        "displayName": title,
        "regionalDisplayName": f"({entry['geographyGroup']}) {title}",
        "metadata": {
            "regionType": "Physical",
            "regionCategory": entry["regionCategory"],
            "geography": entry["geography"],
            "geographyGroup": entry["geographyGroup"],
            "longitude": entry["longitude"],
            "latitude": entry["latitude"],
            "physicalLocation": entry["physicalLocation"],
            "pairedRegion": [{"name": entry["pairedRegion"]}] if entry["pairedRegion"] else [],
        },
        **({"availabilityZoneMappings": zones} if zones else {}),
    }


def _mappings(name: str) -> Iterator[Json]:
    for zone in range(1, ZONES + 1):
        yield {"logicalZone": str(zone), "physicalZone": f"{name}-az{zone}"}
