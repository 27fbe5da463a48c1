"""What `labs check` says of the policies' configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.files.diagnostic import InvalidFile
from cli.check.policy_config import check_policy_config
from plan.lab_services_limits import OS_DISK_LIMIT_GB
from tests.support.project import POLICY_CONFIG, ROOT

EXEMPTION = {"image": "gis", "reason": "agreed", "expires": "2027-01-31"}


def found(folder: Path, content: object) -> list[str]:
    path = folder / "policy-config.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return [f"{problem.line}: {problem.key}: {problem.message}" for problem in check_policy_config(path)]


def test_the_shipped_configuration_has_no_problem() -> None:
    assert check_policy_config(ROOT / POLICY_CONFIG) == []


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"image-notices": "disabled"},
        {"replica-storage-below-limit": {"enforcementLevel": "advisory", "limitGb": 30_000}},
        {"image-os-disk-below-128-gb": {"limitGb": 100, "exemptions": [EXEMPTION]}},
        {"image-replicas-within-geography": {"onlyRegions": ["koreacentral"]}},
    ],
)
def test_what_is_allowed(tmp_path: Path, content: object) -> None:
    assert found(tmp_path, content) == []


IGNORED = "and the engine would ignore it"
EXEMPTED = "image, reason, expires"
OBEYED = (
    "the engine would obey, and images that no teacher sees would pass silently; exempt single images instead, "
    "with reason and expires"
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ([], '1: : must be an object with the names of policies, such as {"image-single-disk": "mandatory"}'),
        (
            {"image-single-disc": "mandatory"},
            f'2: image-single-disc: there is no such policy ("image-single-disc"), {IGNORED}; write image-single-disk',
        ),
        (
            {"image-os-disk-below-128-gb": {"limitGB": 100}},
            f'3: image-os-disk-below-128-gb.limitGB: there is no such key ("limitGB"), {IGNORED}; write limitGb',
        ),
        (
            {"image-os-disk-below-128-gb": "advisory"},
            f"2: image-os-disk-below-128-gb: this policy cannot be advisory: {OBEYED}",
        ),
        (
            {"image-single-disk": {"enforcementLevel": "disabled"}},
            f"3: image-single-disk.enforcementLevel: this policy cannot be disabled: {OBEYED}",
        ),
        (
            {"image-replicas-within-geography": "disabled"},
            f"2: image-replicas-within-geography: this policy cannot be disabled: {OBEYED}",
        ),
        ({"all": "disabled"}, f"2: all: this policy cannot be disabled: {OBEYED}"),
        (
            {"image-notices": "loud"},
            '2: image-notices: must be mandatory or advisory or disabled, not "loud"',
        ),
        (
            {"image-os-disk-below-128-gb": {"limitGb": 256}},
            (
                f"3: image-os-disk-below-128-gb.limitGb: must be at most {OS_DISK_LIMIT_GB}, not 256; it can be made "
                "stricter only"
            ),
        ),
        (
            {"image-os-disk-below-128-gb": {"limitGb": "100"}},
            '3: image-os-disk-below-128-gb.limitGb: must be a number, not "100"',
        ),
        (
            {"image-single-disk": {"exemptions": [{"image": "gis"}]}},
            "4: image-single-disk.exemptions.0: lacks reason and expires; an exemption has image, reason and expires",
        ),
        (
            {"image-single-disk": {"exemptions": [{"imag": "gis", "reason": "x", "expires": "2027-01-31"}]}},
            f'4: image-single-disk.exemptions.0: there is no such key ("imag"), {IGNORED}; write image',
        ),
        (
            {"image-single-disk": {"exemptions": [EXEMPTION | {"reason": ""}]}},
            "6: image-single-disk.exemptions.0.reason: must not be empty",
        ),
        (
            {"image-single-disk": {"exemptions": [EXEMPTION | {"expires": "31.01.2027"}]}},
            '7: image-single-disk.exemptions.0.expires: must be a day such as 2027-01-31, not "31.01.2027"',
        ),
        (
            {"image-single-disk": {"exemptions": [EXEMPTION | {"until": "2027-01-31"}]}},
            f'4: image-single-disk.exemptions.0: there is no such key ("until"), {IGNORED}; known are {EXEMPTED}',
        ),
        (
            {"image-single-disk": {"exemptions": {}}},
            "3: image-single-disk.exemptions: must be a list, not {}",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, content: object, problem: str) -> None:
    assert found(tmp_path, content) == [problem]


def test_all_problems_come_together(tmp_path: Path) -> None:
    content = {"all": "advisory", "image-single-disk": {"limit": 1, "enforcementLevel": "disabled"}, "x": 1}
    assert [line.split(":")[0] for line in found(tmp_path, content)] == ["2", "4", "5", "7"]


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    text = '{"image-notices": "advisory",\n "image-notices": "disabled"}'
    assert len(found(tmp_path, text)) == 1


@pytest.mark.parametrize("text", ["", "{", '{"image-notices": advisory}', "image-notices: advisory", "{} {}"])
def test_what_is_no_json(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidFile, match=r"policy-config\.json:1: is no valid JSON"):
        found(tmp_path, text)
