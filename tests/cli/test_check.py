"""`labs check`: what it finds, what it counts, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.support.builders import LAB_ACCOUNT, SNAPSHOT, SUBSCRIPTION
from tests.support.commands import run_labs

CATALOGUE = f"""\
images:
  gis:
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso, offer: gis, sku: one}}
    versions:
      1.0.0:
        source: {{snapshot: {SNAPSHOT}}}
        os_disk_size_gb: 64
        data_disk_count: 0
      1.1.0:
        source: {{snapshot: {SNAPSHOT}}}
        os_disk_size_gb: 100
        replicas_per_region: {{koreacentral: 3}}
  cad:
    os_type: Windows
    os_state: Generalized
    identifier: {{publisher: contoso, offer: cad, sku: one}}
    versions:
      1.0.0:
        source: {{snapshot: {SNAPSHOT}}}
        os_disk_size_gb: 127
        target_regions: home
"""
STACK = f"""\
config:
  azure-native:subscriptionId: {SUBSCRIPTION}
  lab-image-gallery:galleryName: images
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:location: koreacentral
  lab-image-gallery:labAccountIds:
    - {LAB_ACCOUNT}
"""


@pytest.fixture(autouse=True)
def project(folder: Path) -> None:
    """The catalogue and nothing else."""
    write("images.yaml", CATALOGUE)


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def run(*arguments: str) -> Result:
    return run_labs("check", *arguments)


def answer(*arguments: str, code: int) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["ok"] is (code == 0)
    return found


def diagnostics(*arguments: str) -> list[str]:
    """The lines of problems in text, having made sure that JSON has the same ones."""
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    *lines, _, summary = result.stdout.splitlines()
    found = answer(*arguments, code=1)["problems"]
    assert [problem["message"] in line for problem, line in zip(found, lines, strict=True)] == [True] * len(lines)
    assert summary.startswith(f"{len(lines)} problem")
    return lines


# --- Storage


def test_storage_is_counted_per_stack_over_its_regions() -> None:
    write("Pulumi.dev.yaml", STACK)
    found = answer(code=0)
    assert found["files"] == ["Pulumi.dev.yaml", "images.yaml"]
    (storage,) = found["storage"]
    assert (storage["stack"], storage["catalogue"], storage["per_region"]) == ("dev", "images.yaml", False)
    # gis: 64 GB in two regions, and 100 GB three times at home and once in the other; cad: 127 GB at home only.
    assert storage["images"] == {
        "gis": {"versions": 2, "replicas": 6, "stored_gb_at_most": 528, "versions_of_unknown_size": 0},
        "cad": {"versions": 1, "replicas": 1, "stored_gb_at_most": 127, "versions_of_unknown_size": 0},
    }
    assert storage["total"] == {
        "versions": 3,
        "replicas": 7,
        "stored_gb_at_most": 655,
        "versions_of_unknown_size": 0,
    }


def test_storage_in_text() -> None:
    write("Pulumi.dev.yaml", STACK)
    assert run().stdout.splitlines()[:7] == [
        "No problem in Pulumi.dev.yaml, images.yaml.",
        "",
        "images.yaml in stack dev, home region koreacentral:",
        "image  versions  replicas  stored GB at most",
        "gis           2         6                528",
        "cad           1         1                127",
        "all           3         7                655",
    ]


def test_each_stack_is_counted_with_its_own_settings() -> None:
    write("Pulumi.dev.yaml", STACK)
    write("Pulumi.small.yaml", STACK + "  lab-image-gallery:targetRegions: home\n")
    found = answer(code=0)["storage"]
    assert {entry["stack"]: entry["total"]["stored_gb_at_most"] for entry in found} == {"dev": 655, "small": 491}


def test_without_a_stack_one_region_is_counted() -> None:
    result = run("images.yaml")
    assert result.exit_code == 0
    assert "images.yaml in each region (a stack file decides which regions):" in result.stdout.splitlines()
    (storage,) = answer("images.yaml", code=0)["storage"]
    assert (storage["stack"], storage["per_region"]) == (None, True)
    assert storage["images"]["gis"]["stored_gb_at_most"] == 64 + 3 * 100


def test_a_version_of_unknown_size_is_told_and_not_counted() -> None:
    write("images.yaml", CATALOGUE.replace("        os_disk_size_gb: 100\n", ""))
    write("Pulumi.dev.yaml", STACK)
    assert answer(code=0)["storage"][0]["images"]["gis"] == {
        "versions": 2,
        "replicas": 6,
        "stored_gb_at_most": 128,
        "versions_of_unknown_size": 1,
    }
    lines = run().stdout.splitlines()
    assert "gis           2         6            128 + ?" in lines
    assert lines[-3] == "? 1 version without os_disk_size_gb, not counted in GB."


def test_text_fits_100_columns_with_the_longest_names() -> None:
    write("images.yaml", CATALOGUE.replace("  gis:", f"  {'g' * 80}:"))
    write("Pulumi.dev.yaml", STACK)
    huge = "        os_disk_size_gb: 2048\n"
    of_others = "  cad:\n    consumers: [other]\n"
    write("other.yaml", CATALOGUE.replace("        os_disk_size_gb: 127\n", huge).replace("  cad:\n", of_others))
    for arguments in ((), ("other.yaml",), ("--help",)):
        result = run(*arguments)
        assert result.exit_code == 0, result.output
        assert max(map(len, result.stdout.splitlines())) <= 100
    assert "g" * 49 + "…" in run().stdout
    assert "2,048" in run("other.yaml").stdout


# --- What one stack declares


def test_what_a_stack_declares_is_answered_for_its_file_alone() -> None:
    plan = LAB_ACCOUNT.replace("labaccounts/contoso", "labPlans/autumn")
    lab = LAB_ACCOUNT.replace("LabServices/labaccounts", "DevTestLab/labs")
    keys = f"  lab-image-gallery:labPlanId: {plan}\n  lab-image-gallery:devTestLabIds: [{lab}]\n"
    write("Pulumi.dev.yaml", STACK + keys)
    write(
        "images.yaml",
        CATALOGUE.replace("    os_type: Windows\n", "    os_type: Windows\n    end_of_life: 2099-06-30\n"),
    )
    assert "stack" not in answer(code=0)
    assert "stack" not in answer("images.yaml", code=0)
    found = answer("Pulumi.dev.yaml", code=0)["stack"]
    images = found.pop("images")
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries"
    assert found == {
        "name": "dev",
        "project": "lab-image-gallery",
        "catalogue": "images.yaml",
        "subscription": SUBSCRIPTION,
        "location": "koreacentral",
        "resource_group": {"id": group, "made_by_stack": False},
        "gallery": f"{group}/providers/Microsoft.Compute/galleries/images",
        "lab_plan_resource_group": None,
        "marketplace_images": [],
        "labs": [
            {"type": "Microsoft.LabServices/labaccounts", "id": LAB_ACCOUNT},
            {"type": "Microsoft.DevTestLab/labs", "id": lab},
            {"type": "Microsoft.LabServices/labPlans", "id": plan},
        ],
    }
    assert list(images) == ["gis", "cad"]
    cad = images["cad"]
    assert cad["definition"].items() >= {"os_type": "Windows", "sku": "one", "end_of_life": "2099-06-30"}.items()
    assert cad["versions"]["1.0.0"] == {
        "source": {"kind": "snapshot", "id": SNAPSHOT},
        "os_disk_size_gb": 127,
        "data_disk_count": None,
        "target_regions": [
            {"name": "koreacentral", "replicas": 1, "storage_account_type": "Standard_LRS"}
            | {"exclude_from_latest": False}
        ],
    }


def test_a_stack_with_wrong_settings_or_catalogue_declares_nothing() -> None:
    write("Pulumi.dev.yaml", STACK + "  lab-image-gallery:protect: perhaps\n")
    assert "stack" not in answer("Pulumi.dev.yaml", code=1)
    write("Pulumi.dev.yaml", STACK)
    write("images.yaml", CATALOGUE.replace("os_type: Windows", "os_type: Plan9"))
    assert "stack" not in answer("Pulumi.dev.yaml", code=1)


def test_a_version_whose_regions_contradict_each_other_has_none() -> None:
    write("Pulumi.dev.yaml", STACK)
    write("images.yaml", CATALOGUE.replace("{koreacentral: 3}", "{japaneast: 3}"))
    versions = answer("Pulumi.dev.yaml", code=1)["stack"]["images"]["gis"]["versions"]
    assert [len(version["target_regions"]) for version in versions.values()] == [2, 0]


# --- Which files


def test_a_stack_may_name_another_catalogue_from_the_projects_folder() -> None:
    write("Pulumi.yaml", "name: lab-image-gallery\nruntime: python\n")
    write("examples/us/images.yaml", CATALOGUE)
    write("examples/us/Pulumi.us.yaml", STACK + "  lab-image-gallery:catalog: examples/us/images.yaml\n")
    found = answer("examples/us/Pulumi.us.yaml", code=0)
    assert found["files"] == ["examples/us/Pulumi.us.yaml", "examples/us/images.yaml"]
    assert found["storage"][0]["stack"] == "us"


def test_without_images_yaml_the_stacks_say_what_to_check() -> None:
    Path("images.yaml").rename("other.yaml")
    write("Pulumi.dev.yaml", STACK + "  lab-image-gallery:catalog: other.yaml\n")
    assert answer(code=0)["files"] == ["Pulumi.dev.yaml", "other.yaml"]


def test_a_catalogue_that_no_stack_names_is_checked_too() -> None:
    write("other.yaml", CATALOGUE)
    write("Pulumi.dev.yaml", STACK + "  lab-image-gallery:catalog: other.yaml\n")
    found = answer(code=0)
    assert [entry["catalogue"] for entry in found["storage"]] == ["images.yaml", "other.yaml"]
    assert [entry["stack"] for entry in found["storage"]] == [None, "dev"]


# --- Problems


def test_all_problems_of_all_files_come_together() -> None:
    write("images.yaml", CATALOGUE.replace("os_type: Linux", "os_type: linux").replace("offer: cad", "offer: ''"))
    write("Pulumi.dev.yaml", STACK.replace("location:", "locaton:"))
    lines = diagnostics()
    assert [line.split(":")[0] for line in lines].count("images.yaml") == 2
    assert (
        "Pulumi.dev.yaml:5: lab-image-gallery:locaton: there is no such key; write lab-image-gallery:location" in lines
    )
    assert not any("is missing" in line for line in lines)  # it is the same mistake
    assert run().stdout.splitlines()[-1].endswith(" in 2 files.")


def test_an_encrypted_value_is_no_problem() -> None:
    secret = "{secure: AAABAKDNLCyQHbq4PhmjBSVJSZcbvV+hxjZZJg==}"
    write("Pulumi.dev.yaml", STACK + f"  lab-image-gallery:galleryDescription: {secret}\n")
    assert answer(code=0)["problems"] == []


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        ("azure-native:subscriptionId", "{secure: AAABAKDNLCyQ}"),
        ("lab-image-gallery:galleryName", "{secure: AAABAKDNLCyQ}"),
        ("lab-image-gallery:labAccountIds", "[{secure: AAABAKDNLCyQ}]"),
    ],
)
def test_an_encrypted_value_is_neither_missing_nor_judged(key: str, secret: str) -> None:
    lines = [line for line in STACK.splitlines() if LAB_ACCOUNT not in line and not line.strip().startswith(key)]
    write("Pulumi.dev.yaml", "\n".join([*lines, f"  {key}: {secret}\n"]))
    assert answer(code=0)["problems"] == []


LINUX = "    os_type: Linux\n"
BAD = {
    "unicode": (CATALOGUE.replace("offer: gis", "offer: 지리정보🗺️"), "must be 1 to 64 letters"),
    "a value of 1 MB": (CATALOGUE.replace("offer: gis", f"offer: {'x' * 1_000_000}"), "is too long"),
    "a key of 1 MB": (CATALOGUE.replace(LINUX, f"{LINUX}    ? {'x' * 1_000_000}\n    : 1\n"), "is too long"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_catalogues_are_explained(case: str) -> None:
    text, expected = BAD[case]
    write("images.yaml", text)
    lines = diagnostics("images.yaml")
    assert any(expected in line for line in lines), lines
    assert all(line.startswith("images.yaml:") for line in lines)
    assert max(map(len, lines)) < 1000
    assert all(line.isprintable() for line in lines)


# --- What cannot be read


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Pulumi.missing.yaml", "Pulumi.missing.yaml: there is no such file"),
        ("loop.yaml", "loop.yaml: the file cannot be read: "),
        ("x" * 5000, "the file cannot be read: "),
        ("a\0b", "the file cannot be read: "),
    ],
)
def test_files_that_cannot_be_read_end_with_2(name: str, expected: str, folder: Path) -> None:
    (folder / "loop.yaml").symlink_to("loop.yaml")
    result = run(name)
    assert result.exit_code == 2
    assert expected in result.stderr
    assert result.stdout == ""
    assert expected in answer(name, code=2)["error"]


def test_a_file_without_read_permission_ends_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    # The permission check itself is replaced: root, as whom containers run, may read everything.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    result = run("images.yaml")
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: images.yaml: the file cannot be read: permission denied; chmod u+r gives it to its owner\n"
    )


def test_help_has_examples_and_exit_codes() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "labs check Pulumi.dev.yaml" in result.stdout
    assert "1 problems found" in result.stdout


def test_the_policies_of_a_real_stack_are_checked_with_it() -> None:
    write("policy-config.json", '{"image-single-disk": "disabled"}')
    write(
        "Pulumi.prod.yaml",
        STACK.replace(SUBSCRIPTION, "11111111-2222-3333-4444-555555555555"),
    )
    write("Pulumi.dev.yaml", STACK)
    assert ["policy-config.json" in line for line in diagnostics("Pulumi.prod.yaml")] == [True]
    # The sandbox has a configuration of its own.
    assert answer("Pulumi.dev.yaml", code=0)["files"] == ["Pulumi.dev.yaml", "images.yaml"]
    Path("sandbox").mkdir()
    write("sandbox/policy-config.json", "{}")
    assert answer("Pulumi.dev.yaml", code=0)["files"] == [
        "Pulumi.dev.yaml",
        "images.yaml",
        "sandbox/policy-config.json",
    ]
    write("policy-config.json", "{}")
    both = ["policy-config.json", "sandbox/policy-config.json"]
    assert answer(code=0)["files"][-2:] == both
    write("sandbox/policy-config.json", '{"image-single-disk": "disabled"}')
    assert ["sandbox/policy-config.json" in line for line in diagnostics()] == [True]


@pytest.mark.parametrize("more", ["", "  other-program:catalog: theirs.yaml\n"])
def test_without_a_catalogue_it_is_said_how_to_begin_one(more: str) -> None:
    write("Pulumi.prod.yaml", STACK + more)
    Path("images.yaml").unlink()
    (problem,) = diagnostics("Pulumi.prod.yaml")
    assert problem == (
        "Pulumi.prod.yaml: images.yaml: there is no such file; get it back with git restore, or write `images: {}` "
        "into it for a catalogue without images"
    )


def test_a_folder_of_the_catalogues_name(folder: Path) -> None:
    catalogue = folder / "images.yaml"
    catalogue.unlink()
    catalogue.mkdir()
    try:
        result = run_labs("check")
    finally:
        catalogue.rmdir()
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: images.yaml: this is a folder; give it another name, and make a file images.yaml in its place, at "
        "first with `images: {}`\n"
    )


def test_a_folder_in_place_of_the_policies_configuration(folder: Path) -> None:
    (folder / "images.yaml").write_text("images: {}\n", encoding="utf-8")
    config = folder / "policy-config.json"
    config.mkdir()
    result = run_labs("check")
    config.rmdir()  # whoever clears up opens it by the name of a file that no test reads
    advice = "give it another name, since policy-config.json is the file that configures the policies"
    assert result.exit_code == 2
    assert result.stderr == f"Error: policy-config.json: this is a folder; {advice}\n"
