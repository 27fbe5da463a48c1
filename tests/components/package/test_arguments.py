"""Arguments of the component: made plain, or refused with everything that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from catalog.files.diagnostic import InvalidFile
from components.package.arguments import ArgumentsError, inline_catalogue, plain, plain_value, settings_of
from tests.support import ids

REQUIRED = {"galleryName": "contoso_lab_images", "resourceGroupName": "galleries", "location": "koreacentral"}


def sent(value: Any) -> PropertyValue:
    """A value as the engine sends it: every number a float."""
    if isinstance(value, dict):
        return PropertyValue({key: sent(each) for key, each in value.items()})
    if isinstance(value, list):
        return PropertyValue([sent(each) for each in value])
    return PropertyValue(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def refusal(**inputs: PropertyValue) -> list[str]:
    with pytest.raises(ArgumentsError) as refused:
        plain(inputs)
    return list(refused.value.findings)


values = st.recursive(
    st.text() | st.booleans() | st.integers(-(2**31), 2**31),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_what_a_program_passes_arrives_as_it_was(value: Any) -> None:
    assert value == UNKNOWN or plain_value(sent(value)) == value


def test_a_number_stays_a_whole_one() -> None:
    found = plain({"replicasPerRegion": sent(2)})
    assert found == {"replicasPerRegion": 2}
    assert isinstance(found["replicasPerRegion"], int)


def test_what_is_not_set_is_left_out() -> None:
    assert plain({"galleryName": sent("a"), "labPlanId": PropertyValue(None)}) == {"galleryName": "a"}


def test_unknown_and_secret_values_and_other_names_are_refused_together_by_their_paths() -> None:
    nested = PropertyValue({"python": PropertyValue({"description": PropertyValue(UNKNOWN)})})
    found = refusal(
        galleryNam=sent("a"), images=nested, labPlanId=sent("x").with_secret(True), labAccountIds=sent([UNKNOWN])
    )
    assert [line.partition(" ")[0] for line in found] == [
        "galleryNam:",
        "images.python.description:",
        "labPlanId:",
        "labAccountIds.0:",
    ]
    assert found[0].endswith("write galleryName")
    assert "is not known before an update" in found[1]
    assert "is a secret" in found[2]


def test_settings_are_those_of_a_stack_with_the_subscription_of_the_provider() -> None:
    settings = settings_of({**REQUIRED, "protect": False}, ids.SUBSCRIPTION, project="university", stack="dev")
    assert settings.subscription_id == ids.SUBSCRIPTION
    assert settings.owner_tag == ("lab-image-gallery", "university/dev")
    assert settings.catalog == "images.yaml"
    assert not settings.protect


def test_the_argument_goes_before_the_subscription_of_the_provider() -> None:
    settings = settings_of({**REQUIRED, "subscriptionId": ids.REAL}, ids.SUBSCRIPTION, project="a", stack="b")
    assert settings.subscription_id == ids.REAL


def test_wrong_settings_are_named_as_arguments_with_no_command_of_a_stack() -> None:
    wrong = {**REQUIRED, "galleryName": "a-b", "location": "korea", "images": {}, "catalog": "x.yaml"}
    with pytest.raises(ArgumentsError) as refused:
        settings_of(wrong, None, project="a", stack="b")
    names = [line.partition(":")[0] for line in refused.value.findings]
    assert sorted(names) == ["galleryName", "images", "location", "subscriptionId"]
    assert "pulumi config set" not in str(refused.value)


def test_defaults_without_images_would_publish_nothing_and_are_refused() -> None:
    with pytest.raises(ArgumentsError) as refused:
        settings_of({**REQUIRED, "defaults": {"data_disk_count": 0}}, ids.SUBSCRIPTION, project="p", stack="dev")
    assert [finding.partition(",")[0] for finding in refused.value.findings] == [
        "defaults: there are no images beside it"
    ]


def test_no_inline_catalogue_is_none_and_an_empty_one_has_no_image() -> None:
    assert inline_catalogue(REQUIRED) is None
    found = inline_catalogue({**REQUIRED, "images": {}})
    assert found is not None
    assert found.images == {}


def test_mistakes_of_an_inline_catalogue_have_a_path_and_no_line() -> None:
    image = {"os_type": "linux", "os_state": "Generalized", "versions": {}}
    with pytest.raises(InvalidFile) as invalid:
        inline_catalogue({"images": {"python": image}, "defaults": {"replicas_per_region": 0}})
    found = invalid.value.diagnostics
    assert {problem.line for problem in found} == {None}
    assert {"images.python.os_type", "images.python.identifier", "defaults.replicas_per_region"} <= {
        problem.key for problem in found
    }
