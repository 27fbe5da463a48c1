"""A source in another tenant, or in a subscription that cannot be seen: one conflict, and the other look-ups go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.arm.client import Arm
from inventory.observe import observe
from plan.conflict import Conflict, PlanRefused
from plan.observed import Observed, ObservedSource, Unseen
from plan.plan import LOOK, plan
from plan.stack import Stack
from plan.unseen_sources import unseen_notices
from sandbox.emulator.process.lease import Lease
from tests.inventory.conftest import FixedToken
from tests.support import builders, ids
from tests.support.emulator_client import BUILD, Client
from tests.support.exports_scene import Scene
from tests.support.pretend_azure import PretendAzure, catalogue, pretend_azure, settings

SECOND, TENANT = ids.SECOND, "7e4a0000-0000-0000-0000-00000000000b"
ELSEWHERE = f"/subscriptions/{SECOND}/resourceGroups/image-build/providers/Microsoft.Compute/snapshots"
OF_ANOTHER_TENANT = {
    "code": "InvalidAuthenticationTokenTenant",
    "message": "The access token is from the wrong issuer 'https://sts.windows.net/7e4a0000-0000-0000-0000-00000000000a"
    f"/'. It must match the tenant 'https://sts.windows.net/{TENANT}/' associated with this subscription. Please use "
    f"the authority (URL) 'https://login.windows.net/{TENANT}' to get the token.",
}
NOT_SEEN = {"code": "SubscriptionNotFound", "message": f"The subscription '{SECOND}' could not be found."}
NO_ROLE = {
    "code": "AuthorizationFailed",
    "message": "The client 'ci' with object id '0b000000-0000-0000-0000-000000000001' does not have authorization to "
    f"perform action 'Microsoft.Compute/snapshots/read' over scope '{ELSEWHERE}/s0' or the scope is invalid.",
}
ANSWERS = {"tenant": (401, OF_ANOTHER_TENANT), "subscription": (404, NOT_SEEN), "forbidden": (403, NO_ROLE)}
WORDS = {
    "tenant": ["belongs to another tenant", TENANT, "ARM_AUXILIARY_TENANT_IDS", "copy what is there into"],
    "subscription": ["cannot see the subscription", f"--role Reader --scope /subscriptions/{SECOND}`", "copy what is"],
    "forbidden": ["--assignee 0b000000-0000-0000-0000-000000000001 ", "get that role", "copy what is there into"],
}


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[PretendAzure]:
    with pretend_azure(tmp_path) as running:
        yield running


@pytest.fixture
def arm(azure: PretendAzure, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arm]:
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)
    client = Arm(azure.endpoint, FixedToken())
    yield client
    client.close()


def conflicts(versions: dict[str, dict[str, Any]], observed: Observed, **changes: Any) -> tuple[Conflict, ...]:
    try:
        plan(catalogue(gis=versions), settings(**changes), observed)
    except PlanRefused as refused:
        return refused.conflicts
    return ()


def numbered(count: int, **more: Any) -> dict[str, dict[str, Any]]:
    return {f"1.0.{each}": {"source": {"snapshot": f"{ELSEWHERE}/s{each}"}, **more} for each in range(count)}


@pytest.mark.parametrize("unseen", list(ANSWERS))
@pytest.mark.parametrize("count", [1, 50])
def test_one_conflict_for_a_subscription_names_what_concerns_it(
    azure: PretendAzure, arm: Arm, unseen: str, count: int
) -> None:
    status, error = ANSWERS[unseen]
    azure.fault(f"/subscriptions/{SECOND}/", status, **error)
    versions = numbered(count) | {"2.0.0": {"source": {"snapshot": f"{BUILD}/snapshots/too-large-gis"}}}
    observed = observe(catalogue(gis=versions), settings(), arm)
    assert observed.failures == ()
    assert observed.sources[f"{BUILD}/snapshots/too-large-gis".lower()].os_disk_size_gb == 256
    mine = [conflict for conflict in conflicts(versions, observed) if SECOND in str(conflict)]
    (text,) = map(str, mine)
    assert mine[0].subject == "images.gis.versions.1.0.0" + (" and 49 more" if count == 50 else "")
    for word in ("gis:1.0.0", f"{ELSEWHERE}/s0", f"subscription {SECOND}", *WORDS[unseen]):
        assert word in text
    assert len(text) < 2200
    # Whoever signs in elsewhere no longer sees the gallery.
    assert "az login" not in text
    assert "sign in" not in text
    assert not any(conflict.subject == LOOK for conflict in conflicts(versions, observed))


@pytest.mark.parametrize(("unseen", "refused"), [("tenant", True), ("subscription", False), ("forbidden", False)])
def test_declared_sizes_help_only_where_another_identity_may_see_the_source(
    azure: PretendAzure, arm: Arm, unseen: str, refused: bool
) -> None:
    status, error = ANSWERS[unseen]
    azure.fault(f"/subscriptions/{SECOND}/", status, **error)
    versions = numbered(2, os_disk_size_gb=64, data_disk_count=0)
    found = conflicts(versions, observe(catalogue(gis=versions), settings(), arm))
    assert [SECOND in str(conflict) for conflict in found] == ([True] if refused else [])
    # What is not refused is said, for it is not known.
    wanted = catalogue(gis=versions)
    notices = list(unseen_notices(wanted.images, Stack(settings(), observe(wanted, settings(), arm))))
    assert len(notices) == (0 if refused else 1)
    for notice in notices:
        assert f"gis:1.0.0 from {ELSEWHERE}/s0, gis:1.0.1 from {ELSEWHERE}/s1" in notice
        assert "an update fails if the identity that publishes cannot read it" in notice


def test_sources_that_are_not_asked_are_left_to_those_who_publish(azure: PretendAzure, arm: Arm) -> None:
    azure.fault(f"/subscriptions/{SECOND}/", 401, **OF_ANOTHER_TENANT)
    versions = numbered(1, os_disk_size_gb=64, data_disk_count=0)
    trusting = {"factLookups": "undeclared"}
    assert conflicts(versions, observe(catalogue(gis=versions), settings(**trusting), arm), **trusting) == ()


@pytest.mark.parametrize("kind", ["labAccountIds", "labPlanId"])
def test_a_lab_in_another_tenant_is_one_conflict_of_its_own(azure: PretendAzure, arm: Arm, kind: str) -> None:
    azure.fault(f"/subscriptions/{SECOND}/", 401, **OF_ANOTHER_TENANT)
    lab_type = "labaccounts" if kind == "labAccountIds" else "labPlans"
    lab = f"/subscriptions/{SECOND}/resourceGroups/labs/providers/Microsoft.LabServices/{lab_type}/fabrikam"
    changes = {kind: [lab] if kind == "labAccountIds" else lab}
    versions = {"1.0.0": {"source": {"snapshot": f"{BUILD}/snapshots/ubuntu-2204-python-100"}}}
    observed = observe(catalogue(gis=versions), settings(**changes), arm)
    assert observed.failures == ()
    (conflict,) = conflicts(versions, observed, **changes)
    assert conflict.subject.lower() == lab.lower()
    assert f"`az login --tenant {TENANT}`" in str(conflict)


def test_the_own_subscription_in_another_tenant_is_said_once(azure: PretendAzure, arm: Arm) -> None:
    azure.fault(f"/subscriptions/{ids.SUBSCRIPTION}", 401, **OF_ANOTHER_TENANT)
    versions = {f"1.0.{each}": {"source": {"snapshot": f"{BUILD}/snapshots/s{each}"}} for each in range(3)}
    found = conflicts(versions, observe(catalogue(gis=versions), settings(), arm))
    assert [conflict.subject for conflict in found] == [LOOK]
    assert f"`az login --tenant {TENANT}`" in str(found[0])


@given(st.lists(st.sampled_from(["tenant", "subscription", "forbidden"]), min_size=1, max_size=8), st.data())
def test_there_are_as_many_conflicts_as_subscriptions_that_are_not_seen(
    reasons: list[Unseen], data: st.DataObject
) -> None:
    sources, versions = {}, {}
    for place, unseen in enumerate(reasons):
        for each in range(data.draw(st.integers(1, 6))):
            source = ELSEWHERE.replace(SECOND, f"{place:08}-0000-0000-0000-000000000000") + f"/s{each}"
            versions[f"1.{place}.{each}"] = {"source": {"snapshot": source}}
            sources[source.lower()] = ObservedSource(source, failure="no", unseen=unseen)
    image = builders.image(versions=versions)
    texts = builders.refused(builders.catalogue(gis=image), builders.settings(), Observed(sources=sources))
    for place in range(len(reasons)):
        (text,) = [text for text in texts if f"subscription {place:08}-" in text]
        assert f"gis:1.{place}.0 from " in text


@pytest.mark.parametrize("command", ["add-version", "add-image"])
def test_the_commands_that_add_a_version_say_the_ways_out_too(
    azure: PretendAzure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    for name, value in Lease(azure.endpoint).environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: lab-image-gallery\nruntime: python\n", encoding="utf-8")
    scene = Scene(Client(azure.endpoint), tmp_path)
    scene.publish()
    scene.fault(f"/subscriptions/{SECOND}/", 401, **OF_ANOTHER_TENANT)
    image = "python" if command == "add-version" else "gis"
    result = scene.labs(command, image, "--source", f"{ELSEWHERE}/s0")
    assert result.exit_code == 1
    for word in (f"{ELSEWHERE}/s0", *WORDS["tenant"]):
        assert word in result.stderr
    assert result.stderr.count(OF_ANOTHER_TENANT["code"]) == 1
