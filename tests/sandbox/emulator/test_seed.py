"""What is refused of a body for the sandbox itself: everything at once, with the nearest key, and nothing is done."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.emulator import faults, seed
from sandbox.emulator.rules import ArmError
from sandbox.emulator.state import State
from tests.support.emulator_client import Client

pytest_plugins = ["tests.support.emulator"]

SUBSCRIPTION = "00000000-0000-0000-0000-000000000009"
ABSENT = f"/subscriptions/{SUBSCRIPTION}"
MACHINE = f"{ABSENT}/resourceGroups/labs/providers/Microsoft.LabServices/labs/gis/virtualMachines/template"
GROUP = f"subscriptions.{SUBSCRIPTION}.resourceGroups.build"


def near(key: str, meant: str, known: str) -> str:
    return f"unknown key '{key}'; did you mean '{meant}'? (known: {known})"


def seed_of(**group: Any) -> dict[str, Any]:
    content = {"displayName": "Mine", "resourceGroups": {"build": {"location": "westeurope", **group}}}
    return {"subscriptions": {SUBSCRIPTION: content}}


SECTIONS = "location, disks, images, snapshots, virtualMachines, labs, labPlans, labaccounts"
DISK = "osType, sizeGB, generation, createOption"
VM = f"{GROUP}.virtualMachines.vm"


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (
            {"subscription": {}},
            f"the seed: {near('subscription', 'subscriptions', 'subscriptions, principals, labMachines, vhds')}",
        ),
        ({}, "the seed is empty; it has one of the keys subscriptions, principals, labMachines, vhds"),
        ({"subscriptions": []}, "the seed: 'subscriptions' is an object"),
        (
            {"subscriptions": {SUBSCRIPTION: {}}},
            (
                f"subscriptions.{SUBSCRIPTION}: 'displayName' is missing; it is a text\n"
                f"subscriptions.{SUBSCRIPTION}: 'resourceGroups' is missing; it is an object"
            ),
        ),
        (
            seed_of(location="atlantis", snapshot={}),
            f"{GROUP}: {near('snapshot', 'snapshots', SECTIONS)}\n{GROUP}: 'atlantis' is not a region",
        ),
        (
            seed_of(snapshots={"one": {"osType": "linux", "sizeGb": 64}, "two": 1, "a/b": {}}),
            (
                f"{GROUP}.snapshots.one: {near('sizeGb', 'sizeGB', DISK)}\n"
                f"{GROUP}.snapshots.one: 'osType' is Windows or Linux, not 'linux'\n"
                f"{GROUP}.snapshots.two: an object with the keys {DISK} is needed\n"
                f"{GROUP}.snapshots.a/b: a name is a text without '/'"
            ),
        ),
        (
            seed_of(virtualMachines={"vm": {"sizeGB": "64", "generalized": "yes", "dataDisks": "x"}}),
            (
                f"{VM}: 'osType' is missing; it is a text\n"
                f"{VM}: 'osDisk' is missing; it is a text\n"
                f"{VM}: 'dataDisks' is a list of texts\n"
                f"{VM}: 'sizeGB' is a number, not negative\n"
                f"{VM}: 'generalized' is true or false"
            ),
        ),
        (
            seed_of(labPlans={"plan": {"images": {"one": 1}}}, labaccounts={"account": {"region": "x"}}),
            (
                f"{GROUP}.labPlans.plan.images.one: an object with the image's properties is needed\n"
                f"{GROUP}.labaccounts.account: unknown key 'region' (known: enabledRegionSelection, "
                "marketplaceImages)"
            ),
        ),
        (
            {"principals": [{"objektId": "x", "type": "Robot"}], "labMachines": {"template": {"osType": "Linux"}}},
            (
                f"principals[0]: {near('objektId', 'objectId', 'objectId, applicationId, type, name')}\n"
                "principals[0]: 'objectId' is missing; it is a text\n"
                "principals[0]: 'type' is ServicePrincipal or User or Group, not 'Robot'\n"
                "labMachines.template: this is not the id of a lab's virtual machine"
            ),
        ),
        ({"labMachines": {MACHINE: {"siz": 64}}}, f"labMachines.{MACHINE}: {near('siz', 'sizeGB', 'osType, sizeGB')}"),
        ({"principals": [1]}, "the seed: 'principals' is a list of objects"),
    ],
)
def test_everything_that_is_wrong_with_a_seed_is_named_and_nothing_is_added(
    client: Client, body: dict[str, Any], wrong: str
) -> None:
    before = client.get(f"{ABSENT}/resourceGroups").body
    refused = client.send("POST", "/sandbox/seed", body)
    assert (refused.status, refused.body["error"]) == (
        400,
        {"code": "InvalidSandboxRequest", "message": f"{'; '.join(wrong.splitlines())}. Nothing was added."},
    )
    assert client.get(f"{ABSENT}/resourceGroups").body == before


def test_the_file_has_the_form_that_is_asked_for() -> None:
    assert list(seed._problems(seed.read())) == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "subscriptions",
                        "principals",
                        "labMachines",
                        "displayName",
                        "resourceGroups",
                        "location",
                        "objectId",
                    ),
                    *(
                        "snapshots",
                        "images",
                        "virtualMachines",
                        "labPlans",
                        "labs",
                        "osType",
                        "sizeGB",
                        "osDisk",
                        "one",
                    ),
                ]
            ),
            inner | st.just("koreacentral") | st.just("Linux"),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(ANYTHING, ANYTHING)
def test_a_seed_is_added_or_refused_whatever_it_is(contents: Any, group: Any) -> None:
    for body in (contents, seed_of() | {"principals": contents}, seed_of(snapshots=group, virtualMachines=contents)):
        state = State(Path(":memory:"))
        with state.transaction(), suppress(ArmError):
            seed.plant(state, body)
        state.close()


REPLICATION = "secondsPerRegion, failRegions, deletedVersionsLingerSeconds, retryAfterSeconds"
FAULT = ", ".join(faults.KEYS)


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        (
            "/sandbox/faults",
            {"stauts": 500, "method": "GET", "retryafter": 1},
            (
                f"{near('stauts', 'status', FAULT)}; {near('retryafter', 'retryAfter', FAULT)}; "
                "'status' (an HTTP status, or 'reset') or 'delaySeconds' is needed"
            ),
        ),
        (
            "/sandbox/replication",
            {"secondsPerRegoin": 1, "failRegions": ["atlantis"]},
            f"'atlantis' is not a region; {near('secondsPerRegoin', 'secondsPerRegion', REPLICATION)}",
        ),
        (
            "/sandbox/providers",
            {"gon": ["Microsoft.LabServices"]},
            f"{near('gon', 'gone', 'gone')}; 'gone' is missing; it is a list of texts",
        ),
    ],
)
def test_other_bodies_are_refused_in_the_same_way(client: Client, path: str, body: dict[str, Any], wrong: str) -> None:
    before = client.send("GET", path).body
    refused = client.send("POST", path, body)
    assert (refused.status, refused.body["error"]["message"]) == (400, f"{wrong}.")
    assert client.send("GET", path).body == before
