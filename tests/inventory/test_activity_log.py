"""The activity log as Azure answers it: several events for one change, seven digits of a second, missing parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from inventory.activity_log import look_up_activity
from inventory.arm.client import Arm
from inventory.arm.error import ArmError
from tests.inventory.conftest import FixedToken
from tests.support.pretend_azure import GALLERY, settings
from tests.support.scripted_arm import Answer, ScriptedArm, arm_error

SINCE = datetime(2026, 11, 21, 4, 23, tzinfo=UTC)


@pytest.fixture
def arm(server: ScriptedArm, token: FixedToken) -> Iterator[Arm]:
    client = Arm(server.endpoint, token)
    yield client
    client.close()


def event(object_id: str = GALLERY, **values: Any) -> dict[str, Any]:
    return {
        "id": f"{object_id}/events/{len(values)}{values.get('eventTimestamp')}/ticks/1",
        "caller": "ann@contoso.edu",
        "correlationId": "one",
        "eventTimestamp": "2026-11-28T14:03:26.9792776Z",
        "operationName": {"value": "Microsoft.Compute/galleries/write"},
        "status": {"value": "Succeeded"},
        **values,
    }


def groups(server: ScriptedArm) -> list[str]:
    return [unquote(request.path).rpartition("resourceGroupName eq '")[2].rstrip("'") for request in server.requests]


def test_one_change_is_one_whatever_azure_writes_about_it(server: ScriptedArm, arm: Arm) -> None:
    group = settings().resource_group_name
    server.answer = lambda request: Answer(
        200,
        {
            "value": [
                event(eventTimestamp="2026-11-28T15:40:00.1234567Z"),
                event(eventTimestamp="2026-11-28T14:03:27Z", status={"value": "Accepted"}),
                event(status={"value": "Started"}),
                event(operationName={"value": "Microsoft.Compute/galleries/read"}, correlationId="two"),
                event(correlationId="three", eventTimestamp="never"),
                event("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d", correlationId="four"),
            ]
            if f"'{group}'" in unquote(request.path)
            else []
        },
    )
    (change,) = look_up_activity(settings(), SINCE, arm).changes
    assert (change.who, change.id) == ("ann@contoso.edu", GALLERY)
    assert change.when == datetime(2026, 11, 28, 14, 3, 26, 979277, tzinfo=UTC)


def test_each_resource_group_is_asked_once_from_a_time_on(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(200, {"value": []}))
    look_up_activity(settings(), SINCE, arm)
    assert len(set(map(str.lower, groups(server)))) == len(server.requests) > 1
    for request in server.requests:
        assert "eventTimestamp ge '2026-11-21T04:23:00Z' and resourceGroupName eq" in unquote(request.path).replace(
            "+", " "
        )
        assert "api-version=2015-04-01" in request.path


def test_what_may_not_be_read_is_said_and_the_rest_is_shown(server: ScriptedArm, arm: Arm) -> None:
    group = settings().resource_group_name
    server.answer = lambda request: (
        Answer(200, {"value": [event()]})
        if f"'{group}'" in unquote(request.path)
        else Answer(403, arm_error("AuthorizationFailed", "no"))
    )
    found = look_up_activity(settings(), SINCE, arm)
    assert len(found.changes) == 1
    assert "AuthorizationFailed" in " ".join(found.unreadable)


def test_a_sign_in_that_is_not_accepted_is_an_error(server: ScriptedArm, arm: Arm) -> None:
    server.answers(Answer(401, arm_error("InvalidAuthenticationToken", "no")))
    with pytest.raises(ArmError):
        look_up_activity(settings(), SINCE, arm)
