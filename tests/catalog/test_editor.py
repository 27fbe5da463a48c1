"""Edits of the catalogue's text: what is added is there, and all the rest is as it was."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.files.diagnostic import InvalidFile
from catalog.files.document import parse
from catalog.files.writer import plain
from catalog.images.catalogue import load, of_document
from catalog.images.editor import EditRefused, add_image, add_versions, edit_versions
from tests.support.builders import SNAPSHOT
from tests.support.project import CATALOGUE, ROOT

SHIPPED = (ROOT / CATALOGUE).read_text(encoding="utf-8")
VERSION: dict[str, Any] = {"source": {"snapshot": SNAPSHOT}, "os_disk_size_gb": 64}
IMAGE: dict[str, Any] = {
    "description": "GIS: QGIS 3.40 # not a comment",
    "os_type": "Linux",
    "os_state": "Specialized",
    "identifier": {"publisher": "contoso", "offer": "gis", "sku": "new"},
    "recommended": {"vcpus": [2, 8]},
    "versions": {"1.0.0": {"source": {"existing": True}, "target_regions": ["koreacentral"]}},
}
SMALL = f"""\
images:
  gis:
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso, offer: gis, sku: one}}
    versions:
      1.0.0:   # the first
        source: {{snapshot: {SNAPSHOT}}}
        os_disk_size_gb: 64
