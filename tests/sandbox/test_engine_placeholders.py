"""What stands in for a real subscription, read from a stack's own files."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator.process.lease import lease
from sandbox.engine.errors import EngineError
from sandbox.engine.placeholders.placeholders import Placeholders, folder_of_one_preview
from sandbox.engine.placeholders.stack_files import RealStack

REAL = "11111111-2222-3333-4444-555555555555"
OTHER = "99999999-2222-3333-4444-555555555555"
PRETEND = "00000000-0000-0000-0000-000000000001"
BUILD = f"/subscriptions/{REAL}/resourceGroups/Build/providers/Microsoft.Compute"
PRETEND_SNAPSHOT = f"/subscriptions/{PRETEND}/resourceGroups/image-build/providers/Microsoft.Compute/snapshots/debian"
STACK = f"""
config:
  azure-native:subscriptionId: {REAL}
  small:resourceGroupName: galleries
  small:location: Korea Central
  small:labAccountIds:
    - /subscriptions/{REAL}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/ours
    - /subscriptions/{OTHER}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/theirs
    - /subscriptions/{PRETEND}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs
"""
CATALOGUE = f"""
defaults: {{data_disk_count: 0}}
images:
  linux:
    os_type: Linux
    os_state: Generalized
    versions:
      1.0.0: {{source: {{snapshot: "{BUILD}/snapshots/a"}}, os_disk_size_gb: 64}}
      1.1.0: {{source: {{snapshot: "{BUILD.lower()}/snapshots/a"}}, os_disk_size_gb: 64}}
      1.2.0: {{source: {{vm: "{BUILD}/virtualMachines/b"}}}}
      1.3.0: {{source: {{vm: "{BUILD}/virtualMachines/c"}}, os_disk_size_gb: 30, data_disk_count: 2}}
  windows:
    os_type: Windows
    os_state: Generalized
    hyper_v_generation: V2
    versions:
      1.0.0: {{source: {{managed_image: "{BUILD}/images/d"}}, os_disk_size_gb: 127, data_disk_count: }}
      2.0.0: {{source: {{disk: "{BUILD}/disks/e"}}, data_disk_count: }}
      3.0.0: {{source: {{gallery_version: "{BUILD}/galleries/g/images/i/versions/1.0.0"}}, os_disk_size_gb: 64}}
      4.0.0: {{source: {{snapshot: "{PRETEND_SNAPSHOT}"}}}}
      5.0.0: {{source: {{vhd: {{storage_account: /x, uri: "https://x"}}}}}}
