"""What stands in for a real subscription, read from a stack's own files."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from sandbox.emulator.process.lease import lease
from sandbox.engine.errors import EngineError
from sandbox.engine.placeholders.placeholders import Placeholders, folder_of_one_preview
from sandbox.engine.placeholders.real_stack import RealStack
from tests.support import ids
from tests.support.emulator_client import Client
from tests.support.ids import REAL

OTHER = "99999999-2222-3333-4444-555555555555"
BUILD = f"/subscriptions/{REAL}/resourceGroups/Build/providers/Microsoft.Compute"
PRETEND_SNAPSHOT = f"{ids.BUILD}/snapshots/debian"
LABS = f"/subscriptions/{REAL}/resourceGroups/labs/providers"
STACK = f"""
config:
  azure-native:subscriptionId: {REAL}
  lab-image-gallery:galleryName: labs
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:location: Korea Central
"""
ACCOUNTS = f"""{STACK}
  lab-image-gallery:labAccountIds:
    - {LABS}/Microsoft.LabServices/labaccounts/ours
    - /subscriptions/{OTHER}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/theirs
    - {ids.LAB_ACCOUNT}
"""
VHD = f"""{{
        storage_account: "{BUILD.replace("Compute", "Storage")}/storageAccounts/x", uri: "https://x.example/vhds/x.vhd"}}"""
CATALOGUE = f"""
defaults: {{data_disk_count: 0}}
images:
  linux:
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso, offer: gis, sku: linux}}
    versions:
      1.0.0: {{source: {{snapshot: "{BUILD}/snapshots/a"}}, os_disk_size_gb: 64}}
      1.1.0: {{source: {{snapshot: "{BUILD.lower()}/snapshots/a"}}, os_disk_size_gb: 64}}
      1.2.0: {{source: {{vm: "{BUILD}/virtualMachines/b"}}}}
      1.3.0: {{source: {{vm: "{BUILD}/virtualMachines/c"}}, os_disk_size_gb: 30, data_disk_count: 2}}
  windows:
    os_type: Windows
    os_state: Generalized
    identifier: {{publisher: contoso, offer: gis, sku: windows}}
    hyper_v_generation: V2
    versions:
      1.0.0: {{source: {{managed_image: "{BUILD}/images/d"}}, os_disk_size_gb: 127, data_disk_count: }}
      2.0.0: {{source: {{disk: "{BUILD}/disks/e"}}, data_disk_count: }}
      3.0.0: {{source: {{gallery_version: "{BUILD}/galleries/g/images/i/versions/1.0.0"}}, os_disk_size_gb: 64}}
      4.0.0: {{source: {{snapshot: "{PRETEND_SNAPSHOT}"}}}}
      5.0.0: {{source: {{vhd: {VHD}}}, os_disk_size_gb: 64}}
"""
TAKEN_OVER = """
images:
  teacher:
    os_type: Linux
    os_state: Specialized
    identifier: {publisher: contoso, offer: gis, sku: teacher}
    versions:
      0.0.1: {source: {existing: true}, os_disk_size_gb: 100, data_disk_count: 1, target_regions: [koreasouth]}
      0.0.2: {source: {existing: true}}
