"""A catalogue without images: which forms are good, and how the first image comes into each."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from catalog.files.diagnostic import InvalidFile
from catalog.files.document import parse
from catalog.images.catalogue import Catalogue, of_document
from catalog.images.editor import EditRefused, add_image, add_versions
from catalog.images.json_schema import schema
from tests.support.builders import SNAPSHOT

IMAGE: dict[str, Any] = {
    "os_type": "Linux",
    "os_state": "Generalized",
    "identifier": {"publisher": "contoso", "offer": "gis", "sku": "gis"},
    "versions": {"1.0.0": {"source": {"snapshot": SNAPSHOT}, "os_disk_size_gb": 64}},
}
LINES = [
    "  gis:",
    "    os_type: Linux",
    "    os_state: Generalized",
    "    identifier: {publisher: contoso, offer: gis, sku: gis}",
    "    versions:",
    "      1.0.0:",
    "        source:",
    f"          snapshot: {SNAPSHOT}",
    "        os_disk_size_gb: 64",
]
DEFAULTS = "defaults: {data_disk_count: 0}\n"


def read(text: str) -> Catalogue:
    return of_document(parse(text, file="images.yaml"))


@pytest.mark.parametrize(
    "text",
    ["images: {}\n", "images:\n", "images: ~", "# a\nimages: {} # b\n# c\n", DEFAULTS, f"{DEFAULTS}images:\n", "{}"],
)
def test_a_catalogue_may_have_no_image(text: str) -> None:
    assert read(text).images == {}


@pytest.mark.parametrize("content", [{}, {"images": {}}, {"images": None}, {"defaults": {"data_disk_count": 0}}])
def test_an_editor_marks_none_of_these(content: dict[str, Any]) -> None:
    assert list(Draft202012Validator(schema()).iter_errors(content)) == []


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_a_file_without_any_key_is_refused_with_what_to_write(text: str) -> None:
    # It may be what is left of a file that was cut off, whose images would all be deleted.
    with pytest.raises(InvalidFile, match=r"the file is empty; write at least: images: \{\}$"):
        read(text)
    with pytest.raises(InvalidFile):
        add_image(text, "gis", IMAGE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("images: {}\n", ["images:", *LINES]),
        ("images: {  }\n", ["images:", *LINES]),
        (
            "# As it is shipped\n\n# Add the first one\nimages: {}\n",
            ["# As it is shipped", "", "# Add the first one", "images:", *LINES],
        ),
        ("images:\n", ["images:", *LINES]),
        ("images: null  # none yet\n", ["images:  # none yet", *LINES]),
        ("images: {}   # none yet\n", ["images:   # none yet", *LINES]),
        ("images:\n  # the first:\n\n# end\n", ["images:", "  # the first:", *LINES, "", "# end"]),
        (f"images: {{}}\n{DEFAULTS}", ["images:", *LINES, DEFAULTS.rstrip()]),
        (f"# head\n{DEFAULTS}\n# end\n", ["# head", DEFAULTS.rstrip(), "images:", *LINES, "", "# end"]),
        (f"---\n{DEFAULTS}", ["---", DEFAULTS.rstrip(), "images:", *LINES]),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_the_first_image_follows_its_key(before: str, after: list[str], ending: str) -> None:
    text = add_image(before.replace("\n", ending), "gis", IMAGE)
    assert text.splitlines() == after
    assert text.count("\n") == text.count(ending)


def test_a_file_without_a_break_at_its_end_keeps_none() -> None:
    assert add_image("images: {}", "gis", IMAGE) == "\n".join(["images:", *LINES])


@pytest.mark.parametrize("text", ["{}\n", "{images: {}}\n", "images: {\n  # later\n}\n", "images:\n  {}\n"])
def test_other_forms_are_refused_with_what_to_paste(text: str) -> None:
    with pytest.raises(EditRefused) as refused:
        add_image(text, "gis", IMAGE)
    said, pasted = str(refused.value).split(":\n\n")
    assert said.startswith("images.yaml:1: ")
    assert said.endswith("Nothing was changed. Put this in by hand, in place of images")
    assert yaml.safe_load(pasted) == {"images": {"gis": IMAGE}}


def test_an_image_that_is_not_there_is_named_as_before() -> None:
    with pytest.raises(EditRefused, match='there is no image "gis"; the catalogue has none yet'):
        add_versions("images: {}\n", "gis", IMAGE["versions"])


COMMENTS = st.sampled_from(["", "\n", "# note\n", "  # inside\n", "\n    # 한글\n\n", "  # {}\n", "\n\n"])
EMPTY = st.sampled_from(["{}", "", "null", "~", "{ }"])


@st.composite
def empty_catalogues(draw: st.DrawFn) -> str:
    value, remark = draw(EMPTY), draw(st.sampled_from(["", " # {}", "   # none yet"]))
    images = f"images:{f' {value}' if value else ''}{remark}\n"
    others = draw(st.sampled_from([[], [DEFAULTS], ["defaults:\n  data_disk_count: 0\n"]]))
    keys = draw(st.permutations([images, *others]))
    text = draw(COMMENTS) + "".join(f"{key}{draw(COMMENTS)}" for key in keys)
    text = text if draw(st.booleans()) else text.rstrip("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@settings(max_examples=300, deadline=None)
@given(empty_catalogues())
def test_only_lines_are_added_but_for_the_empty_value(before: str) -> None:
    after = add_image(before, "gis", IMAGE)
    assert parse(after, file="images.yaml").value == {
        **parse(before, file="images.yaml").value,
        "images": {"gis": IMAGE},
    }
    old, new = before.splitlines(), after.splitlines()
    start = new.index(LINES[0])
    assert new[start : start + len(LINES)] == LINES
    kept = new[:start] + new[start + len(LINES) :]
    changed = [(was, now) for was, now in zip(old, kept, strict=True) if was != now]
    assert len(changed) <= 1
    for was, now in changed:
        assert was.startswith("images:")
        assert now.startswith("images:")
        assert now.partition("#")[2] == was.partition("#")[2]
        assert now.partition("#")[0].strip() == "images:"
    # A second image comes after the first one.
    second = {**IMAGE, "identifier": {"publisher": "contoso", "offer": "gis", "sku": "two"}}
    assert list(read(add_image(after, "second", second)).images) == ["gis", "second"]
