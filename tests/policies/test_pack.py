"""The pack as a whole: its metadata, its files, and its speed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pulumi.runtime.proto import analyzer_pb2

from lab_image_policies import generated
from lab_image_policies.policies import POLICIES
from lab_image_policies.policy import Policy
from lab_image_policies.prices import read_prices
from lab_image_policies.rules import OS_DISK_LIMIT_GB as LIMIT
from tests.policies.findings import (
    COMPLETE,
    COST,
    DEPLOYED_DISKS,
    DEPLOYED_NOTICES,
    LOCKED,
    NAMES,
    NOTICES,
    OS_DISK,
    STORAGE,
    is_of_cost,
)
from tests.policies.inputs import (
    DEFINITION,
    GALLERY,
    LAB_IMAGE,
    VERSION,
    gallery,
    lab_image,
    raw_definition,
    raw_version,
    version,
)
from tests.support.policy_server import PACK, ROOT, PolicyServer, StackResource, policy_server
from tests.support.project import POLICY_CONFIG

GENERATE = "run `make generated`"


def schema() -> Any:
    return json.loads((ROOT / "policies" / "policy-config.schema.json").read_text())


def configuration() -> Any:
    return json.loads((ROOT / POLICY_CONFIG).read_text())


class TestMetadata:
    def test_names_and_levels(self, server: PolicyServer) -> None:
        info = server.info()
        assert info.name == "lab-image-gallery"
        levels = {one.name: analyzer_pb2.EnforcementLevel.Name(one.enforcementLevel) for one in info.policies}
        assert levels == {name: "ADVISORY" if name.endswith("notices") else "MANDATORY" for name in NAMES}

    def test_policies_of_the_whole_stack(self, server: PolicyServer) -> None:
        whole = {one.name for one in server.info().policies if one.policy_type == analyzer_pb2.POLICY_TYPE_STACK}
        assert whole == {COST, DEPLOYED_DISKS, COMPLETE, DEPLOYED_NOTICES}

    def test_every_policy_says_everything(self, server: PolicyServer) -> None:
        for one in server.info().policies:
            assert one.description.endswith("."), one.name
            assert one.displayName, one.name
            assert one.severity != analyzer_pb2.POLICY_SEVERITY_UNSPECIFIED, one.name
            assert one.remediation_steps, one.name
            assert one.url.startswith("https://learn.microsoft.com/"), one.name
            assert one.configSchema.properties, one.name
            assert all("default" in one.configSchema.properties[key] for key in one.configSchema.properties), one.name

    @pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
    def test_defaults_fit_their_schema(self, policy: Policy) -> None:
        for setting in policy.settings:
            jsonschema.validate(setting.default, setting.full_schema)
            assert setting.problem(setting.default) is None

    def test_version_and_environment(self) -> None:
        project = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text())
        assert project["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
        assert project["version"]
        wanted = [line for line in (PACK / "requirements.in").read_text().splitlines() if not line.startswith("#")]
        assert wanted == ["pulumi-policy==1.21.0"]


class TestGeneratedFiles:
    def test_schema(self) -> None:
        assert (ROOT / "policies" / "policy-config.schema.json").read_text() == generated.config_schema(), GENERATE

    def test_documentation(self) -> None:
        page = (ROOT / "docs/reference/policies.md").read_text()
        assert page == generated.with_tables(page), GENERATE
        assert all(f"`{name}`" in page for name in NAMES)

    def test_documentation_without_its_markers_is_refused(self) -> None:
        with pytest.raises(ValueError, match="begin policies"):
            generated.with_tables("# Policies\n")

    def test_regions(self) -> None:
        ours = (PACK / "lab_image_policies/regions.json").read_text()
        catalogue = ROOT / "catalog/regions/regions.json"
        if catalogue.exists():
            assert ours == generated.regions(catalogue.read_text()), GENERATE
        assert len(json.loads(ours)["regions"]) > 60

    def test_prices(self) -> None:
        ours = (PACK / "lab_image_policies/prices.json").read_bytes()
        program = ROOT / "catalog/regions/prices.json"
        assert not program.exists() or ours == program.read_bytes(), GENERATE
        assert read_prices().fault == ""

    def test_choice_of_a_language(self) -> None:
        ours = (PACK / "lab_image_policies/language.py").read_bytes()
        program = ROOT / "catalog/texts/language.py"
        assert not program.exists() or ours == program.read_bytes(), GENERATE

    def test_shipped_configuration_is_what_holds_without_one(self) -> None:
        jsonschema.validate(configuration(), schema())
        text = (ROOT / POLICY_CONFIG).read_text()
        assert text == generated.config(text), GENERATE
        assert list(configuration()) == list(NAMES)
        assert all(configuration()[policy.name]["enforcementLevel"] == policy.level for policy in POLICIES)

    def test_a_configuration_keeps_its_values_and_gets_what_it_lacks(self) -> None:
        default = json.loads(generated.config())
        given = {
            STORAGE: {"enforcementLevel": "advisory", "limitGb": 30_000},
            NOTICES: "disabled",
            OS_DISK: {"limitGb": default[OS_DISK]["limitGb"] + 1, "typo": 1},
            "all": "mandatory",
        }
        found = json.loads(generated.config(json.dumps(given)))
        assert list(found) == [*NAMES, "all"]
        assert found == {
            **default,
            **given,
            OS_DISK: {**default[OS_DISK], "typo": 1},
        }


class TestGenerate:
    def test_writes_every_file(self, tmp_path: Path) -> None:
        shutil.copytree(PACK, tmp_path / "policies", ignore=shutil.ignore_patterns(".venv", "__pycache__"))
        shutil.copytree(ROOT / "docs", tmp_path / "docs")
        (tmp_path / POLICY_CONFIG).parent.mkdir()
        (tmp_path / POLICY_CONFIG).write_text("{}")
        page = tmp_path / "docs/reference/policies.md"
        page.write_text(page.read_text().replace("image-single-disk", "something-else"))
        (tmp_path / "catalog/regions").mkdir(parents=True)
        (tmp_path / "catalog/regions/regions.json").write_text('{"date": "2026-01-01", "regions": []}')
        (tmp_path / "catalog/regions/prices.json").write_text("[]\n")
        (tmp_path / "catalog/texts").mkdir()
        (tmp_path / "catalog/texts/language.py").write_text("# chosen\n")
        (tmp_path / "lifecycle").mkdir()
        subprocess.run([sys.executable, str(tmp_path / "policies/generate.py")], check=True)
        assert page.read_text() == (ROOT / "docs/reference/policies.md").read_text()
        assert json.loads((tmp_path / "policies/lab_image_policies/regions.json").read_text())["date"] == "2026-01-01"
        assert (tmp_path / "policies/lab_image_policies/prices.json").read_text() == "[]\n"
        assert (tmp_path / "policies/policy-config.schema.json").read_text() == generated.config_schema()
        assert json.loads((tmp_path / POLICY_CONFIG).read_text()) == configuration()
        rules = "configuration_rules.py"
        assert (tmp_path / "policies/lab_image_policies/language.py").read_text() == "# chosen\n"
        assert (tmp_path / "lifecycle" / rules).read_text() == (PACK / "lab_image_policies/config" / rules).read_text()


class TestConfigurationSchema:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("level", ["mandatory", "advisory", "disabled", "remediate", "loud"])
    @pytest.mark.parametrize("wrap", [str, lambda level: {"enforcementLevel": level}], ids=["text", "object"])
    def test_levels(self, name: str, level: str, wrap: Any) -> None:
        """A level below the policy's own needs a reason and a last day, which a level alone has no place for."""
        own = "advisory" if name.endswith("notices") else "mandatory"
        lowered = level == "disabled" or (level == "advisory" and own == "mandatory")
        known = level in ("mandatory", "advisory", "disabled") and name not in LOCKED
        allowed = level == "mandatory" or (known and (not lowered or name in (STORAGE, COST)))
        assert _is_valid({name: wrap(level)}) is allowed
        term = {"reason": "agreed", "expires": "2027-01-31"}
        has_term = name not in {*LOCKED, STORAGE, COST}
        assert _is_valid({name: {"enforcementLevel": level, **term}}) is (known and has_term)

    @pytest.mark.parametrize(
        ("given", "valid"),
        [
            ({}, True),
            ({"all": "mandatory"}, True),
            ({"all": "disabled"}, False),
            ({"image-os-disk": "mandatory"}, False),
            ({OS_DISK: {"limitGB": 64}}, False),
            ({OS_DISK: {"limitGb": 64}}, True),
            ({OS_DISK: {"limitGb": LIMIT + 1}}, False),
            ({OS_DISK: {"exemptions": [{"image": "a", "reason": "b", "expires": "2027-01-31"}]}}, True),
            ({OS_DISK: {"exemptions": [{"image": "a", "expires": "2027-01-31"}]}}, False),
            ({OS_DISK: {"exemptions": [{"image": "a", "reason": "b", "expires": "31.1.2027"}]}}, False),
            ({STORAGE: {"exemptions": []}}, False),
            ({COST: {}}, True),
            ({COST: {"monthlyLimit": 400, "currency": "USD"}}, True),
            ({COST: {"monthlyLimit": 0.5, "currency": "usd"}}, True),
            ({COST: {"monthlyLimit": 0, "currency": ""}}, True),
            ({COST: {"monthlyLimit": None, "currency": None}}, True),
            ({COST: {"monthlyLimit": 400}}, False),
            ({COST: {"monthlyLimit": 400, "currency": ""}}, False),
            ({COST: {"monthlyLimit": 400, "currency": None}}, False),
            ({COST: {"currency": "USD"}}, False),
            ({COST: {"monthlyLimit": 0, "currency": "USD"}}, False),
            ({COST: {"monthlyLimit": None, "currency": "USD"}}, False),
            ({COST: {"monthlyLimit": -1, "currency": "USD"}}, False),
            ({COST: {"monthlyLimit": "400", "currency": "USD"}}, False),
            ({COST: {"monthlyLimit": 400, "currency": "dollars"}}, False),
            ({COST: {"exemptions": []}}, False),
        ],
    )
    def test_keys(self, given: Any, *, valid: bool) -> None:
        assert _is_valid(given) is valid


