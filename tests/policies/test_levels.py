"""The levels that a configuration may give: never milder without a reason and a last day, and locked ones never."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lab_image_policies.config.levels import Level, LoweredLevel, read_level
from lab_image_policies.policies import POLICIES
from tests.policies.findings import DEPLOYED_NOTICES, LAB_REGIONS, LATEST, LOCKED, NAMES, NOTICES, STORAGE, SUPPORTED

TODAY = date(2026, 11, 29)
BY_NAME = {policy.name: policy for policy in POLICIES}
OWN = {name: "advisory" if name in (NOTICES, DEPLOYED_NOTICES) else "mandatory" for name in NAMES}
TERM = {"reason": "the labs move", "expires": "2026-11-29"}
WITH_TERM = (SUPPORTED, LATEST, LAB_REGIONS, NOTICES, DEPLOYED_NOTICES)


def level(name: str, given: str, **values: Any) -> Level:
    return read_level(BY_NAME[name], given, values, TODAY)


@pytest.mark.parametrize("name", NAMES)
def test_mandatory_is_never_refused(name: str) -> None:
    assert level(name, "mandatory") == Level("mandatory")
    assert level(name, OWN[name], reason="", expires="") == Level(OWN[name])


@pytest.mark.parametrize("given", ["advisory", "disabled"])
@pytest.mark.parametrize("name", sorted(LOCKED))
def test_locked(name: str, given: str) -> None:
    assert level(name, given, **TERM) == Level(
        "mandatory",
        f"policy-config.json, {name}: enforcementLevel cannot be {given}: this policy is always mandatory, since "
        "images that no teacher sees would pass silently; exempt single images instead, with reason and expires. The "
        "policy is mandatory, as without this level. Correct it in policy-config.json, at the policy or at all.",
    )


@pytest.mark.parametrize("given", ["advisory", "disabled"])
def test_free(given: str) -> None:
    assert level(STORAGE, given) == Level(given)


@pytest.mark.parametrize("name", WITH_TERM)
def test_with_reason_and_last_day(name: str) -> None:
    lowered = LoweredLevel(name, "disabled", "the labs move", TODAY)
    assert level(name, "disabled", **TERM) == Level("disabled", None, lowered)
    assert lowered.in_force() == (
        f"{name}: disabled until 2026-11-29 (reason: the labs move). It looks at nothing. Take the level out of "
        "policy-config.json when it is no longer needed."
    )


def test_advisory_stops_nothing() -> None:
    notice = level(SUPPORTED, "advisory", **TERM).notice
    assert notice is not None
    assert "What it finds stops nothing" in notice.in_force()


@pytest.mark.parametrize("name", WITH_TERM)
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "enforcementLevel is disabled without reason and expires, so the policy stays"),
        ({"reason": "", "expires": ""}, "without reason and expires"),
        ({"reason": "x"}, "without expires"),
        ({"expires": "2027-01-31"}, "without reason"),
        ({"reason": "\u200b", "expires": "2027-01-31"}, "reason must say why"),
        ({"reason": 1, "expires": "2027-01-31"}, "reason must say why"),
        ({"reason": "x", "expires": "2027-02-30"}, "expires must be a day such as 2027-01-31"),
        ({"reason": "x", "expires": "9999-12-31"}, "in the year 2100 at the latest"),
        ({"reason": " ", "expires": 7}, 'reason must say why, not " "; expires must be a day'),
        ({"reason": "x", "expires": "2026-11-28"}, "expires is past: disabled ended on 2026-11-28 (reason: x)"),
    ],
)
def test_without_a_term_or_after_it_the_own_level_holds(name: str, values: dict[str, Any], words: str) -> None:
    found = level(name, "disabled", **values)
    assert (found.effective, found.notice) == (OWN[name], None)
    assert found.problem is not None
    assert found.problem.startswith(f"policy-config.json, {name}: ")
    assert words in found.problem
    assert f"The policy is {OWN[name]}, as without this level. Correct it" in found.problem


@pytest.mark.parametrize("given", ["remediate", "loud", "", "Disabled"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_level_of_this_pack(name: str, given: str) -> None:
    found = level(name, given, **TERM)
    assert (found.effective, found.notice) == (OWN[name], None)
    assert found.problem is not None
    assert f'not "{given}"' in found.problem
