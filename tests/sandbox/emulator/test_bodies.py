"""Whatever is sent is answered, and never with a failure of the sandbox itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.emulator.emulator import Emulator
from sandbox.emulator.message import Request
from tests.support.emulator_client import ACCOUNT, BUILD, GALLERIES, ONE, Client, definition, version

pytest_plugins = ["tests.support.emulator"]
SOURCES = [
    {"id": f"{BUILD}/disks/ubuntu-2204-ros"},
    {"virtualMachineId": f"{BUILD}/virtualMachines/ubuntu-2404-ml"},
    {"uri": "https://a.example/b.vhd"},
]
SCALARS = st.none() | st.booleans() | st.integers(-1, 200) | st.sampled_from(["", "Linux", "koreacentral", "V1"])
NAMES = """osType osState identifier publisher publishingProfile targetRegions name regionalReplicaCount storageProfile
osDiskImage source dataDiskImages lun id safetyProfile creationData diskSizeGB osDisk dataDisks galleryId principalId
roleDefinitionId level features recommended vCPUs min max endOfLifeDate"""
KEYS = st.sampled_from(NAMES.split())
VALUES = st.recursive(
    SCALARS | st.sampled_from(SOURCES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
PATHS = [
    f"{GALLERIES}/fuzz",
    f"{GALLERIES}/labs_gallery/images/fuzz",
    f"{GALLERIES}/labs_gallery/images/python/versions/1.0.0",
    f"{GALLERIES}/labs_gallery/images/python/versions/2.0.0",
    f"{BUILD}/disks/fuzz",
    f"{BUILD}/images/fuzz",
    f"{BUILD}/virtualMachines/fuzz",
    f"{ACCOUNT}/sharedGalleries/fuzz",
    f"{ONE}/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/fuzz",
    f"{GALLERIES}/labs_gallery/providers/Microsoft.Authorization/locks/fuzz",
    f"{ONE}/providers/Microsoft.Authorization/roleAssignments/05c5a614-a7d6-4502-b150-c2fb455033ff",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(PATHS),
    method=st.sampled_from(["PUT", "PATCH"]),
    sent=st.dictionaries(KEYS, VALUES, max_size=5),
    base=st.sampled_from([definition("fuzz")["properties"], version()["properties"], {}]),
)
def test_no_body_makes_the_sandbox_fail(
    client: Client, image: str, path: str, method: str, sent: dict[str, Any], base: dict[str, Any]
) -> None:
    client.put(f"{image}/versions/1.0.0", version())
    reply = client.send(method, path, {"location": "koreacentral", "properties": base | sent})
    assert reply.status in (200, 201, 202, 400, 404, 409), reply.body
    if reply.status >= 400:
        assert reply.message
        assert reply.body["error"]["code"]
    else:
        assert client.get(path).status == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"publishingProfile": {"targetRegions": ["koreacentral"]}}, "'properties.publishingProfile.targetRegions'"),
        ({"storageProfile": "disk"}, "'properties.storageProfile' is not an object"),
    ],
)
def test_a_body_of_the_wrong_form_is_named(client: Client, image: str, changes: dict[str, Any], words: str) -> None:
    reply = client.put(f"{image}/versions/1.0.0", version(**changes))
    assert reply.refused == (400, "InvalidRequestContent")
    assert words in reply.message


def test_data_disks_need_luns_of_their_own(client: Client, image: str) -> None:
    disk = {"source": {"id": f"{BUILD}/disks/windows-2022-sql-data"}}
    for numbers in ([1, 1], [None]):
        disks = [{"lun": number} | disk for number in numbers]
        profile = version()["properties"]["storageProfile"] | {"dataDiskImages": disks}
        reply = client.put(f"{image}/versions/1.0.0", version(storageProfile=profile))
        assert (reply.refused, reply.rule) == ((400, "AnswerUnknown"), "source-luns")


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path)

    def send(method: str, name: str, content: bytes = b"") -> Any:
        target = f"{GALLERIES}/{name}?api-version=2024-03-03"
        headers = {"authorization": "Bearer x"}
        return emulator.handle(Request(method, target, headers, content, "http://127.0.0.1:1"))

    assert send("PUT", "first", b'{"location": "koreacentral"}').status == 201
    database: sqlite3.Connection = emulator._state._database
    database.execute("pragma max_page_count = 1")
    large = '{"location": "koreacentral", "tags": {"a": "%s"}}' % ("x" * 200_000)
    answer = send("PUT", "second", large.encode())
    assert answer.status == 507
    assert "Free space" in answer.body["error"]["message"]
    database.execute("pragma max_page_count = 1000000")
    assert send("GET", "first").status == 200
    assert send("GET", "second").status == 404
    emulator.close()
