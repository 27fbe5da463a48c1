"""Keys that a release renamed, in files of the administrator: only their characters change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.files.diagnostic import Diagnostic
from catalog.files.document import parse
from catalog.stacks import renamed_keys
from catalog.stacks.renamed_keys import ANY, RENAMED, RenamedKey

GALLERY = RenamedKey("1.0.0", "stack", ("galleryName",), "gallery")
PLAN_NAME = RenamedKey("1.0.0", "stack", ("labPlan", "name"), "title")
ROLE = RenamedKey("1.0.0", "stack", ("roleAssignments", ANY, "role"), "roleName")
SIZE = RenamedKey("1.0.0", "catalogue", ("images", ANY, "versions", ANY, "os_disk_size_gb"), "os_disk_gb")
DEFAULT_SIZE = RenamedKey("1.0.0", "catalogue", ("defaults", "os_disk_size_gb"), "os_disk_gb")
SYSTEM = RenamedKey("1.0.0", "catalogue", ("images", ANY, "os_type"), "system")

STACK = """\
# galleryName is not a key here
secretsprovider: azurekeyvault://contoso.vault.azure.net/keys/pulumi
encryptedkey: AAAA
config:
  azure-native:subscriptionId: 11111111-2222-3333-4444-555555555555
  lab-image-gallery:galleryName:   contoso_lab_images   # galleryName
  other:galleryName: theirs
  lab-image-gallery:labPlan: {name: "name", tags: {name: x}}
  lab-image-gallery:roleAssignments:
    - {role: Reader, principalId: x}
    # the second
    - principalId: y
      "role": {secure: AAABBB}
"""
CATALOGUE = """\
defaults: {os_disk_size_gb: 64}   # of all

images:
  os_type:
    os_type: Linux
    'os_disk_size_gb': of an image, where no such key is
    versions:
      1.10:
        os_disk_size_gb: 32
      os_disk_size_gb: {os_disk_size_gb: 1}
