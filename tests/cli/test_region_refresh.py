"""`labs regions --refresh`: from Azure's list over HTTP to the files, and what that changes in stacks."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from catalog.regions.region_map import FILE, RegionMap, parse_region_map, written, written_for_policies
from cli import region_refresh as command
from inventory.locations import cloud_asked, is_azures_own
from lifecycle.location_list import read_locations
from tests.engine.operations import operations
from tests.support.answers import answer_of
from tests.support.commands import run_labs
from tests.support.exports_scene import STACK, Scene
from tests.support.project import ROOT, Project
from tests.support.regions import location, pair
from tests.support.screen import on_screen

pytest_plugins = ["tests.support.emulator"]

TODAY = datetime.now(UTC).date()
HOSTILE = "\x1b[31m<script>\u202e"
NEW = location("koreanorth", zones=True, pairedRegion=pair("koreacentral"))
TO_JAPAN = {"where": {"name": "koreasouth"}, "set": {"metadata": {"geography": "Japan"}}}
OTHER_PAIR = {"where": {"name": "koreacentral"}, "set": {"metadata": {"pairedRegion": pair("japaneast")}}}


@dataclass
class Regions:
    """The command with files of its own, as if the sandbox were Azure."""

    file: Path
    copy: Path
    scene: Scene

    def run(self, *arguments: str) -> Result:
        return self.scene.labs("regions", "--refresh", *arguments)

    def refresh(self, *arguments: str) -> str:
        """What a refresh prints that succeeds."""
        result = self.run(*arguments)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout

    def refused(self, *arguments: str, code: int = 1) -> str:
        """What a refresh says that fails; it has changed no file."""
        before = self.content()
        result = self.run(*arguments)
        assert (result.exit_code, result.stdout) == (code, ""), result.output
        assert self.content() == before
        return " ".join(result.stderr.split())

    def content(self) -> list[bytes | None]:
        return [path.read_bytes() if path.is_file() else None for path in (self.file, self.copy)]

    @property
    def map(self) -> RegionMap:
        return parse_region_map(self.file.read_text(encoding="utf-8"))

    def listed(self, *changes: dict[str, Any], added: tuple[Any, ...] = ()) -> None:
        """Make Azure list something else."""
        body = {"changes": list(changes), "added": list(added)}
        assert self.scene.client.send("POST", "/sandbox/locations", body).status == 200


@pytest.fixture
def regions(tmp_path: Path, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Regions:
    found = Regions(tmp_path / "regions.json", tmp_path / "pack" / "regions.json", scene)
    found.copy.parent.mkdir()
    found.file.write_bytes(FILE.read_bytes())
    found.copy.write_text(written_for_policies(found.map), encoding="utf-8")
    monkeypatch.setattr(command, "FILE", found.file)
    monkeypatch.setattr(command, "PACK_FILE", found.copy)
    monkeypatch.setattr(command, "_today", lambda: TODAY)  # also if the day ends meanwhile
    monkeypatch.setattr("inventory.locations.is_azures_own", lambda environment: True)
    return found


def test_a_map_that_still_holds_is_not_written(regions: Regions) -> None:
    before = regions.content()
    assert "Nothing has changed: the map of " in regions.refresh()
    assert regions.content() == before


def test_a_new_region_gets_into_both_files_and_is_no_target(regions: Regions) -> None:
    old = regions.map
    regions.listed(added=(NEW,))
    shown = " ".join(regions.refresh().split())
    assert "New: koreanorth (geography Korea)" in shown
    assert "before regions.json says so of it: access_restricted, lab_accounts_offered, lab_plans_offered" in shown
    assert "Stack dev: every version keeps its target regions." in shown
    assert shown.endswith("Written: regions.json Written: pack/regions.json")
    assert regions.map.date == TODAY.isoformat()
    assert set(regions.map.by_name) == {*old.by_name, "koreanorth"}
    assert regions.map.by_name["koreanorth"].access_restricted is None
    assert regions.file.read_text(encoding="utf-8") == written(regions.map)
    assert regions.copy.read_text(encoding="utf-8") == written_for_policies(regions.map)
    assert sorted(path.name for path in regions.copy.parent.iterdir()) == ["regions.json"]


def test_a_second_one_writes_nothing(regions: Regions) -> None:
    regions.listed(TO_JAPAN, added=(NEW,))
    regions.refresh()
    before = regions.content()
    shown = regions.refresh()
    assert regions.content() == before
    assert "Nothing has changed" in shown
    assert "Written" not in shown
    assert "No target yet: koreanorth" in shown
    regions.copy.unlink()
    assert regions.refresh().endswith("Written: pack/regions.json\n")
    assert regions.content() == before


def test_versions_with_other_targets_and_the_changelog_are_shown(regions: Regions) -> None:
    regions.listed(TO_JAPAN)
    shown = regions.refresh()
    assert "Changed: koreasouth geography Korea → Japan\n" in shown
    assert "Stack dev: 1 version with other target regions:\n" in shown
    assert "  python 1.0.0: no longer koreasouth, where a preview stops if it is published\n" in shown
    assert f"* **Breaking**: the region data of {TODAY} changes target regions:\n" in shown
    regions.listed()
    answer = answer_of(regions.run("--json"))
    assert answer["changed"] == [{"region": "koreasouth", "key": "geography", "old": "Japan", "new": "Korea"}]
    assert answer["stacks"][0]["versions"][0]["added"] == ["koreasouth"]
    assert answer["written"] == [str(regions.file), str(regions.copy)]
    assert answer["changelog"][0].startswith("* **Breaking**")


def test_another_pair_changes_no_version_that_goes_to_the_whole_geography(regions: Regions) -> None:
    regions.listed(OTHER_PAIR)
    shown = regions.refresh()
    assert "Changed: koreacentral paired_region koreasouth → japaneast" in shown
    assert "Stack dev: every version keeps its target regions." in shown
    assert "`paired` of koreacentral: no longer koreasouth" in shown


def test_a_dry_run_writes_nothing(regions: Regions) -> None:
    regions.listed(TO_JAPAN)
    before = regions.content()
    assert regions.refresh("--dry-run").endswith("Not written, as --dry-run says: regions.json\n")
    answer = answer_of(regions.run("--dry-run", "--json"))
    assert (answer["dry_run"], answer["written"], len(answer["changed"])) == (True, [], 1)
    assert regions.content() == before


def test_every_stack_is_looked_at_and_one_that_is_wrong_is_not_known(regions: Regions) -> None:
    Path("Pulumi.japan.yaml").write_text(STACK.replace("koreacentral", "japaneast"), encoding="utf-8")
    Path("Pulumi.wrong.yaml").write_text("config: {lab-image-gallery:galleryNam: x}\n", encoding="utf-8")
    Path("Pulumi.empty.yaml").write_text(STACK + "  lab-image-gallery:catalog: none.yaml\n", encoding="utf-8")
    regions.listed(TO_JAPAN)
    shown = regions.refresh("--stack", "dev", "--dry-run")
    assert "Stack japan: 1 version with other target regions:\n  python 1.0.0: also koreasouth\n" in shown
    assert "Stack wrong: not known, since Pulumi.wrong.yaml is wrong (labs check)" in shown
    assert "Stack empty: not known, since none.yaml is wrong (labs check)" in shown
    answer = answer_of(regions.run("--stack", "dev", "--dry-run", "--json"))
    assert [each["stack"] for each in answer["stacks"] if each["problem"]] == ["empty", "wrong"]


def test_what_azure_does_not_list_stays(regions: Regions) -> None:
    before = regions.content()
    regions.listed(
        {"where": {"name": "japanwest"}},
        {"where": {"name": "koreacentral"}, "set": {"metadata": {"pairedRegion": []}, "availabilityZoneMappings": []}},
    )
    shown = " ".join(regions.refresh().split())
    assert "Kept: Azure does not list japanwest, " in shown
    assert "koreacentral keeps its pair koreasouth: Azure names none" in shown
    assert "koreacentral keeps its availability zones" in shown
    assert regions.content() == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([{"where": {}}], "it has no region at all"),
        ([{"where": {"name": "koreacentral"}}], "it lacks koreacentral, where the gallery of the stack is"),
        ([{"where": {}, "set": {"metadata": None}}], "it has no region at all"),
        ([{"where": {"name": "japaneast"}, "set": {"displayName": HOSTILE}}], "this is no display name"),
        ([{"where": {"name": "japaneast"}, "set": {"metadata": {"latitude": "?"}}}], "these are no degrees"),
    ],
)
def test_a_list_that_cannot_be_right_changes_nothing(regions: Regions, changes: list[Any], said: str) -> None:
    regions.listed(*changes)
    message = regions.refused()
    assert message.startswith("Error: Azure's list of locations cannot be right, so nothing was written: ")
    assert said in message
    assert message.isprintable()
    assert json.loads(regions.run("--json").stdout)["ok"] is False


def test_refusals_of_azure_change_nothing(regions: Regions, monkeypatch: pytest.MonkeyPatch) -> None:
    regions.scene.fault("/locations", 403, code="AuthorizationFailed", message="no")
    assert "AuthorizationFailed" in regions.refused()
    assert set(answer_of(regions.run("--json"))) == {"ok", "error"}
    regions.scene.client.send("DELETE", "/sandbox/faults")
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:9/msi/token")
    assert regions.refused()


def test_an_answer_that_is_no_list_of_objects_is_an_error(regions: Regions, monkeypatch: pytest.MonkeyPatch) -> None:
    for nonsense in ({"value": "x"}, {"value": ["x"]}, {"value": {"a": 1}}):
        monkeypatch.setattr("inventory.arm.client.Arm._json", lambda client, response, found=nonsense: found)
        assert "with something else than objects" in regions.refused()
    monkeypatch.setattr("inventory.arm.client.Arm._json", lambda client, response: {})
    assert "it has no region at all" in regions.refused()


def test_regions_of_elsewhere_do_not_get_into_the_map(regions: Regions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.locations.is_azures_own", lambda environment: False)
    for named in ((), ("--file", str(regions.file)), ("--file", "pack/regions.json")):
        assert "another Resource Manager than Azure's own" in regions.refused(*named, code=2)
    regions.refresh("--dry-run")
    regions.listed(added=(NEW,))
    assert regions.refresh("--file", "other.json").endswith("Written: other.json\n")
    other = Path("other.json").read_bytes()
    assert "koreanorth" in parse_region_map(other.decode()).by_name
    assert "Nothing has changed" in regions.refresh("--file", "other.json")
    assert Path("other.json").read_bytes() == other


def test_files_that_are_no_maps_are_not_overwritten(regions: Regions) -> None:
    assert "it is no map of regions" in regions.refused("--file", "images.yaml")
    Path("bytes.json").write_bytes(b"\xff")
    assert "bytes.json: it is not UTF-8" in regions.refused("--file", "bytes.json")
    assert "cannot be read: is a directory" in regions.refused("--file", "pack", code=2)
    assert "there is no folder nowhere" in regions.refused("--file", "nowhere/regions.json", code=2)
    regions.file.write_text("<<<<<<< HEAD\n", encoding="utf-8")
    assert "take the file of the last commit (git checkout)" in regions.refused()


def test_a_place_that_cannot_be_written_is_an_error(regions: Regions) -> None:
    assert "/proc/regions.json: the file cannot be written: " in regions.refused("--file", "/proc/regions.json")


def test_what_somebody_else_wrote_meanwhile_stays(regions: Regions, monkeypatch: pytest.MonkeyPatch) -> None:
    regions.listed(added=(NEW,))

    def meanwhile(*arguments: Any) -> Any:
        regions.file.write_text("mine", encoding="utf-8")
        return read_locations(*arguments)

    monkeypatch.setattr(command, "read_locations", meanwhile)
    result = regions.run()
    assert (result.exit_code, regions.file.read_text(encoding="utf-8")) == (1, "mine")
    assert "somebody changed the file since this command read it" in result.stderr


def test_without_the_policies_there_is_no_copy(regions: Regions) -> None:
    regions.copy.unlink()
    regions.copy.parent.rmdir()
    regions.listed(added=(NEW,))
    assert regions.refresh().endswith("Written: regions.json\n")


def test_the_role_has_what_a_refresh_asks_for(regions: Regions) -> None:
    regions.scene.client.send("DELETE", "/sandbox/requests")
    regions.refresh()
    role = json.loads((ROOT / "azure" / "roles" / "regions.json").read_text(encoding="utf-8"))
    asked = operations(regions.scene.client.send("GET", "/sandbox/requests").body)
    assert asked == {action.lower() for action in role["Actions"]}


@pytest.mark.parametrize("options", [("--dry-run",), ("--file", "x"), ("--stack", "dev")])
def test_options_of_a_refresh_are_for_one(options: tuple[str, ...]) -> None:
    result = run_labs("regions", *options)
    assert (result.exit_code, f"{options[0]} is for --refresh" in result.stderr) == (2, True)


def test_a_refresh_is_about_all_regions(regions: Regions) -> None:
    assert "--refresh is about all regions; leave out korea" in regions.refused("korea", code=2)


@pytest.mark.parametrize(
    ("environment", "cloud", "own"),
    [
        ({}, "public", True),
        ({"ARM_ENVIRONMENT": "usgov"}, "usgovernment", True),
        ({"ARM_ENVIRONMENT": "AzureChinaCloud"}, "china", True),
        ({"ARM_ENDPOINT": "https://management.azure.com/"}, "public", True),
    ],
)
def test_the_cloud_is_that_of_the_deployment(environment: dict[str, str], cloud: str, own: bool) -> None:
    assert (cloud_asked(environment), is_azures_own(environment)) == (cloud, own)


def test_the_sandbox_is_not_azures_own(scene: Scene) -> None:
    assert (cloud_asked(os.environ), is_azures_own(os.environ)) == ("public", False)


def test_lines_fit_a_terminal(regions: Regions) -> None:
    regions.listed(TO_JAPAN, added=(NEW,))
    code, shown = on_screen("regions", "--refresh", "--dry-run")
    assert code == 0, shown
    assert [line for line in shown.splitlines() if len(line) > 80 and str(regions.file) not in line] == []


def test_the_sandbox_shows_it_without_touching_the_map(tmp_path: Path) -> None:
    own = Project(ROOT, {"LAB_SANDBOX_DIR": str(tmp_path / "sandbox"), "PULUMI_STACK": "dev"})
    before = FILE.read_bytes()
    assert "Nothing has changed" in own.run("sandbox/labs", "regions", "--refresh", "--dry-run").stdout
    refused = own.run("sandbox/labs", "regions", "--refresh", check=False)
    assert (refused.returncode, "another Resource Manager than Azure's own" in refused.stderr) == (2, True)
    assert FILE.read_bytes() == before
