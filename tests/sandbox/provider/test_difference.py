"""Differences of property values, named to the leaf, and their application."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.provider.difference import Change, applied, differences, top_level
from sandbox.provider.values import UNKNOWN

leaves = st.one_of(st.booleans(), st.integers(-3, 3), st.sampled_from(["", "a", "koreacentral"]))
names = st.sampled_from(["a", "b", "name", "x.y"])
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=12
)
objects = st.dictionaries(names, values, max_size=4)


def test_leaves_are_named_to_the_end() -> None:
    old = {"publishingProfile": {"targetRegions": [{"name": "a"}, {"name": "b", "regionalReplicaCount": 1}]}}
    new = {"publishingProfile": {"targetRegions": [{"name": "a"}, {"name": "b", "regionalReplicaCount": 2}]}}
    assert differences(old, new) == {"publishingProfile.targetRegions[1].regionalReplicaCount": Change.UPDATE}


def test_a_region_put_in_the_middle_is_named_by_position() -> None:
    regions = [{"name": "koreacentral"}, {"name": "koreasouth"}]
    new = [regions[0], {"name": "japaneast"}, regions[1]]
    assert differences({"targetRegions": regions}, {"targetRegions": new}) == {
        "targetRegions[1].name": Change.UPDATE,
        "targetRegions[2]": Change.ADD,
    }


REGIONS = {"targetRegions": ("name",)}


def regions(*names: str, **counts: int) -> dict[str, Any]:
    return {"targetRegions": [{"name": name} | ({"count": counts[name]} if name in counts else {}) for name in names]}


def test_items_with_identifiers_are_compared_by_these() -> None:
    old = regions("koreacentral", "koreasouth", "japaneast")
    assert differences(old, regions("japaneast", "koreacentral", "koreasouth"), REGIONS) == {}
    assert differences(old, regions("koreacentral", "japaneast", "koreasouth", japaneast=2), REGIONS) == {
        "targetRegions[1].count": Change.ADD
    }
    assert differences(old, regions("koreacentral", "japanwest", "japaneast"), REGIONS) == {
        "targetRegions[1]": Change.DELETE
    }, "what is new and what is gone have one place, as in the provider"
    assert differences(old, regions("koreasouth"), REGIONS) == {
        "targetRegions[0]": Change.DELETE,
        "targetRegions[2]": Change.DELETE,
    }
    assert differences(old, regions("Korea Central", "koreasouth", "japaneast"), REGIONS)


@given(st.permutations(["a", "b", "c", "d"]), st.sets(st.sampled_from("abcd")))
def test_order_of_items_with_identifiers_is_never_a_change(order: list[str], counted: set[str]) -> None:
    counts = dict.fromkeys(counted, 1)
    assert differences(regions(*"abcd", **counts), regions(*order, **counts), REGIONS) == {}


def test_the_case_of_the_resource_group_is_no_change_but_of_another_name_it_is() -> None:
    assert differences({"resourceGroupName": "Galleries"}, {"resourceGroupName": "galleries"}) == {}
    assert differences({"galleryName": "Labs"}, {"galleryName": "labs"}) == {"galleryName": Change.UPDATE}


def test_what_is_new_or_gone_is_named_where_it_hangs() -> None:
    assert differences({"tags": {"a": "1"}}, {"identifier": {"sku": "x"}}) == {
        "tags": Change.DELETE,
        "identifier": Change.ADD,
    }


def test_the_spelling_of_the_location_is_no_change_but_of_a_region_it_is() -> None:
    assert differences({"location": "Korea Central"}, {"location": "koreacentral"}) == {}
    assert differences({"location": "koreasouth"}, {"location": "koreacentral"}) == {"location": Change.UPDATE}
    assert differences({"r": [{"name": "Korea Central"}]}, {"r": [{"name": "koreacentral"}]})


def test_an_unknown_value_is_a_change() -> None:
    assert differences({"scope": "/s"}, {"scope": UNKNOWN}) == {"scope": Change.UPDATE}


def test_a_number_is_not_a_truth_value() -> None:
    assert differences({"a": 1}, {"a": True}) == {"a": Change.UPDATE}


def test_names_with_dots_are_quoted() -> None:
    assert differences({}, {"tags": {}}) == {"tags": Change.ADD}
    assert differences({"tags": {}}, {"tags": {"a.b": "1"}}) == {'tags["a.b"]': Change.ADD}
    assert differences({"tags": {}}, {"tags": {"lab-image-gallery": "1"}}) == {"tags.lab-image-gallery": Change.ADD}


def test_top_level() -> None:
    assert [top_level(path) for path in ("a", "a.b[0]", 'a["b.c"]', "a[3].b")] == ["a"] * 4


@given(objects)
def test_nothing_differs_from_itself(value: dict[str, Any]) -> None:
    assert differences(value, value) == {}


@given(objects, objects)
def test_every_changed_input_is_named_and_no_other(old: dict[str, Any], new: dict[str, Any]) -> None:
    changed = {name for name in old | new if repr(_sorted(old.get(name))) != repr(_sorted(new.get(name)))}
    assert {name for path in differences(old, new) if (name := _name(path))} == changed


@given(objects, objects)
def test_differences_mirror(old: dict[str, Any], new: dict[str, Any]) -> None:
    mirrored = {Change.ADD: Change.DELETE, Change.DELETE: Change.ADD, Change.UPDATE: Change.UPDATE}
    assert differences(new, old) == {path: mirrored[change] for path, change in differences(old, new).items()}


@given(objects, objects)
def test_applied_to_the_old_value_it_gives_the_new_one(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert applied(old, old, new) == new


@given(objects, objects)
def test_where_nothing_changed_in_azure_the_inputs_stand(inputs: dict[str, Any], shown: dict[str, Any]) -> None:
    assert applied(inputs, shown, shown) == inputs


def test_display_names_come_in_only_where_azure_changed_something() -> None:
    inputs = {"regions": [{"name": "koreacentral", "count": 1}, {"name": "koreasouth", "count": 1}]}
    old = {"regions": [{"name": "Korea Central", "count": 1}, {"name": "Korea South", "count": 1}]}
    new = {"regions": [{"name": "Korea Central", "count": 1}, {"name": "Korea South", "count": 3}]}
    assert applied(inputs, old, new) == {
        "regions": [{"name": "koreacentral", "count": 1}, {"name": "koreasouth", "count": 3}]
    }


def test_defaults_of_azure_do_not_come_in_but_what_it_changes_does() -> None:
    old = {"description": "x", "architecture": "x64"}
    assert applied({"description": "x"}, old, old | {"description": "y"}) == {"description": "y"}
    assert applied({"description": "x"}, old, old | {"architecture": "Arm64"}) == {
        "description": "x",
        "architecture": "Arm64",
    }
    assert applied({"description": "x", "restore": True}, old, {"architecture": "x64"}) == {"restore": True}


def _sorted(value: Any) -> Any:
    return (
        dict(sorted((k, _sorted(v)) for k, v in value.items()))
        if isinstance(value, dict)
        else ([_sorted(item) for item in value] if isinstance(value, list) else value)
    )


def _name(path: str) -> str:
    return "x.y" if path.startswith('["x.y"]') else top_level(path)
