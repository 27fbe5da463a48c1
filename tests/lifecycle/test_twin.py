"""The second image of the same software, for a service that wants what never changes in the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest

from catalog.images.consumers import SERVICES, Demand, Property, Service
from lifecycle.readiness import readinesses
from lifecycle.twin import Twin, demanded, twins
from plan.stack import Stack
from tests.support import builders

GENERALIZED: dict[Property, tuple[str, ...]] = {"os_type": ("Windows",), "os_state": ("Generalized",)}
STRICT = {**GENERALIZED, "hyper_v_generation": ("V2",), "security_type": ("TrustedLaunch", "TrustedLaunchSupported")}


def service(accepted: Mapping[Any, tuple[str, ...]]) -> Service:
    """A pretend service with these rules."""
    rules = (Demand(key, "x", "A page", "https://e.org/", date(2025, 1, 1), values) for key, values in accepted.items())
    return Service("A service", tuple(rules))


@pytest.fixture(autouse=True)
def rules() -> Iterator[None]:
    """Rules of three services, in place of the real ones."""
    both = (*service({"security_type": ("A", "B")}).demands, *service({"security_type": ("B", "C")}).demands)
    made = {"virtual_desktop": service(GENERALIZED), "windows_365": service(STRICT), "dev_box": Service("Both", both)}
    with patch.dict(SERVICES, made):
        yield


def wanted(**images: dict[str, Any]) -> tuple[Twin, ...]:
    """The twins that these images need."""
    named = {
        name.replace("_", "-"): image | {"identifier": {"publisher": "contoso", "offer": "x", "sku": name}}
        for name, image in images.items()
    }
    catalogue = builders.catalogue(**named)
    return twins(
        catalogue, readinesses(catalogue, Stack(builders.settings()), services=["virtual_desktop", "windows_365"])
    )


def image(**changes: object) -> dict[str, Any]:
    return builders.image(os_type="Windows", **changes)


def test_one_twin_suits_every_service_that_takes_it() -> None:
    assert wanted(office=image(os_state="Specialized")) == (
        Twin("office-v2", "office", "windows_365", also=("virtual_desktop",)),
    )


def test_only_what_never_changes_needs_a_twin() -> None:
    assert wanted(gis=builders.image()) == (), "Linux is no work"
    assert wanted(new=image(hyper_v_generation="V2", security_type="TrustedLaunch")) == ()


def test_names_say_what_differs() -> None:
    assert [twin.name for twin in wanted(office_v1=image())] == ["office-v2"]
    lasting = {"hyper_v_generation": "V2", "security_type": "TrustedLaunch"}
    assert [twin.name for twin in wanted(cad=image(os_state="Specialized", **lasting))] == ["cad-generalized"]
    assert [twin.name for twin in wanted(cad=image(hyper_v_generation="V2"))] == ["cad-trustedlaunch"]
    assert [len(twin.name) for twin in wanted(**{"x" * 64: image()})] == [64]


def test_a_twin_that_is_there_is_known() -> None:
    found = wanted(office=image(), office_v2=image(hyper_v_generation="V2", security_type="TrustedLaunch"))
    assert [(twin.name, twin.exists) for twin in found] == [("office-v2", True)]


def test_two_rules_about_one_key_let_through_what_both_do() -> None:
    assert demanded("dev_box")["security_type"].accepted == ("B",)