def _is_valid(given: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(schema()).is_valid(given))


class TestAlone:
    def test_values_are_read_to_a_depth_without_an_end_of_the_stack(self) -> None:
        code = (
            "from lab_image_policies.reading.plain_values import Properties, plain\n"
            "def nested(levels):\n"
            "    value = 'leaf'\n"
            "    for level in range(levels): value = [value] if level % 2 else {'x': value}\n"
            "    return value\n"
            "whole = [levels for levels in range(400) if plain(nested(levels)) == nested(levels)]\n"
            "below = [levels for levels in range(400) if Properties({'a': nested(levels)})['a'] == nested(levels)]\n"
            "print(whole == below == list(range(151)))"
        )
        python = str(PACK / ".venv/bin/python")
        answer = subprocess.run([python, "-c", code], cwd=PACK, capture_output=True, text=True, check=True)
        assert answer.stdout.strip() == "True"

    def test_the_pure_parts_need_no_package(self) -> None:
        code = (
            "import sys, lab_image_policies.generated;"
            "print([name for name in sys.modules if name.startswith(('pulumi', 'grpc'))])"
        )
        python = shutil.which("python3") or "python3"
        answer = subprocess.run([python, "-S", "-c", code], cwd=PACK, capture_output=True, text=True, check=True)
        assert answer.stdout.strip() == "[]"

    def test_a_copy_outside_the_repository_works(self, tmp_path: Path) -> None:
        copy = tmp_path / "policies"
        shutil.copytree(PACK, copy, ignore=shutil.ignore_patterns(".venv", "__pycache__", "generate.py"))
        (copy / ".venv").symlink_to(PACK / ".venv")
        with policy_server(copy) as server:
            server.configure()
            found = server.analyze(LAB_IMAGE, "gis", lab_image(version(osDiskSizeGb=200)))
            assert OS_DISK in {one.policy for one in found}


