"""The pack as a whole: what it tells about itself, its files, and how fast it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pulumi.runtime.proto import analyzer_pb2

from lab_image_policies import generated
from lab_image_policies.policies import POLICIES
from lab_image_policies.policy import Policy
from tests.policies.inputs import DEFINITION, GALLERY, LAB_IMAGE, VERSION, gallery, lab_image, raw_definition, version
from tests.support.policy_server import PACK, ROOT, PolicyServer, StackResource, policy_server

NAMES = [
    "image-os-disk-below-128-gb",
    "image-single-disk",
    "image-supported-by-lab-services",
    "image-replicas-within-geography",
    "image-has-latest-version",
    "replica-storage-below-limit",
    "lab-regions-covered",
    "deployed-image-disks",
    "image-notices",
    "deployed-image-notices",
]
LOCKED = {NAMES[0], NAMES[1], NAMES[3], NAMES[7]}
GENERATE = "run `python policies/generate.py`"


def schema() -> Any:
    return json.loads((ROOT / "policies" / "policy-config.schema.json").read_text())


def configuration() -> Any:
    return json.loads((ROOT / "policy-config.json").read_text())


class TestMetadata:
    def test_names_and_levels(self, server: PolicyServer) -> None:
        info = server.info()
        assert info.name == "lab-image-gallery"
        levels = {one.name: analyzer_pb2.EnforcementLevel.Name(one.enforcementLevel) for one in info.policies}
        assert levels == {name: "ADVISORY" if name.endswith("notices") else "MANDATORY" for name in NAMES}

    def test_policies_of_the_whole_stack(self, server: PolicyServer) -> None:
        whole = {one.name for one in server.info().policies if one.policy_type == analyzer_pb2.POLICY_TYPE_STACK}
        assert whole == {"deployed-image-disks", "deployed-image-notices"}

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

    def test_shipped_configuration_is_what_holds_without_one(self) -> None:
        jsonschema.validate(configuration(), schema())
        shipped = configuration()
        assert list(shipped) == NAMES
        for policy in POLICIES:
            given = dict(shipped[policy.name])
            assert given.pop("enforcementLevel") == policy.level
            assert set(given) == {setting.key for setting in policy.settings}


class TestGenerate:
    def test_writes_every_file(self, tmp_path: Path) -> None:
        shutil.copytree(PACK, tmp_path / "policies", ignore=shutil.ignore_patterns(".venv", "__pycache__"))
        shutil.copytree(ROOT / "docs", tmp_path / "docs")
        page = tmp_path / "docs/reference/policies.md"
        page.write_text(page.read_text().replace("image-single-disk", "something-else"))
        (tmp_path / "catalog/regions").mkdir(parents=True)
        (tmp_path / "catalog/regions/regions.json").write_text('{"date": "2026-01-01", "regions": []}')
        subprocess.run([sys.executable, str(tmp_path / "policies/generate.py")], check=True)
        assert page.read_text() == (ROOT / "docs/reference/policies.md").read_text()
        assert json.loads((tmp_path / "policies/lab_image_policies/regions.json").read_text())["date"] == "2026-01-01"
        assert (tmp_path / "policies/policy-config.schema.json").read_text() == generated.config_schema()
        assert json.loads((tmp_path / "policy-config.json").read_text()) == configuration()


class TestConfigurationSchema:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("level", ["mandatory", "advisory", "disabled", "remediate", "loud"])
    @pytest.mark.parametrize("wrap", [str, lambda level: {"enforcementLevel": level}], ids=["text", "object"])
    def test_levels(self, name: str, level: str, wrap: Any) -> None:
        allowed = level == "mandatory" or (level in ("advisory", "disabled") and name not in LOCKED)
        assert _is_valid({name: wrap(level)}) is allowed

    @pytest.mark.parametrize(
        ("given", "valid"),
        [
            ({}, True),
            ({"all": "mandatory"}, True),
            ({"all": "disabled"}, False),
            ({"image-os-disk": "mandatory"}, False),
            ({NAMES[0]: {"limitGB": 64}}, False),
            ({NAMES[0]: {"limitGb": 64}}, True),
            ({NAMES[0]: {"limitGb": 129}}, False),
            ({NAMES[0]: {"exemptions": [{"image": "a", "reason": "b", "expires": "2027-01-31"}]}}, True),
            ({NAMES[0]: {"exemptions": [{"image": "a", "expires": "2027-01-31"}]}}, False),
            ({NAMES[0]: {"exemptions": [{"image": "a", "reason": "b", "expires": "31.1.2027"}]}}, False),
            ({NAMES[5]: {"exemptions": []}}, False),
        ],
    )
    def test_keys(self, given: Any, *, valid: bool) -> None:
        assert _is_valid(given) is valid


def _is_valid(given: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(schema()).is_valid(given))


class TestAlone:
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
            assert NAMES[0] in {one.policy for one in found}


class TestSpeed:
    """Twice the budgets of the benchmark, since tests run beside others."""

    def test_ready_within_a_second(self) -> None:
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            with policy_server():
                times.append(time.perf_counter() - begin)
        assert min(times) < 1.0, times

    def test_two_milliseconds_a_resource(self, server: PolicyServer) -> None:
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            count = _analyze_catalogue(server, images=20)
            times.append((time.perf_counter() - begin) / count * 1000)
        assert min(times) < 2.0, f"{times} ms a resource"


def _analyze_catalogue(server: PolicyServer, images: int) -> int:
    """A catalogue of so many images with three versions each, as the engine brings it; the number of resources."""
    regions = [
        {"name": name, "regionalReplicaCount": 1, "excludeFromLatest": False} for name in ("koreacentral", "koreasouth")
    ]
    entries = [version(version=f"1.{each}.0") for each in range(3)]
    raw = {"galleryImageName": "gis", "publishingProfile": {"targetRegions": regions}, "storageProfile": {}}
    outputs = {**raw, "provisioningState": "Succeeded", "storageProfile": {"osDiskImage": {"sizeInGB": 64}}}
    assert server.analyze(GALLERY, "gallery", gallery()) == []
    resources = []
    for number in range(images):
        name = f"image-{number}"
        assert server.analyze(LAB_IMAGE, name, lab_image(*entries, image=name)) == []
        assert server.analyze(DEFINITION, name, raw_definition(), f"{LAB_IMAGE}${DEFINITION}") == []
        component = StackResource(LAB_IMAGE, name, {"image": name})
        resources.append(component)
        for each in range(3):
            child = StackResource(VERSION, f"{name}:1.{each}.0", outputs, component.urn, f"{LAB_IMAGE}${VERSION}")
            assert server.analyze(VERSION, child.name, raw, child.types) == []
            resources.append(child)
    assert server.analyze_stack(resources) == []
    return 1 + 5 * images
