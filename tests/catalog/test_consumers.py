"""The table of what services demand: every rule has a source, and says something that an image can have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from catalog.images.consumers import LAB_SERVICES, SERVICES, SUCCESSORS, Consumer, Demand, Property
from catalog.images.image import Architecture, HyperVGeneration, OsState, OsType, SecurityType
from catalog.stacks.attachment import ATTACHMENT_KINDS

RULES = [(name, demand) for name, service in SERVICES.items() for demand in service.demands]
WORDS = {
    "os_type": get_args(OsType),
    "os_state": get_args(OsState),
    "hyper_v_generation": get_args(HyperVGeneration),
    "architecture": get_args(Architecture),
    "security_type": get_args(SecurityType),
}
NUMBERS = ("os_disk_size_gb", "data_disk_count")


def test_every_consumer_is_in_the_table_in_its_order() -> None:
    assert tuple(SERVICES) == get_args(Consumer)
    assert not SERVICES["other"].demands
    assert all(service.demands for name, service in SERVICES.items() if name != "other")


@pytest.mark.parametrize(("consumer", "demand"), RULES)
def test_a_rule_has_a_source_and_what_it_accepts(consumer: Consumer, demand: Demand) -> None:
    assert demand.url.startswith("https://learn.microsoft.com/")
    assert demand.source
    assert demand.dated <= datetime.now(UTC).date()
    assert demand.says
    assert not demand.says.endswith(".")
    assert demand.property in get_args(Property)
    if demand.property in WORDS:
        assert demand.accepted
        assert set(demand.accepted) <= set(WORDS[demand.property])
        assert demand.least is demand.most is None
    elif demand.property in NUMBERS:
        assert not demand.accepted
        assert (demand.least, demand.most) != (None, None)
    else:
        assert not demand.accepted
        assert demand.least is demand.most is None


def test_a_property_has_one_rule_a_service_but_the_inside_of_a_disk() -> None:
    named = [(consumer, demand.property) for consumer, demand in RULES if demand.property != "guest"]
    assert len(set(named)) == len(named)


def test_a_successor_does_not_end_itself() -> None:
    assert SUCCESSORS
    assert not any(SERVICES[name].ends for name in SUCCESSORS)
    assert SERVICES[LAB_SERVICES].ends is not None


def test_services_that_a_gallery_is_attached_to_are_in_the_table() -> None:
    for kind in ATTACHMENT_KINDS:
        assert kind.lab_services == (kind.consumer == LAB_SERVICES)
        assert any(demand.property == "region" and demand.certain for demand in SERVICES[kind.consumer].demands)
