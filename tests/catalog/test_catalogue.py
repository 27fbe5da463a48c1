"""The catalogue: what is read from a good file, and every message for a bad one."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from catalog.files.diagnostic import InvalidFile
from catalog.images.catalogue import Catalogue, load

COMPUTE = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images/providers/Microsoft.Compute"
SNAPSHOT = f"{COMPUTE}/snapshots/gis"
ACCOUNT = f"{COMPUTE.replace('Compute', 'Storage')}/storageAccounts/contoso"

GOOD = f"""\
defaults:
  replicas_per_region: 2
  tags: {{term: winter}}
images:
  gis:
    description: Maps
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso, offer: gis, sku: "1"}}
    recommended: {{vcpus: [2, 8], memory_gb: [4, 16]}}
    disallowed_disk_types: [UltraSSD_LRS]
    purchase_plan: {{name: plan, product: offer, publisher: them}}
    eula: https://example.org/eula
    release_note_uri: http://example.org/notes
    end_of_life: 2028-01-31
    consumers: [lab_services, lab_services, other]
    versions:
      1.10.0:
        source: {{snapshot: {SNAPSHOT}}}
        os_disk_size_gb: 64
        data_disk_count: 0
        replicas_per_region: {{Korea Central: 3, korea-south: 1}}
        target_regions: [KOREA SOUTH]
        exclude_from_latest: [Korea South]
        end_of_life: 2027-06-30
        tags: {{}}
      1.9.0:
        source: {{existing: true}}
        target_regions: paired
        exclude_from_latest: true
        protect: false
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "images.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def findings(tmp_path: Path, text: str) -> list[str]:
    file = write(tmp_path, text)
    with pytest.raises(InvalidFile) as caught:
        load(file)
    return [line.removeprefix(str(file.parent) + "/") for line in str(caught.value).splitlines()]


def test_a_good_file(tmp_path: Path) -> None:
    catalogue = load(write(tmp_path, GOOD))
    image = catalogue.images["gis"]
    assert list(image.versions) == ["1.9.0", "1.10.0"]  # oldest first, as numbers
    assert image.hyper_v_generation == "V1"
    assert image.architecture == "x64"
    assert image.security_type == "Standard"
    assert image.recommended is not None
    assert image.recommended.vcpus == (2, 8)
    assert image.consumers == ("lab_services", "other")
    assert image.end_of_life == date(2028, 1, 31)
    newest = image.versions["1.10.0"]
    assert newest.replicas_per_region == {"koreacentral": 3, "koreasouth": 1}
    assert newest.target_regions == ("koreasouth",)
    assert newest.exclude_from_latest == ("koreasouth",)
    assert newest.end_of_life == date(2027, 6, 30)
    assert newest.tags == {}
    assert (newest.source.kind, newest.source.id, newest.source.uri) == ("snapshot", SNAPSHOT, None)
    oldest = image.versions["1.9.0"]
    assert oldest.replicas_per_region == 2
    assert oldest.tags == {"term": "winter"}
    assert oldest.exclude_from_latest is True
    assert (oldest.source.kind, oldest.source.id) == ("existing", None)
    assert oldest.protect is False


def test_a_catalogue_cannot_be_changed(tmp_path: Path) -> None:
    catalogue = load(write(tmp_path, GOOD))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(catalogue.images["gis"], "description", "other")  # noqa: B010 - mypy knows it cannot be set


def test_defaults_hold_for_models_made_from_plain_values() -> None:
    content = yaml.safe_load(GOOD.replace("1.9.0:", "1.9.1:"))
    assert Catalogue.model_validate(content).images["gis"].versions["1.9.1"].replicas_per_region == 2


BAD: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("test_catalogue_findings.yaml").read_text(encoding="utf-8")
)
WORDS = {
    "COMPUTE": COMPUTE,
    "ACCOUNT": ACCOUNT,
    "MANY": "x, " * 1000,
    "TAGS": ", ".join(f"t{number}: x" for number in range(50)),
    "LONG_NAME": "p" * 129,
    "LONG_VALUE": "x" * 257,
}


def filled(text: str) -> str:
    return Template(text).substitute(WORDS)


def case_of(name: str) -> tuple[str, list[str]]:
    """The file of a case, and its messages."""
    case = BAD[name]
    if isinstance(case, list):
        old, new, *messages = case
        case = {"replace": {old: new}, "findings": messages}
    text: str = case.get("text", GOOD + filled(case.get("append", "")))
    for old, new in case.get("replace", {}).items():
        assert filled(old) in text
        text = text.replace(filled(old), filled(new))
    return text, [f"images.yaml:{filled(message)}" for message in case["findings"]]


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told(name: str, tmp_path: Path) -> None:
    text, expected = case_of(name)
    assert findings(tmp_path, text) == expected


def test_all_mistakes_of_a_file_at_once(tmp_path: Path) -> None:
    """Rules across keys are told beside mistakes within keys, and in the order of the file."""
    text = (
        GOOD.replace("os_type: Linux", "os_type: Unix")
        .replace("os_state: Generalized", "os_state: Specialized")
        .replace("{existing: true}", f"{{managed_image: {COMPUTE}/images/gis, vm: {COMPUTE}/disks/d}}")
        .replace("os_disk_size_gb: 64", "os_disk_size_gb: many")
    ) + "  GIS:\n    versions: {}\n    versions: {}\n"
    found = findings(tmp_path, text)
    assert [line.split(": ")[0].split(":")[1] + " " + line.split(": ")[1] for line in found] == [
        "7 images.gis.os_type",
        "20 images.gis.versions.1.10.0.os_disk_size_gb",
        "28 images.gis.versions.1.9.0.source",
        "28 images.gis.versions.1.9.0.source.vm",
        "32 images.GIS",
        "32 images.GIS.identifier",
        "32 images.GIS.os_state",
        "32 images.GIS.os_type",
        "34 images.GIS.versions",
        "34 images.GIS.versions",
    ]


def test_mistakes_in_defaults_do_not_grow_with_the_versions(tmp_path: Path) -> None:
    colours = "".join(f"  colour{i}: red\n" for i in range(2000))
    versions = "".join(f"      1.0.{i}: {{}}\n" for i in range(2000))
    start = time.process_time()
    found = findings(tmp_path, f"defaults:\n  source: {{disk: x}}\n{colours}images:\n  gis:\n    versions:\n{versions}")
    assert time.process_time() - start < 5
    assert not any("versions" in line for line in found)


def test_very_many_mistakes_are_cut_off(tmp_path: Path) -> None:
    text = GOOD.replace("protect: false", "\n        ".join(f"colour{i}: red" for i in range(3000)))
    start = time.process_time()
    found = findings(tmp_path, text)
    assert time.process_time() - start < 5
    assert len(found) == 1001
    assert found[0] == "images.yaml: only 1000 findings are shown; fix them and check again"
