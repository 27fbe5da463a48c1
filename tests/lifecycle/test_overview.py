"""One stack at a glance: what was looked up, where images lie and whether labs there have their replicas."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.overview import LookedUp, RegionState
from plan.observed import Observed, ObservedLab
from tests.support import builders as inputs
from tests.support import overview_scene as scene
from tests.support.builders import GALLERY, LAB_ACCOUNT, replica


def test_what_was_looked_up_and_what_not() -> None:
    looked = scene.view().looked_up
    assert replace(looked, failures=()) == LookedUp(images=5, versions=7, labs=4, asked=5, failures=())
    refused = f"Azure refuses GET {scene.CLOSED} (AuthorizationFailed): ask for Reader"
    assert looked.failures == (f"contoso-closed: the lab account could not be read: {refused}",)


def test_a_lab_plan_in_several_regions_is_one_lab() -> None:
    assert len([place for place in scene.view().labels if place.id == scene.PLAN]) == 2
    assert scene.view().looked_up.asked == 5


def test_regions_with_replicas_labs_or_the_gallery() -> None:
    assert scene.view().regions == (
        RegionState(
            "koreacentral", True, 9, 5, ("contoso-labs", "contoso-science", "contoso-autumn (koreacentral)"), ()
        ),
        RegionState("japaneast", False, 0, 0, ("contoso-autumn (japaneast)",), ("ubuntu-2204-python", "rocky-9-hpc")),
        RegionState("koreasouth", False, 5, 3, ("contoso-devtest",), ()),
    )


def test_labs_without_any_replica_are_not_covered_though_nothing_says_so() -> None:
    alone = RegionState("koreacentral", True, 0, 0, ("contoso",), ())
    assert alone.is_uncovered
    assert not replace(alone, replicas=1).is_uncovered
    assert not replace(alone, labs=()).is_uncovered
    assert replace(alone, replicas=1, lacking=("gis",)).is_uncovered


def test_without_a_gallery_nothing_is_good_and_nothing_costs() -> None:
    view = scene.view(observed=scene.observed(None))
    assert view.gallery is None
    assert not view.is_good
    assert (view.cost.cost.parts, view.unmanaged, view.looked_up.versions) == ((), (), 0)
    assert [region.name for region in view.regions] == ["koreacentral", "japaneast", "koreasouth"]


def test_it_is_good_if_labs_have_what_the_catalogue_has() -> None:
    found = inputs.observed_gallery(inputs.observed_definition())
    labs = {LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, "koreacentral", {"a": GALLERY})}
    view = scene.view(
        catalogue=inputs.catalogue(), settings=inputs.settings(), observed=Observed(gallery=found, labs=labs)
    )
    assert view.is_good
    assert view.headline == "teachers see 1 of 1 image in contoso"
    failed = inputs.observed_version(provisioning_state="Failed")
    broken = inputs.observed_gallery(inputs.observed_definition(versions={"1.0.0": failed}))
    view = scene.view(
        catalogue=inputs.catalogue(), settings=inputs.settings(), observed=Observed(gallery=broken, labs=labs)
    )
    assert view.failed == ("gis:1.0.0",)
    assert not view.is_good


REPLICAS = st.dictionaries(st.sampled_from(["koreacentral", "koreasouth", "japaneast"]), st.integers(1, 9), min_size=1)


@given(REPLICAS, REPLICAS)
def test_every_replica_is_in_one_region_and_in_the_sum(first: dict[str, int], second: dict[str, int]) -> None:
    definitions = (
        scene.definition(name, "1.0.0", replicas=tuple(replica(*each) for each in replicas.items()))
        for name, replicas in (("gis", first), ("cad", second))
    )
    view = scene.view(observed=scene.observed(inputs.observed_gallery(*definitions)))
    assert sum(region.replicas for region in view.regions) == sum(first.values()) + sum(second.values())
    assert len({region.name for region in view.regions}) == len(view.regions)
    assert view.regions[0].is_home
    assert sum(region.images for region in view.regions) == len(first) + len(second)
    assert view.cost.cost.gb == 64 * sum(region.replicas for region in view.regions)
