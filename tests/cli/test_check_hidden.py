"""`labs check` says what teachers would not see by what the files say, before anything is built."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_check import CATALOGUE, STACK, answer, diagnostics, run, write
from tests.support.builders import SUBSCRIPTION

TODAY = datetime.now(UTC).date()
REAL = STACK.replace(SUBSCRIPTION, "11111111-2222-3333-4444-555555555555")
LARGE = CATALOGUE.replace("os_disk_size_gb: 100\n", "os_disk_size_gb: 256\n")
OS_DISK = "image-os-disk-below-128-gb"
DEPLOYED = "deployed-image-disks"
SUPPORTED = "image-supported-by-lab-services"


@pytest.fixture(autouse=True)
def project(folder: Path) -> None:
    """A real stack, a stack of the sandbox, and their catalogue."""
    write("images.yaml", LARGE)
    write("Pulumi.prod.yaml", REAL)


def exempt(
    image: str = "gis", days: int = 30, policy: str | Sequence[str] = OS_DISK, file: str = "policy-config.json"
) -> None:
    entry = {"image": image, "reason": "agreed", "expires": str(TODAY + timedelta(days))}
    policies = [policy] if isinstance(policy, str) else policy
    write(file, json.dumps({name: {"exemptions": [entry]} for name in policies}, indent=1))


def problems(*arguments: str) -> list[tuple[str, int, str]]:
    return [(each["file"], each["line"], each["key"]) for each in answer(*arguments, code=1)["problems"]]


def test_a_large_disk_is_an_error_with_its_line_and_what_to_do() -> None:
    (found,) = diagnostics()
    assert found == (
        "images.yaml:13: images.gis.versions.1.1.0.os_disk_size_gb: teachers would not see gis 1.1.0: its OS disk has "
        "256 GB, and only images below 128 GB are shown; build it on an OS disk of 127 GB or less "
        "(docs/publish/make-an-image.md); or, if no lab uses it, write consumers without lab_services"
    )
    assert problems("images.yaml") == problems("Pulumi.prod.yaml") == problems()


@pytest.mark.parametrize(
    ("before", "after", "key", "words"),
    [
        ("data_disk_count: 0", "data_disk_count: 1", "versions.1.0.0.data_disk_count", "it has 2 disks"),
        ("os_type: Linux", "os_type: Linux\n    hyper_v_generation: V2", "hyper_v_generation", "labs take V1"),
    ],
)
def test_whatever_hides_an_image_is_found(before: str, after: str, key: str, words: str) -> None:
    write("images.yaml", CATALOGUE.replace(before, after, 1))
    (found,) = answer(code=1)["problems"]
    assert found["key"] == f"images.gis.{key}"
    assert words in found["message"]
    write(
        "images.yaml",
        CATALOGUE.replace(before, f"{after}\n    consumers: [other]", 1) if "os_type" in before else CATALOGUE,
    )
    assert answer(code=0)["problems"] == []


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("architecture", "Arm64", "labs take x64"), ("security_type", "TrustedLaunch", "labs take Standard")],
)
def test_what_images_of_generation_2_alone_have_is_found(key: str, value: str, words: str) -> None:
    system = f"os_type: Linux\n    hyper_v_generation: V2\n    {key}: {value}"
    write("images.yaml", CATALOGUE.replace("os_type: Linux", system, 1))
    found = {each["key"]: each["message"] for each in answer(code=1)["problems"]}
    assert list(found) == ["images.gis.hyper_v_generation", f"images.gis.{key}"]
    assert words in found[f"images.gis.{key}"]


def test_an_image_all_of_whose_versions_are_excluded() -> None:
    hidden = "        target_regions: home\n        exclude_from_latest: true\n"
    write("images.yaml", CATALOGUE.replace("        target_regions: home\n", hidden))
    (found,) = answer(code=1)["problems"]
    assert found["key"] == "images.cad.versions"
    assert "each of its versions is excluded from latest; take exclude_from_latest from one" in found["message"]


def test_a_default_is_reported_once_where_it_stands() -> None:
    write("images.yaml", "defaults:\n  data_disk_count: 1\n" + CATALOGUE.replace("        data_disk_count: 0\n", ""))
    (found,) = answer(code=1)["problems"]
    assert (found["line"], found["key"]) == (2, "defaults.data_disk_count")
    assert "teachers would not see gis 1.0.0, gis 1.1.0, cad 1.0.0: it has 2 disks" in found["message"]


def test_a_region_of_the_stacks_own_lab_plan() -> None:
    plan = "  lab-image-gallery:labPlan: {name: plan, allowedRegions: [koreacentral, koreasouth]}\n"
    write("images.yaml", CATALOGUE)
    write("Pulumi.prod.yaml", REAL + plan)
    (found,) = answer(code=1)["problems"]
    assert found["key"] == "images.cad.versions.1.0.0.target_regions"
    assert found["message"].startswith(
        "in stack prod: teachers would not see cad 1.0.0: it has no replica in koreasouth, where labs are made; add"
    )


def test_an_exemption_in_force_makes_it_a_warning() -> None:
    exempt(image="GIS", policy=(OS_DISK, DEPLOYED))
    result = run()
    assert result.exit_code == 0, result.output
    day = TODAY + timedelta(30)
    assert (
        "Warning: images.yaml:13: images.gis.versions.1.1.0.os_disk_size_gb: teachers would not see gis 1.1.0: its OS "
        f"disk has 256 GB, and only images below 128 GB are shown; exempt from {OS_DISK} until {day} (reason: agreed)"
    ) in result.stdout.splitlines()
    (warning,) = [each for each in answer(code=0)["warnings"] if each["kind"] == "hidden_images"]
    assert (warning["line"], warning["images"]) == (13, [{"image": "gis", "version": "1.1.0"}])


@pytest.mark.parametrize(("policy", "said"), [(OS_DISK, True), ([OS_DISK, DEPLOYED], False)])
def test_an_exemption_that_ends_when_the_image_is_published_says_so(policy: str | list[str], said: bool) -> None:
    exempt(policy=policy)
    (warning,) = [each for each in answer(code=0)["warnings"] if each["kind"] == "hidden_images"]
    assert (f"but not from {DEPLOYED}, which refuses it once it is published" in warning["message"]) is said


def test_an_exemption_of_an_image_that_another_stack_lacks_is_a_warning() -> None:
    other = "images:" + CATALOGUE.split("images:")[1].replace("gis", "maps")
    write("images.yaml", CATALOGUE)
    write("others.yaml", other)
    write("Pulumi.others.yaml", REAL + "  lab-image-gallery:catalog: others.yaml\n")
    exempt(policy="lab-regions-covered")
    (warning,) = [each for each in answer(code=0)["warnings"] if each["kind"] == "exemption"]
    assert (warning["line"], warning["key"]) == (4, "lab-regions-covered.exemptions.0")
    assert warning["message"].startswith(
        'others.yaml has no image "gis", so the preview of stack others refuses this exemption; give a catalogue'
    )
    write("others.yaml", CATALOGUE)
    assert not [each for each in answer(code=0)["warnings"] if each["kind"] == "exemption"]


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ({"policy": "image-single-disk"}, []),
        ({"days": -1}, [("policy-config.json", 4, f"{OS_DISK}.exemptions.0")]),
        ({"image": "gsi"}, [("policy-config.json", 4, f"{OS_DISK}.exemptions.0")]),
        ({"file": "sandbox/policy-config.json"}, []),
    ],
)
def test_another_exemption_excuses_nothing(given: dict[str, Any], more: list[tuple[str, int, str]]) -> None:
    exempt(**given)
    assert sorted(problems()) == [("images.yaml", 13, "images.gis.versions.1.1.0.os_disk_size_gb"), *more]


def test_a_stack_of_the_sandbox_has_the_sandboxs_exemptions() -> None:
    write("Pulumi.dev.yaml", STACK)
    Path("Pulumi.prod.yaml").unlink()
    exempt()
    assert problems() == [("images.yaml", 13, "images.gis.versions.1.1.0.os_disk_size_gb")]
    exempt(file="sandbox/policy-config.json")
    Path("policy-config.json").unlink()
    assert answer(code=0)["problems"] == []
    write("Pulumi.prod.yaml", REAL)  # what one stack does not excuse is not excused
    assert problems() == [("images.yaml", 13, "images.gis.versions.1.1.0.os_disk_size_gb")]


def test_exemptions_that_expired_or_match_nothing_are_found_of_good_images_too() -> None:
    write("images.yaml", CATALOGUE)
    exempt(days=-1, policy="lab-regions-covered")
    (expired,) = answer(code=1)["problems"]
    assert f"this exemption of gis ended on {TODAY - timedelta(1)} and excuses nothing any more" in expired["message"]
    exempt(image="gsi", policy="lab-regions-covered")
    (unmatched,) = answer(code=1)["problems"]
    assert 'images.yaml has no image "gsi", so this exemption excuses nothing now' in unmatched["message"]
    assert answer("images.yaml", code=0)["problems"] == []  # of a catalogue alone nobody knows the stacks
    write("images.yaml", "images: []\n")  # nobody knows which images there are
    assert [each["file"] for each in answer(code=1)["problems"]] == ["images.yaml"]


def test_a_level_that_stops_nothing_for_a_while_is_a_warning() -> None:
    write("images.yaml", CATALOGUE.replace("os_type: Linux", "os_type: Linux\n    hyper_v_generation: V2", 1))
    level = {"enforcementLevel": "advisory", "reason": "the labs move", "expires": str(TODAY)}
    write("policy-config.json", json.dumps({SUPPORTED: level}))
    expected = f"{SUPPORTED} is advisory in policy-config.json until {TODAY} (reason: the labs move)"
    result = run()
    assert result.exit_code == 0, result.output
    assert expected in result.stdout


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({SUPPORTED: "advisory"}, SUPPORTED),
        ({SUPPORTED: {"enforcementLevel": "disabled", "reason": "agreed"}}, f"{SUPPORTED}.enforcementLevel"),
        (
            {SUPPORTED: {"enforcementLevel": "disabled", "reason": "agreed", "expires": str(TODAY - timedelta(1))}},
            f"{SUPPORTED}.expires",
        ),
        ({"all": "disabled"}, "all"),
        ({"all": {"enforcementLevel": "advisory"}}, "all"),
    ],
)
def test_a_level_without_a_term_or_after_it_excuses_nothing(config: dict[str, Any], key: str) -> None:
    write("images.yaml", CATALOGUE.replace("os_type: Linux", "os_type: Linux\n    hyper_v_generation: V2", 1))
    write("policy-config.json", json.dumps(config))
    assert [(file, at) for file, _, at in problems()] == [
        ("policy-config.json", key),
        ("images.yaml", "images.gis.hyper_v_generation"),
    ]


def test_a_locked_level_excuses_nothing() -> None:
    write("images.yaml", LARGE)
    write("policy-config.json", f'{{"{OS_DISK}": "advisory"}}')
    assert [file for file, _, _ in problems()] == ["policy-config.json", "images.yaml"]