"""
GOOD = TAKEN_OVER.replace("data_disk_count: 1, ", "")
ACCOUNT = f"{LABS}/Microsoft.LabServices/labaccounts/x"


def real_stack(folder: Path, stack: str = ACCOUNTS, catalogue: str = CATALOGUE) -> RealStack | None:
    (folder / "Pulumi.yaml").write_text("name: lab-image-gallery\n")
    (folder / "Pulumi.prod.yaml").write_text(stack)
    (folder / "images.yaml").write_text(catalogue)
    return RealStack.of("lab-image-gallery", "prod", folder, folder / "Pulumi.prod.yaml")


def stand_ins(folder: Path, stack: str = ACCOUNTS, catalogue: str = CATALOGUE) -> Placeholders:
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
        "config: {lab-image-gallery:location: koreacentral}",
        f"config: {{azure-native:subscriptionId: {ids.SUBSCRIPTION}}}",
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
        ("galleries", "labs", "build"), "koreacentral"
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
    assert "lie in koreacentral" in lines[2]
    assert "not seen: what the gallery and the labs contain" in lines[3]
    assert "left out: what teachers see" in lines[4]
    assert [line.removeprefix("sandbox:   ") for line in lines[6:]] == [
        "images.linux.versions.1.2.0: os_disk_size_gb",
        "images.windows.versions.1.0.0: data_disk_count",
        "images.windows.versions.2.0.0: os_disk_size_gb",
    ]


def test_a_long_list_of_unknown_facts_is_cut(tmp_path: Path) -> None:
    versions = "".join(f'      1.0.{n}: {{source: {{disk: "{BUILD}/disks/d{n}"}}}}\n' for n in range(50))
    catalogue = TAKEN_OVER.partition("      0.0.1")[0] + versions
    lines = stand_ins(tmp_path, catalogue=catalogue).banner().splitlines()
    assert len(lines) == 27
    assert lines[-1] == "sandbox:   and 30 more"


def test_a_resource_group_that_the_stack_makes_is_not_there_yet(tmp_path: Path) -> None:
    found = stand_ins(tmp_path, f"{ACCOUNTS}  lab-image-gallery:createResourceGroup: true\n", TAKEN_OVER)
    assert set(found.subscriptions[REAL]["resourceGroups"]) == {"labs"}


@pytest.mark.parametrize("accounts", [f'["{ACCOUNT}"]', ACCOUNT, f"'[\"{ACCOUNT}\"]'"])
def test_lab_accounts_are_read_in_every_form_that_the_engine_writes(tmp_path: Path, accounts: str) -> None:
    assert stand_ins(tmp_path, f"{STACK}  labAccountIds: {accounts}\n", TAKEN_OVER).labs["labaccounts"] == 1


def test_lab_plans_and_devtest_labs_are_stood_in_for_too(tmp_path: Path) -> None:
    keys = f"""
  lab-image-gallery:labPlanId: {LABS}/Microsoft.LabServices/labPlans/autumn
  lab-image-gallery:devTestLabIds: [{LABS}/Microsoft.DevTestLab/labs/courses]
