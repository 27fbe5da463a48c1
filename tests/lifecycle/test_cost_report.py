"""What a gallery costs: sums that agree however they are made, and nothing unknown in any of them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.catalogue import Catalogue
from catalog.regions.prices import NO_PRICES, PriceTable
from catalog.stacks.settings import Settings
from lifecycle.cost_report import (
    NO_DATA_DISK_COUNT,
    NO_REGIONS,
    NO_SIZE,
    PUBLISHED_BY_OTHERS,
    CostReport,
    Unknown,
    declared_costs,
    observed_costs,
)
from plan.cost import Cost
from plan.observed import Observed, ObservedGallery, ObservedLab, ObservedReplica
from plan.stack import Stack
from tests.support.builders import (
    GALLERY,
    LAB_ACCOUNT,
    catalogue,
    image,
    observed_definition,
    observed_gallery,
    observed_version,
    replica,
    settings,
    version,
)

Thing = TypeVar("Thing")
TODAY = date(2026, 6, 1)
CONTRADICTION = (
    "its replicas cannot be placed: replicas_per_region names eastus, where this version has no replica (it goes to "
    "koreacentral, koreasouth); take it out of replicas_per_region or add it to target_regions"
)
PRICES = PriceTable(
    "USD",
    "2026-01-01",
    "a test",
    {
        "eastus": {"Standard_LRS": Decimal("0.05"), "Premium_LRS": Decimal("0.132")},
        "koreasouth": {"Standard_LRS": Decimal("0.06")},
    },
    {"Asia Pacific": Decimal("0.08")},
)
REGIONS = ("koreacentral", "koreasouth", "eastus", "atlantisnorth")
REPLICAS = st.lists(
    st.builds(
        ObservedReplica,
        st.sampled_from(REGIONS),
        st.integers(1, 5),
        st.sampled_from(["Standard_LRS", "Premium_LRS", "Standard_ZRS", "PremiumV2_LRS"]),
        st.just(False),
    ),
    max_size=4,
    unique_by=lambda each: each.region,
).map(tuple)
VERSIONS = st.dictionaries(
    st.sampled_from(["1.0.0", "1.1.0", "1.10.0", "2024.01.15"]),
    st.builds(
        lambda size, disks, replicas: observed_version(os_disk_size_gb=size, data_disk_count=disks, replicas=replicas),
        st.none() | st.integers(1, 1024),
        st.sampled_from([0, 0, 0, 2]),
        REPLICAS,
    ),
    max_size=3,
)
GALLERIES = st.dictionaries(st.sampled_from(["gis", "CAD", "Teacher_GIS"]), VERSIONS).map(
    lambda images: observed_gallery(
        *(observed_definition(id=f"{GALLERY}/images/{name}", versions=found) for name, found in images.items())
    )
)


def stack(gallery: ObservedGallery | None, lab_region: str | None = "koreacentral", **changes: object) -> Stack:
    labs = {LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, lab_region)}
    return Stack(settings(**changes), Observed(gallery, labs=labs))


def report(
    gallery: ObservedGallery | None, wanted: Catalogue | None = None, prices: PriceTable = PRICES, *, keep: int = 3
) -> CostReport:
    return observed_costs(wanted or catalogue(), stack(gallery), prices, TODAY, keep=keep)


def planned(wanted: Catalogue, stack_settings: Settings | None = None) -> CostReport:
    return declared_costs(wanted, stack_settings or settings(), PRICES)


def one(**changes: object) -> ObservedGallery:
    """A gallery with one version."""
    return observed_gallery(observed_definition(versions={"1.0.0": observed_version(**changes)}))


def test_the_cost_of_a_version_and_its_regions() -> None:
    found = report(one())
    assert (found.cost.month, found.cost.gb, found.cost.currency) == (Decimal("7.04"), 128, "USD")
    assert {name: cost.month for name, cost in found.by_region.items()} == {
        "koreacentral": Decimal("3.20"),
        "koreasouth": Decimal("3.84"),
    }
    assert found.cost.borrowed == ("koreacentral",)
    assert found.upper_bound
    assert [(each.name, each.managed, each.latest.number, each.latest.once) for each in found.images] == [
        ("gis", True, "1.0.0", Decimal("5.12"))
    ]


def test_a_version_that_the_catalogue_lacks_counts_and_is_marked() -> None:
    gallery = observed_gallery(
        observed_definition(versions={"1.0.0": observed_version(), "1.0.1": observed_version()}),
        observed_definition(id=f"{GALLERY}/images/Teacher_GIS", versions={"0.0.1": observed_version()}),
    )
    found = report(gallery)
    marks = {(each.name, each.managed): [it.managed for it in each.versions] for each in found.images}
    assert marks == {("gis", True): [True, False], ("Teacher_GIS", False): [False]}
    assert found.cost.month == 3 * Decimal("7.04")


def test_versions_that_others_publish_are_managed() -> None:
    (found,) = report(one(), catalogue(gis=image(versions="external"))).images
    assert [found.managed, found.latest.managed] == [True, True]


@pytest.mark.parametrize(
    ("changes", "kind", "why"),
    [
        ({"os_disk_size_gb": None}, "size", NO_SIZE),
        ({"replicas": ()}, "regions", NO_REGIONS),
        ({"data_disk_count": 1}, "data_disks", "it has 1 data disk, whose size is not known"),
        ({"data_disk_count": 2}, "data_disks", "it has 2 data disks, whose sizes are not known"),
    ],
)
def test_what_is_not_known_of_a_version(changes: dict[str, object], kind: str, why: str) -> None:
    found = report(one(**changes), catalogue(other=image()))
    assert [(each.kind, each.image, each.version, each.region, each.why) for each in found.unknown] == [
        (kind, "gis", "1.0.0", None, why)
    ]
    assert not found.upper_bound


@pytest.mark.parametrize(("storage", "kind"), [("Standard_ZRS", "price"), ("PremiumV2_LRS", "price_of_type")])
def test_a_price_that_is_not_known(storage: str, kind: str) -> None:
    found = report(one(replicas=(replica("koreacentral"), replica("koreasouth", storage=storage))))
    assert [(each.kind, each.region, each.why) for each in found.unknown] == [
        (kind, "koreasouth", f"no price of {storage} is known")
    ]
    assert (found.cost.month, found.cost.gb) == (Decimal("3.20"), 128)
    assert found.by_region["koreasouth"].known_month is None


def test_a_size_that_azure_does_not_tell_is_the_catalogues() -> None:
    found = report(one(os_disk_size_gb=None))
    assert (found.cost.gb, found.unknown) == (128, ())


def test_without_prices_gigabytes_are_known_and_no_money_is() -> None:
    found = report(one(), prices=NO_PRICES)
    assert (found.gb, found.month, found.upper_bound) == (128, None, False)
    assert found.images[0].latest.once is None


@pytest.mark.parametrize("changes", [{"replicas": ()}, {"os_disk_size_gb": None}])
def test_what_is_unknown_alone_is_not_said_to_cost_nothing(changes: dict[str, object]) -> None:
    found = report(one(**changes), catalogue(other=image()))
    (of_image,) = found.images
    assert (found.month, found.gb) == (of_image.month, of_image.gb) == (None, None)
    assert (of_image.latest.month, of_image.latest.gb) == (None, None)
    nothing = planned(catalogue(gis=image(versions="external")))
    assert (nothing.month, nothing.gb, nothing.images) == (None, None, ())


@pytest.mark.parametrize("gallery", [None, observed_gallery()])
def test_nothing_costs_nothing(gallery: ObservedGallery | None) -> None:
    found = report(gallery)
    assert (found.month, found.gb, found.images, found.unknown) == (Decimal(0), 0, (), ())
    assert (found.pruned is None) is (gallery is None), "what pruning saves is not known without a gallery"


def test_what_pruning_saves() -> None:
    numbers = ("1.0.0", "1.1.0", "1.2.0")
    wanted = catalogue(gis=image(versions={number: version() for number in numbers}))
    gallery = observed_gallery(observed_definition(versions={number: observed_version() for number in numbers}))
    for keep, saved in ((1, ["1.0.0", "1.1.0"]), (2, ["1.0.0"]), (3, [])):
        found = report(gallery, wanted, keep=keep)
        assert found.pruned is not None
        assert list(found.pruned.by(lambda each: each.version)) == saved
        assert found.pruned.month == len(saved) * Decimal("7.04")


def test_regions_without_labs() -> None:
    found = report(one())
    assert (found.has_lab("koreacentral"), found.has_lab("koreasouth")) == (True, False)
    assert found.without_labs is not None
    assert found.without_labs.month == Decimal("3.84")
    assert found.homes == {"koreacentral"}
    unseen = observed_costs(catalogue(), stack(one(), None), PRICES, TODAY)
    assert (unseen.without_labs, unseen.has_lab("koreasouth")) == (None, None)
    without = observed_costs(catalogue(), stack(one(), labAccountIds=[]), PRICES, TODAY)
    assert without.without_labs == without.cost


def test_the_catalogue_alone() -> None:
    found = planned(catalogue(gis=image(versions={"1.0.0": version(), "1.1.0": version(replicas_per_region=2)})))
    assert (found.planned, found.cost.month, found.upper_bound) == (True, 3 * Decimal("7.04"), True)
    assert (found.pruned, found.without_labs) == (None, None), "both need Azure"


@pytest.mark.parametrize(
    ("changes", "unknown"),
    [
        ({"versions": "external"}, [("versions", None, PUBLISHED_BY_OTHERS)]),
        (
            {"versions": {"1.0.0": {"source": {"existing": True}}}},
            [("size", "1.0.0", NO_SIZE), ("data_disks", "1.0.0", NO_DATA_DISK_COUNT)],
        ),
        (
            {"versions": {"1.0.0": version(replicas_per_region={"eastus": 2})}},
            [
                ("regions", "1.0.0", CONTRADICTION),
            ],
        ),
    ],
)
def test_what_the_catalogue_does_not_say(changes: dict[str, object], unknown: list[tuple[str, str, str]]) -> None:
    other = image(identifier={"publisher": "contoso", "offer": "cad", "sku": "one"})
    found = planned(catalogue(gis=image(**changes), cad=other))
    assert [(each.kind, each.version, each.why) for each in found.unknown] == unknown
    assert {each.image for each in found.unknown} == {"gis"}
    assert found.cost.month == Decimal("7.04"), "cad alone"


def test_an_existing_version_whose_size_is_declared_is_known() -> None:
    existing = version(source={"existing": True}, target_regions="home")
    assert planned(catalogue(gis=image(versions={"1.0.0": existing}))).cost.month == Decimal("3.20")


def shuffled(things: Iterable[Thing], chance: random.Random) -> list[Thing]:
    found = list(things)
    return chance.sample(found, len(found))


def sums(cost: Cost) -> tuple[Decimal, int, int]:
    return cost.month, cost.gb, len(cost.unknown)


def added(costs: list[Cost]) -> tuple[Decimal, int, int]:
    return (
        sum((cost.month for cost in costs), Decimal(0)),
        sum(cost.gb for cost in costs),
        sum(len(cost.unknown) for cost in costs),
    )


@given(GALLERIES)
def test_every_sum_is_the_same(gallery: ObservedGallery) -> None:
    found = report(gallery)
    versions = [each for image in found.images for each in image.versions]
    assert sums(found.cost) == added(list(found.by_region.values()))
    assert sums(found.cost) == added([image.cost for image in found.images])
    assert sums(found.cost) == added([each.cost for each in versions])
    assert sum(len(each.cost.parts) for each in versions) == len(found.cost.parts)


@given(GALLERIES)
def test_what_is_unknown_is_in_no_sum_and_always_named(gallery: ObservedGallery) -> None:
    found = report(gallery)
    named = {(each.image, each.version, each.region) for each in found.unknown}
    for part in found.cost.unknown:
        where = (part.of.image, part.of.version)
        assert named & {(*where, None), (*where, part.of.region)}
    known = replace(found.cost, parts=tuple(part for part in found.cost.parts if part.month is not None))
    assert known.month == found.cost.month
    for cost in (found.cost, *found.by_region.values()):
        assert (cost.known_month is None) is (bool(cost.parts) and not [p for p in cost.parts if p.month is not None])
    assert found.upper_bound is (found.unknown == ())


@given(GALLERIES, st.randoms(use_true_random=False))
def test_the_order_of_what_azure_answers_does_not_matter(gallery: ObservedGallery, chance: random.Random) -> None:
    definitions = {
        key: replace(
            definition,
            versions={
                number: replace(found, replicas=tuple(shuffled(found.replicas, chance)))
                for number, found in shuffled(definition.versions.items(), chance)
            },
        )
        for key, definition in shuffled(gallery.definitions.items(), chance)
    }
    assert report(replace(gallery, definitions=definitions)) == report(gallery)


@given(VERSIONS, st.sampled_from(REGIONS), st.integers(1, 3))
def test_more_replicas_are_never_cheaper(versions: dict[str, object], region: str, more: int) -> None:
    gallery = observed_gallery(observed_definition(versions=versions))
    before = report(gallery)
    definition = gallery.definitions["gis"]
    for number, found in definition.versions.items():
        others = tuple(each for each in found.replicas if each.region != region)
        here = next((each for each in found.replicas if each.region == region), replica(region, 0))
        grown = replace(found, replicas=(*others, replace(here, replicas=here.replicas + more)))
        versions_then = {**definition.versions, number: grown}
        after = report(observed_gallery(replace(definition, versions=versions_then)))
        assert after.cost.month >= before.cost.month
        assert after.cost.gb >= before.cost.gb
        if found.os_disk_size_gb is not None:
            assert after.cost.gb > before.cost.gb


@given(GALLERIES, st.integers(1, 4))
def test_nothing_saves_more_than_there_is(gallery: ObservedGallery, keep: int) -> None:
    found = report(gallery, keep=keep)
    for saved in (found.pruned, found.without_labs):
        assert saved is not None
        assert saved.month <= found.cost.month
        assert set(saved.parts) <= set(found.cost.parts)


def test_an_unknown_names_what_it_is_of() -> None:
    (found,) = report(one(replicas=()), catalogue()).unknown
    assert found == Unknown("regions", "gis", "1.0.0", None, NO_REGIONS)