def test_a_catalogue_of_many_images_passes(server: PolicyServer) -> None:
    assert _analyze_catalogue(server, images=20) == 101


def _analyze_catalogue(server: PolicyServer, images: int) -> int:
    """A catalogue of so many images with three versions each, as the engine brings it; the number of resources."""
    regions = [
        {"name": name, "regionalReplicaCount": 1, "excludeFromLatest": False} for name in ("koreacentral", "koreasouth")
    ]
    entries = [version(version=f"1.{each}.0") for each in range(3)]
    publishing = {"targetRegions": regions, "excludeFromLatest": False}
    outputs = {
        "publishingProfile": publishing,
        "provisioningState": "Succeeded",
        "storageProfile": {"osDiskImage": {"sizeInGB": 64}},
    }
    assert server.analyze(GALLERY, "gallery", gallery()) == []
    resources = []
    for number in range(images):
        name = f"image-{number}"
        assert server.analyze(LAB_IMAGE, name, lab_image(*entries, image=name)) == []
        definition = raw_definition(galleryImageName=name)
        assert server.analyze(DEFINITION, name, definition, f"{LAB_IMAGE}${DEFINITION}") == []
        component = StackResource(LAB_IMAGE, name, {"image": name})
        resources.append(component)
        for each in range(3):
            child = StackResource(VERSION, f"{name}:1.{each}.0", outputs, component.urn, f"{LAB_IMAGE}${VERSION}")
            raw = raw_version(
                galleryImageName=name, galleryImageVersionName=f"1.{each}.0", publishingProfile=publishing
            )
            assert server.analyze(VERSION, child.name, raw, child.types) == []
            resources.append(child)
    (cost,) = server.analyze_stack(resources)
    assert is_of_cost(cost)
    return 1 + 5 * images
