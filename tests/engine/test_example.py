"""The commands in the READMEs of the examples, run as they stand."""

from __future__ import annotations

import json
import re

from tests.support.project import ROOT, Project


def commands_of(example: str) -> list[str]:
    readme = (ROOT / "examples" / example / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", readme, flags=re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines() if line]


def test_the_stack_for_the_united_states(fresh: Project) -> None:
    commands = commands_of("united-states")
    assert len(commands) == 8
    printed = {command: fresh.run("bash", "-c", command).stdout for command in commands}
    outputs = json.loads(printed["sandbox/pulumi stack output targetRegions --stack us"])
    assert outputs["ubuntu-2204-python"]["1.0.0"] == [
        "eastus",
        "centralus",
        "eastus2",
        "southcentralus",
        "westus",
        "westus2",
    ]
    assert "deleted" in printed["sandbox/pulumi destroy --stack us --yes"]
    assert not (fresh.path / "Pulumi.us.yaml").exists()


def test_an_image_that_packer_publishes(fresh: Project) -> None:
    commands = commands_of("packer")
    assert len(commands) == 9
    printed = {command: fresh.run("bash", "-c", command).stdout for command in commands}
    assert "waits for its first version" in printed["sandbox/pulumi up --stack packer --yes"]
    assert re.search(r"ubuntu-2204-gis +seen 1\.0\.0", printed["sandbox/labs teachers --stack packer"])
    assert "teachers see 1 of 1 image" in printed["sandbox/pulumi preview --stack packer"]
    assert "deleted" in printed["sandbox/pulumi destroy --stack packer --yes"]
    assert not (fresh.path / "Pulumi.packer.yaml").exists()
