"""`./labs check` and the pack read a configuration by the same rules: what one refuses, the other refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.files.diagnostic import InvalidFile
from catalog.regions.geography import all_regions
from cli.check.policy_config import check_policy_config, policy_rules
from lab_image_policies.config.configuration import Configuration, read_configuration
from lab_image_policies.config.configuration_rules import LEVELS
from lab_image_policies.config.levels import Level, read_level
from lab_image_policies.config.setting import is_region
from lab_image_policies.policies import POLICIES
from lab_image_policies.policy import Policy
from lifecycle.exemption import POLICY_OF
from tests.policies.findings import COST, LOCKED, NAMES, STORAGE
from tests.support.policy_server import PACK, ROOT

BY_NAME = {policy.name: policy for policy in POLICIES}
DAY = date(2026, 6, 1)
REASONS = ["agreed", "", " ", "\u200b", "\u200b\u3164\ufe0f", "ⓐ"]
EXPIRES = [
    "2026-02-30",
    "2027-6-1",
    "2027-06-01T00:00:00Z",
    "9999-12-31",
    "2101-01-01",
    "2100-12-31",
    "２０２７-01-01",
    "",
]
KEYS = ["image", "reason", "expires", "until", "enforcementLevel", "limitGb", "limitGB", "onlyRegions", "exemptions"]
KEYS += ["maximumReplicas", "endOfLifeDays", "monthlyLimit", "currency"]

days = st.integers(-2, 2).map(lambda days: str(DAY + timedelta(days)))
numbers = st.integers(-1, 130) | st.sampled_from([10**30, -(10**400), 1e300, 0.5, 127.999])
texts = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=3)
scalars = st.none() | st.booleans() | numbers | texts | st.sampled_from(REASONS + EXPIRES) | days
regions = st.sampled_from(["koreacentral", "Korea Central", "(US) East US", "atlantis", "", " ", "korea" + " " * 99])
levels = st.sampled_from([*LEVELS, *LEVELS, "remediate", "Mandatory", "loud"])
entries = st.fixed_dictionaries(
    {
        "image": st.sampled_from(["gis", "GIS", "cad", "", "\u200b"]),
        "reason": st.sampled_from(REASONS),
        "expires": days | st.sampled_from(EXPIRES),
    }
)
good_entries = st.fixed_dictionaries(
    {"image": st.sampled_from(["gis", "GIS", "cad", "web", "os"]), "reason": st.just("agreed"), "expires": days}
)
anything = st.recursive(
    scalars | levels | regions | entries,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)


def keys_of(policy: Policy) -> st.SearchStrategy[Any]:
    """What makes sense in the object of a policy, with one wrong thing at most."""
    sensible: dict[str, st.SearchStrategy[Any]] = {
        "enforcementLevel": levels,
        "exemptions": st.lists(good_entries | entries, max_size=3),
        "reason": st.sampled_from(REASONS),
        "expires": days | st.sampled_from(EXPIRES),
        "limitGb": numbers,
        "maximumReplicas": numbers,
        "endOfLifeDays": numbers,
        "onlyRegions": st.lists(regions, max_size=2),
        "monthlyLimit": numbers | st.sampled_from([0, None, 400]),
        "currency": st.sampled_from(["", None, "USD", "krw", "US", "ＵＳＤ", "USD\n", 7]),
    }
    known = ["enforcementLevel", *(setting.key for setting in policy.settings)]
    return st.fixed_dictionaries({}, optional={key: sensible[key] for key in known})


def configurations() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            **{policy.name: levels | keys_of(policy) | keys_of(policy) | anything for policy in POLICIES},
            "all": levels | st.fixed_dictionaries({"enforcementLevel": levels}) | anything,
            "image-single-disc": anything,
        },
    )


def of_pack(policy: Policy, entry: Any, today: date, every: str | None = None) -> tuple[Configuration, Level] | None:
    """What the pack makes of a policy's entry; None where the engine itself refuses the form of the entry.

    `every` is the level of each policy without its own: the engine gives it to those with other keys too.
    """
    given = dict(entry) if isinstance(entry, dict) else {}
    level = given.pop("enforcementLevel", every or policy.level) if isinstance(entry, dict) else entry
    if not isinstance(level, str):
        return None
    configuration = read_configuration(policy.name, policy.settings, given)
    return configuration, read_level(policy, level, configuration.values, today)


def refused(read: tuple[Configuration, Level] | None, today: date) -> bool:
    if read is None:
        return True
    configuration, level = read
    over = any(one.is_over(today) for one in configuration.exemptions)
    return bool(configuration.problems) or level.problem is not None or over


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any, date], tuple[Path, set[str]]]:
    """Writes a configuration; the file, and the names at its top of which `./labs check` finds something wrong."""
    path = tmp_path_factory.mktemp("policies") / "policy-config.json"

    def check(config: Any, today: date) -> tuple[Path, set[str]]:
        path.write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
        return path, {problem.key.partition(".")[0] for problem in check_policy_config(path, today)}

    return check


Check = Callable[[Any, date], tuple[Path, set[str]]]


@given(config=configurations(), after=st.integers(-3, 3))
def test_check_refuses_what_the_pack_refuses(checked: Check, config: dict[str, Any], after: int) -> None:
    today = DAY + timedelta(after)
    _, found = checked(config, today)
    expected = {name for name in config.keys() & BY_NAME if refused(of_pack(BY_NAME[name], config[name], today), today)}
    expected |= {"image-single-disc"} & config.keys()
    expected |= {"all"} if config.get("all", "mandatory") != "mandatory" else set()
    assert found == expected


@given(config=configurations(), after=st.integers(-3, 3))
def test_both_let_the_same_images_through(checked: Check, config: dict[str, Any], after: int) -> None:
    today = DAY + timedelta(after)
    path, _ = checked(config, today)
    rules = policy_rules(path)
    every = config.get("all")
    if isinstance(every, dict):
        every = every.get("enforcementLevel")
    for name, policy in BY_NAME.items():
        read = of_pack(policy, config.get(name, {}), today, every if isinstance(every, str) else None)
        if read is None:
            continue
        configuration, level = read
        if any(setting.key == "exemptions" for setting in policy.settings):
            ours = [astuple(one) for one in rules.exemptions if one.policy == name]
            assert ours == [astuple(one) for one in configuration.exemptions]
        lowered = [astuple(one) for one in rules.lowered if one.policy == name and not one.is_over(today)]
        assert lowered == ([astuple(level.notice)] if level.notice else [])


@given(config=anything)
def test_any_content_is_a_finding_or_an_object(checked: Check, config: Any) -> None:
    try:
        _, found = checked(config, DAY)
    except InvalidFile:
        assert config is None or config == ""
    else:
        assert found or config == {}


@given(level=st.sampled_from([*LEVELS, "remediate", "loud"]), values=st.dictionaries(st.sampled_from(KEYS), scalars))
def test_no_level_is_milder_than_it_may_be(level: str, values: Mapping[str, Any]) -> None:
    for policy in POLICIES:
        read = read_level(policy, level, values, DAY)
        is_milder = LEVELS.index(read.effective) > LEVELS.index(policy.level)
        assert read.effective in (level, policy.level)
        assert not (is_milder and policy.locked)
        assert is_milder is (policy.free_level and level in LEVELS[1:] if policy.free_level else bool(read.notice))
        assert read.problem is None or read.effective == policy.level


def test_the_policies_exist_and_those_that_look_at_deployments_too_are_locked() -> None:
    assert set(POLICY_OF.values()) <= BY_NAME.keys()
    assert {policy.name for policy in POLICIES if policy.locked} == LOCKED
    assert [policy.name for policy in POLICIES if policy.free_level] == [STORAGE, COST]
    assert tuple(BY_NAME) == NAMES


def test_both_know_the_same_regions() -> None:
    known = [name for entry in all_regions() for name in (entry.name, entry.display_name, *entry.aliases)]
    assert len(known) > 100
    assert all(map(is_region, known))


def test_the_program_has_a_copy_of_the_packs_rules() -> None:
    rules = "configuration_rules.py"
    packs = (PACK / "lab_image_policies/config" / rules).read_bytes()
    assert (ROOT / "lifecycle" / rules).read_bytes() == packs, "run `make generated`"
