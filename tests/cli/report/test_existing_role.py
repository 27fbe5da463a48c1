"""A role that somebody else has given meanwhile: the report offers the assignment that Azure names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks.commands import Commands
from cli.report.entry import ROLE
from cli.report.existing_role import remedy
from cli.report.layout import PLAIN
from cli.report.line import Line, Quoted
from cli.report.render import render
from cli.report.run import Message, read_run
from cli.report.step import Step

SCOPE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/a"
NAME = "5d3a21f0-93cd-4fa1-8f2e-0123456789ab"
NAMED = (
    'Status=409 Code="RoleAssignmentExists" Message="The role assignment already exists. The ID of the existing role '
    f'assignment is {NAME.replace("-", "").upper()}."'
)
UNNAMED = 'Status=409 Code="RoleAssignmentExists" Message="The role assignment already exists."'
ASSIGNMENT = f"{SCOPE}/providers/Microsoft.Authorization/roleAssignments/{NAME}?api-version=2022-04-01"
HERE = Commands("prod", pretend=False)


def step(scope: object = SCOPE, name: str = "role:1", kind: str = ROLE) -> Step:
    return Step("create", f"urn:{name}", kind, name, {}, {"scope": scope})


def words(line: Line) -> str:
    return "".join(piece if isinstance(piece, str) else piece.text for piece in line)


@pytest.mark.parametrize(
    ("commands", "delete"),
    [
        (HERE, f'az rest --method delete --url "{ASSIGNMENT}"'),
        (Commands("dev", pretend=True), f'sandbox/arm DELETE "{ASSIGNMENT}"'),
    ],
)
def test_the_existing_assignment_serves_or_is_deleted_first(commands: Commands, delete: str) -> None:
    line = remedy(Message("role:1", NAMED), [step(name="role:2", scope="/subscriptions/other"), step()], commands)
    assert words(line) == (
        f" Somebody else has given the role as {NAME}. {commands.pulumi('up')} leaves that assignment alone, which "
        f"serves as well. To have the stack's own instead, delete it first: {delete}"
    )
    assert [piece.text for piece in line if isinstance(piece, Quoted)] == [NAME, commands.pulumi("up"), delete]


@pytest.mark.parametrize(
    ("text", "steps", "as_named"),
    [
        (UNNAMED, [step()], ""),
        (NAMED, [], f" as {NAME}"),
        (NAMED, [step(scope=None)], f" as {NAME}"),
        (NAMED, [step(scope="04da6b54-80e4-46f7-96ec-b56ff0331ba9")], f" as {NAME}"),  # the engine's unknown value
        (NAMED, [step(kind="azure-native:compute:Gallery")], f" as {NAME}"),
    ],
)
def test_what_is_not_known_is_not_offered(text: str, steps: list[Step], as_named: str) -> None:
    assert words(remedy(Message("role:1", text), steps, HERE)) == (
        f" Somebody else has given the role{as_named}. pulumi up --stack prod leaves that assignment alone, which "
        "serves as well."
    )


@given(st.text() | st.just('Code="RoleAssignmentUpdateNotPermitted" RoleAssignmentExists'))
def test_another_message_has_no_remedy(text: str) -> None:
    assert remedy(Message("role:1", text), [step()], HERE) == ()


@given(st.uuids())
def test_any_id_is_offered_with_hyphens(name: object) -> None:
    text = NAMED.replace(NAME.replace("-", "").upper(), str(name).replace("-", ""))
    assert f"/roleAssignments/{name}?" in words(remedy(Message("role:1", text), [step()], HERE))


def test_the_report_shows_it_with_the_error() -> None:
    urn = f"urn:pulumi:prod::p::{ROLE}::role:1"
    new = {"custom": True, "inputs": {"scope": SCOPE}}
    events: list[dict[str, Any]] = [
        {"resourcePreEvent": {"metadata": {"urn": urn, "type": ROLE, "op": "create", "new": new}}},
        {"diagnosticEvent": {"urn": urn, "severity": "error", "message": NAMED}},
        {"summaryEvent": {"result": "failed"}},
    ]
    shown = " ".join(render([read_run("prod", events)], PLAIN).split())
    assert "role:1: Status=409" in shown
    assert f'delete it first: az rest --method delete --url "{ASSIGNMENT}"' in shown
