"""The commands in the README of the example, run as they stand."""

from __future__ import annotations

import json
import re

from tests.support.project import ROOT, Project

README = (ROOT / "examples" / "united-states" / "README.md").read_text(encoding="utf-8")


def test_the_stack_for_the_united_states(fresh: Project) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)
    commands = [line for block in blocks for line in block.splitlines() if line]
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
