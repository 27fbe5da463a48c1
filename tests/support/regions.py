"""A small map of regions, and locations as Azure Resource Manager lists them."""

from __future__ import annotations

from typing import Any

from catalog.regions.region import Region
from catalog.regions.region_map import RegionMap

DAY = "2026-12-01"


def region(name: str, geography: str = "Korea", **changes: Any) -> Region:
    """A region that everybody may use, with labs of both kinds."""
    facts: dict[str, Any] = {
        "name": name,
        "display_name": name.title(),
        "aliases": (),
        "geography": geography,
        "geography_aliases": (),
        "geography_group": "Asia Pacific",
        "paired_region": None,
        "cloud": "public",
        "access_restricted": False,
        "availability_zones": False,
        "lab_accounts_offered": True,
        "lab_plans_offered": True,
        "latitude": 37.5,
        "longitude": 127.0,
    }
    return Region(**facts | changes)


def region_map(*regions: Region) -> RegionMap:
    return RegionMap("2026-09-23", tuple(sorted(regions, key=lambda each: each.name)))


KOREA = region_map(
    region("koreacentral", paired_region="koreasouth", availability_zones=True),
    region("koreasouth", paired_region="koreacentral"),
    region("japaneast", "Japan"),
    region("usgovvirginia", "US Government", cloud="usgovernment", geography_aliases=("Azure Government",)),
)


def location(name: str, geography: str | None = "Korea", *, zones: bool = False, **metadata: Any) -> dict[str, Any]:
    """An entry of the list; a value None leaves its key out."""
    facts: dict[str, Any] = {
        "regionType": "Physical",
        "regionCategory": "Recommended",
        "geography": geography,
        "geographyGroup": "Asia Pacific",
        "latitude": "37.5",
        "longitude": "127.0",
        **metadata,
    }
    mappings = {"availabilityZoneMappings": [{"logicalZone": "1", "physicalZone": f"{name}-az1"}]} if zones else {}
    return {
        "name": name,
        "type": "Region",
        "displayName": name.title(),
        "metadata": {key: value for key, value in facts.items() if value is not None},
        **mappings,
    }


def pair(name: str) -> list[dict[str, str]]:
    """A pair as the list has it."""
    return [{"name": name, "id": f"/subscriptions/x/locations/{name}"}]


LISTED = (
    location("koreacentral", zones=True, pairedRegion=pair("koreasouth")),
    location("koreasouth", pairedRegion=pair("koreacentral")),
    location("japaneast", "Japan", pairedRegion=[]),
)
"""What Azure lists of KOREA if nothing has changed."""