"""


def renamed(text: str, keys: list[RenamedKey], *, file: str) -> tuple[str, list[Diagnostic]]:
    return renamed_keys.renamed(text, keys, file=file, project="lab-image-gallery")


def test_the_table_of_this_release_is_in_order_and_leads_somewhere_new() -> None:
    assert sorted(tuple(map(int, key.since.split("."))) for key in RENAMED) == [
        tuple(map(int, key.since.split("."))) for key in RENAMED
    ]
    assert all(key.path and key.new != key.path[-1] and key.path[-1] != ANY for key in RENAMED)


def test_keys_of_a_stack() -> None:
    text, found = renamed(STACK, [GALLERY, PLAN_NAME, ROLE], file="Pulumi.prod.yaml")
    assert found == []
    assert text == (
        STACK.replace("gallery:galleryName", "gallery:gallery")
        .replace('{name: "name"', '{title: "name"')
        .replace("{role:", "{roleName:")
        .replace('"role"', '"roleName"')
    )


def test_a_key_without_its_namespace() -> None:
    text, found = renamed("config:\n  galleryName: x\n  labPlan:\n    name: y\n", [GALLERY, PLAN_NAME], file="f")
    assert (text, found) == ("config:\n  gallery: x\n  labPlan:\n    title: y\n", [])


def test_keys_of_a_project_with_another_name() -> None:
    text = "config:\n  contoso:galleryName: x\n  lab-image-gallery:galleryName: y\n"
    found = renamed_keys.renamed(text, [GALLERY], file="f", project="contoso")
    assert found == (text.replace("contoso:galleryName", "contoso:gallery"), [])


def test_keys_of_a_catalogue() -> None:
    text, found = renamed(CATALOGUE, [SIZE, DEFAULT_SIZE, SYSTEM], file="images.yaml")
    assert found == []
    assert text == (
        CATALOGUE.replace("defaults: {os_disk_size_gb", "defaults: {os_disk_gb")
        .replace("    os_type:", "    system:")
        .replace("        os_disk_size_gb", "        os_disk_gb")
        .replace("{os_disk_size_gb: 1}", "{os_disk_gb: 1}")
    )


def test_a_key_that_was_renamed_twice() -> None:
    again = RenamedKey("2.0.0", "stack", ("gallery",), "galleryId")
    assert renamed("config: {galleryName: x}\n", [GALLERY, again], file="f") == ("config: {galleryId: x}\n", [])


def test_nothing_to_rename_is_no_change() -> None:
    text = "config:   {}  # nothing\n"
    assert renamed(text, [GALLERY], file="f") == (text, [])
    assert renamed("images: {}\n", [SIZE, SYSTEM, DEFAULT_SIZE], file="f") == ("images: {}\n", [])
    assert renamed("config: [\n", [], file="f") == ("config: [\n", [])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_breaks_stay(ending: str) -> None:
    text, found = renamed(CATALOGUE.replace("\n", ending), [SIZE], file="f")
    assert found == []
    assert text == renamed(CATALOGUE, [SIZE], file="f")[0].replace("\n", ending)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "config:\n  galleryName: x\n  gallery: y\n",
            2,
            "is called gallery now, and gallery stands here too; keep one",
        ),
        ("config:\n  galleryName: x\n  lab-image-gallery:gallery: y\n", 2, "lab-image-gallery:gallery stands here too"),
        ("config: &all\n  galleryName: x\n", 1, "anchor &all is not supported"),
        ("a: 1\nconfig: !tagged {galleryName: x}\n", 2, "tag"),
        ("config:\n  galleryName: x\n  galleryName: y\n", 3, "this key stands here for the second time"),
        ("config: [\n", 2, "this is no valid YAML"),
        ("config:\n  galleryName: x\n---\nb: 1\n", 3, "a second document starts here"),
        (
            "config:\n  ? |-\n    galleryName\n  : x\n",
            2,
            "its form is not one that this command edits; rename it by hand",
        ),
    ],
)
def test_what_cannot_be_renamed_is_explained_with_its_line(text: str, line: int, message: str) -> None:
    after, found = renamed(text, [GALLERY], file="Pulumi.prod.yaml")
    assert after == text
    assert (found[0].file, found[0].line) == ("Pulumi.prod.yaml", line)
    assert message in found[0].message
    assert any("gallery now" in problem.message for problem in found)


keys = st.sampled_from(["os_type", "system", "x", "versions", "os_disk_size_gb", "1.0.0"])
values: Any = st.recursive(
    st.sampled_from(["text", 1, None, True, "os_type"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def written(value: Any, *, quote: str) -> str:
    """A value in braces, its keys in the quotes given."""
    match value:
        case dict():
            return (
                "{"
                + ", ".join(f"{quote}{key}{quote}: {written(item, quote=quote)}" for key, item in value.items())
                + "}"
            )
        case list():
            return "[" + ", ".join(written(item, quote=quote) for item in value) + "]"
    return (
        {None: "null", True: "true"}.get(value, str(value))
        if not isinstance(value, int) or value is True
        else str(value)
    )


@given(st.dictionaries(keys, values, max_size=3), st.sampled_from(["", '"', "'"]))
def test_only_the_key_changes_and_the_order_stays(images: dict[str, Any], quote: str) -> None:
    text = f"images: {written(images, quote=quote)}  # the end\n"
    after, found = renamed(text, [SYSTEM], file="f")
    of_images = [image for image in images.values() if isinstance(image, dict)]
    twice = [image for image in of_images if {"os_type", "system"} <= image.keys()]
    assert len(found) == len(twice)
    expected = {
        name: {"system" if key == "os_type" else key: item for key, item in image.items()}
        if isinstance(image, dict) and image not in twice
        else image
        for name, image in images.items()
    }
    value = parse(after, file="f").value["images"]
    assert repr(value or {}) == repr(expected)
    assert after.endswith("  # the end\n")
