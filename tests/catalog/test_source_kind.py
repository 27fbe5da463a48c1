"""What a source is follows from its id."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.fields.arm_id import example
from catalog.images.source import KINDS, Source, kind_of

BY_ID = {key: kind.type for key, kind in KINDS.items() if kind.type}
NAMES = st.text("abcXYZ019-_.", min_size=1, max_size=20).filter(lambda name: name not in {".", ".."})


def any_case(draw: st.DrawFn, text: str) -> str:
    upper = draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    return "".join(char.upper() if up else char.lower() for char, up in zip(text, upper, strict=True))


@st.composite
def ids(draw: st.DrawFn) -> tuple[str, str]:
    """A kind and an id of it, its keywords and types in any case."""
    kind = draw(st.sampled_from(sorted(BY_ID)))
    namespace, *types = BY_ID[kind].split("/")
    names = {"versions": st.from_regex(r"[0-9]{1,9}(\.[0-9]{1,9}){2}", fullmatch=True)}
    pairs = "".join(f"/{any_case(draw, each)}/{draw(names.get(each, NAMES))}" for each in types)
    start = f"/{any_case(draw, 'subscriptions')}/{any_case(draw, '0000000a-0000-0000-0000-000000000001')}"
    group = f"/{any_case(draw, 'resourceGroups')}/{draw(NAMES.filter(lambda name: not name.endswith('.')))}"
    return kind, f"{start}{group}/{any_case(draw, 'providers')}/{any_case(draw, namespace)}{pairs}"


@given(ids())
def test_the_type_of_an_id_tells_the_kind_in_any_case(given_id: tuple[str, str]) -> None:
    kind, text = given_id
    assert kind_of(text) == kind
    # The model takes the id under that key, and under no other one that takes an id.
    assert Source.model_validate({kind: text}).kind == kind
    for other in BY_ID.keys() - {kind}:
        with pytest.raises(ValueError, match=f"write {kind}: instead of {other}:"):
            Source.model_validate({other: text})


def test_an_address_is_that_of_a_vhd() -> None:
    assert kind_of("https://contoso.blob.core.windows.net/vhds/gis.vhd") == "vhd"
    assert kind_of("HTTPS://CONTOSO.BLOB.CORE.WINDOWS.NET/vhds/gis.vhd") == "vhd"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (example("Microsoft.Compute/snapshot"), "from one; write Microsoft.Compute/snapshots"),
        (example("Microsoft.Compute/virtualMachine"), "write Microsoft.Compute/virtualMachines"),
        (example("Microsoft.Compute/galleries/images"), "names an image definition; add the version"),
        (example("Microsoft.Web/sites"), "name one of Microsoft.Compute/virtualMachines, Microsoft.Compute/images,"),
        (f"{example(BY_ID['disk'])}/", "no empty part: two slashes in a row, or one at the end"),
        ("gis-100", "a resource id starts with /subscriptions/"),
        ("", "a resource id starts with /subscriptions/"),
    ],
)
def test_what_names_no_source_is_refused_with_advice(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        kind_of(text)
