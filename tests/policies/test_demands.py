"""The pack's copy of what services demand of an image."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.consumers import SERVICES
from lab_image_policies import rules
from lab_image_policies.demands import Demand, fulfils, judged_services, services
from lab_image_policies.model.fault import Fault

WORDS = Demand("os_state", "A page", "2024-01-01", ("Generalized",))
NUMBER = Demand("os_disk_size_gb", "A page", "2024-01-01", least=30, most=64)


def test_the_copy_is_the_catalogues() -> None:
    """Of each service the rules that are certain, but for the inside of a disk, which nobody sees."""
    assert {key: service.name for key, service in services().items()} == {
        key: service.name for key, service in SERVICES.items()
    }
    for key, service in SERVICES.items():
        assert list(services()[key].demands) == [
            Demand(each.property, each.source, each.dated.isoformat(), each.accepted, each.least, each.most)
            for each in service.demands
            if each.certain and each.property != "guest"
        ]


def test_the_rules_of_lab_services_say_the_same() -> None:
    demands = {each.property: each for each in services()["lab_services"].demands}
    assert demands["os_disk_size_gb"].most == rules.OS_DISK_LIMIT_GB - 1
    assert demands["data_disk_count"].most == rules.MOST_DATA_DISKS
    assert {demands[key].accepted for key in ("hyper_v_generation", "architecture", "security_type")} == {
        (value,) for value in rules.SUPPORTED.values()
    }
    assert set(services()) == rules.CONSUMERS


@pytest.mark.parametrize(
    ("consumers", "judged"),
    [
        (None, []),
        (Fault.UNKNOWN, []),
        ("windows_365", []),
        (["other", "lab_services"], []),
        (["windows_365", "avd", "windows_365", 1, "devtest_labs"], ["windows_365", "devtest_labs"]),
    ],
)
def test_who_judges(consumers: Any, judged: list[str]) -> None:
    assert judged_services(consumers) == judged


@pytest.mark.parametrize("value", [None, Fault.UNKNOWN, Fault.MALFORMED, "", "Specialized", [], True])
def test_what_is_missing_or_not_known_fulfils_nothing(value: object) -> None:
    assert not fulfils(value, WORDS)
    assert not fulfils(value, NUMBER)


def test_words_count_in_any_case() -> None:
    assert fulfils("generalized", WORDS)


@given(st.floats(allow_nan=False))
def test_bounds_are_included(value: float) -> None:
    assert fulfils(value, NUMBER) == (30 <= value <= 64)
