"""The commands of a stack: those of the sandbox for a pretend subscription."""

from __future__ import annotations

import pytest

from catalog.stacks.commands import Commands
from catalog.stacks.settings import PRETEND, command_of
from tests.support.builders import settings
from tests.support.ids import REAL

URL = "/subscriptions/x/labs/y?api-version=1"


def test_a_stack_of_azure() -> None:
    commands = Commands.of(settings(subscriptionId=REAL))
    assert commands.pulumi("up") == "pulumi up --stack dev"
    assert commands.labs("status") == "./labs status --stack dev"
    assert commands.set(command_of("protect")) == "pulumi config set protect true --stack dev"
    assert commands.rest("delete", URL) == f'az rest --method delete --url "{URL}"'
    assert commands.rest("patch", URL, "{}") == f"az rest --method patch --url \"{URL}\" --body '{{}}'"


@pytest.mark.parametrize("program", ["", "../lab-image-gallery/"])
def test_a_stack_of_the_sandbox(program: str) -> None:
    commands = Commands.of(settings(subscriptionId=f"{PRETEND}000000000001"), program)
    assert commands.pulumi("up") == f"{program}sandbox/pulumi up --stack dev"
    assert commands.labs("status") == f"{program}sandbox/labs status --stack dev"
    assert commands.rest("delete", URL) == f'{program}sandbox/arm DELETE "{URL}"'
    assert commands.rest("patch", URL, "{}") == f"{program}sandbox/arm PATCH \"{URL}\" '{{}}'"


def test_labs_of_a_program_elsewhere() -> None:
    commands = Commands.of(settings(subscriptionId=REAL), "../images/")
    assert commands.labs("status") == "../images/labs status --stack dev"
    assert commands.pulumi("up") == "pulumi up --stack dev"
