"""Arguments of the component: made plain, or refused with everything that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from catalog.files.diagnostic import InvalidFile
from components.package.arguments import (
    ArgumentsError,
    catalogue_of_one,
    inline_catalogue,
    plain,
    plain_value,
    settings_of,
)
from components.package.parts import LAB_IMAGE
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


def test_a_part_has_its_own_arguments_and_needs_them() -> None:
    with pytest.raises(ArgumentsError) as refused:
        plain({"galleryId": sent("x"), "lock": sent("CanNotDelete"), "defintion": sent({})}, LAB_IMAGE)
    assert refused.value.findings == (
        "defintion: there is no such argument; write definition",
        "lock: there is no such argument",
        "image: is missing; set it",
        "definition: is missing; set it",
    )


def test_the_gallery_that_comes_first_may_be_unknown_and_nothing_else() -> None:
    inputs = {"galleryId": PropertyValue(UNKNOWN), "image": sent("python"), "definition": sent({})}
    assert plain(inputs, LAB_IMAGE, unknown="galleryId") == {"image": "python", "definition": {}}
    with pytest.raises(ArgumentsError) as refused:
        plain({**inputs, "image": PropertyValue(UNKNOWN)}, LAB_IMAGE, unknown="galleryId")
    assert [line.partition(":")[0] for line in refused.value.findings] == ["image"]
    with pytest.raises(ArgumentsError) as refused:
        plain({**inputs, "galleryId": sent("x").with_secret(True)}, LAB_IMAGE, unknown="galleryId")
    assert "is a secret" in str(refused.value)


def test_one_lab_is_the_only_entry_of_its_setting_and_keeps_its_name_in_messages() -> None:
    found = settings_of({**REQUIRED, "labAccountId": ids.LAB_ACCOUNT}, ids.SUBSCRIPTION, project="a", stack="b")
    assert found.lab_account_ids == (ids.LAB_ACCOUNT,)
    with pytest.raises(ArgumentsError) as refused:
        settings_of({**REQUIRED, "devTestLabId": "x"}, ids.SUBSCRIPTION, project="a", stack="b")
    (line,) = refused.value.findings
    assert line.startswith("devTestLabId: ")


def test_an_image_by_itself_is_read_as_one_of_a_catalogue() -> None:
    identifier = {"publisher": "contoso", "offer": "python", "sku": "ubuntu"}
    version = {"source": {"snapshot": f"{ids.BUILD}/snapshots/a"}}
    definition = {
        "os_type": "Linux",
        "os_state": "Generalized",
        "identifier": identifier,
        "versions": {"1.0.0": version},
    }
    given = {"image": "python", "definition": definition, "defaults": {"data_disk_count": 0}}
    found = catalogue_of_one(given, "LabImage")
    assert found.images["python"].versions["1.0.0"].data_disk_count == 0


def test_mistakes_of_such_an_image_have_the_paths_of_its_arguments() -> None:
    definition = {"os_type": "linux", "os_state": "Generalized", "versions": {"1.0": {}}}
    with pytest.raises(InvalidFile) as invalid:
        catalogue_of_one({"image": "py thon", "definition": definition, "defaults": {"replicas": 1}}, "LabImage")
    keys = {problem.key for problem in invalid.value.diagnostics}
    assert "image" in keys
    assert {"definition.os_type", "definition.identifier", "definition.versions.1.0", "defaults.replicas"} <= keys
    assert {problem.file for problem in invalid.value.diagnostics} == {"LabImage"}
