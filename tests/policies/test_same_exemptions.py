"""The program reads the policies' configuration as the pack does: neither trusts the other's code."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lab_image_policies.config.configuration import read_configuration
from lab_image_policies.generated import LEVELS
from lab_image_policies.policies import POLICIES
from lifecycle.exemption import LOCKED, POLICY_OF, read_rules

BY_NAME = {policy.name: policy for policy in POLICIES}
DAY = date(2026, 6, 1)
days = st.integers(-3, 3).map(lambda days: str(DAY + timedelta(days)))
names = st.sampled_from(["gis", "GIS", "cad", "", " ", "x" * 90])
entries = st.fixed_dictionaries(
    {
        "image": names,
        "reason": st.sampled_from(["agreed", "", " "]),
        "expires": days | st.sampled_from(["2026-06-31", ""]),
    }
)
values: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
damaged = st.one_of(
    values, st.dictionaries(st.sampled_from(["image", "reason", "expires", "until"]), values | names | days)
)
configurations = st.dictionaries(
    st.sampled_from(sorted(BY_NAME)), st.fixed_dictionaries({"exemptions": st.lists(entries | damaged, max_size=4)})
)


@given(configurations)
def test_both_let_the_same_images_through_on_the_same_days(config: dict[str, Any]) -> None:
    mine = read_rules("policy-config.json", config).exemptions
    for name, given_values in config.items():
        policy = BY_NAME[name]
        if not any(setting.key == "exemptions" for setting in policy.settings):
            continue
        theirs = read_configuration(name, policy.settings, given_values).exemptions
        ours = [one for one in mine if one.policy == name]
        assert [(one.image, one.reason, one.expires) for one in ours] == [
            (one.image, one.reason, one.expires) for one in theirs
        ]
        for image in ("gis", "cad"):
            for today in (DAY + timedelta(number) for number in range(-4, 5)):
                assert any(one.is_for(image) and not one.is_over(today) for one in ours) == any(
                    one.holds(image, today) for one in theirs
                )


def test_the_policies_exist_and_the_same_ones_cannot_be_lowered() -> None:
    assert set(POLICY_OF.values()) <= BY_NAME.keys()
    assert {name for name in POLICY_OF.values() if BY_NAME[name].locked} == LOCKED
    lowered = read_rules("", {name: level for name in BY_NAME for level in LEVELS if level == "disabled"}).lowered
    assert lowered == BY_NAME.keys() - LOCKED
