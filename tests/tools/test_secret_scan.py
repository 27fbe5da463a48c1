"""What was found clean of secrets is looked at again when it, its name or what judges it changes, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest
from detect_secrets import pre_commit_hook

from tools import secret_scan

OPTIONS = ["--no-verify"]


@pytest.fixture
def scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of each scan; two files are there, and `SECRET` in a file is one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    for name in ("one.md", "two.md"):
        Path(name).write_text("Nothing to see.\n", encoding="utf-8")
    calls: list[list[str]] = []

    def hook(arguments: list[str]) -> int:
        calls.append(arguments)
        files = arguments[arguments.index("--") + 1 :]
        return int(any("SECRET" in Path(file).read_text(encoding="utf-8") for file in files))

    monkeypatch.setattr(pre_commit_hook, "main", hook)
    return calls


def scan(*files: str, options: list[str] = OPTIONS) -> int:
    return secret_scan.main([*options, "--", *files])


def test_a_clean_file_is_scanned_once(scanned: list[list[str]]) -> None:
    assert [scan("one.md", "two.md") for _ in range(2)] == [0, 0]
    Path("two.md").write_text("Something else.\n", encoding="utf-8")
    assert scan("one.md", "two.md") == 0
    assert scanned == [[*OPTIONS, "--", "one.md", "two.md"], [*OPTIONS, "--", "two.md"]]


def test_a_secret_is_found_until_it_is_gone(scanned: list[list[str]]) -> None:
    assert scan("one.md", "two.md") == 0
    Path("one.md").write_text("SECRET\n", encoding="utf-8")
    assert [scan("one.md", "two.md") for _ in range(2)] == [1, 1]
    assert scanned[1:] == [[*OPTIONS, "--", "one.md"]] * 2


def test_another_name_option_or_judge_scans_again(
    scanned: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scan("one.md", "two.md") == 0
    Path("two.md").rename("Pulumi.prod.yaml")
    assert scan("one.md", "Pulumi.prod.yaml") == 0
    assert scan("one.md", "Pulumi.prod.yaml", options=[]) == 0
    judge = tmp_path / "judge.py"
    judge.write_text("# says something else\n", encoding="utf-8")
    monkeypatch.setattr(secret_scan, "JUDGES", (judge,))
    assert scan("one.md", "Pulumi.prod.yaml", options=[]) == 0
    both = ["--", "one.md", "Pulumi.prod.yaml"]
    assert scanned[1:] == [[*OPTIONS, "--", "Pulumi.prod.yaml"], both, both]


def test_in_ci_every_file_is_scanned(scanned: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert [scan("one.md", "two.md") for _ in range(2)] == [0, 0]
    assert scanned == [[*OPTIONS, "--", "one.md", "two.md"]] * 2


@pytest.mark.parametrize("spoil", ["bytes", "folder", "no folder"])
def test_what_is_kept_and_cannot_be_read_or_written_costs_time_alone(scanned: list[list[str]], spoil: str) -> None:
    kept = secret_scan.CLEAN
    if spoil == "no folder":
        kept.parent.touch()
    else:
        kept.parent.mkdir()
        kept.write_bytes(b"\xff") if spoil == "bytes" else kept.mkdir()
    assert [scan("one.md", "two.md") for _ in range(2)] == [0, 0]
    both = [*OPTIONS, "--", "one.md", "two.md"]
    assert scanned == ([both] if spoil == "bytes" else [both, both])


def test_what_is_written_during_a_scan_is_scanned_the_next_time(
    scanned: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("one.md").write_text("SECRET\n", encoding="utf-8")
    hook = pre_commit_hook.main

    def saved_meanwhile(arguments: list[str]) -> int:
        Path("one.md").write_text("Nothing to see.\n", encoding="utf-8")
        return hook(arguments)

    monkeypatch.setattr(pre_commit_hook, "main", saved_meanwhile)
    assert scan("one.md") == 0
    Path("one.md").write_text("SECRET\n", encoding="utf-8")
    monkeypatch.setattr(pre_commit_hook, "main", hook)
    assert scan("one.md") == 1


def test_a_file_that_git_has_and_the_folder_not_is_for_the_scanner_to_tell(scanned: list[list[str]]) -> None:
    Path("two.md").unlink()
    with pytest.raises(FileNotFoundError):
        scan("one.md", "two.md")
    assert scanned == [[*OPTIONS, "--", "one.md", "two.md"]]
