"""What an image needs for another service: one status each, and nothing unknown counts as ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.consumers import SERVICES, SUCCESSORS, Demand, Property
from catalog.images.image import Architecture, HyperVGeneration, OsState, OsType, SecurityType
from lifecycle.readiness import (
    ASKABLE,
    STATUSES,
    ImageFacts,
    Readiness,
    Status,
    by_work,
    image_facts,
    readiness,
    readinesses,
    successor_regions,
    without_service,
)
from plan.observed import Observed
from plan.stack import Stack
from tests.support import builders

WORDS: dict[Property, tuple[str, ...]] = {
    "os_type": get_args(OsType),
    "os_state": get_args(OsState),
    "hyper_v_generation": get_args(HyperVGeneration),
    "architecture": get_args(Architecture),
    "security_type": get_args(SecurityType),
}
REGIONS = ("koreacentral", "koreasouth")
FACTS = ImageFacts("Windows", "Generalized", "V2", "x64", "TrustedLaunch", "1.0.0", 64, 0, frozenset(REGIONS))


def rule(about: Property, *accepted: str, **changes: Any) -> Demand:
    """A rule of a pretend document."""
    return Demand(about, "something", "A page", "https://example.org/", date(2025, 1, 1), accepted=accepted, **changes)


def of(demands: list[Demand], facts: ImageFacts = FACTS) -> Readiness:
    return readiness("gis", facts, "windows_365", demands, REGIONS)


sizes = st.none() | st.integers(0, 4095)
facts_ = st.builds(
    ImageFacts,
    *(st.sampled_from(values) for values in WORDS.values()),
    version=st.none() | st.just("1.0.0"),
    os_disk_size_gb=sizes,
    data_disk_count=st.none() | st.integers(0, 4),
    regions=st.none() | st.frozensets(st.sampled_from(REGIONS)),
)


@st.composite
def demands_(draw: st.DrawFn) -> Demand:
    about = draw(st.sampled_from(get_args(Property)))
    certain = draw(st.booleans())
    if about in WORDS:
        accepted = draw(st.lists(st.sampled_from(WORDS[about]), min_size=1, unique=True))
        return rule(about, *accepted, certain=certain)
    if about in {"region", "guest"}:
        return rule(about, certain=certain)
    return rule(about, least=draw(sizes), most=draw(sizes), certain=certain)


@given(facts_, st.lists(demands_(), min_size=1), demands_())
def test_one_more_rule_never_makes_an_image_readier(facts: ImageFacts, rules: list[Demand], more: Demand) -> None:
    before, after = of(rules, facts), of([*rules, more], facts)
    assert STATUSES.index(after.status) >= STATUSES.index(before.status)
    assert set(before.gaps) <= set(after.gaps)


@given(facts_, st.lists(demands_(), min_size=1))
def test_the_status_says_what_the_gaps_say(facts: ImageFacts, rules: list[Demand]) -> None:
    found = of(rules, facts)
    works = {gap.work for gap in found.gaps}
    assert (found.status == "ready") is (not works)
    assert (found.status == "as_far_as_seen") is (works == {"look_inside"})
    assert (found.status == "not_for") is ("other_system" in works)
    assert all(gap.demand.certain for gap in found.gaps)
    assert not any(gap.demand.certain for gap in found.advice)


@given(facts_, st.lists(demands_(), min_size=1))
def test_who_knows_less_is_never_readier(facts: ImageFacts, rules: list[Demand]) -> None:
    blind = replace(facts, version=None, os_disk_size_gb=None, data_disk_count=None, regions=None)
    assert of(rules, blind).is_usable <= of(rules, facts).is_usable


@pytest.mark.parametrize(
    ("demand", "facts", "status", "works"),
    [
        (rule("hyper_v_generation", "V2"), {}, "ready", []),
        (rule("hyper_v_generation", "V2"), {"hyper_v_generation": "V1"}, "work", ["rebuild"]),
        (rule("security_type", "TrustedLaunch"), {"security_type": "Standard"}, "work", ["rebuild"]),
        (rule("architecture", "x64"), {"architecture": "Arm64"}, "work", ["rebuild"]),
        (rule("os_state", "Generalized"), {"os_state": "Specialized"}, "work", ["generalize"]),
        (rule("os_type", "Windows"), {"os_type": "Linux"}, "not_for", ["other_system"]),
        (rule("os_disk_size_gb", least=64), {"os_disk_size_gb": 63}, "work", ["grow_disk"]),
        (rule("os_disk_size_gb", least=64, most=127), {}, "ready", []),
        (rule("os_disk_size_gb", most=127), {"os_disk_size_gb": 128}, "work", ["shrink_disk"]),
        (rule("os_disk_size_gb", most=127), {"os_disk_size_gb": None}, "unknown", ["find_out"]),
        (rule("data_disk_count", most=0), {"data_disk_count": 1}, "work", ["fewer_disks"]),
        (rule("data_disk_count", least=1), {}, "work", ["more_disks"]),
        (rule("region"), {}, "ready", []),
        (rule("region"), {"regions": frozenset()}, "work", ["replicate"]),
        (rule("region"), {"regions": None}, "unknown", ["find_out"]),
        (rule("guest"), {}, "as_far_as_seen", ["look_inside"]),
        (rule("os_type", "Windows", certain=False), {"os_type": "Linux"}, "ready", []),
    ],
)
def test_each_rule_makes_its_work(demand: Demand, facts: dict[str, Any], status: Status, works: list[str]) -> None:
    found = of([demand], replace(FACTS, **facts))
    assert (found.status, [gap.work for gap in found.gaps]) == (status, works)


def test_a_service_without_rules_is_never_ready() -> None:
    assert of([]).status == "unknown"


def test_regions_that_lack_a_replica_are_named() -> None:
    (gap,) = of([rule("region")], replace(FACTS, regions=frozenset({"koreacentral"}))).gaps
    assert gap.found == "koreasouth"


def facts_in(observed: Observed | None = None, **image: object) -> ImageFacts:
    catalogue = builders.catalogue(gis=builders.image(**image))
    return image_facts("gis", catalogue.images["gis"], Stack(builders.settings(), observed or Observed()))


def test_facts_are_those_of_the_latest_version_that_people_get() -> None:
    versions = {
        "1.0.0": builders.version(os_disk_size_gb=32),
        "1.2.0": builders.version(os_disk_size_gb=64, target_regions="home"),
        "2.0.0": builders.version(os_disk_size_gb=100, exclude_from_latest=True),
    }
    found = facts_in(versions=versions)
    assert (found.version, found.os_disk_size_gb, found.regions) == ("1.2.0", 64, frozenset({"koreacentral"}))
    passed_over = facts_in(versions={"1.0.0": builders.version(exclude_from_latest=["koreasouth"])})
    assert passed_over.regions == frozenset({"koreacentral"})


def test_what_nothing_tells_is_not_known() -> None:
    assert facts_in(versions={"1.0.0": builders.version(exclude_from_latest=True)}).version is None
    undeclared = facts_in(versions={"1.0.0": builders.version(os_disk_size_gb=None, data_disk_count=None)})
    assert (undeclared.os_disk_size_gb, undeclared.data_disk_count) == (None, None)
    contradiction = {"1.0.0": builders.version(replicas_per_region={"japaneast": 1})}
    assert facts_in(versions=contradiction).regions is None
    assert facts_in(versions="external").version is None


def test_the_gallery_knows_more_than_the_catalogue() -> None:
    published = builders.observed_version(os_disk_size_gb=100, data_disk_count=2)
    gallery = builders.observed_gallery(builders.observed_definition(versions={"1.0.0": published}))
    assert facts_in(Observed(gallery=gallery)).os_disk_size_gb == 100
    external = facts_in(Observed(gallery=gallery), versions="external")
    assert (external.version, external.data_disk_count, external.regions) == ("1.0.0", 2, frozenset(REGIONS))
    assert external.is_external


def test_every_image_has_one_answer_for_each_service() -> None:
    other = {"publisher": "contoso", "offer": "cad", "sku": "two"}
    catalogue = builders.catalogue(gis=builders.image(), cad=builders.image(os_type="Windows", identifier=other))
    found = readinesses(catalogue, Stack(builders.settings()))
    pairs = [(each.image, each.service) for each in found]
    assert pairs == [(image, service) for image in ("gis", "cad") for service in SUCCESSORS]


@given(facts_, st.sampled_from(ASKABLE))
def test_every_gap_of_a_real_service_names_its_source(facts: ImageFacts, service: Any) -> None:
    found = readiness("gis", facts, service, SERVICES[service].demands, REGIONS)
    for gap in (*found.gaps, *found.advice):
        assert gap.demand.source
        assert gap.demand.says
        assert gap.demand.url.startswith("https://")


def test_the_regions_of_the_successors() -> None:
    assert successor_regions(builders.settings()) == REGIONS
    assert successor_regions(builders.settings(excludeRegions=["koreasouth"])) == ("koreacentral",)
    assert successor_regions(builders.settings(), ["Japan East", "japaneast"]) == ("japaneast",)


def test_work_is_grouped_by_rule_and_value() -> None:
    generation, inside, system = rule("hyper_v_generation", "V2"), rule("guest"), rule("os_type", "Windows")
    advised = rule("os_disk_size_gb", most=1, certain=False)
    rules = [inside, system, generation, advised]
    old = replace(FACTS, hyper_v_generation="V1")
    linux = replace(old, os_type="Linux")
    found = [
        readiness(name, facts, "windows_365", rules, REGIONS)
        for name, facts in {"office": old, "gis": old, "new": FACTS, "ml": linux}.items()
    ]
    works = by_work(found)
    assert list(works) == ["rebuild", "look_inside", "other_system"]
    assert works["rebuild"][0].images == {"V1": ("office", "gis")}
    assert works["look_inside"][0].images == {None: ("office", "gis", "new")}
    assert works["other_system"][0].images == {"Linux": ("ml",)}
    assert by_work(found, advice=True)["shrink_disk"][0].images == {"64": ("office", "gis", "new")}
    assert without_service(found) == ("office", "gis", "ml")
