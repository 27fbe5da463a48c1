"""Azure's list of locations: what is read, what is refused, and what the map becomes."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.regions.region import Region
from catalog.regions.region_map import RegionMap, parse_region_map, written
from lifecycle.location_list import ImplausibleLocations, Refresh, merge, read_locations
from tests.support.regions import DAY, KOREA, LISTED, location, pair, region, region_map

HOSTILE = "\x1b[31m<script>\u202e"


def refresh(*items: Any, old: RegionMap = KOREA) -> Refresh:
    return merge(old, read_locations(items, "public", "koreacentral", old), DAY)


def refused(*items: Any) -> tuple[str, ...]:
    with pytest.raises(ImplausibleLocations) as caught:
        refresh(*items)
    return caught.value.reasons


def otherwise(name: str, *, display: str | None = None, zones: object = None, **metadata: Any) -> list[dict[str, Any]]:
    """The list, with something else in one entry."""
    found = deepcopy(list(LISTED))
    entry = next(each for each in found if each["name"] == name)
    entry["metadata"] |= metadata
    entry |= {} if display is None else {"displayName": display}
    entry |= {} if zones is None else {"availabilityZoneMappings": zones}
    return found


def test_what_has_not_changed_is_the_same_map() -> None:
    found = refresh(*LISTED)
    assert found.new is KOREA
    assert (found.added, found.changed, found.kept) == ((), (), ())


def test_logical_regions_edge_zones_and_microsofts_own_are_no_regions() -> None:
    others = [
        location("asia", None, regionType="Logical"),
        location("losangeles", "United States") | {"type": "EdgeZone"},
        location("eastus2euap", "Canary (US)"),
        location("eastusstg", "Stage (US)"),
        location("somethingeuap", "Korea"),
        {"name": "nothing"},
    ]
    assert refresh(*others, *LISTED).new is KOREA


def test_a_new_region_has_unknown_access_and_labs() -> None:
    new = location("koreanorth", zones=True, latitude="38.1", pairedRegion=pair("koreacentral"))
    found = refresh(*LISTED, new)
    assert found.added == ("koreanorth",)
    assert found.new.date == DAY
    assert found.new.by_name["koreanorth"] == region(
        "koreanorth",
        access_restricted=None,
        availability_zones=True,
        lab_accounts_offered=None,
        lab_plans_offered=None,
        latitude=38.1,
        paired_region="koreacentral",
    )
    assert found.new.target_regions("koreacentral", "geography") == ("koreacentral", "koreasouth")


def test_a_new_region_gets_the_maps_name_of_its_geography_and_group() -> None:
    old = region_map(*KOREA.regions, region("uaenorth", "UAE", geography_aliases=("United Arab Emirates",)))
    listed = (*LISTED, location("uaenorth", "UAE"), location("uaesouth", "united arab emirates", geographyGroup=None))
    new = refresh(*listed, old=old).new.by_name["uaesouth"]
    assert (new.geography, new.geography_aliases) == ("UAE", ("United Arab Emirates",))
    assert new.geography_group == "Asia Pacific"
    # The list says no zones of it: that is unknown, as mappings are those of one subscription.
    assert new.availability_zones is None


def test_a_new_region_without_a_geography_is_left_out_and_said() -> None:
    found = refresh(*LISTED, location("atlantis", None))
    assert found.new is KOREA
    assert found.kept == ("atlantis is new, and Azure does not say in which geography, so it is left out",)


@pytest.mark.parametrize(
    ("items", "changed"),
    [
        (otherwise("koreasouth", pairedRegion=pair("japaneast")), ("paired_region", "koreacentral", "japaneast")),
        (otherwise("japaneast", pairedRegion=pair("koreasouth")), ("paired_region", None, "koreasouth")),
        (otherwise("koreasouth", zones=[{"logicalZone": "1"}]), ("availability_zones", False, True)),
        (otherwise("koreasouth", latitude="35.1"), ("latitude", 37.5, 35.1)),
        (otherwise("koreasouth", longitude=128), ("longitude", 127.0, 128.0)),
        (otherwise("koreasouth", geographyGroup="Asia"), ("geography_group", "Asia Pacific", "Asia")),
        (otherwise("koreasouth", geography="Japan"), ("geography", "Korea", "Japan")),
        (otherwise("koreasouth", geography="Busan"), ("geography", "Korea", "Busan")),
        (otherwise("koreasouth", display="Korea South 1"), ("aliases", (), ("Korea South 1",))),
    ],
)
def test_what_differs_is_written(items: list[Any], changed: tuple[str, Any, Any]) -> None:
    found = refresh(*items)
    assert [(each.key, each.old, each.new) for each in found.changed] == [changed]
    name = found.changed[0].region
    assert getattr(found.new.by_name[name], changed[0]) == changed[2]
    others = [each for each in found.new.regions if each.name != name]
    assert others == [each for each in KOREA.regions if each.name != name]


def test_a_geography_that_is_renamed_keeps_its_name_and_gets_another() -> None:
    listed = [location(each["name"], "Republic of Korea", zones=each["name"] == "koreacentral") for each in LISTED[:2]]
    found = refresh(*listed, LISTED[2])
    assert {each.key for each in found.changed} == {"geography_aliases"}
    assert found.new.by_name["koreasouth"].geography_aliases == ("Republic of Korea",)
    assert found.new.target_regions("koreacentral", "geography") == ("koreacentral", "koreasouth")


@pytest.mark.parametrize(
    ("items", "kept"),
    [
        (LISTED[:2], "Azure does not list japaneast; no region goes from the map by itself"),
        (otherwise("koreacentral", zones=[]), "koreacentral keeps its availability zones: Azure lists none for"),
        (otherwise("koreasouth", pairedRegion=[]), "koreasouth keeps its pair koreacentral: Azure names none"),
        (
            otherwise("koreasouth", pairedRegion=pair("atlantis")),
            "koreasouth keeps its pair koreacentral: Azure names atlantis, which is no region of the map",
        ),
        (
            otherwise("koreasouth", pairedRegion=pair("usgovvirginia")),
            "koreasouth keeps its pair koreacentral: Azure names usgovvirginia, which is no region of the map",
        ),
        (
            otherwise("koreasouth", pairedRegion=pair("koreasouth")),
            "koreasouth keeps its pair koreacentral: Azure names koreasouth, which is no region of the map",
        ),
    ],
)
def test_what_azure_does_not_list_is_kept_and_said(items: list[Any], kept: str) -> None:
    found = refresh(*items)
    assert found.new is KOREA
    assert [each.startswith(kept) for each in found.kept] == [True]


def test_place_geography_and_group_that_azure_does_not_say_are_kept() -> None:
    assert refresh(*otherwise("koreasouth", latitude="", longitude="", geography="", geographyGroup="")).new is KOREA


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([], "it has no region at all"),
        ([location("asia", None, regionType="Logical")], "it has no region at all"),
        (["koreacentral"], 'an entry is no location: "koreacentral"'),
        ([{"name": "x", "metadata": 1}], "an entry is no location: {name: x, metadata: 1}"),
        (LISTED[1:], "it lacks koreacentral, where the gallery of the stack is"),
        ([*LISTED, location(HOSTILE)], 'this is no name of a region: "\\x1b[31m<script>\\u202e"'),
        ([*LISTED, location("Korea Central")], 'this is no name of a region: "Korea Central"'),
        (otherwise("koreasouth", display=HOSTILE), 'koreasouth: this is no display name: "\\x1b[31m<script>\\u202e"'),
        (otherwise("koreasouth", geography=7), "koreasouth: this is no geography: 7"),
        (otherwise("koreasouth", geographyGroup=" "), 'koreasouth: this is no geographyGroup: " "'),
        (otherwise("koreasouth", pairedRegion="x"), 'koreasouth: this is no list of regions: "x"'),
        (otherwise("koreasouth", pairedRegion=[{}]), "koreasouth: this is no list of regions: [{}]"),
        (otherwise("koreasouth", zones="x"), 'koreasouth: this is no list of availability zones: "x"'),
        (otherwise("koreasouth", latitude="north"), "koreasouth: these are no degrees: [north, 127.0]"),
        (otherwise("koreasouth", latitude="91"), "koreasouth: these are no degrees: [91, 127.0]"),
        (otherwise("koreasouth", latitude="nan"), "koreasouth: these are no degrees: [nan, 127.0]"),
        (otherwise("koreasouth", latitude=True), "koreasouth: these are no degrees: [true, 127.0]"),
        (otherwise("koreasouth", longitude=""), "koreasouth: these are no degrees: [37.5, ]"),
        (
            [*LISTED, location("koreasouth", latitude="1")],
            "a region is listed twice, and not in the same way: koreasouth",
        ),
        (
            [*LISTED, location("usgovvirginia", "Korea")],
            "usgovvirginia is a region of Azure Government, and the list is that of Azure",
        ),
        (
            otherwise("koreasouth", geography="Azure Government"),
            'koreasouth would be in "Azure Government", a geography of Azure Government',
        ),
        (
            [*LISTED, location("koreasouth2") | {"displayName": "Korea South"}],
            'koreasouth, koreasouth2 would have one name: "koreasouth"',
        ),
    ],
)
def test_a_list_that_cannot_be_right_is_refused(items: list[Any], reason: str) -> None:
    assert reason in refused(*items)


def test_all_reasons_come_together_and_on_one_line_each() -> None:
    reasons = refused(7, location(HOSTILE), location("japaneast", "Japan", latitude="x"))
    assert len(reasons) == 4
    assert all(reason.isprintable() for reason in reasons)


def test_other_clouds_stay_as_they_are() -> None:
    listed = read_locations([location("usgovtexas", "US Government")], "usgovernment", "usgovtexas", KOREA)
    found = merge(KOREA, listed, DAY)
    assert found.added == ("usgovtexas",)
    assert found.new.by_name["usgovtexas"].cloud == "usgovernment"
    assert found.kept == ("Azure does not list usgovvirginia; no region goes from the map by itself",)
    assert [each for each in found.new.regions if each.cloud == "public"] == [
        each for each in KOREA.regions if each.cloud == "public"
    ]


NAMES = ("koreacentral", "koreasouth", "japaneast", "koreanorth", "japanwest", "atlantis")
LOCATIONS = st.builds(
    lambda name, geography, zones, pairs, place, group: location(
        name,
        geography,
        zones=zones,
        pairedRegion=None if pairs is None else pair(pairs),
        latitude=place and place[0],
        longitude=place and place[1],
        geographyGroup=group,
    ),
    st.sampled_from(NAMES),
    st.sampled_from([None, "Korea", "Japan", "Busan", "Republic of Korea", "KOREA"]),
    st.booleans(),
    st.sampled_from([None, *NAMES, "usgovvirginia"]),
    st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.sampled_from([None, "Asia Pacific", "Asia"]),
)
LISTS = st.lists(LOCATIONS, max_size=8, unique_by=lambda each: each["name"]).map(
    lambda found: [LISTED[0], *(each for each in found if each["name"] != "koreacentral")]
)
ONLY_MORE = ("aliases", "geography_aliases")
BY_HAND = ("cloud", "access_restricted", "lab_accounts_offered", "lab_plans_offered", "name", "display_name")


@given(LISTS)
def test_nothing_is_lost_and_merging_again_changes_nothing(items: list[Any]) -> None:
    first = refresh(*items)
    again = refresh(*items, old=first.new)
    assert again.new is first.new
    assert (again.added, again.changed) == ((), ())
    assert {each.name for each in KOREA.regions} <= set(first.new.by_name)
    assert set(KOREA.by_spelling) <= set(first.new.by_spelling)
    for before in KOREA.regions:
        after = first.new.by_name[before.name]
        for field in (each.name for each in fields(Region)):
            old, new = getattr(before, field), getattr(after, field)
            assert old is None or new is not None
            assert field not in BY_HAND or old == new
            assert field not in ONLY_MORE or before.geography != after.geography or set(old) <= set(new)
    assert parse_region_map(written(first.new)) == first.new


@given(LISTS)
def test_a_map_is_consistent_afterwards(items: list[Any]) -> None:
    found = refresh(*items).new
    assert list(found.by_name) == sorted(found.by_name)
    for each in found.regions:
        assert each.geography
        assert each.geography_group
        siblings = [other for other in found.regions if other.geography == each.geography]
        assert {(other.cloud, other.geography_aliases) for other in siblings} == {(each.cloud, each.geography_aliases)}
        if each.paired_region is not None:
            assert found.by_name[each.paired_region].cloud == each.cloud
    assert all(found.by_name[name].access_restricted is None for name in found.by_name if name not in KOREA.by_name)