"""
    found = stand_ins(tmp_path, STACK + keys, TAKEN_OVER)
    groups = found.subscriptions[REAL]["resourceGroups"]
    assert groups["labs"]["labPlans"] == {"autumn": {"allowedRegions": ["koreacentral"]}}
    assert groups["labs"]["labs"] == {"courses": {}}
    assert "1 lab plan, 1 DevTest lab" in found.banner()
    listed = [{"publisher": "contoso", "offer": "gis", "sku": "one"}]
    with_list = stand_ins(tmp_path, f"{STACK}{keys}  lab-image-gallery:marketplaceImages: {listed}\n", TAKEN_OVER)
    labs = with_list.subscriptions[REAL]["resourceGroups"]["labs"]
    assert labs["labPlans"]["autumn"]["marketplaceImages"] == listed
    assert labs["labs"] == {"courses": {}}
    for plan in ("{name: spring, resourceGroupName: plans}", """'{"name": "a", "resourceGroupName": "plans"}'"""):
        made = stand_ins(tmp_path, f"{STACK}  lab-image-gallery:labPlan: {plan}\n", TAKEN_OVER)
        assert set(made.subscriptions[REAL]["resourceGroups"]) == {"galleries", "plans"}


@pytest.mark.parametrize(
    ("stack", "catalogue", "has_problems"),
    [
        (STACK, "images: [", "images.yaml has"),
        (STACK, "images: [a, b]", "images.yaml has"),
        (STACK, "images: {a: {versions: 3}}", "images.yaml has"),
        (STACK, "images: {a: {versions: {1.0.0: {source: x}}}}", "images.yaml has"),
        (STACK, TAKEN_OVER.replace("teacher:", '"not/allowed":', 1), "images.yaml has"),
        (f"{STACK}  labAccountIds: [{ACCOUNT}, 3, {{a: b}}]\n", GOOD, "Pulumi.prod.yaml has"),
        (f"{STACK}  protect: perhaps\n", "images: [", "Pulumi.prod.yaml and images.yaml have"),
        (STACK.replace("galleryName: labs", "galleryName: {secure: v1:AAAA}"), GOOD, "Pulumi.prod.yaml has"),
    ],
)
def test_what_is_wrong_with_the_files_is_left_to_the_program(
    tmp_path: Path, stack: str, catalogue: str, has_problems: str
) -> None:
    found = stand_ins(tmp_path, stack, catalogue)
    assert (found.sources, found.subscriptions, found.gallery.requests) == (0, {}, [])
    first, second = found.banner().splitlines()
    assert f"stack prod without credentials: subscription {REAL} was not asked" in first
    assert second == f"sandbox: nothing is stood in for: {has_problems} problems; the preview shows them"


def test_what_only_the_plan_refuses_is_stood_in_for(tmp_path: Path) -> None:
    excluded = TAKEN_OVER.replace("target_regions: [koreasouth]", "replicas_per_region: {koreasouth: 3, japaneast: 1}")
    assert stand_ins(tmp_path, f"{STACK}  lab-image-gallery:no-such-key: 1\n", excluded).gallery.versions == 2


def test_a_file_without_the_name_of_a_stack_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_text(STACK)
    real = RealStack.of("lab-image-gallery", "prod", tmp_path, tmp_path / "prod.yaml")
    assert real is not None
    with pytest.raises(EngineError, match=r"prod\.yaml is no name of a stack file"):
        Placeholders.of(real)


def test_the_emulator_shows_the_stand_ins_and_nothing_outlives_the_preview(tmp_path: Path) -> None:
    found = stand_ins(tmp_path)
    with folder_of_one_preview(tmp_path / "sandbox") as folder, lease(folder) as held:
        found.plant(held.endpoint)
        with closing(Client(held.endpoint)) as client:
            assert client.get(f"{BUILD}/snapshots/a").body["properties"]["diskSizeGB"] == 64
            unknown = client.get(f"{BUILD}/disks/e").body["properties"]
            assert unknown["hyperVGeneration"] == "V2"
            assert not {"diskSizeGB", "diskSizeBytes"} & set(unknown)
            assert client.get(f"{BUILD}/images/d").status == 403
    assert list((tmp_path / "sandbox" / "stand-ins").iterdir()) == []


def test_versions_that_are_taken_over_are_there_as_declared(tmp_path: Path) -> None:
    found = stand_ins(tmp_path, catalogue=TAKEN_OVER)
    gallery = f"/subscriptions/{REAL}/resourceGroups/galleries/providers/Microsoft.Compute/galleries/labs"
    with folder_of_one_preview(tmp_path / "sandbox") as folder, lease(folder) as held:
        found.plant(held.endpoint)
        with closing(Client(held.endpoint)) as client:
            first, second = client.get(f"{gallery}/images/teacher/versions").body["value"]
    profile = first["properties"]["publishingProfile"]
    assert {target["name"] for target in profile["targetRegions"]} >= {"Korea South"}
    assert len(first["properties"]["storageProfile"]["dataDiskImages"]) == 1
    assert {item["properties"]["provisioningState"] for item in (first, second)} == {"Succeeded"}
    assert "tags" not in first
    banner = found.banner()
    assert "images.teacher.versions.0.0.2: os_disk_size_gb" in banner
    assert "2 existing versions" in banner


def test_an_emulator_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="does not answer"):
        stand_ins(tmp_path).plant("http://127.0.0.1:9")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "stand-ins").write_text("a file")
    with pytest.raises(EngineError, match="cannot be written"), folder_of_one_preview(tmp_path):
        pass
