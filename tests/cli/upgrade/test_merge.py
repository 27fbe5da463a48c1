"""The merge of a release into a copy: one decision a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.upgrade.git import Entry
from cli.upgrade.merge import Merge, TextMerge, merge

A, B, C = (Entry("100644", blob) for blob in "abc")
PROGRAM = Entry("100755", "a")
LINK = Entry("120000", "d")
NOTHING = Merge({}, (), (), ())

entries = st.builds(Entry, st.sampled_from(["100644", "100755", "120000"]), st.sampled_from("abc"))
trees = st.dictionaries(st.sampled_from(["x", "y", "folder/x", "folder/y", "z"]), entries)
names = st.frozensets(st.sampled_from(["x", "y", "folder/x"]))


def of(base: Entry | None, ours: Entry | None, theirs: Entry | None) -> Merge:
    of_base, of_ours, of_theirs = ({} if entry is None else {"file": entry} for entry in (base, ours, theirs))
    return merge(of_base, of_ours, of_theirs, frozenset())


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "changes"),
    [
        (A, A, B, {"file": B}),
        (A, A, None, {"file": None}),
        (None, None, A, {"file": A}),
        (A, B, B, {}),
        (A, None, None, {}),
        (A, B, A, {}),
        (A, A, PROGRAM, {"file": PROGRAM}),
        # One side changes the mode, the other the content.
        (A, PROGRAM, B, {"file": Entry("100755", "b")}),
        (A, B, PROGRAM, {"file": Entry("100755", "b")}),
        (A, A, LINK, {"file": LINK}),
    ],
)
def test_what_needs_no_merge(
    base: Entry | None, ours: Entry | None, theirs: Entry | None, changes: dict[str, Entry | None]
) -> None:
    assert of(base, ours, theirs) == Merge(changes, (), (), ())


def test_both_changed_the_text() -> None:
    assert of(A, B, C).texts == (TextMerge("file", "b", "a", "c", "100644"),)
    assert of(PROGRAM, B, Entry("100755", "c")).texts[0].mode == "100644"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "reason"),
    [
        (None, A, B, "the release adds it, and you have another file of that name"),
        (A, B, None, "the release deletes or moves it, and you changed it"),
        (A, LINK, B, "the release changes it, and so did you; one of the three is no ordinary file"),
    ],
)
def test_conflicts(base: Entry | None, ours: Entry, theirs: Entry | None, reason: str) -> None:
    (conflict,) = of(base, ours, theirs).conflicts
    assert (conflict.path, conflict.reason) == ("file", reason)


def test_a_deleted_file_stays_deleted() -> None:
    assert of(A, None, B) == Merge({}, (), ("file",), ())


def test_a_file_and_a_folder_of_one_name() -> None:
    (found,) = merge({}, {"name": A}, {"name/x": B}, frozenset()).conflicts
    assert (found.path, found.reason) == ("name/x", "the release has it, and you have name")
    (found,) = merge({}, {"name/x": A}, {"name": B}, frozenset()).conflicts
    assert (found.path, found.reason) == ("name", "the release has it, and you have name/x")
    assert merge({"name/x": A}, {"name/x": A}, {"name": B}, frozenset()).conflicts == ()


@given(trees, trees, names)
def test_an_unchanged_copy_becomes_the_release(
    base: dict[str, Entry], theirs: dict[str, Entry], yours: frozenset[str]
) -> None:
    found = merge(base, base, theirs, yours)
    assert (found.texts, found.kept_deleted, found.conflicts) == ((), (), ())
    after = {path: found.changes.get(path, base.get(path)) for path in {*base, *theirs}}
    expected = {path: (base if path in yours else theirs).get(path) for path in {*base, *theirs}}
    assert after == expected


@given(trees, trees, names)
def test_a_release_without_changes_changes_nothing(
    base: dict[str, Entry], ours: dict[str, Entry], yours: frozenset[str]
) -> None:
    assert merge(base, ours, base, yours) == NOTHING


@given(trees, trees, names)
def test_a_copy_of_the_release_itself_stays(
    base: dict[str, Entry], theirs: dict[str, Entry], yours: frozenset[str]
) -> None:
    assert merge(base, theirs, theirs, yours) == NOTHING


@given(trees, trees, trees, names)
def test_nothing_of_yours_and_nothing_that_the_release_keeps_is_touched(
    base: dict[str, Entry], ours: dict[str, Entry], theirs: dict[str, Entry], yours: frozenset[str]
) -> None:
    found = merge(base, ours, theirs, yours)
    touched = [*found.changes, *(text.path for text in found.texts), *found.kept_deleted]
    assert len(set(touched)) == len(touched)
    assert not {*touched} & yours
    assert all(base.get(path) != theirs.get(path) for path in touched)
    # A change of the copy is lost nowhere: only files that are as they were in one of the releases are replaced.
    replaced = [
        path
        for path, entry in found.changes.items()
        if entry is None or entry.blob != getattr(ours.get(path), "blob", None)
    ]
    assert all(getattr(ours.get(path), "blob", None) == getattr(base.get(path), "blob", None) for path in replaced)
