"""From a fresh copy to a first image, by the commands that the pages name."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.support.ids import REAL
from tests.support.page import commands, page, prompted
from tests.support.project import BUILD, COMPUTE, GROUP, LAB_ACCOUNT, SNAPSHOTS, SUBSCRIPTION, Project
from tests.support.university import GROUPS, signed_in

NAMES = ("--location", "koreacentral", "--gallery", "my_images", "--resource-group", "galleries")
NOTICE = "the catalogue has no image, so this stack declares none; ./labs add-image NAME --source ID adds the first one"
SHIPPED = "# The images that teachers can start labs from.\n\n# Add the first one\nimages: {}\n"


@pytest.fixture
def empty(fresh: Project) -> Project:
    """A copy of the project with a catalogue that nobody has filled yet."""
    fresh.write("images.yaml", SHIPPED)
    return fresh


def images(project: Project) -> list[dict[str, Any]]:
    """Inputs of the images in a preview of the stack `prod`."""
    preview = project.run("sandbox/pulumi", "preview", "--stack", "prod", "--json").stdout
    return [
        step["newState"]["inputs"]
        for step in json.loads(preview)["steps"]
        if step["newState"]["type"] == "lab-image-gallery:index:LabImage"
    ]


def test_on_the_pretend_subscription(empty: Project) -> None:
    done = empty.run(
        "sandbox/labs", "init", "prod", "--subscription", SUBSCRIPTION, *NAMES, "--lab-account", LAB_ACCOUNT
    )
    told = re.findall(r"^  (.*)$", done.stdout, re.MULTILINE)
    assert told[1:] == ["./labs check Pulumi.prod.yaml", "sandbox/pulumi preview --stack prod"]
    before = empty.read("Pulumi.prod.yaml")
    # Without an image everything goes on, and says that there is none; the pack judges it too.
    assert "Warning: images.yaml has no image yet" in empty.run("sh", "-c", told[1]).stdout
    previewed = empty.run("sh", "-c", f"{told[2]} --non-interactive").stdout
    assert f"warning: {NOTICE}" in previewed
    assert "lab-image-gallery@" in previewed
    in_short = empty.run("sandbox/preview", "prod").stdout.partition("\n\nGood: ")[2]
    assert NOTICE in " ".join(in_short.split())
    up = ("sandbox/pulumi", "up", "--stack", "prod", "--yes", "--skip-preview", "--non-interactive")
    assert NOTICE in empty.run(*up).stdout
    gallery = f"{GROUP}/providers/Microsoft.Compute/galleries/my_images"
    assert empty.names(f"{gallery}/images", COMPUTE) == []
    assert empty.attached() == [gallery]

    # The page's own command, in a shell with what the page sets before.
    lines = [f"BUILD={BUILD}", *commands("publish/versions.md", "Add an image")]
    script = "\n".join(
        line.replace("./labs ", "sandbox/labs ") + " --stack prod" * ("./labs" in line) for line in lines
    )
    empty.run("bash", "-euc", script)
    assert empty.read("images.yaml").startswith(SHIPPED.replace("images: {}\n", "images:\n  r-statistics:\n"))
    assert "has no image" not in empty.run("./labs", "check").stdout
    assert NOTICE not in empty.run(*up).stdout
    assert empty.names(f"{gallery}/images", COMPUTE) == ["r-statistics"]
    # The engine keeps the comments of the stack's file.
    assert [line for line in before.splitlines() if line not in empty.read("Pulumi.prod.yaml").splitlines()] == []


def test_on_a_subscription_that_nobody_can_ask(empty: Project) -> None:
    account = LAB_ACCOUNT.replace(SUBSCRIPTION, REAL)
    done = empty.run("sandbox/labs", "init", "prod", "--subscription", REAL, *NAMES, "--lab-account", account).stdout
    assert "this sign-in cannot see the subscription" in " ".join(done.split())
    assert images(empty) == []
    with signed_in(empty) as azure:
        snapshot = SNAPSHOTS.replace(SUBSCRIPTION, REAL) + "/ubuntu-2204-python-100"
        given = ("add-image", "python", "--source", snapshot, "--os-state", "Generalized", "--stack", "prod")
        empty.run("./labs", *given, check=True, **azure)
    refused = empty.run("sandbox/labs", *given, check=False)
    assert (refused.returncode, "images.python is there already" in refused.stderr) == (1, True)
    # Previewed without credentials, from what the command wrote down.
    (image,) = images(empty)
    assert (image["image"], image["osType"], image["osState"]) == ("python", "Linux", "Generalized")
    (version,) = image["versions"]
    assert (version["osDiskSizeGb"], version["dataDiskCount"]) == (64, 0)


def test_on_the_first_day(empty: Project) -> None:
    every = prompted(page("run/first-day.md"))
    variables = [line for line in every if line.startswith("export ") and "$(" not in line]
    *labs, last = (line for line in every if line.startswith("./labs "))
    assert [line.split()[1] for line in labs] == ["init", "add-image", "check", "stacks"]
    script = ["export LAB_SERVICES=99999999-2222-3333-4444-555555555555", *variables[:3], *labs]
    with signed_in(empty) as azure:
        printed = empty.run("bash", "-euc", "\n".join(script), check=True, **azure).stdout
        selected = azure | {"PULUMI_STACK": "prod"}  # as `pulumi stack init` does on the page
        now = empty.run("sh", "-c", last, check=False, **selected)
        planned = empty.run("sh", "-c", f"{last} --planned", check=True, **selected).stdout
    assert (now.returncode, "Teachers see 0 of 1 image in contoso-labs." in now.stdout) == (1, True)
    assert "There is no gallery" in now.stdout
    assert "Teachers see 1 of 1 image in contoso-labs." in planned
    assert "Pulumi.prod.yaml: written." in printed
    assert "To know:" not in printed
    assert f"    - {GROUPS}/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs\n" in empty.read(
        "Pulumi.prod.yaml"
    )
    (image,) = images(empty)
    assert image["image"] == "ubuntu-2204-python"
