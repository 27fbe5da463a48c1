"""Where the page may be written, and what is left of a file that it replaces."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.overview.page import MARK
from cli.overview.page_file import check_place, write_page
from cli.terminal import Unreadable

PAGE = f"<!doctype html>{MARK}한국어"


def test_a_new_page_is_written_with_the_mode_of_any_file(tmp_path: Path) -> None:
    write_page(tmp_path / "a.html", PAGE)
    (tmp_path / "b.html").touch()
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == PAGE
    assert (tmp_path / "a.html").stat().st_mode == (tmp_path / "b.html").stat().st_mode
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.html", "b.html"]


@pytest.mark.parametrize("before", ["", f"<!doctype html>\n{MARK}\nold"])
def test_an_earlier_page_or_an_empty_file_is_replaced(tmp_path: Path, before: str) -> None:
    file = tmp_path / "a.html"
    file.write_text(before, encoding="utf-8")
    file.chmod(0o640)
    write_page(file, PAGE)
    assert file.read_text(encoding="utf-8") == PAGE
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.html").symlink_to(tmp_path / "there.html")
    write_page(tmp_path / "link.html", PAGE)
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "there.html").read_text(encoding="utf-8") == PAGE


@pytest.mark.parametrize("content", ["<!doctype html><p>mine", "x" * 3000 + MARK])
def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.html"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Unreadable, match="is no overview that labs wrote, so it is not overwritten"):
        write_page(file, PAGE)
    assert file.read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".", "is a folder; name a file in it"),
        ("missing/a.html", "there is no folder"),
        ("a\0b", "a character that no name has"),
        ("x" * 300, "file name too long"),
        ("fifo", "is no file"),
    ],
)
def test_a_place_that_takes_no_page_is_said_before_azure_is_asked(tmp_path: Path, name: str, message: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(Unreadable, match=message):
        check_place(tmp_path / name)
    assert [each.name for each in tmp_path.iterdir()] == ["fifo"]


def test_a_disk_that_takes_no_more_leaves_the_earlier_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.html"
    file.write_text(PAGE, encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(file))

    monkeypatch.setattr("cli.catalogue_file.os.fsync", full)
    with pytest.raises(Unreadable, match="no space left on device; nothing was changed"):
        write_page(file, f"{PAGE}new")
    assert file.read_text(encoding="utf-8") == PAGE
    assert [each.name for each in tmp_path.iterdir()] == ["a.html"]
