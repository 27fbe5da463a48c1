"""A question that was answered is not sent again; one that was refused is, and so is any after a write."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from inventory.arm import credentials
from inventory.arm.asked_once import AskedOnce
from inventory.arm.error import ArmError
from tests.inventory.conftest import FixedToken
from tests.support.scripted_arm import Answer, ScriptedArm, arm_error

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
DISK = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/disks/d"
VERSION = "2024-03-02"


@pytest.fixture
def arm(server: ScriptedArm, token: FixedToken, monkeypatch: pytest.MonkeyPatch) -> Iterator[AskedOnce]:
    monkeypatch.setattr(credentials, "endpoint", lambda _: server.endpoint)
    monkeypatch.setattr(credentials, "credential", lambda *_: token)
    client = AskedOnce(subscription=SUBSCRIPTION)
    yield client
    client.close()


def test_many_threads_that_ask_the_same_get_one_answer(server: ScriptedArm, arm: AskedOnce) -> None:
    server.answers(Answer(200, {"id": DISK}))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: arm.get(DISK, VERSION), range(40)))
    assert answers == [{"id": DISK}] * 40
    assert len(server.requests) == 1


def test_a_refusal_is_not_kept(server: ScriptedArm, arm: AskedOnce) -> None:
    server.answers(Answer(403, arm_error("AuthorizationFailed", "no")), Answer(200, {"id": DISK}))
    with pytest.raises(ArmError):
        arm.get(DISK, VERSION)
    assert [arm.get(DISK, VERSION) for _ in range(2)] == [{"id": DISK}] * 2
    assert len(server.requests) == 2


def test_a_write_makes_every_answer_old(server: ScriptedArm, arm: AskedOnce) -> None:
    before, after = {"id": DISK, "tags": {}}, {"id": DISK, "tags": {"owner": "us"}}
    server.answers(Answer(200, before), Answer(200, after))
    assert [arm.get(DISK, VERSION) for _ in range(2)] == [before, before]
    arm.patch(DISK, VERSION, {"tags": {"owner": "us"}})
    assert arm.get(DISK, VERSION) == after
    assert [request.method for request in server.requests] == ["GET", "PATCH", "GET"]
