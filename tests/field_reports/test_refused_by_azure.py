"""What Azure is sure to refuse is said before anything is written or made, with the key that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.fields.sizes import LARGEST_OS_DISK_GB, os_disk_size_problem
from catalog.files.diagnostic import InvalidFile
from catalog.files.document import parse
from catalog.images.catalogue import of_document
from catalog.stacks.settings import SettingsError
from inventory.gallery import security_type_of
from lifecycle.catalogue_entry import entries_of
from plan.conflict import PlanRefused
from plan.observed import Observed
from plan.plan import plan
from tests.support import builders as inputs
from tests.support.builders import COMPUTE, SNAPSHOT, SUBSCRIPTION, replica
from tests.support.commands import run_labs

ACCOUNT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/Contoso"
VM = f"{COMPUTE}/virtualMachines/gis"
LINUX = {"os_type": "Linux", "os_state": "Generalized"}
OTHERS = {"consumers": ["other"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a project without files that people write, the current one."""
    (tmp_path / "Pulumi.yaml").write_text("name: lab-image-gallery\nruntime: python\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def vhd(host: str) -> dict[str, Any]:
    source = {"vhd": {"storage_account": ACCOUNT, "uri": f"https://{host}/vhds/gis.vhd"}}
    return inputs.version(source=source)


def found_in(**images: dict[str, Any]) -> list[tuple[str, str]]:
    """Key and message of each finding in a file with these images."""
    try:
        of_document(parse(yaml.safe_dump({"images": images}), file="images.yaml"))
    except InvalidFile as error:
        return [(each.key, each.message) for each in error.diagnostics if each.line]
    return []


def version(**changes: Any) -> dict[str, Any]:
    return inputs.image(versions={"1.0.0": inputs.version(**changes)})


def tags(first: int, last: int) -> dict[str, str]:
    return {f"tag-{number}": "x" for number in range(first, last)}


AT_VERSION = "images.gis.versions.1.0.0"
OF_THE_FILE: dict[str, tuple[dict[str, Any], str, str]] = {
    "bytes": (version(os_disk_size_gb=128849018880), f"{AT_VERSION}.os_disk_size_gb", "bytes are 120 GB; write 120"),
    "a VHD file's bytes": (version(os_disk_size_gb=128849019392), f"{AT_VERSION}.os_disk_size_gb", "write 120"),
    "MB": (version(os_disk_size_gb=122880), f"{AT_VERSION}.os_disk_size_gb", "122880 MB are 120 GB; write 120"),
    "KB": (version(os_disk_size_gb=125829120), f"{AT_VERSION}.os_disk_size_gb", "KB are 120 GB; write 120"),
    "a unit": (version(os_disk_size_gb="120 GB"), f"{AT_VERSION}.os_disk_size_gb", "has no unit; write 120"),
    "no size at all": (version(os_disk_size_gb=99999), f"{AT_VERSION}.os_disk_size_gb", "must be at most 2048 GB"),
    "too many disks": (version(data_disk_count=4096), f"{AT_VERSION}.data_disk_count", "at most 64"),
    "memory in MB": (
        inputs.image(recommended={"memory_gb": [4096, 16384]}),
        "images.gis.recommended.memory_gb",
        "are [4, 16] GB; write [4, 16]",
    ),
    "Arm64 of generation 1": (inputs.image(architecture="Arm64"), "images.gis.architecture", "labs take x64 only"),
    "Arm64 of generation 1, said": (
        inputs.image(architecture="Arm64", hyper_v_generation="V1", **OTHERS),
        "images.gis.architecture",
        "needs generation V2, and the image has V1, so Azure refuses it",
    ),
    **{
        f"{kind} of generation 1": (inputs.image(security_type=kind, **OTHERS), "images.gis.security_type", kind)
        for kind in (
            "TrustedLaunch",
            "TrustedLaunchSupported",
            "ConfidentialVM",
            "ConfidentialVmSupported",
            "TrustedLaunchAndConfidentialVmSupported",
        )
    },
    "tags of image and version": (
        inputs.image(tags=tags(0, 30), versions={"1.0.0": inputs.version(tags=tags(20, 50))}),
        f"{AT_VERSION}.tags",
        "are 50 tags together (30 of the image, 30 of the version); at most 48",
    ),
    "tags in two cases": (
        inputs.image(tags={"Course": "gis"}, versions={"1.0.0": inputs.version(tags={"course": "cad"})}),
        f"{AT_VERSION}.tags",
        "course of the version and Course of the image are one tag",
    ),
    "replicas by region": (
        version(replicas_per_region={"koreacentral": 60, "koreasouth": 41}),
        f"{AT_VERSION}.replicas_per_region",
        "are 101 replicas; Azure allows 100",
    ),
    **{
        f"a blob at {host}": (inputs.image(versions={"1.0.0": vhd(host)}), f"{AT_VERSION}.source.vhd.uri", words)
        for host, words in (
            ("fabrikam.blob.core.windows.net", "is a blob of the storage account fabrikam"),
            ("fabrikam.z12.blob.storage.azure.net", "is a blob of the storage account fabrikam"),
            ("fabrikam.blob.core.chinacloudapi.cn", "is a blob of the storage account fabrikam"),
            ("blob.core.windows.net", "names no storage account"),
            ("contoso.file.core.windows.net", "is an address of the file service"),
        )
    },
}


@pytest.mark.parametrize(("image", "key", "words"), OF_THE_FILE.values(), ids=OF_THE_FILE)
def test_a_file_that_azure_would_refuse_is_refused(image: dict[str, Any], key: str, words: str) -> None:
    ((found, message),) = found_in(gis=image)
    assert found == key
    assert words in message


ACCEPTED: dict[str, dict[str, Any]] = {
    "the largest disk": version(os_disk_size_gb=LARGEST_OS_DISK_GB),
    "as many tags as fit": inputs.image(tags=tags(0, 20), versions={"1.0.0": inputs.version(tags=tags(20, 48))}),
    "one tag at both": inputs.image(tags={"Course": "gis"}, versions={"1.0.0": inputs.version(tags={"Course": "cad"})}),
    "as many replicas as fit": version(replicas_per_region={"koreacentral": 60, "koreasouth": 40}),
    "replicas that are there": version(
        source={"existing": True}, replicas_per_region={"koreacentral": 60, "koreasouth": 60}
    ),
    "Arm64 that is there": inputs.image(
        architecture="Arm64", versions={"1.0.0": inputs.version(source={"existing": True})}
    ),
    "Arm64 of generation 2": inputs.image(architecture="Arm64", hyper_v_generation="V2"),
    **{
        f"a blob at {host}": inputs.image(versions={"1.0.0": vhd(host)})
        for host in (
            "contoso.blob.core.windows.net",
            "CONTOSO.blob.core.windows.net",
            "contoso.z00.blob.storage.azure.net",
            "contoso-secondary.blob.core.windows.net",
            "contoso.privatelink.blob.core.windows.net",
            "images.contoso.example",
            "fabrikam.blob.local.azurestack.external",
        )
    },
}


@pytest.mark.parametrize("image", ACCEPTED.values(), ids=ACCEPTED)
def test_what_azure_may_take_is_accepted(image: dict[str, Any]) -> None:
    assert found_in(gis=image) == []


@given(st.integers(4, LARGEST_OS_DISK_GB), st.sampled_from([2**30, 2**10, 2**20]))
def test_a_proposed_size_is_what_was_meant_or_nothing_is_proposed(size: int, unit: int) -> None:
    written = size * unit
    problem = os_disk_size_problem(written)
    if written <= LARGEST_OS_DISK_GB:
        assert problem is None
    else:
        assert problem is not None
        assert problem.endswith(f"write {size}") or "write" not in problem


@given(st.integers(LARGEST_OS_DISK_GB + 1, 2**64))
def test_a_proposed_size_is_valid(written: int) -> None:
    problem = os_disk_size_problem(written)
    assert problem is not None
    proposed = problem.partition("; write ")[2]
    assert not proposed or os_disk_size_problem(int(proposed)) is None


def refused(image: dict[str, Any], observed: Observed | None = None, **changes: Any) -> list[tuple[str, str]]:
    """Subject and text of each conflict."""
    try:
        plan(inputs.catalogue(gis=image), inputs.settings(**changes), observed or Observed())
    except PlanRefused as error:
        return [(conflict.subject, str(conflict)) for conflict in error.conflicts]
    return []


def test_tags_of_the_stack_count() -> None:
    ((subject, text),) = refused(inputs.image(tags=tags(30, 60)), tags=tags(0, 30))
    assert subject == "images.gis.tags"
    assert "are 60 tags together (30 of the stack, 30 of the image); at most 48" in text
    ((subject, text),) = refused(version(tags=tags(30, 60)), tags=tags(0, 30))
    assert subject == f"{AT_VERSION}.tags"
    assert "30 of the version" in text
    assert refused(version(tags=tags(0, 30)), tags=tags(0, 30)) == []


def test_tags_of_the_stack_in_another_case() -> None:
    ((subject, text),) = refused(inputs.image(tags={"Course": "gis"}), tags={"course": "all"})
    assert (subject, "Course of the image and course of the stack are one tag" in text) == ("images.gis.tags", True)
    ((subject, text),) = refused(version(tags={"COURSE": "gis"}), tags={"course": "all"})
    assert (subject, "COURSE of the version and course of the stack" in text) == (f"{AT_VERSION}.tags", True)


@given(*[st.dictionaries(st.text("aAbB", min_size=1, max_size=3), st.just("x"), max_size=4)] * 3)
def test_no_object_has_two_tags_that_are_one(
    of_stack: dict[str, str], of_image: dict[str, str], of_version: dict[str, str]
) -> None:
    image = inputs.image(tags=of_image, versions={"1.0.0": inputs.version(tags=of_version)})
    spellings = {*of_stack, *of_image, *of_version}
    is_one = len({name.lower() for name in spellings}) == len(spellings)
    try:
        is_refused = bool(found_in(gis=image) or refused(image, tags=of_stack))
    except SettingsError:
        is_refused = True
    assert is_refused is not is_one


def test_tags_of_a_lab_plan_are_judged_with_those_of_the_stack() -> None:
    with pytest.raises(SettingsError, match="are 60 tags together"):
        inputs.settings(labPlan={"name": "p", "tags": tags(0, 30)}, tags=tags(30, 60))
    with pytest.raises(SettingsError, match="course of the stack and Course of labPlan are one tag"):
        inputs.settings(labPlan={"name": "p", "tags": {"Course": "x"}}, tags={"course": "y"})


def test_replicas_over_all_regions_count() -> None:
    ((subject, text),) = refused(inputs.image(), replicasPerRegion=51)
    assert subject == f"{AT_VERSION}.replicas_per_region"
    assert "make 102 replicas (51 in each of 2 regions)" in text
    assert "(at most 50 in each)" in text
    assert refused(inputs.image(), replicasPerRegion=50) == []


def test_replicas_that_are_published_stay() -> None:
    there = inputs.observed_version(replicas=(replica("koreacentral", 60), replica("koreasouth", 60)))
    seen = Observed(gallery=inputs.observed_gallery(inputs.observed_definition(versions={"1.0.0": there})))
    assert refused(inputs.image(), seen, replicasPerRegion=60) == []
    assert [subject for subject, _ in refused(inputs.image(), seen, replicasPerRegion=61)] == [
        f"{AT_VERSION}.replicas_per_region"
    ]


SOURCES = {"vm": VM, "disk": f"{COMPUTE}/disks/gis", "snapshot": SNAPSHOT}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("security_type", ["TrustedLaunchSupported", "ConfidentialVmSupported"])
def test_a_source_that_no_such_image_is_made_from(security_type: str, kind: str) -> None:
    made = {"hyper_v_generation": "V2", "security_type": security_type, **OTHERS}
    image = inputs.image(**made, versions={"1.0.0": inputs.version(source={kind: SOURCES[kind]})})
    ((subject, text),) = refused(image)
    assert subject == f"{AT_VERSION}.source.{kind}"
    assert f"security_type: {security_type}" in text
    assert "managed_image, gallery_version, vhd" in text
    there = inputs.observed_definition(
        hyper_v_generation="V2",
        security_type=security_type,
        versions={"1.0.0": inputs.observed_version(source_id=SOURCES[kind])},
    )
    assert refused(image, Observed(gallery=inputs.observed_gallery(there))) == []


@pytest.mark.parametrize(
    "security_type", ["TrustedLaunch", "ConfidentialVM", "TrustedLaunchAndConfidentialVmSupported"]
)
def test_a_source_that_nobody_knows_to_be_refused_passes(security_type: str) -> None:
    made = {"hyper_v_generation": "V2", "security_type": security_type, **OTHERS}
    assert refused(inputs.image(**made, versions={"1.0.0": inputs.version(source={"vm": VM})})) == []


STACK = f"""\
config:
  azure-native:subscriptionId: {SUBSCRIPTION}
  lab-image-gallery:galleryName: images
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:location: koreacentral
  lab-image-gallery:replicasPerRegion: 60
  lab-image-gallery:tags: {{Course: all}}
"""


def test_a_check_judges_the_catalogue_in_each_stack(folder: Path) -> None:
    catalogue = {"images": {"gis": inputs.image(tags={"course": "gis"})}}
    (folder / "images.yaml").write_text(yaml.safe_dump(catalogue), encoding="utf-8")
    assert run_labs("check").exit_code == 0
    (folder / "Pulumi.dev.yaml").write_text(STACK, encoding="utf-8")
    result = run_labs("check")
    assert result.exit_code == 1
    assert "images.gis.tags: in stack dev: course of the image and Course of the stack are one tag" in result.output
    assert f"{AT_VERSION}.replicas_per_region: in stack dev: replicas_per_region and target_regions" in result.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--size", "128849018880"), "write 120"),
        (("--size", "120 GB"), "write 120"),
        (("--size", "5000"), "at most 2048"),
        (("--disks", "1000"), "at most 64"),
    ],
)
def test_options_take_what_the_catalogue_takes(folder: Path, options: tuple[str, ...], words: str) -> None:
    for command in (("add-version", "gis"), ("add-image", "gis")):
        result = run_labs(*command, "--source", SNAPSHOT, *options)
        assert result.exit_code == 2
        assert words in result.output
    assert [each.name for each in folder.iterdir()] == ["Pulumi.yaml"]


