"""The three shapes of a resource: inputs, request body, state."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.provider.resource_type import PATHS, resource_type
from sandbox.provider.shape import (
    UnreadableIdError,
    body,
    imported_inputs,
    input_projection,
    missing_inputs,
    outputs,
    path_inputs,
    preview_outputs,
    resource_id,
)
from sandbox.provider.values import UNKNOWN, from_struct, has_unknown, to_struct
from tests.support.ids import SUBSCRIPTION

GALLERY = resource_type("azure-native:compute:Gallery")
VERSION = resource_type("azure-native:compute:GalleryImageVersion")
GROUP = resource_type("azure-native:resources:ResourceGroup")
ASSIGNMENT = resource_type("azure-native:authorization:RoleAssignment")
MACHINE = resource_type("azure-native:compute:VirtualMachine")
KINDS = [resource_type(f"azure-native:{name}") for name in PATHS]

VERSION_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries/providers/Microsoft.Compute/galleries/labs/images/ubuntu"
    "/versions/1.0.0"
)
VERSION_INPUTS = {
    "resourceGroupName": "galleries",
    "galleryName": "labs",
    "galleryImageName": "ubuntu",
    "galleryImageVersionName": "1.0.0",
    "location": "koreacentral",
    "tags": {"a": "b"},
    "publishingProfile": {"targetRegions": [{"name": "koreacentral", "regionalReplicaCount": 1}]},
    "storageProfile": {"osDiskImage": {"source": {"id": "/snapshot"}}},
    "azureApiVersion": "2024-03-03",
}
VERSION_ANSWER = {
    "id": VERSION_ID,
    "name": "1.0.0",
    "type": "Microsoft.Compute/galleries/images/versions",
    "location": "koreacentral",
    "tags": {"a": "b"},
    "properties": {
        "provisioningState": "Succeeded",
        "publishingProfile": {
            "targetRegions": [{"name": "Korea Central", "regionalReplicaCount": 1}],
            "publishedDate": "2026-01-01T00:00:00Z",
        },
        "storageProfile": {"osDiskImage": {"sizeInGB": 64, "source": {"id": "/snapshot"}}},
        "somethingNewer": 1,
    },
}


def test_a_body_has_an_envelope_and_properties() -> None:
    assert body(VERSION, VERSION_INPUTS) == {
        "location": "koreacentral",
        "tags": {"a": "b"},
        "properties": {
            "publishingProfile": {"targetRegions": [{"name": "koreacentral", "regionalReplicaCount": 1}]},
            "storageProfile": {"osDiskImage": {"source": {"id": "/snapshot"}}},
        },
    }


def test_a_resource_group_has_no_properties_of_ours() -> None:
    assert body(GROUP, {"resourceGroupName": "x", "location": "koreacentral", "managedBy": "y"}) == {
        "location": "koreacentral",
        "managedBy": "y",
    }


def test_an_empty_gallery_still_has_properties() -> None:
    assert body(GALLERY, {"galleryName": "g", "resourceGroupName": "r"}) == {"properties": {}}


def test_identities_are_an_object_on_the_wire_and_a_list_in_the_program() -> None:
    identity = {"type": "UserAssigned", "userAssignedIdentities": ["/b", "/a"]}
    sent = body(GALLERY, {"identity": identity})["identity"]
    assert sent == {"type": "UserAssigned", "userAssignedIdentities": {"/b": {}, "/a": {}}}
    state = outputs(GALLERY, {"identity": sent, "properties": {}})
    assert input_projection(GALLERY, state)["identity"]["userAssignedIdentities"] == ["/a", "/b"]


def test_inner_properties_that_the_sdk_flattens_come_back() -> None:
    profile = {"networkInterfaces": [{"id": "/nic", "primary": True}]}
    sent = body(MACHINE, {"networkProfile": profile})
    wire = {"networkInterfaces": [{"id": "/nic", "properties": {"primary": True}}]}
    assert sent["properties"]["networkProfile"] == wire
    assert outputs(MACHINE, sent)["networkProfile"] == profile


def test_ids() -> None:
    assert resource_id(VERSION, VERSION_INPUTS, SUBSCRIPTION) == VERSION_ID
    gallery = VERSION_ID.partition("/images/")[0]
    assignment = {"scope": gallery, "roleAssignmentName": "r"}
    assert resource_id(ASSIGNMENT, assignment, SUBSCRIPTION) == (
        f"{gallery}/providers/Microsoft.Authorization/roleAssignments/r"
    )
    assert path_inputs(VERSION, VERSION_ID.replace("resourceGroups", "RESOURCEGROUPS")) == {
        name: VERSION_INPUTS[name] for name in VERSION.path_parameters
    }


@pytest.mark.parametrize("identifier", ["", "/", VERSION_ID, "/subscriptions/x/resourceGroups/y"])
def test_an_id_of_another_type_is_refused_with_the_form_it_should_have(identifier: str) -> None:
    with pytest.raises(UnreadableIdError, match=r"Such an id has the form .*galleries/\{galleryName\}"):
        path_inputs(GALLERY, identifier)


names = st.text(st.characters(codec="ascii", exclude_characters="/", exclude_categories=["C"]), min_size=1)


@given(st.sampled_from(KINDS), st.data())
def test_an_id_gives_back_the_inputs_it_was_made_of(kind: Any, data: Any) -> None:
    inputs = {
        name: "subscriptions/1/resourceGroups/g" if name == "scope" else data.draw(names)
        for name in kind.path_parameters
    }
    assert path_inputs(kind, resource_id(kind, inputs, SUBSCRIPTION)) == inputs


def test_a_state_is_flat_and_keeps_what_the_sdk_does_not_know() -> None:
    state = outputs(VERSION, VERSION_ANSWER)
    assert state["name"] == "1.0.0"
    assert state["storageProfile"]["osDiskImage"]["sizeInGB"] == 64
    assert state["somethingNewer"] == 1
    assert state["azureApiVersion"] == "2024-03-03"
    assert "properties" not in state


def test_the_properties_of_a_resource_group_stay_together() -> None:
    assert outputs(GROUP, {"properties": {"provisioningState": "Succeeded"}})["properties"] == {
        "provisioningState": "Succeeded"
    }


def test_import_leaves_read_only_properties_out_and_keeps_display_names() -> None:
    declared = {name: value for name, value in VERSION_INPUTS.items() if name != "azureApiVersion"}
    shown = {"targetRegions": [{"name": "Korea Central", "regionalReplicaCount": 1}]}
    imported = imported_inputs(VERSION, VERSION_ID, outputs(VERSION, VERSION_ANSWER))
    assert imported == declared | {"publishingProfile": shown}


def test_missing_inputs_are_all_named_to_the_leaf() -> None:
    inputs = {"resourceGroupName": "r", "storageProfile": {"dataDiskImages": [{"lun": 0}, {}]}}
    missing = dict(missing_inputs(VERSION, inputs))
    assert set(missing) == {
        "galleryName",
        "galleryImageName",
        "galleryImageVersionName",
        "storageProfile.dataDiskImages[1].lun",
    }
    assert "makes up no names" in missing["galleryImageVersionName"]
    assert missing_inputs(VERSION, VERSION_INPUTS) == []
    assert missing_inputs(VERSION, VERSION_INPUTS | {"storageProfile": UNKNOWN}) == []


def test_a_preview_knows_the_inputs_and_nothing_else() -> None:
    foreseen = preview_outputs(VERSION, VERSION_INPUTS | {"tags": {"a": UNKNOWN}})
    assert foreseen["location"] == "koreacentral"
    assert foreseen["tags"] == {"a": UNKNOWN}
    assert foreseen["provisioningState"] == foreseen["name"] == UNKNOWN
    assert set(foreseen) == set(VERSION.outputs)


trees = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), trees, max_size=4))
def test_values_survive_the_wire(value: dict[str, Any]) -> None:
    assert from_struct(to_struct(value)) == value


def test_whole_numbers_are_integers_and_nulls_are_left_out() -> None:
    value = from_struct(to_struct({"count": 2.0, "share": 0.5, "flag": True, "nothing": None, "a": {"b": None}}))
    assert value == {"count": 2, "share": 0.5, "flag": True, "a": {}}
    assert isinstance(value["count"], int)
    assert isinstance(value["flag"], bool)


def test_unknowns_are_found_at_any_depth() -> None:
    assert has_unknown({"a": [{"b": UNKNOWN}]})
    assert not has_unknown({"a": ["", 0, None]})
