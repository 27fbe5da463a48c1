"""Files that no commit has where an upgrade writes: none of them is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.upgrade.apply import in_the_way, put_in_place
from cli.upgrade.git import Entry, Git
from cli.upgrade.merge import ADDED, Conflict, merge
from cli.upgrade.stopped import Stopped
from tests.support.releases import commit, git, write

NAMES = ("a", "b", "a/x", "a/y", "a/x/z", "b/x")
FOLDER = "the release adds a folder, and you have a file of that name"


def repository(folder: Path, tracked: dict[str, str | bytes | None]) -> Git:
    git(folder, "init", "-q")
    write(folder, {"always": "x", **tracked})
    commit(folder)
    return Git(folder)


def added(git: Git, *paths: str) -> dict[str, Entry | None]:
    return dict.fromkeys(paths, Entry("100644", git.write_blob(b"of the release")))


@pytest.mark.parametrize(
    ("tracked", "unknown", "release", "conflict"),
    [
        ([], "new", {"new": True}, Conflict("new", ADDED)),
        ([], "new/x", {"new": True}, Conflict("new", "the release adds a file, and you have a folder of that name")),
        ([], "new", {"new/x/y": True}, Conflict("new", FOLDER)),
        ([], "new/x", {"new/x/y": True}, Conflict("new/x", FOLDER)),
        (["old/x"], "old/y", {"old": True, "old/x": False}, Conflict("old/y", "the release makes old a file")),
        (["old"], "other", {"old/x": True, "old": False}, None),
        (["old/x"], "old/y", {"old/z": True, "old/x": False}, None),
        ([], "new", {"newer": True}, None),
    ],
)
def test_what_is_in_the_way(
    tmp_path: Path, tracked: list[str], unknown: str, release: dict[str, bool], conflict: Conflict | None
) -> None:
    here = repository(tmp_path, dict.fromkeys(tracked, "x"))
    write(tmp_path, {unknown: "x"})
    entry = Entry("100644", here.write_blob(b"of the release"))
    changes = {path: entry if there else None for path, there in release.items()}
    found = in_the_way(tmp_path, changes, here.tree("HEAD"))
    assert found == ({conflict} if conflict else set())


@pytest.mark.parametrize("release", ["new", "new/x"])
def test_a_link_is_in_the_way_wherever_it_leads(tmp_path: Path, release: str) -> None:
    here = repository(tmp_path, {})
    for target in ("always", "nowhere", ".git"):
        (tmp_path / "new").unlink(missing_ok=True)
        (tmp_path / "new").symlink_to(target)
        assert [each.path for each in in_the_way(tmp_path, added(here, release), here.tree("HEAD"))] == ["new"]


def test_a_file_that_the_release_spells_in_another_case_is_not_in_its_own_way(tmp_path: Path) -> None:
    here = repository(tmp_path, {"notes.md": "x"})
    # As a file system shows it that does not tell the two names apart.
    (tmp_path / "Notes.md").hardlink_to(tmp_path / "notes.md")
    changes = {**added(here, "Notes.md"), "notes.md": None}
    assert in_the_way(tmp_path, changes, here.tree("HEAD")) == set()
    assert in_the_way(tmp_path, added(here, "Notes.md"), here.tree("HEAD")) == {Conflict("Notes.md", ADDED)}


def placed(names: list[str]) -> list[str]:
    """Those of some names that can be files beside each other."""
    chosen: list[str] = []
    for name in names:
        if not any(f"{name}/".startswith(f"{each}/") or f"{each}/".startswith(f"{name}/") for each in chosen):
            chosen.append(name)
    return chosen


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(NAMES)), st.lists(st.sampled_from(NAMES)), st.lists(st.sampled_from(NAMES)))
def test_every_file_that_no_commit_has_stays_to_the_byte(old: list[str], new: list[str], ignored: list[str]) -> None:
    tracked = placed(old)
    unknown = [name for name in placed([*tracked, *ignored]) if name not in tracked]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = repository(folder, dict.fromkeys(tracked, "of the commit"))
        (folder / ".git" / "info" / "exclude").write_text("*\n", encoding="utf-8")
        write(folder, dict.fromkeys(unknown, "mine"))
        ours = here.tree("HEAD")
        theirs = {"always": ours["always"], **added(here, *placed(new))}
        changes = merge(ours, ours, {path: entry for path, entry in theirs.items() if entry}, ()).changes
        head = git(folder, "rev-parse", "HEAD")
        stopped = in_the_way(folder, changes, ours)
        if not stopped:
            put_in_place(here, head, changes, "Upgrade")
            assert git(folder, "ls-files").split() == sorted(theirs)
        assert {path: (folder / path).read_text() for path in unknown} == dict.fromkeys(unknown, "mine")
        meet = [path for path in unknown for name in placed(new) if len(placed([path, name])) == 1]
        assert bool(stopped) == bool(meet)


def test_files_that_git_cannot_write(tmp_path: Path) -> None:
    here = repository(tmp_path, {})
    head = git(tmp_path, "rev-parse", "HEAD")
    (tmp_path / ".git" / "index.lock").touch()
    with pytest.raises(Stopped) as stopped:
        put_in_place(here, head, added(here, "new"), "Upgrade")
    assert "cannot all be written; git says:" in " ".join(stopped.value.message.split())
    assert git(tmp_path, "rev-parse", "HEAD") == head
    assert not (tmp_path / "new").exists()
