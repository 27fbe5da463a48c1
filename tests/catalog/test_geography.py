"""Spellings of regions, geographies, and target regions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.regions.geography import (
    UnknownRegion,
    all_regions,
    canonical,
    geographies,
    geography,
    region,
    regions_of_geography,
    target_regions,
)
from catalog.regions.region import LabService

NAMES = [entry.name for entry in all_regions()]
ACCOUNTS = frozenset({LabService.ACCOUNTS})
PLANS = frozenset({LabService.PLANS})


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("koreacentral", "koreacentral"),
        ("Korea Central", "koreacentral"),
        ("KOREA CENTRAL", "koreacentral"),
        ("  korea-central ", "koreacentral"),
        ("korea_central", "koreacentral"),
        ("(US) East US 2", "eastus2"),
        ("(Asia Pacific) Korea Central", "koreacentral"),
        ("USGov Virginia", "usgovvirginia"),
        ("US Gov Virginia", "usgovvirginia"),
        ("China North 3", "chinanorth3"),
    ],
)
def test_any_spelling_is_one_region(spelling: str, name: str) -> None:
    assert canonical(spelling) == name


@pytest.mark.parametrize(
    ("spelling", "message"),
    [
        (
            "koreacentrall",
            '"koreacentrall" is no Azure region; nearest: koreacentral (Korea Central); ./labs regions lists all',
        ),
        (
            "korea",
            (
                '"korea" is no Azure region; nearest: koreacentral (Korea Central), koreasouth (Korea South);'
                " ./labs regions lists all"
            ),
        ),
        ("", '"" is no Azure region; ./labs regions lists all'),
        ("zz\x1b[2J", '"zz\\x1b[2J" is no Azure region; ./labs regions lists all'),
        ("q" * 100, f'"{"q" * 60}…" is no Azure region; ./labs regions lists all'),
    ],
)
def test_unknown_region_names_the_nearest(spelling: str, message: str) -> None:
    with pytest.raises(UnknownRegion) as caught:
        region(spelling)
    assert str(caught.value) == message


def test_a_geography_by_its_names_and_its_regions() -> None:
    for name in ("UAE", "united arab emirates", "uaenorth", "UAE Central"):
        title, regions = geography(name)
        assert title == "UAE"
        assert [entry.name for entry in regions] == ["uaecentral", "uaenorth"]
    assert geography("Azure Government")[0] == "US Government"
    assert len(geographies()) == 34


def test_unknown_geography_names_near_ones() -> None:
    with pytest.raises(UnknownRegion) as caught:
        geography("United Statez")
    text = str(caught.value)
    assert text.startswith('"United Statez" is no Azure region or geography; nearest: United States')
    assert text.endswith("; ./labs regions lists all")


def test_a_region_of_another_cloud_is_not_in_the_geography() -> None:
    assert {entry.cloud for entry in regions_of_geography("eastus")} == {"public"}
    assert "usgovtexas" not in {entry.name for entry in regions_of_geography("eastus")}


@pytest.mark.parametrize(
    ("home", "labs", "wanted"),
    [
        ("Korea Central", ACCOUNTS, ("koreacentral", "koreasouth")),
        ("koreacentral", PLANS, ("koreacentral",)),
        ("japaneast", ACCOUNTS, ("japaneast", "japanwest")),
        ("japaneast", PLANS, ("japaneast",)),
        ("japaneast", ACCOUNTS | PLANS, ("japaneast", "japanwest")),
        ("japanwest", PLANS, ("japanwest", "japaneast")),
        (
            "westus",
            ACCOUNTS,
            (
                "westus",
                "centralus",
                "eastus",
                "eastus2",
                "northcentralus",
                "southcentralus",
                "westcentralus",
                "westus2",
            ),
        ),
        ("uaenorth", ACCOUNTS, ("uaenorth",)),
        ("swedencentral", frozenset(), ("swedencentral",)),
        ("polandcentral", ACCOUNTS, ("polandcentral",)),
        ("usgovvirginia", frozenset(), ("usgovvirginia", "usgovarizona", "usgovtexas")),
        ("chinaeast2", frozenset(), ("chinaeast2", "chinaeast", "chinanorth", "chinanorth2", "chinanorth3")),
        ("francesouth", ACCOUNTS, ("francesouth", "francecentral")),  # restricted, and the home region all the same
        ("koreacentral", frozenset(), ("koreacentral", "koreasouth")),
    ],
)
def test_geography_scope(home: str, labs: frozenset[LabService], wanted: tuple[str, ...]) -> None:
    assert target_regions(home, "geography", lab_services=labs) == wanted


def test_regions_without_labs_on_request() -> None:
    without = target_regions("westus", "geography", lab_services=ACCOUNTS)
    everything = target_regions("westus", "geography", lab_services=ACCOUNTS, include_without_labs=True)
    assert set(everything) - set(without) == {"westus3"}


@pytest.mark.parametrize(
    ("home", "wanted"),
    [
        ("koreacentral", ("koreacentral", "koreasouth")),
        ("francecentral", ("francecentral",)),  # its pair is restricted
        ("polandcentral", ("polandcentral",)),  # has none
        ("brazilsouth", ("brazilsouth",)),  # its pair is in another geography
        ("westus3", ("westus3", "eastus")),
    ],
)
def test_paired_scope(home: str, wanted: tuple[str, ...]) -> None:
    assert target_regions(home, "paired") == wanted


def test_a_list_stands_as_it_is_with_the_home_region() -> None:
    given = ["West US 3", "germanynorth", "eastus", "WESTUS3"]
    assert target_regions("westus", given, lab_services=PLANS) == ("westus", "eastus", "germanynorth", "westus3")


def test_exclusion_holds_for_every_scope() -> None:
    assert target_regions("koreacentral", "geography", exclude=["Korea South"]) == ("koreacentral",)
    assert target_regions("koreacentral", "paired", exclude=["koreasouth"]) == ("koreacentral",)
    listed = target_regions("koreacentral", ["koreasouth", "japaneast"], exclude=["koreasouth"])
    assert listed == ("koreacentral", "japaneast")


def test_home_region_cannot_be_excluded() -> None:
    with pytest.raises(ValueError, match="koreacentral is the home region of every version and cannot be excluded"):
        target_regions("koreacentral", "home", exclude=["Korea Central"])


def test_another_cloud_is_refused() -> None:
    message = "chinaeast belongs to Azure China, the gallery's region koreacentral to Azure"
    with pytest.raises(ValueError, match=message):
        target_regions("koreacentral", ["China East"])


def test_unknown_scope_is_refused() -> None:
    with pytest.raises(ValueError, match='"continent" is no set of regions; write geography, paired, home, or a list'):
        target_regions("koreacentral", "continent")


def test_unknown_excluded_region_is_refused() -> None:
    with pytest.raises(UnknownRegion, match="nearest: koreasouth"):
        target_regions("koreacentral", "geography", exclude=["korea soth"])


homes = st.sampled_from(NAMES)
scopes = st.sampled_from(["geography", "paired", "home"])
labs = st.frozensets(st.sampled_from(LabService))


@given(homes, scopes, labs, st.booleans())
def test_home_first_rest_sorted_none_twice_within_the_geography(
    home: str, scope: str, kinds: frozenset[LabService], everything: bool
) -> None:
    found = target_regions(home, scope, lab_services=kinds, include_without_labs=everything)
    assert found[0] == home
    assert list(found[1:]) == sorted(set(found[1:]) - {home})
    assert set(found) <= {entry.name for entry in regions_of_geography(home)}
    assert all(not region(name).access_restricted for name in found[1:])


@given(homes, scopes, labs, st.data())
def test_excluding_a_region_takes_it_away_and_moves_no_other(
    home: str, scope: str, kinds: frozenset[LabService], data: st.DataObject
) -> None:
    before = target_regions(home, scope, lab_services=kinds)
    out = data.draw(st.sets(st.sampled_from(NAMES)).map(lambda names: names - {home}))
    after = target_regions(home, scope, lab_services=kinds, exclude=sorted(out))
    assert after == tuple(name for name in before if name not in out)


@given(st.sampled_from(all_regions()), st.data())
def test_spelling_does_not_matter_and_normalisation_is_idempotent(entry: object, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(all_regions()))
    text = data.draw(st.sampled_from([chosen.name, chosen.display_name, *chosen.aliases]))
    text = data.draw(st.sampled_from([str.upper, str.lower, str.title]))(text)
    spelled = data.draw(st.sampled_from(["", " ", "-"])).join(text)
    assert canonical(spelled) == chosen.name
    assert canonical(canonical(spelled)) == chosen.name


@given(homes, st.data())
def test_order_and_spelling_of_a_list_do_not_matter(home: str, data: st.DataObject) -> None:
    cloud = region(home).cloud
    same = [entry for entry in all_regions() if entry.cloud == cloud]
    chosen = data.draw(st.lists(st.sampled_from(same), max_size=6))
    shuffled = data.draw(st.permutations(chosen))
    plain = target_regions(home, [entry.name for entry in chosen])
    assert plain == target_regions(home, [entry.display_name for entry in shuffled])
    assert plain[0] == home
    assert set(plain) == {home, *(entry.name for entry in chosen)}


def outcome(text: str) -> tuple[str | None, str]:
    try:
        return canonical(text), ""
    except UnknownRegion as error:
        return None, str(error)


@given(st.text(max_size=40))
def test_any_text_is_a_region_or_unknown(text: str) -> None:
    name, message = outcome(text)
    assert name in NAMES or message.endswith("./labs regions lists all")
    assert message.isprintable()