"""


def real_stack(folder: Path, stack: str = STACK, catalogue: str = CATALOGUE) -> RealStack | None:
    (folder / "Pulumi.prod.yaml").write_text(stack)
    (folder / "images.yaml").write_text(catalogue)
    return RealStack.of("small", "prod", folder, folder / "Pulumi.prod.yaml")


def stand_ins(folder: Path, stack: str = STACK, catalogue: str = CATALOGUE) -> Placeholders:
    real = real_stack(folder, stack, catalogue)
    assert real is not None
    return Placeholders.of(real)


@pytest.mark.parametrize(
    "stack",
    [
        "",
        "config: [",
        "config: 3",
        "- a list",
        "config: {small:location: koreacentral}",
        f"config: {{azure-native:subscriptionId: {PRETEND}}}",
        "config: {azure-native:subscriptionId: {secure: v1:AAAA}}",
    ],
)
def test_a_stack_without_a_real_subscription_is_left_alone(tmp_path: Path, stack: str) -> None:
    assert real_stack(tmp_path, stack) is None


def test_everything_that_the_sandbox_lacks_is_planted_as_declared(tmp_path: Path) -> None:
    found = stand_ins(tmp_path)
    assert set(found.subscriptions) == {REAL, OTHER}
    groups = found.subscriptions[REAL]["resourceGroups"]
    assert {name: group["location"] for name, group in groups.items()} == dict.fromkeys(
        ("galleries", "labs", "build"), "Korea Central"
    )
    assert groups["labs"]["labaccounts"] == {"ours": {}}
    assert found.subscriptions[OTHER]["resourceGroups"]["labs"]["labaccounts"] == {"theirs": {}}
    build = groups["build"]
    assert build["snapshots"] == {"a": {"osType": "Linux", "sizeGB": 64, "generation": "V1"}}
    assert build["virtualMachines"] == {
        "b": {"osType": "Linux", "osDisk": "b-os", "dataDisks": [], "generalized": True},
        "c": {"osType": "Linux", "osDisk": "c-os", "sizeGB": 30, "dataDisks": ["c-data-0", "c-data-1"]}
        | {"generalized": True},
    }
    assert build["disks"] == {"b-os": {"osType": "Linux"}, "e": {"osType": "Windows", "generation": "V2"}}
    assert "images" not in build
    assert [refusal["path"].split("/")[-1] for refusal in found.refusals] == [r"d(\?|$)", r"1\.0\.0(\?|$)"]


def test_the_banner_names_what_is_assumed_unknown_and_unseen(tmp_path: Path) -> None:
    lines = stand_ins(tmp_path).banner().splitlines()
    assert all(line.startswith("sandbox: ") for line in lines)
    assert f"stack prod without credentials: subscription {REAL} was not asked" in lines[0]
    assert "2 subscriptions, 4 resource groups, 2 lab accounts, 6 sources" in lines[1]
    assert "lie in Korea Central" in lines[2]
    assert "not seen: what the gallery and the labs contain" in lines[3]
    assert [line.removeprefix("sandbox:   ") for line in lines[5:]] == [
        "images.linux.versions.1.2.0: os_disk_size_gb",
        "images.windows.versions.1.0.0: data_disk_count",
        "images.windows.versions.2.0.0: os_disk_size_gb",
    ]


def test_a_long_list_of_unknown_facts_is_cut(tmp_path: Path) -> None:
    versions = "\n".join(f'      1.0.{n}: {{source: {{disk: "{BUILD}/disks/d{n}"}}}}' for n in range(50))
    lines = stand_ins(tmp_path, catalogue=f"images:\n  many:\n    versions:\n{versions}\n").banner().splitlines()
    assert len(lines) == 26
    assert lines[-1] == "sandbox:   and 30 more"


def test_a_resource_group_that_the_stack_makes_is_not_there_yet(tmp_path: Path) -> None:
    found = stand_ins(tmp_path, f"{STACK}  small:createResourceGroup: true\n", "")
    assert set(found.subscriptions[REAL]["resourceGroups"]) == {"labs"}


@pytest.mark.parametrize(
    "accounts", [f'"[\\"{BUILD}/labaccounts/x\\"]"', f"{BUILD}/labaccounts/x", f"[{BUILD}/labaccounts/x, 3, {{a: b}}]"]
)
def test_lab_accounts_are_read_in_every_form_that_the_engine_writes(tmp_path: Path, accounts: str) -> None:
    stack = f"config:\n  azure-native:subscriptionId: {REAL}\n  labAccountIds: {accounts}\n"
    assert stand_ins(tmp_path, stack, "").labs["labaccounts"] == 1


def test_lab_plans_and_devtest_labs_are_stood_in_for_too(tmp_path: Path) -> None:
    labs = f"/subscriptions/{REAL}/resourceGroups/labs/providers"
    keys = f"""
  small:labPlanId: {labs}/Microsoft.LabServices/labPlans/autumn
  small:devTestLabIds: [{labs}/Microsoft.DevTestLab/labs/courses]
