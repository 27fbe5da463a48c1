"""What another map of regions changes for versions, and for the changelog."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from catalog.regions.geography import the_map
from catalog.regions.region_map import RegionMap
from lifecycle.region_effect import VersionEffect, changelog_entry, home_effects, version_effects
from tests.support.builders import catalogue, image, settings, version

OLD = the_map()
LRS, ZRS = "Standard_LRS", "Standard_ZRS"


def changed(name: str, **facts: Any) -> RegionMap:
    """The program's map with other facts of a region."""
    return RegionMap("2026-12-01", tuple(replace(each, **facts) if each.name == name else each for each in OLD.regions))


def effects(new: RegionMap, versions: dict[str, Any] | None = None, **changes: object) -> list[VersionEffect]:
    images = {"gis": image(versions=versions or {"1.0.0": version()})}
    return version_effects(catalogue(**images), settings(**changes), OLD, new)


def test_the_same_map_changes_nothing() -> None:
    assert effects(RegionMap("2026-12-01", OLD.regions)) == []
    assert home_effects(OLD, RegionMap("2026-12-01", OLD.regions)) == []
    assert changelog_entry(OLD, RegionMap("2026-12-01", OLD.regions)) == ()


def test_a_region_that_leaves_a_geography_takes_its_replicas_along() -> None:
    (found,) = effects(changed("koreasouth", geography="Busan"))
    assert (found.image, found.version) == ("gis", "1.0.0")
    assert (found.added, found.removed, found.stored) == ((), ("koreasouth",), ())
    assert (list(found.before), list(found.after)) == (["koreacentral", "koreasouth"], ["koreacentral"])


def test_a_region_that_may_be_used_now_gets_replicas() -> None:
    (found,) = effects(changed("japaneast", geography="Korea"))
    assert (found.added, found.removed) == (("japaneast",), ())


def test_another_pair_is_another_target_of_who_wants_the_pair() -> None:
    new = changed("koreacentral", paired_region=None)
    assert effects(new) == []
    (found,) = effects(new, targetRegions="paired")
    assert found.removed == ("koreasouth",)
    (found,) = effects(new, {"1.0.0": version(target_regions="paired"), "1.1.0": version()})
    assert found.version == "1.0.0"


def test_zones_that_are_new_store_otherwise() -> None:
    (found,) = effects(
        changed("koreasouth", availability_zones=True), storageAccountType="Standard_ZRS_where_available"
    )
    assert (found.before, found.after) == (
        {"koreacentral": ZRS, "koreasouth": LRS},
        {"koreacentral": ZRS, "koreasouth": ZRS},
    )
    assert found.stored == ("koreasouth",)


def test_a_version_that_cannot_be_placed_afterwards_is_said_and_is_removed_from_nowhere() -> None:
    new = changed("koreasouth", geography="Busan")
    (found,) = effects(new, {"1.0.0": version(replicas_per_region={"koreasouth": 2})})
    assert found.problem.startswith("replicas_per_region names koreasouth, where this version has no replica")
    assert (found.removed, found.added, found.stored) == ((), (), ())
    # The other way round it has no targets today, which is what `labs check` says.
    images = {"gis": image(versions={"1.0.0": version(replicas_per_region={"koreasouth": 2})})}
    assert version_effects(catalogue(**images), settings(), new, OLD) == []


def test_a_list_of_regions_stays_whatever_the_map_says() -> None:
    assert effects(changed("koreasouth", geography="Busan"), targetRegions=["koreasouth"]) == []


def test_the_changelog_names_every_home_whatever_stacks_there_are() -> None:
    assert changelog_entry(OLD, changed("koreasouth", geography="Busan")) == (
        "* **Breaking**: the region data of 2026-12-01 changes target regions:",
        "  * `geography` of koreacentral (with lab accounts or with both or without either): no longer koreasouth",
        "  * `paired` of koreacentral: no longer koreasouth",
        "  * `geography` of koreasouth: no longer koreacentral",
        "  * `paired` of koreasouth: no longer koreacentral",
    )


def test_the_changelog_names_zones_that_store_otherwise() -> None:
    assert changelog_entry(OLD, changed("koreasouth", availability_zones=True)) == (
        "* **Breaking**: the region data of 2026-12-01 changes target regions:",
        "  * `Standard_ZRS_where_available` in koreasouth: stored as Standard_ZRS",
    )
    assert changelog_entry(OLD, changed("koreasouth", latitude=35.0)) == ()


def test_a_region_of_unknown_access_is_no_entry() -> None:
    new = replace(OLD.by_name["koreasouth"], name="koreanorth", display_name="Korea North", access_restricted=None)
    found = RegionMap("2026-12-01", tuple(sorted((*OLD.regions, new), key=lambda each: each.name)))
    # A gallery there would be a new one.
    assert home_effects(OLD, found) == []
    opened = RegionMap("2026-12-01", tuple(replace(each, access_restricted=False) for each in (*OLD.regions, new)))
    assert "koreanorth" in {name for each in home_effects(OLD, opened) for name in each.added}
