"""Catalogues, stack files and project file of the repository fit each other and the sandbox's pretend Azure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.fields.resource_id import ResourceId, parse
from catalog.images.catalogue import Catalogue, load
from catalog.stacks.settings import KEYS, Settings
from catalog.stacks.stack_file import Stack, read_stack
from plan.lab_services_limits import OS_DISK_LIMIT_GB
from tests.support.project import CATALOGUE, ROOT

STACKS = [
    Path(name)
    for name in ("Pulumi.dev.yaml", "examples/united-states/Pulumi.us.yaml", "examples/packer/Pulumi.packer.yaml")
]
SEED = yaml.safe_load((ROOT / "sandbox" / "seed.yaml").read_text(encoding="utf-8"))


@pytest.fixture(params=STACKS, ids=str)
def stack(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.chdir(ROOT)
    return read_stack(request.param)


def settings_of(stack: Stack) -> Settings:
    assert stack.diagnostics == ()
    assert stack.settings is not None
    return stack.settings


def catalogue_of(stack: Stack) -> Catalogue:
    assert stack.catalogue is not None
    return load(stack.catalogue)


def group_of(identifier: ResourceId) -> dict[str, Any]:
    group: dict[str, Any] = SEED["subscriptions"][identifier.subscription]["resourceGroups"][identifier.resource_group]
    return group


def seeded(identifier: ResourceId) -> dict[str, Any]:
    """The source as the sandbox's pretend Azure starts with it."""
    found: dict[str, Any] = group_of(identifier)[identifier.type.split("/")[-1]][identifier.name]
    return found


def seeded_size(identifier: ResourceId) -> int:
    """GB of the source's OS disk, following a machine or image that does not tell it."""
    source, group = seeded(identifier), group_of(identifier)
    if "sizeGB" in source:
        return int(source["sizeGB"])
    disk = group["disks"][source["osDisk"]] if "osDisk" in source else group["snapshots"][source["snapshot"]]
    return int(disk["sizeGB"])


def test_every_source_is_in_the_sandbox_as_the_catalogue_declares_it(stack: Stack) -> None:
    settings = settings_of(stack)
    for name, image in catalogue_of(stack).images.items():
        for number, version in image.versions.items():
            assert version.source.id is not None
            identifier = parse(version.source.id)
            source = seeded(identifier)
            told = (source["osType"], source.get("generation", "V1"), group_of(identifier)["location"])
            assert told == (image.os_type, image.hyper_v_generation, settings.location), (name, number)
            assert version.os_disk_size_gb == seeded_size(identifier), (name, number)
            disks = len(source.get("dataDisks", source.get("dataDiskSizesGB", [])))
            assert version.data_disk_count == disks, (name, number)


def test_every_image_is_one_that_teachers_see(stack: Stack) -> None:
    for image in catalogue_of(stack).images.values():
        assert image.hyper_v_generation == "V1"
        for version in image.versions.values():
            assert version.os_disk_size_gb is not None
            assert version.os_disk_size_gb < OS_DISK_LIMIT_GB
            assert version.data_disk_count == 0


def test_a_captured_machine_keeps_its_state(stack: Stack) -> None:
    for image in catalogue_of(stack).images.values():
        for version in image.versions.values():
            if version.source.kind == "managed_image":
                assert image.os_state == "Generalized"
            if version.source.kind == "vm":
                assert version.source.vm is not None
                generalized = seeded(parse(version.source.vm)).get("generalized", False)
                assert image.os_state == ("Generalized" if generalized else "Specialized")


def test_group_and_lab_accounts_of_a_stack_are_in_the_sandbox(stack: Stack) -> None:
    settings = settings_of(stack)
    groups = SEED["subscriptions"][settings.subscription_id]["resourceGroups"]
    assert groups[settings.resource_group_name]["location"] == settings.location
    for text in settings.lab_account_ids:
        account = parse(text)
        assert account.name in group_of(account)["labaccounts"]
    principals = {entry["objectId"]: entry for entry in SEED["principals"]}
    assert settings.lab_account_service_principal_object_id is not None
    assert principals[settings.lab_account_service_principal_object_id]["type"] == "ServicePrincipal"


def test_the_dev_catalogue_shows_what_a_catalogue_can_do() -> None:
    images = load(ROOT / CATALOGUE).images
    versions = [version for image in images.values() for version in image.versions.values()]
    assert len(images) >= 6
    assert {image.os_type for image in images.values()} == {"Linux", "Windows"}
    assert {image.os_state for image in images.values()} == {"Generalized", "Specialized"}
    assert {version.source.kind for version in versions} >= {"snapshot", "disk", "vm", "managed_image"}
    assert max(len(image.versions) for image in images.values()) == 2
    assert [version.target_regions for version in versions].count("paired") == 1
    assert any(version.end_of_life for version in versions)


def test_the_project_declares_every_setting_with_its_default() -> None:
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    # A copy by `pulumi new` has a key of the engine's own beside them, pulumi:tags.
    declared: dict[str, dict[str, Any]] = {key: entry for key, entry in project["config"].items() if ":" not in key}
    assert set(declared) == set(KEYS)
    for key, entry in declared.items():
        field = Settings.model_fields[KEYS[key]]
        assert entry["description"], key
        assert ("default" in entry) is not field.is_required(), key
        if "default" in entry:
            # An empty text or list is how an optional key says that it is not set.
            assert entry["default"] == field.default or (not entry["default"] and not field.default), key
        assert entry.get("type", "any") in {"string", "integer", "boolean", "array", "object", "any"}, key
        assert ("items" in entry) is (entry.get("type") == "array"), key
