"""The catalogue's file is replaced as a whole, as it was read, or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from pathlib import Path

import click
import pytest

from catalog.files.diagnostic import InvalidFile
from cli.catalogue_file import CatalogueFile
from tests.catalog.test_editor import SMALL


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "images.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def refused(file: CatalogueFile, text: str = "new") -> str:
    with pytest.raises(click.ClickException) as error:
        file.write(text)
    return str(error.value)


def test_mode_mark_and_line_breaks_are_kept(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    file = CatalogueFile.read(path)
    assert file.text.startswith("images:\r\n")
    file.write(file.text + "# end\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode() + b"# end\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    CatalogueFile.read(link).write(SMALL + "# end\n")
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8").endswith("# end\n")


def test_the_second_of_two_administrators_is_refused(path: Path) -> None:
    first, second = CatalogueFile.read(path), CatalogueFile.read(path)
    first.write(SMALL + "# first\n")
    assert "somebody changed the file since this command read it" in refused(second, SMALL + "# second\n")
    assert path.read_text(encoding="utf-8") == SMALL + "# first\n"


def test_a_writer_waits_for_the_other_and_then_sees_its_change(path: Path) -> None:
    file, told = CatalogueFile.read(path), []
    folder = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    writer = threading.Thread(target=lambda: told.append(refused(file)))
    writer.start()
    path.write_text(SMALL + "# other\n", encoding="utf-8")
    os.close(folder)
    writer.join(timeout=60)
    assert "run the command again" in told[0]
    assert path.read_text(encoding="utf-8") == SMALL + "# other\n"


def test_what_cannot_be_written_is_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = CatalogueFile.read(path)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert "cannot be written: no space left on device. It is unchanged" in refused(file)
    assert path.read_text(encoding="utf-8") == SMALL
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_may_not_be_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = CatalogueFile.read(path)

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)  # root may write everything, so a mode would not do
    assert f"permission denied. It is unchanged; chmod u+w {path}" in refused(file)
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == SMALL


def test_a_file_that_is_gone_or_wrong(path: Path) -> None:
    file = CatalogueFile.read(path)
    path.unlink()
    assert "no such file or directory" in refused(file)
    with pytest.raises(InvalidFile, match="there is no such file"):
        CatalogueFile.read(path)
    path.write_text("images: none\n", encoding="utf-8")
    with pytest.raises(InvalidFile, match="must be"):
        CatalogueFile.read(path)
