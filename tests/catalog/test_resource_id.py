"""Resource ids: parsing, spelling, comparing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.fields.resource_id import EXAMPLE, ResourceId, is_guid, is_resource_group, parse

SUBSCRIPTION = "00000000-0000-0000-0000-00000000000a"
GALLERY = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries/providers/Microsoft.Compute/galleries/contoso"


def test_parts() -> None:
    found = parse(f"{GALLERY}/images/gis/versions/1.0.0")
    assert found == ResourceId(
        SUBSCRIPTION,
        "galleries",
        "Microsoft.Compute",
        ("galleries", "images", "versions"),
        ("contoso", "gis", "1.0.0"),
    )
    assert found.type == "Microsoft.Compute/galleries/images/versions"
    assert found.name == "1.0.0"


def test_case_of_keywords_and_types_is_put_right_and_names_keep_theirs() -> None:
    shouted = GALLERY.upper().replace("CONTOSO", "Contoso")
    assert str(parse(shouted)) == GALLERY.replace("contoso", "Contoso").replace("/galleries/p", "/GALLERIES/p")
    assert parse(shouted).key == parse(GALLERY).key == GALLERY.lower()


def test_unknown_types_keep_their_spelling() -> None:
    text = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Contoso.Things/Widgets/w/Parts/p"
    assert str(parse(text)) == text


def test_a_resource_of_the_subscription() -> None:
    text = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Features/features/x"
    assert parse(text).resource_group is None
    assert str(parse(text)) == text


PREFIX = f"/subscriptions/{SUBSCRIPTION}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a resource id starts with /subscriptions/"),
        ("subscriptions/x", "a resource id starts with /subscriptions/"),
        ("/", "a resource id has no empty part: two slashes in a row, or one at the end"),
        ("/providers/x", "a resource id starts with /subscriptions/ and the subscription's id"),
        ("/subscriptions", "a resource id starts with /subscriptions/ and the subscription's id"),
        ("/subscriptions/mine", 'the subscription in a resource id is a GUID, not "mine"'),
        (f"{PREFIX}/resourceGroups", "after /resourceGroups/ comes the resource group's name"),
        (
            f"{PREFIX}/resourceGroups/g.",
            '"g." is no resource group: 1 to 90 letters, digits, - _ . ( ), not ending in a full stop',
        ),
        (
            f"{PREFIX}/resourceGroups/g",
            "a resource id goes on with /providers/ and a namespace such as Microsoft.Compute",
        ),
        (f"{PREFIX}/resourceGroups/g/providers/Compute/disks/d", '"Compute" is no namespace such as Microsoft.Compute'),
        (
            f"{PREFIX}/resourceGroups/g/providers/Microsoft.Compute/disks",
            "after the namespace come pairs of a type and a name",
        ),
        (
            f"{PREFIX}/resourceGroups/g/providers/Microsoft.Compute",
            "after the namespace come pairs of a type and a name",
        ),
        (f"{PREFIX}/resourceGroups/g/providers/Microsoft.Compute/d_s/x", '"d_s" is no resource type'),
        (f"{GALLERY}/providers/Microsoft.Authorization", "a resource id here has one /providers/ only"),
        (f"{GALLERY}/", "a resource id has no empty part: two slashes in a row, or one at the end"),
        (
            GALLERY.replace("/providers", "//providers"),
            "a resource id has no empty part: two slashes in a row, or one at the end",
        ),
        (f"{GALLERY}/../x", 'a resource id has no part ".."'),
        (f"{GALLERY}?api-version=1", "a resource id has no '?' in it"),
        (f"{GALLERY}\n", r"a resource id has no '\n' in it"),
        (f"{GALLERY}\x1b", r"a resource id has no '\x1b' in it"),
        (f" {GALLERY}", "a resource id starts with /subscriptions/"),
        (f"{GALLERY}x y", "a resource id has no ' ' in it"),
        (f"{GALLERY}{'x' * 260}", "a name of 267 characters is too long (at most 260)"),
        ("/" + "x/" * 2000, "a resource id of 4001 characters is too long (at most 2048)"),
    ],
)
def test_what_is_no_resource_id(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        parse(text)
    assert str(caught.value) == f"{message}; a resource id looks like {EXAMPLE}"


def test_the_example_is_one() -> None:
    assert str(parse(EXAMPLE)) == EXAMPLE


@pytest.mark.parametrize(("text", "good"), [(SUBSCRIPTION, True), ("a" * 36, False), (SUBSCRIPTION + "0", False)])
def test_guid(text: str, good: bool) -> None:
    assert is_guid(text) is good


@pytest.mark.parametrize(
    ("name", "good"),
    [("a", True), ("a-b_c.(d)", True), ("x" * 90, True), ("x" * 91, False), ("", False), ("a.", False), ("a b", False)],
)
def test_resource_group(name: str, good: bool) -> None:
    assert is_resource_group(name) is good


names = st.text("abcXYZ019-_()", min_size=1, max_size=20)


@given(names, st.lists(st.tuples(st.sampled_from(["disks", "Galleries", "x1"]), names), min_size=1, max_size=4))
def test_what_is_built_is_parsed_again(group: str, pairs: list[tuple[str, str]]) -> None:
    kinds, inner = zip(*pairs, strict=True)
    built = ResourceId(SUBSCRIPTION, group, "Contoso.Things", tuple(kinds), tuple(inner))
    assert parse(str(built)) == built
    assert parse(str(built).upper()).key == built.key


def outcome(text: str) -> tuple[str | None, str]:
    try:
        return parse(text).key, ""
    except ValueError as error:
        return None, str(error)


@given(st.text(max_size=200) | st.text("/.subcriptonPvd0-?", max_size=200).map(lambda tail: f"{PREFIX}/{tail}"))
def test_any_text_is_an_id_or_a_value_error(text: str) -> None:
    key, message = outcome(text)
    assert (key == text.lower()) if key else message.endswith(EXAMPLE)
