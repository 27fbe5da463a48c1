"""The pack and the catalogue know the same limits of Lab Services, each for itself."""

from __future__ import annotations

from pydantic.alias_generators import to_camel

from catalog.images.source import KINDS
from lab_image_policies import rules
from lifecycle import lab_services_limits as lab_services


def test_limits_are_equal() -> None:
    assert lab_services.OS_DISK_LIMIT_GB == rules.OS_DISK_LIMIT_GB
    assert lab_services.MOST_DATA_DISKS == rules.MOST_DATA_DISKS
    assert {to_camel(key): value for key, value in lab_services.SUPPORTED.items()} == dict(rules.SUPPORTED)


def test_kinds_of_source_are_equal() -> None:
    assert set(KINDS) == set(rules.SOURCE_KINDS)


def test_what_is_taken_over_may_be_of_either_state() -> None:
    assert not rules.contradicts("Specialized", "existing")
    assert not rules.contradicts("Generalized", "existing")
    assert rules.known_source("existing")