"""


def lines_changed(old: str, new: str) -> tuple[list[str], list[str]]:
    """Lines taken out and lines put in, without their breaks."""
    compared = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    return [line[2:] for line in compared if line[0] == "-"], [line[2:] for line in compared if line[0] == "+"]


def value(text: str) -> Any:
    return parse(text, file="images.yaml").value


def test_a_version_follows_the_last_one_of_its_image() -> None:
    text = add_versions(SHIPPED, "ubuntu-2204-python", {"1.2.0": VERSION})
    assert lines_changed(SHIPPED, text) == (
        [],
        ["      1.2.0:", "        source:", f"          snapshot: {SNAPSHOT}", "        os_disk_size_gb: 64"],
    )
    assert text.index("1 elsewhere") < text.index("1.2.0:") < text.index("\n\n  ubuntu-2204-ros:")


def test_an_image_follows_the_last_one_after_a_blank_line() -> None:
    text = add_image(SHIPPED, "gis", IMAGE)
    taken, put = lines_changed(SHIPPED, text)
    assert (taken, put[:3]) == ([], ["", "  gis:", '    description: "GIS: QGIS 3.40 # not a comment"'])
    assert text.startswith(SHIPPED)
    assert value(text)["images"]["gis"] == IMAGE


def test_an_image_after_one_without_a_blank_line_has_none() -> None:
    second = {**IMAGE, "identifier": {"publisher": "contoso", "offer": "gis", "sku": "two"}}
    text = add_image(add_image(SMALL, "gis2", IMAGE), "gis3", second)
    assert "\n\n" not in text


@pytest.mark.parametrize(
    ("line", "value_", "expected"),
    [
        ("        os_disk_size_gb: 64\n", False, "        os_disk_size_gb: 64\n        protect: false\n"),
        ("        protect: true   # for now\n", False, "        protect: false   # for now\n"),
        ("        exclude_from_latest: [koreasouth]  # x\n", True, "        exclude_from_latest: true  # x\n"),
    ],
)
def test_a_key_is_one_line_more_or_one_line_changed(line: str, value_: object, expected: str) -> None:
    text = SMALL.replace("        os_disk_size_gb: 64\n", line)
    key = expected.strip().splitlines()[-1].split(":")[0].strip()
    assert edit_versions(text, {("gis", "1.0.0"): {key: value_}}) == text.replace(line, expected)


def test_a_key_of_a_version_in_braces() -> None:
    old = SMALL.replace(
        f"      1.0.0:   # the first\n        source: {{snapshot: {SNAPSHOT}}}\n        os_disk_size_gb: 64\n",
        f"      1.0.0: {{source: {{snapshot: {SNAPSHOT}}} }}   # the first\n",
    )
    assert edit_versions(old, {("gis", "1.0.0"): {"protect": False}}) == old.replace(
        "} }   #", "}, protect: false}   #"
    )


def test_a_version_goes_with_the_comments_inside_it() -> None:
    inside = "        # a remark on the first\n"
    after = "      # the second\n      1.1.0:\n        source: {existing: true}\n"
    before, _, _ = SMALL.partition("      1.0.0:")
    assert edit_versions(f"{SMALL}{inside}{after}", {("gis", "1.0.0"): None}) == f"{before}{after}"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_breaks_are_those_of_the_file(ending: str, last: bool) -> None:
    old = SMALL.replace("\n", ending)
    old = old if last else old.removesuffix(ending)
    text = add_versions(old, "GIS", {"1.1.0": VERSION})
    assert text.startswith(old)
    assert text.count("\n") == text.count(ending) == old.count(ending) + 4
    assert text.endswith(ending) is last


def test_comments_below_the_last_version_stay_where_they_belong() -> None:
    inside, beside = "\n        # the disk grew\n", "\n      # next: 2.0.0\n\n# the end\n"
    text = add_versions(f"{SMALL}{inside}{beside}", "gis", {"1.1.0": VERSION})
    added = text.removeprefix(f"{SMALL}{inside}").removesuffix(beside)
    assert added.startswith("      1.1.0:\n")
    assert value(text)["images"]["gis"]["versions"]["1.1.0"] == VERSION


def test_blocks_of_text_stay_whole() -> None:
    old = SMALL.replace(
        "    versions:\n",
        "    versions:\n      0.9.0:\n        source: {existing: true}\n        tags:\n          a: |+\n"
        "            one\n\n            # two\n\n",
    )
    text = add_versions(old, "gis", {"1.1.0": VERSION})
    assert value(edit_versions(text, {("gis", "0.9.0"): {"protect": False}}))["images"]["gis"]["versions"]["0.9.0"] == {
        "source": {"existing": True},
        "tags": {"a": "one\n\n# two\n\n"},
        "protect": False,
    }


@pytest.mark.parametrize(
    ("old", "place"),
    [
        (
            SMALL.partition("    versions:")[0] + "    versions: {1.0.0: {source: {existing: true}}}\n",
            "images.gis.versions",
        ),
        ("images: {gis: " + yaml.safe_dump(value(SMALL)["images"]["gis"], default_flow_style=True) + "}\n", "images"),
    ],
)
def test_braces_are_refused_with_what_to_paste(old: str, place: str) -> None:
    with pytest.raises(EditRefused) as refused:
        add_versions(old, "gis", {"1.1.0": VERSION})
    assert f": {place}" in str(refused.value)
    pasted = f"1.1.0: {{source: {{snapshot: {SNAPSHOT}}}, os_disk_size_gb: 64}}"
    assert f"Nothing was changed. Put this in by hand, inside images.gis.versions:\n\n{pasted}\n" in str(refused.value)
    assert yaml.safe_load(pasted) == {"1.1.0": VERSION}


def test_what_is_there_or_is_not_there_is_refused() -> None:
    cases: tuple[tuple[Callable[[], str], str], ...] = (
        (lambda: add_versions(SMALL, "gis", {"1.0.0": VERSION}), "images.yaml:7: images.gis.versions.1.0.0 is there"),
        (lambda: add_versions(SMALL, "giss", {"1.1.0": VERSION}), 'there is no image "giss"; there are gis'),
        (lambda: add_image(SMALL, "Gis", IMAGE), "images.yaml:2: images.gis is there already"),
        (
            lambda: edit_versions(SMALL, {("gis", "2.0.0"): {"protect": False}}),
            'gis has no version "2.0.0"; it has 1.0.0',
        ),
        (lambda: edit_versions(SMALL, {("gis", "1.0.0"): None}), "images.yaml:7: 1.0.0 is the only version of gis"),
    )
    for edit, words in cases:
        with pytest.raises(EditRefused) as refused:
            edit()
        assert words in str(refused.value)


def test_a_catalogue_that_would_be_wrong_is_not_given_back() -> None:
    with pytest.raises(InvalidFile, match="no image name"):
        add_image(SMALL, "bad name!", IMAGE)
    with pytest.raises(InvalidFile, match="the same publisher, offer and sku"):
        add_image(SMALL, "gis2", {**IMAGE, "identifier": {"publisher": "contoso", "offer": "gis", "sku": "one"}})
    with pytest.raises(InvalidFile, match="unknown"):
        add_versions(SMALL.replace("os_type", "unknown"), "gis", {"1.1.0": VERSION})


COMMENTS = st.sampled_from(["", "\n", "# note\n", "      # note\n", "\n        # note\n\n", "  # 한글\n", "\n\n"])
WORDS = st.text(min_size=1, max_size=12).filter(str.strip)


@st.composite
def catalogues(draw: st.DrawFn) -> str:
    """A catalogue in many forms of block style, with comments and blank lines wherever they may stand."""
    step, deep = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    text = draw(st.sampled_from(["", "# head\n\n", "---\n", "defaults: {data_disk_count: 0}\n"])) + "images:\n"
    for index in range(draw(st.integers(1, 3))):
        pad = " " * step
        text += f"{draw(COMMENTS)}{pad}image-{index}:  # {index}\n"
        inner = pad + " " * deep
        text += f"{inner}os_type: Linux\n{inner}os_state: Generalized\n"
        text += f"{inner}identifier: {{publisher: a, offer: b, sku: s{index}}}\n{inner}versions:\n"
        for number in range(draw(st.integers(1, 3))):
            key, below = inner + " " * step, inner + " " * (step + deep)
            text += f"{draw(COMMENTS)}{key}{number}.0.0:\n{below}source:\n{below}  existing: true   # it is\n"
            text += draw(
                st.sampled_from(["", f"{below}tags:\n{below} a: |\n{below}   x\n", f'{below}tags: {{b: "#"}}\n'])
            )
            text += draw(COMMENTS)
    # Without a break at its end, a block of text would be another one with lines after it.
    text = text if "|" in text or draw(st.booleans()) else text.rstrip("\n")
    return text.replace("\n", ending)


def only_added(old: str, new: str) -> bool:
    """Whether every line of the old text stands in the new one, in its order, with nothing changed in it."""
    rest = iter(new.splitlines())
    return all(any(line == other for other in rest) for line in old.splitlines())


@settings(max_examples=150, deadline=None)
@given(catalogues(), WORDS, st.sampled_from(["image-0", "IMAGE-0"]))
def test_additions_only_add_lines(old: str, word: str, image: str) -> None:
    entry = {**VERSION, "tags": {"word": word.strip(), "n": "1.0"}}
    text = add_versions(old, image, {"9.0.0": entry})
    wanted = value(old)
    wanted["images"]["image-0"]["versions"]["9.0.0"] = plain(entry)
    assert value(text) == wanted
    assert only_added(old, text)
    described = {**IMAGE, "description": word}
    text = add_image(old, "added", described)
    assert value(text)["images"] == {**value(old)["images"], "added": plain(described)}
    assert only_added(old, text)


@settings(max_examples=100, deadline=None)
@given(catalogues())
def test_a_key_is_set_and_a_version_removed_without_touching_the_rest(old: str) -> None:
    text = edit_versions(old, {("image-0", "0.0.0"): {"protect": False}})
    assert only_added(old, text)
    assert len(text.splitlines()) == len(old.splitlines()) + 1
    changed = edit_versions(text, {("image-0", "0.0.0"): {"protect": True}})
    assert [new for was, new in zip(text.splitlines(), changed.splitlines(), strict=True) if was != new] == [
        next(line for line in changed.splitlines() if "protect: true" in line)
    ]
    added = add_versions(old, "image-0", {"9.0.0": VERSION})
    assert value(edit_versions(added, {("image-0", "9.0.0"): None})) == value(old)
    assert only_added(edit_versions(added, {("image-0", "9.0.0"): None}), added)


def test_a_checked_document_is_the_catalogue() -> None:
    assert of_document(parse(SHIPPED, file="images.yaml")) == load(ROOT / CATALOGUE)