"""
    found = stand_ins(tmp_path, STACK + keys, "")
    groups = found.subscriptions[REAL]["resourceGroups"]
    assert groups["labs"]["labPlans"] == {"autumn": {"allowedRegions": ["Korea Central"]}}
    assert groups["labs"]["labs"] == {"courses": {}}
    assert "1 lab plan, 1 DevTest lab" in found.banner()
    made = stand_ins(tmp_path, f"{STACK}  small:labPlan: {{name: spring, resourceGroupName: plans}}\n", "")
    assert "plans" in made.subscriptions[REAL]["resourceGroups"]
    as_text = stand_ins(tmp_path, f"""{STACK}  small:labPlan: '{{"name": "a", "resourceGroupName": "more"}}'\n""", "")
    assert "more" in as_text.subscriptions[REAL]["resourceGroups"]


@pytest.mark.parametrize(
    "catalogue",
    ["images: [", "images: [a, b]", "images: {a: {versions: 3}}", "images: {a: {versions: {1.0.0: {source: x}}}}"],
)
def test_a_catalogue_that_is_none_is_left_to_the_program(tmp_path: Path, catalogue: str) -> None:
    assert stand_ins(tmp_path, catalogue=catalogue).sources == 0


def test_the_emulator_shows_the_stand_ins_and_nothing_outlives_the_preview(tmp_path: Path) -> None:
    found = stand_ins(tmp_path)
    with folder_of_one_preview(tmp_path / "sandbox") as folder, lease(folder) as held:
        found.plant(held.endpoint)

        def get(path: str, version: str) -> Any:
            request = urllib.request.Request(
                f"{held.endpoint}{path}?api-version={version}", headers={"Authorization": "Bearer any"}
            )
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)["properties"]

        assert get(f"{BUILD}/snapshots/a", "2024-03-02")["diskSizeGB"] == 64
        unknown = get(f"{BUILD}/disks/e", "2024-03-02")
        assert unknown["hyperVGeneration"] == "V2"
        assert not {"diskSizeGB", "diskSizeBytes"} & set(unknown)
        with pytest.raises(urllib.error.HTTPError, match="403"):
            get(f"{BUILD}/images/d", "2024-07-01")
    assert list((tmp_path / "sandbox" / "stand-ins").iterdir()) == []


TAKEN_OVER = """
images:
  teacher:
    os_type: Linux
    os_state: Specialized
    identifier: {publisher: contoso, offer: gis, sku: teacher}
    versions:
      0.0.1: {source: {existing: true}, os_disk_size_gb: 100, data_disk_count: 1, target_regions: [koreasouth]}
      0.0.2: {source: {existing: true}}
  "not/allowed":
    versions: {1.0.0: {source: {existing: true}, os_disk_size_gb: 1}}
"""


def test_versions_that_are_taken_over_are_there_as_declared(tmp_path: Path) -> None:
    stack = STACK.replace("small:location", "small:galleryName: labs\n  small:location")
    found = stand_ins(tmp_path, stack, TAKEN_OVER)
    gallery = f"/subscriptions/{REAL}/resourceGroups/galleries/providers/Microsoft.Compute/galleries/labs"
    with folder_of_one_preview(tmp_path / "sandbox") as folder, lease(folder) as held:
        found.plant(held.endpoint)
        request = urllib.request.Request(
            f"{held.endpoint}{gallery}/images/teacher/versions?api-version=2024-03-03",
            headers={"Authorization": "Bearer any"},
        )
        with urllib.request.urlopen(request) as answer:
            first, second = json.load(answer)["value"]
    profile = first["properties"]["publishingProfile"]
    assert {target["name"] for target in profile["targetRegions"]} >= {"Korea South"}
    assert len(first["properties"]["storageProfile"]["dataDiskImages"]) == 1
    assert {item["properties"]["provisioningState"] for item in (first, second)} == {"Succeeded"}
    assert "tags" not in first
    banner = found.banner()
    assert "images.teacher.versions.0.0.2: os_disk_size_gb" in banner
    assert "not stood in for, since it cannot be as declared" in banner
    assert "3 existing versions" in banner


def test_an_emulator_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="does not answer"):
        stand_ins(tmp_path).plant("http://127.0.0.1:9")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "stand-ins").write_text("a file")
    with pytest.raises(EngineError, match="cannot be written"), folder_of_one_preview(tmp_path):
        pass
