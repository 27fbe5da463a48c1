"""The commands of a stack: those of the sandbox for a pretend subscription."""

from __future__ import annotations

import json
import shlex

import pytest

from catalog.fields.api_versions import API_VERSIONS
from catalog.fields.tags import OWNER_TAG
from catalog.stacks.commands import Commands, listing
from catalog.stacks.settings import LAB_PLAN, PRETEND, command_of
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


def test_tags_are_put_back_with_a_command_that_a_shell_takes() -> None:
    commands = Commands.of(settings(subscriptionId=REAL))
    group = f"/subscriptions/{REAL}/resourceGroups/galleries"
    tags = {"who's": 'Zoë "x"', OWNER_TAG: "lab-image-gallery/dev"}
    for path, version in (
        ("", "2024-03-01"),
        ("/providers/Microsoft.Compute/galleries/a/images/b", "2024-03-03"),
        ("/providers/microsoft.labservices/labplans/c", "2023-06-07"),
    ):
        words = shlex.split(commands.tag(f"{group}{path}", tags))
        assert words[:-1] == [
            "az",
            "rest",
            "--method",
            "patch",
            "--url",
            f"{group}{path}?api-version={version}",
            "--body",
        ]
        assert json.loads(words[-1]) == {"tags": tags}
    in_sandbox = Commands.of(settings(subscriptionId=f"{PRETEND}000000000001"))
    unknown = f"{group}/providers/Microsoft.Web/sites/d"
    for some in (commands, in_sandbox):
        assert some.show(unknown) == f"az resource show --ids {unknown}"
    assert in_sandbox.show(group) == f'sandbox/arm GET "{group}?api-version=2024-03-01"'
    with pytest.raises(ValueError, match="is not known"):
        commands.tag(f"{group}/providers/Microsoft.Web/sites/d", tags)


def test_the_list_of_a_type() -> None:
    assert listing(LAB_PLAN, REAL) == (
        f"az resource list --resource-type Microsoft.LabServices/labPlans --subscription {REAL} --output table"
    )
    pretend = f"{PRETEND}000000000001"
    assert listing(LAB_PLAN, pretend) == (
        f'sandbox/arm GET "/subscriptions/{pretend}/providers/{LAB_PLAN}?api-version={API_VERSIONS[LAB_PLAN]}"'
    )


def test_a_resource_group_is_made() -> None:
    real, pretend = Commands("dev", pretend=False), Commands("dev", pretend=True, program="../p/")
    assert real.make_group("g", "koreacentral", REAL) == (
        f"az group create --name g --location koreacentral --subscription {REAL}"
    )
    assert pretend.make_group("g", "koreacentral", "s") == (
        '../p/sandbox/arm PUT "/subscriptions/s/resourceGroups/g?api-version=2024-03-01" '
        '\'{"location": "koreacentral"}\''
    )
