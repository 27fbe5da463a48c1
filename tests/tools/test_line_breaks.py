"""`.gitattributes`: LF for every file of the product on every machine, and no rule for what is the administrator's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.upgrade.git import Git
from cli.upgrade.yours import FILE
from tests.support.project import ROOT
from tests.support.releases import commit, git, write

YOURS = {
    "images.yaml": b"images: {}\r\n",
    "Pulumi.prod.yaml": b"config: {}\r\n",
    "policy-config.json": b"{}\r\n",
    "catalog/regions/prices.json": b"{}\r\n",
    "policies/lab_image_policies/prices.json": b"{}\r\n",
    "university/images.yaml": b"images: {}\r\n",
    "more.yaml": b"images: {}\r\n",
    ".github/CODEOWNERS": b"* @university/it\r\n",
    ".github/dependabot.yml": b"version: 2\r\n",
    ".github/workflows/mine.yml": b"on: push\r\n",
}


def rules(paths: list[str]) -> dict[str, tuple[str, str]]:
    """The attributes `text` and `eol` of paths."""
    fields = git(ROOT, "check-attr", "-z", "text", "eol", "--", *paths).split("\0")
    found = dict(zip(zip(fields[::3], fields[1::3], strict=False), fields[2::3], strict=False))
    return {path: (found[path, "text"], found[path, "eol"]) for path in paths}


def test_every_file_has_the_rule_of_its_owner() -> None:
    here = Git(ROOT)
    paths = sorted({*here.names("ls-files", "-z"), ".gitattributes", *YOURS})
    yours = here.matching((ROOT / FILE).read_text(encoding="utf-8"), paths) | YOURS.keys()
    wanted = {path: ("unspecified", "unspecified") if path in yours else ("auto", "lf") for path in paths}
    assert rules(paths) == wanted


@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_a_clone_on_any_machine_has_lf_in_ours_and_your_bytes_in_yours(tmp_path: Path, setting: str) -> None:
    one = tmp_path / "one"
    write(one, {**YOURS, "labs": "#!/bin/sh\n", "cli/program.py": "one\n", "docs/picture.png": b"\x89PNG\r\n\x00\n"})
    shutil.copy(ROOT / ".gitattributes", one)
    git(one, "init", "-q")
    commit(one)
    two = tmp_path / "two"
    git(tmp_path, "clone", "-q", "-c", f"core.autocrlf={setting}", str(one), str(two))
    assert git(two, "status", "--porcelain") == ""
    for name in ("labs", "cli/program.py", "docs/picture.png", *YOURS):
        assert (two / name).read_bytes() == (one / name).read_bytes(), name


@pytest.mark.parametrize("crlf_in_commits", [False, True])
@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_a_copy_from_before_the_rules_shows_no_file_as_changed(
    tmp_path: Path, setting: str, *, crlf_in_commits: bool
) -> None:
    one = tmp_path / "one"
    mine = {name: content if crlf_in_commits else content.replace(b"\r\n", b"\n") for name, content in YOURS.items()}
    program = b"one\r\n" if crlf_in_commits else b"one\n"
    write(one, {**mine, "cli/program.py": program})
    git(one, "init", "-q")
    commit(one)
    two = tmp_path / "two"
    git(tmp_path, "clone", "-q", "-c", f"core.autocrlf={setting}", str(one), str(two))
    before = {name: (two / name).read_bytes() for name in (*YOURS, "cli/program.py")}
    shutil.copy(ROOT / ".gitattributes", two)
    git(two, "add", ".gitattributes")
    git(two, "commit", "-q", "-m", "Rules")
    for name in before:
        (two / name).touch()  # so that git looks into each file
    assert git(two, "status", "--porcelain") == ""
    assert {name: (two / name).read_bytes() for name in before} == before
