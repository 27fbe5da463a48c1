"""What `labs check` says of the policies' configuration."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.files.diagnostic import InvalidFile
from cli.check.policy_config import check_policy_config
from plan.lab_services_limits import OS_DISK_LIMIT_GB
from tests.support.project import POLICY_CONFIG, ROOT

EXEMPTION = {"image": "gis", "reason": "agreed", "expires": "2027-01-31"}


TODAY = date(2026, 11, 29)


def found(folder: Path, content: object) -> list[str]:
    path = folder / "policy-config.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return [f"{problem.line}: {problem.key}: {problem.message}" for problem in check_policy_config(path, TODAY)]


def exempting(**changes: Any) -> dict[str, Any]:
    return {"image-single-disk": {"exemptions": [EXEMPTION | changes]}}


def lowered(policy: str = "lab-regions-covered", level: str = "advisory", **keys: Any) -> dict[str, Any]:
    return {policy: {"enforcementLevel": level, **keys}}


def test_the_shipped_configuration_has_no_problem() -> None:
    assert check_policy_config(ROOT / POLICY_CONFIG, TODAY) == []


@pytest.mark.parametrize("content", ["", " \n", "null"])
def test_a_file_that_is_empty_is_not_called_broken(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidFile, match=r"the file is empty; write at least: \{\}"):
        found(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"all": "mandatory"},
        {"image-notices": "mandatory"},
        {"image-notices": {"enforcementLevel": "advisory", "reason": "", "expires": ""}},
        {"replica-storage-below-limit": "disabled"},
        {"replica-storage-below-limit": {"enforcementLevel": "advisory", "limitGb": 30_000}},
        {"replica-storage-below-limit": {"limitGb": 10**30}},
        {"replica-cost-below-limit": {"enforcementLevel": "advisory", "monthlyLimit": 400, "currency": "USD"}},
        {"replica-cost-below-limit": {"monthlyLimit": 0.01, "currency": "krw"}},
        {"replica-cost-below-limit": {"monthlyLimit": 0, "currency": ""}},
        {"replica-cost-below-limit": {"monthlyLimit": None, "currency": None}},
        {"image-os-disk-below-128-gb": {"limitGb": 100, "exemptions": [EXEMPTION]}},
        {"image-replicas-within-geography": {"onlyRegions": ["Korea South", "koreacentral" + " " * 88]}},
        {"image-replicas-within-geography": {"maximumReplicas": 1}, "image-notices": {"endOfLifeDays": 3650}},
        exempting(expires="2026-11-29"),
        exempting(expires="2099-12-31"),
        exempting(expires="2100-12-31"),
        *(
            lowered(policy, "disabled", reason="the labs move", expires="2026-11-29")
            for policy in (
                "image-supported-by-lab-services",
                "image-has-latest-version",
                "lab-regions-covered",
                "image-notices",
                "deployed-image-notices",
            )
        ),
    ],
)
def test_what_is_allowed(tmp_path: Path, content: object) -> None:
    assert found(tmp_path, content) == []


ALWAYS = (
    "this policy is always mandatory, since images that no teacher sees would pass silently; exempt single images "
    "instead, with reason and expires"
)
A_DAY = "must be a day such as 2027-01-31, in the year 2100 at the latest"
BESIDE = "write reason and expires (the last day) beside it, as for an exemption"
BOTH = "so there is no limit; write both, such as 400 and USD, or neither"
EVERY = "it is the level of every policy that has none of its own; give single policies a level instead"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        *(
            (content, '1: : must be an object with the names of policies, such as {"image-single-disk": "mandatory"}')
            for content in ("[]", "1", '"disabled"', "true")
        ),
        (
            {"image-single-disc": "mandatory"},
            (
                '2: image-single-disc: there is no such policy ("image-single-disc"), and the engine would ignore it; '
                "write image-single-disk"
            ),
        ),
        (
            {"image-os-disk-below-128-gb": {"limitGB": 100}},
            "3: image-os-disk-below-128-gb.limitGB: is no key of this policy and does nothing; write limitGb",
        ),
        ({"image-os-disk-below-128-gb": "advisory"}, f"2: image-os-disk-below-128-gb: cannot be advisory: {ALWAYS}"),
        (
            {"image-single-disk": {"enforcementLevel": "disabled"}},
            f"3: image-single-disk.enforcementLevel: cannot be disabled: {ALWAYS}",
        ),
        (
            {"image-replicas-within-geography": "disabled"},
            f"2: image-replicas-within-geography: cannot be disabled: {ALWAYS}",
        ),
        (
            {"deployed-image-disks": {"enforcementLevel": "advisory"}},
            f"3: deployed-image-disks.enforcementLevel: cannot be advisory: {ALWAYS}",
        ),
        ({"deployed-image-disks": "remediate"}, '2: deployed-image-disks: must be mandatory, not "remediate"'),
        *(
            ({"all": value}, f"2: all: must be mandatory, not {words}: {EVERY}")
            for value, words in (
                ("advisory", '"advisory"'),
                ("disabled", '"disabled"'),
                ({"enforcementLevel": "advisory"}, "an object"),
                (["disabled"], "a list"),
                (None, "null"),
                (1, "1"),
            )
        ),
        ({"image-notices": "loud"}, '2: image-notices: must be mandatory or advisory or disabled, not "loud"'),
        *(
            (
                {"image-notices": value},
                (
                    "2: image-notices: must be a level (mandatory, advisory, disabled) or an object with keys, "
                    f"not {words}"
                ),
            )
            for value, words in (([["disabled"]], "a list"), (None, "null"), (1.5, "1.5"), (True, "true"))
        ),
        *(
            (
                {"image-notices": {"enforcementLevel": value}},
                f"3: image-notices.enforcementLevel: must be mandatory or advisory or disabled, not {words}",
            )
            for value, words in ((["disabled"], "a list"), ({}, "an object"), (None, "null"), (0, "0"))
        ),
        (
            {"image-notices": "disabled"},
            f"2: image-notices: is disabled without reason and expires, so the policy stays advisory; {BESIDE}",
        ),
        (
            lowered(),
            (
                "3: lab-regions-covered.enforcementLevel: is advisory without reason and expires, so the policy stays "
                f"mandatory; {BESIDE}"
            ),
        ),
        (
            lowered(reason="the labs move", expires=""),
            (
                "3: lab-regions-covered.enforcementLevel: is advisory without expires, so the policy stays mandatory; "
                f"{BESIDE}"
            ),
        ),
        (
            lowered(reason=" \u200b", expires="2027-01-31"),
            '4: lab-regions-covered.reason: must say why, not " \\u200b"',
        ),
        (
            lowered(reason="the labs move", expires="9999-12-31"),
            f'5: lab-regions-covered.expires: {A_DAY}, not "9999-12-31"',
        ),
        (
            lowered(reason="the labs move", expires="2026-11-28"),
            (
                "5: lab-regions-covered.expires: is past: advisory ended on 2026-11-28 (reason: the labs move), so the "
                "policy is mandatory again; take the level out, or agree on a later expires"
            ),
        ),
        (
            {"replica-storage-below-limit": {"reason": "x"}},
            "3: replica-storage-below-limit.reason: is no key of this policy and does nothing; known are limitGb",
        ),
        *(
            (
                {"replica-cost-below-limit": {"monthlyLimit": 400, **more}},
                f"3: replica-cost-below-limit.monthlyLimit: means nothing without currency, {BOTH}",
            )
            for more in ({}, {"currency": ""}, {"currency": None})
        ),
        *(
            (
                {"replica-cost-below-limit": {"currency": "USD", **more}},
                f"3: replica-cost-below-limit.currency: means nothing without monthlyLimit, {BOTH}",
            )
            for more in ({}, {"monthlyLimit": 0}, {"monthlyLimit": None})
        ),
        *(
            (
                {"replica-cost-below-limit": {"monthlyLimit": limit, "currency": "USD"}},
                f"3: replica-cost-below-limit.monthlyLimit: must be {words}",
            )
            for limit, words in (
                (-1, "at least 0, not -1"),
                ("400", 'a number, not "400"'),
                (True, "a number, not true"),
                ([400], "a number, not a list"),
            )
        ),
        *(
            (
                {"replica-cost-below-limit": {"currency": currency, "monthlyLimit": 400}},
                f"3: replica-cost-below-limit.currency: must be {words}",
            )
            for currency, words in (
                ("dollars", 'a currency of three letters such as USD, not "dollars"'),
                ("US$", 'a currency of three letters such as USD, not "US$"'),
                ("USD\n", 'a currency of three letters such as USD, not "USD\\n"'),
                ("ＵＳＤ", 'a currency of three letters such as USD, not "ＵＳＤ"'),
                (840, "a text, not 840"),
            )
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
            '{"image-os-disk-below-128-gb":\n {"limitGb": ' + "1" * 5_000 + "}}",
            "2: image-os-disk-below-128-gb.limitGb: must be a number, not a number without bounds",
        ),
        (
            '{"image-os-disk-below-128-gb": {"limitGb": NaN}}',
            "1: image-os-disk-below-128-gb.limitGb: must be a number, not a number without bounds",
        ),
        *(
            (
                {"image-os-disk-below-128-gb": {"limitGb": limit}},
                f"3: image-os-disk-below-128-gb.limitGb: must be at least 1, not {limit}",
            )
            for limit in (0.5, 0, -3)
        ),
        (
            {"image-replicas-within-geography": {"onlyRegions": ["koreacentral" + " " * 89]}},
            (
                f'3: image-replicas-within-geography.onlyRegions: names "koreacentral{" " * 48}…", which is no Azure '
                "region"
            ),
        ),
        (
            {"image-notices": {"endOfLifeDays": 7.5}},
            "3: image-notices.endOfLifeDays: must be a whole number, not 7.5",
        ),
        (
            {"image-replicas-within-geography": {"onlyRegions": ["koreacentral", "atlantis", 1]}},
            '3: image-replicas-within-geography.onlyRegions: names "atlantis", 1, which is no Azure region',
        ),
        (
            {"image-replicas-within-geography": {"onlyRegions": [f"atlantis {number}" for number in range(20_000)]}},
            (
                '3: image-replicas-within-geography.onlyRegions: names "atlantis 0", "atlantis 1", "atlantis 2" and '
                "more, which is no Azure region"
            ),
        ),
        (
            {"image-single-disk": {"exemptions": [{"image": "gis"}]}},
            "4: image-single-disk.exemptions.0: lacks reason and expires; an exemption has image, reason and expires",
        ),
        (
            {"image-single-disk": {"exemptions": [{"imag": "gis", "reason": "x", "expires": "2027-01-31"}]}},
            "5: image-single-disk.exemptions.0.imag: is no key of an exemption; write image",
        ),
        (exempting(reason=""), '6: image-single-disk.exemptions.0.reason: must say why, not ""'),
        (exempting(image="\u2800"), '5: image-single-disk.exemptions.0.image: must name an image, not "\u2800"'),
        *(
            (exempting(expires=day), f'7: image-single-disk.exemptions.0.expires: {A_DAY}, not "{day}"')
            for day in ("31.01.2027", "2027-02-30", "2027-6-1", "2027-06-01T00:00:00Z", "9999-12-31", "2101-01-01", "")
        ),
        (
            exempting(until="2027-01-31"),
            "8: image-single-disk.exemptions.0.until: is no key of an exemption; known are image, reason, expires",
        ),
        (
            exempting(expires="2026-11-28"),
            (
                "4: image-single-disk.exemptions.0: this exemption of gis ended on 2026-11-28 and excuses nothing any "
                "more, so the preview refuses it; mend the image and take it out, or agree on a later expires"
            ),
        ),
        (
            {"image-single-disk": {"exemptions": [EXEMPTION, EXEMPTION | {"image": "GIS"}]}},
            "9: image-single-disk.exemptions.1: exempts the image of exemption 0 again, so neither holds; keep one",
        ),
        ({"image-single-disk": {"exemptions": {}}}, "3: image-single-disk.exemptions: must be a list, not an object"),
        (
            {"image-single-disk": {"exemptions": ["gis"]}},
            '4: image-single-disk.exemptions.0: must be an object with image, reason and expires, not "gis"',
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, content: object, problem: str) -> None:
    assert found(tmp_path, content) == [problem]


def test_all_problems_come_together(tmp_path: Path) -> None:
    content = {"all": "advisory", "image-single-disk": {"limit": 1, "enforcementLevel": "disabled"}, "x": 1}
    assert [line.split(":")[0] for line in found(tmp_path, content)] == ["2", "4", "5", "7"]


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    text = '{"image-notices": "advisory",\n "image-notices": "mandatory"}'
    assert len(found(tmp_path, text)) == 1


@pytest.mark.parametrize("text", ["{", '{"image-notices": advisory}', "image-notices: advisory", "{} {}"])
def test_what_is_no_json(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidFile, match=r"policy-config\.json:1: is no valid JSON"):
        found(tmp_path, text)


def test_the_examples_of_the_documentation(tmp_path: Path) -> None:
    page = (ROOT / "docs/reference/policies.md").read_text(encoding="utf-8")
    examples = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 3
    assert [found(tmp_path, example) for example in examples] == [[], [], []]


@pytest.mark.parametrize("depth", [40, 5_000, 200_000])
def test_what_is_too_deep(tmp_path: Path, depth: int) -> None:
    text = '{"image-notices":\n ' + "[" * depth + "]" * depth + "}"
    with pytest.raises(InvalidFile, match=r"policy-config\.json:2: values are nested more than 32 deep"):
        found(tmp_path, text)
