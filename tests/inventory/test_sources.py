"""Many sources are asked in few requests, and what is known of each is the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from catalog.images.catalogue import Catalogue
from inventory import sources
from inventory.arm.client import Arm
from inventory.observe import observe
from plan.observed import Observed
from tests.support.emulator_client import BUILD, ONE
from tests.support.pretend_azure import PretendAzure, catalogue, settings, source

SNAPSHOTS = f"{BUILD}/snapshots"
MANY = sources.LISTED_FROM
MISSING = "never-made"


@pytest.fixture
def many(azure: PretendAzure) -> Catalogue:
    """As many versions as make a list pay, one of them from a snapshot that does not exist, and one from a VM."""
    names = [f"made-{number:02}" for number in range(MANY - 1)]
    made = {name: {"osType": "Linux", "sizeGB": 30 + number} for number, name in enumerate(names)}
    group = {"location": "koreacentral", "snapshots": made}
    body = {"displayName": "Contoso University (pretend)", "resourceGroups": {"image-build": group}}
    azure.send("POST", "/sandbox/seed", {"subscriptions": {ONE.rpartition("/")[2]: body}})
    versions: dict[str, dict[str, Any]] = {
        f"1.{number}.0": {"source": source("snapshot", name)} for number, name in enumerate([*names, MISSING])
    }
    return catalogue(one=versions | {"2.0.0": {"source": source("vm", "ubuntu-2404-ml")}})


def one_by_one(wanted: Catalogue, arm: Arm, patch: pytest.MonkeyPatch) -> Observed:
    with patch.context() as context:
        context.setattr(sources, "LISTED_FROM", 10_000)
        return observe(wanted, settings(), arm)


def snapshots(azure: PretendAzure) -> Counter[str]:
    """How often the list is asked for, and single ones."""
    paths = [path for path in azure.asked() if path.startswith(SNAPSHOTS)]
    return Counter("list" if path == SNAPSHOTS else path.rpartition("/")[2] for path in paths)


def test_many_sources_of_a_group_are_asked_as_a_list(
    azure: PretendAzure, arm: Arm, many: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    singly = one_by_one(many, arm, monkeypatch)
    assert len(snapshots(azure)) == MANY
    azure.send("DELETE", "/sandbox/requests")
    together = observe(many, settings(), arm)
    assert snapshots(azure) == {"list": 1, MISSING: 1}
    assert (together.sources, together.failures) == (singly.sources, singly.failures)
    assert [key.rpartition("/")[2] for key, found in together.sources.items() if found.missing] == [MISSING]


def test_few_sources_are_asked_one_by_one(azure: PretendAzure, arm: Arm, many: Catalogue) -> None:
    (image,) = many.images.values()
    fewer = dict(list(image.versions.items())[1:])
    observe(many.model_copy(update={"images": {"one": image.model_copy(update={"versions": fewer})}}), settings(), arm)
    assert len(snapshots(azure)) == MANY - 1
    assert "list" not in snapshots(azure)


@pytest.mark.parametrize(
    "fault",
    [
        {"path": "/snapshots\\?", "status": 403, "code": "AuthorizationFailed"},
        {"path": "/snapshots", "status": 403, "code": "AuthorizationFailed"},
        {"path": "/snapshots", "status": 404, "code": "SubscriptionNotFound"},
    ],
)
def test_a_list_that_is_refused_changes_nothing(
    azure: PretendAzure, arm: Arm, many: Catalogue, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    azure.send("POST", "/sandbox/faults", {"method": "GET", "times": 10_000, **fault})
    singly = one_by_one(many, arm, monkeypatch)
    together = observe(many, settings(), arm)
    assert (together.sources, together.failures) == (singly.sources, singly.failures)
    assert snapshots(azure)["list"] == 1


@pytest.mark.parametrize(
    "spoilt", [{"location": None}, {"location": 1}, {"properties": None}, {"properties": []}, {"properties": {}}]
)
def test_what_a_list_lacks_is_asked_one_by_one(
    azure: PretendAzure, arm: Arm, many: Catalogue, monkeypatch: pytest.MonkeyPatch, spoilt: dict[str, Any]
) -> None:
    singly = one_by_one(many, arm, monkeypatch)
    listed = Arm.list

    def with_spoilt(self: Arm, path: str, version: str, **options: Any) -> list[dict[str, Any]]:
        items = listed(self, path, version, **options)
        return [item | spoilt if item["name"] == "made-00" else item for item in items]

    monkeypatch.setattr(Arm, "list", with_spoilt)
    azure.send("DELETE", "/sandbox/requests")
    together = observe(many, settings(), arm)
    assert (together.sources, together.failures) == (singly.sources, singly.failures)
    assert snapshots(azure) == {"list": 1, MISSING: 1, "made-00": 1}


def test_a_long_list_is_given_up(
    azure: PretendAzure, arm: Arm, many: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a group with many more objects than are asked for."""
    monkeypatch.setattr(sources, "THREADS", MANY)
    group = {"location": "koreacentral", "snapshots": {f"z-{n}": {"osType": "Linux", "sizeGB": 30} for n in range(101)}}
    body = {"displayName": "Contoso University (pretend)", "resourceGroups": {"image-build": group}}
    azure.send("POST", "/sandbox/seed", {"subscriptions": {ONE.rpartition("/")[2]: body}})
    singly = one_by_one(many, arm, monkeypatch)
    azure.send("DELETE", "/sandbox/requests")
    together = observe(many, settings(), arm)
    assert together.sources == singly.sources
    assert len(snapshots(azure)) == MANY + 1
    assert snapshots(azure)["list"] == 2