TAG_NAMES = st.dictionaries(st.text("aAbB", min_size=1, max_size=2), st.just("x"), max_size=3).filter(
    lambda tags: len({name.lower() for name in tags}) == len(tags)
)


@given(TAG_NAMES, TAG_NAMES, TAG_NAMES)
def test_what_is_imported_has_no_two_tags_that_are_one(
    of_stack: dict[str, str], of_image: dict[str, str], of_version: dict[str, str]
) -> None:
    there = inputs.observed_version(tags=of_version)
    found = inputs.observed_definition(tags=of_image, versions={"1.0.0": there})
    empty = inputs.catalogue().model_copy(update={"images": {}})
    image, versions = entries_of(empty, found, ["1.0.0"], inputs.settings(tags=of_stack))
    version, image["versions"] = versions["1.0.0"], versions
    assert found_in(gis=image) == []
    assert refused(image, Observed(gallery=inputs.observed_gallery(found)), tags=of_stack) == []
    names = {name.lower() for name in of_version}
    assert {name.lower() for name in version.get("tags", {})} == names


@pytest.mark.parametrize("spelling", ["ConfidentialVMSupported", "confidentialvmsupported"])
def test_a_security_type_is_read_in_any_spelling(spelling: str) -> None:
    assert security_type_of({"features": [{"name": "SecurityType", "value": spelling}]}) == "ConfidentialVmSupported"


@pytest.mark.parametrize("key", ["os_disk_size_gb", "data_disk_count"])
def test_a_number_without_end_is_not_shown_without_end(key: str) -> None:
    ((_, message),) = found_in(gis=version(**{key: 10**2000}))
    assert len(message) < 200
