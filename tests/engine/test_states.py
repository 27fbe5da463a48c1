"""States recorded with earlier releases, used with this one."""

from __future__ import annotations

import json
from typing import Final

import pytest

from tests.support.ids import SUBSCRIPTION
from tests.support.project import CATALOGUE, COMPUTE, GALLERY, ROOT, Project

STATES: Final = ROOT / "tests" / "states"
LONG_NAMES: Final = STATES / "2026-11-long-names.json"
"""Of `attached`, with the logical names up to release 0.1, which held whole ids."""
LABS: Final = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers"


@pytest.fixture(scope="module")
def attached(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small catalogue on labs of every kind, and roles on the gallery and on an image, deployed."""
    project = Project.small(tmp_path_factory.mktemp("attached") / "project")
    for name, state in (("python", "true"), ("databases", "false")):
        project.edit(CATALOGUE, (f"  {name}:\n", f"  {name}:\n    enabled_in_plan: {state}\n"))
    project.write(
        "Pulumi.dev.yaml",
        project.read("Pulumi.dev.yaml")
        + f"""\
  devTestLabIds: [{LABS}/Microsoft.DevTestLab/labs/contoso-devtest]
  labPlanId: {LABS}/Microsoft.LabServices/labPlans/contoso-plan
  labPlanServicePrincipalObjectId: 0a000000-0000-0000-0000-000000000002
  roleAssignments:
    - {{principalId: 0a000000-0000-0000-0000-000000000003, principalType: Group, role: Reader, image: python}}
""",
    )
    project.up()
    return project


def name_the_security_type(project: Project) -> None:
    """Give every definition the feature that releases up to 0.1 sent with it."""
    for name in project.names(f"{GALLERY}/images", COMPUTE):
        definition = project.arm("GET", f"{GALLERY}/images/{name}?{COMPUTE}")
        definition["properties"] |= {
            "features": [{"name": "SecurityType", "value": "Standard"}],
            "allowUpdateImage": True,
        }
        project.arm("PUT", f"{GALLERY}/images/{name}?{COMPUTE}", definition)


def with_the_caching_of_disks(state: str) -> str:
    """The state as if it was recorded with what Azure shows: a version has the caching of the disk it is made from."""
    return state.replace('"hostCaching": "ReadOnly"', '"hostCaching": "ReadWrite"')


def test_an_earlier_state_previews_without_change(deployed: Project) -> None:
    deployed.pulumi("stack", "import", "--file", str(STATES / "2026-11-first.json"))
    deployed.pulumi("preview", "--expect-no-changes")
    name_the_security_type(deployed)
    deployed.pulumi("preview", "--expect-no-changes")


def test_objects_of_a_state_with_long_names_get_short_ones_without_change(attached: Project) -> None:
    attached.write("state.json", with_the_caching_of_disks(LONG_NAMES.read_text(encoding="utf-8")))
    attached.pulumi("stack", "import", "--file", "state.json")
    name_the_security_type(attached)
    attached.pulumi("preview", "--expect-no-changes")
    attached.up("--expect-no-changes")
    state = json.loads(attached.pulumi("stack", "export").stdout)
    names = {resource["urn"].rpartition("::")[2] for resource in state["deployment"]["resources"]}
    assert {name for name in names if name.startswith(("attachment:", "devtest:", "role:"))} == {
        "attachment:contoso-labs-8797f2",
        "devtest:contoso-devtest-a86891",
        "role:1668f563-2529",
        "role:73fcd8a4-1ede",
        "role:75e70407-639a",
    }
    attached.pulumi("refresh", "--preview-only", "--expect-no-changes")
    attached.pulumi("destroy", "--yes")
    assert attached.attached() == []


def test_a_state_holds_no_secret_and_nothing_of_a_machine() -> None:
    recorded = list(STATES.glob("*.json"))
    assert len(recorded) == 2
    for state in recorded:
        text = state.read_text(encoding="utf-8")
        assert "secrets_providers" not in json.loads(text)["deployment"]
        assert [word for word in ("ciphertext", "/home/", "/tmp/", "/Users/", str(ROOT)) if word in text] == []
