"""What commands ask Azure: nothing twice, whatever the command and however many stacks it is about."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.labs import COMMANDS
from tests.support.emulator_client import BUILD, ONE, definition, version
from tests.support.exports_scene import GALLERY, Scene
from tests.support.ids import GROUPS, TEACHERS
from tests.support.parses import files_parsed

pytest_plugins = ["tests.support.emulator"]

LABS = f"{GROUPS}/labs/providers"
PLAN, DEVTEST = (
    f"{LABS}/Microsoft.LabServices/labPlans/contoso-plan",
    f"{LABS}/Microsoft.DevTestLab/labs/contoso-devtest",
)
SETTINGS: dict[str, Any] = {
    "labPlanId": PLAN,
    "devTestLabIds": [DEVTEST],
    "marketplaceImages": [],
    "lock": "CanNotDelete",
    "roleAssignments": [{"role": "Reader", "principalId": TEACHERS, "principalType": "Group", "image": "python"}],
}
TRIAL = f"{GALLERY}/images/trial/versions"
SOURCES = [
    {"disk": f"{BUILD}/disks/windows-2022-cad-os"},
    {"vm": f"{BUILD}/virtualMachines/windows-2022-cad"},
    {"managed_image": f"{BUILD}/images/rocky-9-hpc"},
    {"snapshot": f"{BUILD}/snapshots/rocky-9-hpc-os"},
    {"gallery_version": f"{TRIAL}/1.0.0"},
    {"gallery_version": f"{TRIAL}/1.1.0"},
]
"""Sources of new versions: some refer to another one, or two to the same object."""
EVERY = ("--stack", "dev")
CALLS: dict[str, list[tuple[str, ...]]] = {
    "status": [EVERY],
    "teachers": [EVERY, (*EVERY, "--planned"), (*EVERY, "--lab", "contoso-labs")],
    "overview": [EVERY, (*EVERY, "--stack", "twin", "--stack", "next")],
    "cost": [EVERY, (*EVERY, "--keep", "1")],
    "list-unmanaged": [EVERY],
    "activity": [EVERY],
    "add-image": [("gis", "--source", f"{BUILD}/images/rocky-9-hpc", *EVERY)],
    "add-version": [("python", "--source", f"{BUILD}/virtualMachines/windows-2022-cad", *EVERY)],
    "promote": [("trial", "python", *EVERY)],
    "rollback": [("python", "--to", "1.0.0", *EVERY)],
    "import": [("trial:1.0.0", *EVERY)],
    "prune": [("--keep", "1", *EVERY)],
    "init": [
        (
            "third",
            "--subscription",
            ONE.rpartition("/")[2],
            "--location",
            "koreacentral",
            "--gallery",
            "third",
            "--resource-group",
            "galleries",
        )
    ],
    "regions": [("--refresh", "--dry-run", *EVERY)],
    "prices": [("--refresh", "--file", "prices.json")],
}
"""Calls of each command that asks Azure; `init` asks for the rest."""
ASK_NOTHING = {
    "upgrade": ("--help",),
    "check": (),
    "readiness": EVERY,
    "stacks": (),
    "report": ("--help",),
    "comment": ("--help",),
}


@pytest.fixture
def rich(scene: Scene) -> Scene:
    """The stack with everything that look-ups ask for, and two more of the same subscription and labs."""
    file, content = Path("Pulumi.dev.yaml"), yaml.safe_load(Path("Pulumi.dev.yaml").read_text(encoding="utf-8"))
    content["config"] |= {f"lab-image-gallery:{key}": value for key, value in SETTINGS.items()}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    Path("Pulumi.twin.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    content["config"]["lab-image-gallery:galleryName"] = "next_lab_images"
    Path("Pulumi.next.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    scene.export_version()
    scene.made(f"{GALLERY}/images/trial", definition("trial"))
    for number in ("1.0.0", "1.1.0", "1.2.0"):
        scene.made(f"{TRIAL}/{number}", version())
    catalogue = yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))
    for minor, source in enumerate(SOURCES, 1):
        catalogue["images"]["python"]["versions"][f"2.{minor}.0"] = {"source": source}
    scene.catalogue.write_text(yaml.safe_dump(catalogue), encoding="utf-8")
    return scene


def asked(scene: Scene, name: str, arguments: tuple[str, ...]) -> Counter[str]:
    """How often a command sends each request."""
    scene.client.send("DELETE", "/sandbox/requests")
    result = scene.labs(name, *arguments)
    assert result.exit_code < 2, result.output
    return Counter(f"{entry['method']} {entry['path'].lower()}" for entry in scene.client.get("/sandbox/requests").body)


def test_every_command_is_looked_at() -> None:
    assert sorted([*CALLS, *ASK_NOTHING]) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("name", "arguments"), [(name, arguments) for name, calls in CALLS.items() for arguments in calls]
)
def test_no_request_is_repeated(name: str, arguments: tuple[str, ...], rich: Scene) -> None:
    requests = asked(rich, name, arguments)
    assert requests, "it asks Azure"
    assert {request: times for request, times in requests.items() if times > 1} == {}


def test_several_stacks_share_sign_in_labs_and_files(rich: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    files = files_parsed(monkeypatch)
    one = asked(rich, "overview", EVERY)
    assert {*files.values()} == {1}, "each file is parsed once"
    files.clear()
    three = asked(rich, "overview", (*EVERY, "--stack", "twin", "--stack", "next"))
    assert files == {f"Pulumi.{stack}.yaml": 1 for stack in ("dev", "twin", "next")}, "they have one catalogue"
    added = {request.partition("?")[0] for request in three - one}
    next_gallery = GALLERY.replace("contoso_lab_images", "next_lab_images").lower()
    assert added == {f"GET {next_gallery}", f"GET {next_gallery}/images"}


@pytest.mark.parametrize("name", ASK_NOTHING)
def test_the_others_ask_nothing(name: str, rich: Scene) -> None:
    assert asked(rich, name, ASK_NOTHING[name]) == {}
