"""The table of resource types agrees with itself and with the installed SDK."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.provider.properties import properties_of
from sandbox.provider.resource_type import (
    ENVELOPE,
    PATHS,
    ResourceType,
    UnknownResourceTypeError,
    resource_type,
)
from tests.support.project import ROOT

TYPES = [resource_type(f"azure-native:{name}") for name in PATHS]


@pytest.mark.parametrize("kept", [None, "{", '{"compute:Disk": {}}'])
def test_what_the_sdk_says_is_kept_and_written_again_where_it_is_not_whole(kept: str | None, tmp_path: Path) -> None:
    asked = properties_of(PATHS, tmp_path)
    (file,) = tmp_path.iterdir()
    if kept is not None:
        file.write_text(kept, encoding="utf-8")
        assert properties_of(PATHS, tmp_path) == asked
    assert json.loads(file.read_text(encoding="utf-8")) == asked
    assert properties_of(PATHS, tmp_path / "is not there") == asked
    file.write_text(json.dumps(dict.fromkeys(PATHS)), encoding="utf-8")
    assert properties_of(PATHS, tmp_path) == dict.fromkeys(PATHS), "the SDK is not asked again"


STUBS_ALONE = """
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
from sandbox.engine.host import stubs
stubs.without_the_sdk()
from sandbox.provider.properties import properties_of
from sandbox.provider.resource_type import PATHS
json.dump(properties_of(PATHS, pathlib.Path(sys.argv[2])), sys.stdout)
"""


def test_a_process_with_the_stubs_alone_is_told_the_same(tmp_path: Path) -> None:
    """As a provider is the first time after its environment was made."""
    command = [sys.executable, "-P", "-c", STUBS_ALONE, str(ROOT), str(tmp_path)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert asked.stderr == ""
    assert json.loads(asked.stdout) == properties_of(PATHS, tmp_path)
    assert [file.suffix for file in tmp_path.iterdir()] == [".json"]


def test_an_sdk_that_cannot_be_asked_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChildProcessError, match=r"does not tell its types: [\s\S]*no attribute 'NoSuchType'"):
        properties_of(["compute:NoSuchType"], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_every_part_of_an_id_is_an_input(kind: ResourceType) -> None:
    assert kind.path_parameters
    assert set(kind.path_parameters) <= set(kind.inputs["properties"])


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_every_other_input_comes_back_as_an_output(kind: ResourceType) -> None:
    written = set(kind.inputs["properties"]) - set(kind.path_parameters)
    assert written <= set(kind.outputs)
    assert {"azureApiVersion", "name", "type"} <= set(kind.outputs)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_flattened_places_exist_in_the_type(kind: ResourceType) -> None:
    for path, beside in kind.flattened.items():
        node = kind.inputs
        for name in path.split("."):
            node = node["properties"][name]
            node = node.get("items", node)
        assert beside & set(node["properties"])


def test_names_are_those_of_the_wire() -> None:
    image = resource_type("azure-native:compute:GalleryImage").inputs["properties"]
    assert set(image["recommended"]["properties"]) == {"vCPUs", "memory"}
    assert "diskSizeGB" in resource_type("azure-native:compute:Disk").inputs["properties"]


def test_api_versions_are_the_defaults_of_the_sdk() -> None:
    versions = {kind.name: kind.api_version for kind in TYPES}
    assert versions["compute:GalleryImageVersion"] == "2024-03-03"
    assert versions["authorization:RoleAssignment"] == "2022-04-01"
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\d", version) for version in versions.values())


def test_what_cannot_change() -> None:
    version = resource_type("azure-native:compute:GalleryImageVersion")
    assert version.immutable == {
        "resourceGroupName",
        "galleryName",
        "galleryImageName",
        "galleryImageVersionName",
        "location",
    }
    assignment = resource_type("azure-native:authorization:RoleAssignment")
    assert assignment.immutable == {"principalId", "roleAssignmentName", "scope"}
    assert "location" not in resource_type("azure-native:authorization:ManagementLockByScope").immutable


def test_every_name_of_the_envelope_is_an_input_of_some_type() -> None:
    assert {name for kind in TYPES for name in kind.inputs["properties"]} >= ENVELOPE


def test_tokens_of_one_api_version_are_the_same_type() -> None:
    assert resource_type("azure-native:compute/v20240303:Gallery") is resource_type("azure-native:compute:Gallery")


@pytest.mark.parametrize("token", ["azure-native:storage:StorageAccount", "azure:compute:Gallery", "nonsense"])
def test_an_unknown_type_says_what_is_known_and_what_to_do(token: str) -> None:
    with pytest.raises(UnknownResourceTypeError, match=r"It knows: .*compute:Gallery.*Leave the resource out") as error:
        resource_type(token)
    assert token in str(error.value)
