"""`labs upgrade` between releases in a local remote: real git, and programs that only note how they are called."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from cli.upgrade.project_copy import TAKE_BACK
from tests.support.answers import answer_of
from tests.support.commands import run_labs
from tests.support.page import page, prompted, section
from tests.support.project import ROOT
from tests.support.releases import PERSON, PROGRAM, STACK, YOURS, Copy, Upstream, commit, git, write

NEW_PROGRAM = PROGRAM.replace("two", "2")
NEXT: dict[str, str | bytes | None] = {
    "program.py": NEW_PROGRAM,
    "added/new.py": "new\n",
    "sandbox/images.yaml": None,
    # What a release must never do; the upgrade keeps the administrator's all the same.
    "images.yaml": "images: {}  # shipped anew\n",
    "policy-config.json": "[]\n",
    ".github/CODEOWNERS": None,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an upstream that has v0.1.0, and a copy of that without its history; made once, then copied."""
    folder = tmp_path_factory.mktemp("made")
    Copy.template(Upstream.at(folder / "upstream"), folder / "copy")
    return folder


@pytest.fixture
def upstream(made: Path, tmp_path: Path) -> Upstream:
    shutil.copytree(made / "upstream", tmp_path / "upstream")
    return Upstream(tmp_path / "upstream")


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """How the programs of a release were called."""
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return lambda: (tmp_path / "calls").read_text().splitlines() if (tmp_path / "calls").exists() else []


@pytest.fixture
def copy(made: Path, upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: object) -> Copy:
    """A copy of v0.1.0 without the upstream's history, as the current folder; the upstream has v0.2.0 by then."""
    shutil.copytree(made / "copy", tmp_path / "copy")
    git(tmp_path / "copy", "remote", "set-url", "upstream", str(upstream.path))
    # Else git takes every copied file for a changed one until it has looked into it.
    git(tmp_path / "copy", "update-index", "--refresh")
    notes = "* A long line that says what is new, in more than eighty columns, so that it is filled again."
    upstream.release("0.2.0", NEXT, notes)
    monkeypatch.chdir(tmp_path / "copy")
    return Copy(tmp_path / "copy")


def upgrade(*arguments: str, exit_code: int = 0) -> Result:
    result = run_labs("upgrade", *arguments)
    assert result.exit_code == exit_code, result.output
    assert [line for line in result.stdout.splitlines() if len(line) > 80 and not line.startswith("Asking ")] == []
    return result


def stops(copy: Copy, *arguments: str, exit_code: int = 1) -> str:
    """The error of an upgrade that stops, as one line; asserts that everything is as before."""
    before = copy.state()
    result = upgrade(*(arguments or ("--to", "v0.2.0")), exit_code=exit_code)
    assert copy.state() == before
    return " ".join(result.stderr.split())


def yours_in(copy: Copy) -> dict[str, bytes]:
    return {name: (copy.path / name).read_bytes() for name in YOURS}


def follow(error: str) -> int:
    """Run the commands of git that an error advises, as a person; how many there are."""
    found = [line.strip() for line in error.splitlines() if line.startswith("    git ")]
    for line in found:
        subprocess.run(["sh", "-c", line], check=True, env={**os.environ, **PERSON})
    return len(found)


def test_ours_is_new_and_yours_is_the_same_to_the_byte(copy: Copy, calls: Callable[[], list[str]]) -> None:
    before, yours = copy.head, yours_in(copy)
    shown = upgrade("--to", "v0.2.0").stdout
    assert yours_in(copy) == yours == {name: text.encode() for name, text in YOURS.items()}
    assert (copy.path / "program.py").read_text() == NEW_PROGRAM
    assert (copy.path / "added" / "new.py").exists()
    assert not (copy.path / "sandbox" / "images.yaml").exists()
    assert git(copy.path, "status", "--porcelain") == ""
    assert git(copy.path, "log", "--format=%s", f"{before}..") == "Upgrade to v0.2.0"
    assert "v0.2.0, 2026-12-01" in shown
    assert "* A long line that says what is new" in shown
    assert "The first." not in shown
    assert "5 files changed, and none of yours." in shown
    assert calls() == [f"{copy.path}/labs upgrade --finish {before}"]


def test_one_command_undoes_it(copy: Copy) -> None:
    before = copy.state()
    shown = upgrade("--to", "v0.2.0").stdout
    (undo,) = re.findall(r"git reset --keep [0-9a-f]+", shown)
    subprocess.run(undo.split(), check=True)
    assert copy.state() == before


def test_a_dry_run_shows_files_and_changelog_and_changes_nothing(copy: Copy, calls: Callable[[], list[str]]) -> None:
    before = copy.state()
    shown = upgrade("--to", "v0.2.0", "--dry-run").stdout
    assert copy.state() == before
    assert "* A long line" in shown
    listed = [line.strip() for line in shown.splitlines() if re.match(r"  [AMD] ", line)]
    assert listed == ["M CHANGELOG.md", "A added/new.py", "M program.py", "M pyproject.toml", "D sandbox/images.yaml"]
    assert "Nothing was changed: this was a dry run." in shown
    assert calls() == []


def test_a_program_gets_one_answer_and_people_the_rest(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    before = copy.head
    planned = run_labs("upgrade", "--to", "v0.2.0", "--dry-run", "--json")
    dry = answer_of(planned)
    assert (dry["ok"], dry["from"], dry["to"], dry["commit"], dry["undo"]) == (True, "v0.1.0", "v0.2.0", None, None)
    assert [section["version"] for section in dry["changelog"]] == ["v0.2.0"]
    assert {change["path"]: change["change"] for change in dry["changes"]} == {
        "CHANGELOG.md": "modified",
        "added/new.py": "added",
        "program.py": "modified",
        "pyproject.toml": "modified",
        "sandbox/images.yaml": "deleted",
    }
    assert "Nothing was changed: this was a dry run." in planned.stderr
    monkeypatch.setenv("LABS_ENDS", "1")
    done = answer_of(run_labs("upgrade", "--to", "v0.2.0", "--json"))
    assert (done["ok"], done["commit"], done["undo"]) == (False, copy.head, f"git reset --keep {before[:12]}")
    assert done["changes"] == dry["changes"]
    assert answer_of(run_labs("upgrade", "--finish", before, "--json"))["error"] == "--finish stands alone"


def test_what_you_changed_elsewhere_in_a_file_stays_and_what_you_deleted_stays_deleted(copy: Copy) -> None:
    write(copy.path, {"program.py": PROGRAM.replace("one", "1"), "sandbox/preview": None})
    commit(copy.path)
    upgrade("--to", "v0.2.0")
    assert (copy.path / "program.py").read_text() == PROGRAM.replace("one", "1").replace("two", "2")
    assert not (copy.path / "sandbox" / "preview").exists()


def test_a_deleted_file_that_the_release_changes_is_named(copy: Copy) -> None:
    write(copy.path, {"program.py": None})
    commit(copy.path)
    assert "program.py stays deleted" in upgrade("--to", "v0.2.0").stdout
    assert not (copy.path / "program.py").exists()


def test_a_conflict_in_ours_stops_and_its_commands_lead_on(copy: Copy, upstream: Upstream) -> None:
    upstream.release("0.3.0", {"labs": (upstream.path / "labs").read_text() + "# more\n", "added/new.py": None})
    write(copy.path, {"program.py": PROGRAM.replace("two", "zwei"), "sandbox/images.yaml": "images: {}  # changed\n"})
    commit(copy.path)
    before = copy.state()
    error = upgrade("--to", "v0.3.0", exit_code=1).stderr
    assert copy.state() == before
    assert "program.py: the release changes the lines that you changed" in error
    assert "sandbox/images.yaml: the release deletes or moves it, and you changed it" in error
    assert follow(error) == 3
    upgrade("--to", "v0.3.0")
    assert (copy.path / "program.py").read_text() == NEW_PROGRAM


def test_a_file_of_yours_where_the_release_adds_another_stops(copy: Copy) -> None:
    write(copy.path, {"added/new.py": "of the university\n"})
    commit(copy.path)
    assert "added/new.py: the release adds it, and you have another file of that name" in stops(copy)
    follow(upgrade("--to", "v0.2.0", exit_code=1).stderr)
    upgrade("--to", "v0.2.0")


def test_a_folder_of_yours_where_the_release_adds_a_file_stops(copy: Copy) -> None:
    write(copy.path, {"added": "a file\n"})
    commit(copy.path)
    assert "added/new.py: the release has it, and you have added" in stops(copy)
    follow(upgrade("--to", "v0.2.0", exit_code=1).stderr)
    upgrade("--to", "v0.2.0")


def test_a_file_where_you_have_a_folder_stops(copy: Copy, upstream: Upstream) -> None:
    upstream.release("0.3.0", {"notes": "a file\n"})
    write(copy.path, {"notes/of us.txt": "x\n"})
    commit(copy.path)
    assert "notes: the release has it, and you have notes/of us.txt" in stops(copy, "--to", "v0.3.0")
    follow(upgrade("--to", "v0.3.0", exit_code=1).stderr)
    upgrade("--to", "v0.3.0")


def test_a_catalogue_that_a_stack_names_is_yours_also_if_the_release_brings_that_file(
    copy: Copy, upstream: Upstream
) -> None:
    upstream.release("0.3.0", {"catalogues/prod.yaml": "images: {}  # of the product\n"})
    upgrade("--to", "v0.3.0")
    assert (copy.path / "catalogues" / "prod.yaml").read_text() == YOURS["catalogues/prod.yaml"]


def test_a_catalogue_of_the_product_stays_the_products(copy: Copy, upstream: Upstream) -> None:
    write(copy.path, {"Pulumi.try.yaml": STACK + "  lab-image-gallery:catalog: sandbox/images.yaml\n"})
    commit(copy.path)
    upstream.release("0.3.0", {"sandbox/images.yaml": "images: {}  # three\n"})
    upgrade("--to", "v0.3.0")
    assert (copy.path / "sandbox" / "images.yaml").read_text() == "images: {}  # three\n"


def test_modes_links_binary_files_renames_and_line_breaks(copy: Copy, upstream: Upstream) -> None:
    upstream.release(
        "0.3.0",
        {
            ".gitattributes": "*.cmd text eol=crlf\n*.bin binary\n",
            "run.cmd": "echo one\r\n",
            "data.bin": bytes(range(256)),
            "a name with spaces/ünï.txt": "x\n",
        },
    )
    upgrade("--to", "v0.3.0")
    (upstream.path / "program.py").rename(upstream.path / "main.py")
    (upstream.path / "link").symlink_to("main.py")
    (upstream.path / "run.cmd").chmod(0o755)
    upstream.release("0.4.0", {"run.cmd": "echo two\r\n", "data.bin": bytes(range(255, -1, -1))})
    upgrade("--to", "v0.4.0")
    assert (copy.path / "run.cmd").read_bytes() == b"echo two\r\n"
    assert os.access(copy.path / "run.cmd", os.X_OK)
    assert (copy.path / "data.bin").read_bytes() == bytes(range(255, -1, -1))
    assert (copy.path / "link").readlink() == Path("main.py")
    assert not (copy.path / "program.py").exists()
    assert (copy.path / "a name with spaces" / "ünï.txt").exists()
    assert git(copy.path, "status", "--porcelain") == ""


@pytest.mark.parametrize("options", [(), ("--depth=1",), ("--depth=1", "--branch=v0.1.0")])
def test_a_fork_also_a_shallow_one_or_with_a_detached_head(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: object, options: tuple[str, ...]
) -> None:
    copy = Copy.fork(upstream, tmp_path / "copy", *options)
    history = git(copy.path, "rev-list", "--count", "HEAD")
    upstream.release("0.2.0", NEXT)
    monkeypatch.chdir(copy.path)
    before = copy.state()
    shown = upgrade("--to", "v0.2.0").stdout
    assert (copy.path / "program.py").read_text() == NEW_PROGRAM
    assert yours_in(copy) == {name: text.encode() for name, text in YOURS.items()}
    assert int(git(copy.path, "rev-list", "--count", "HEAD")) == int(history) + 1, "the history was cut or extended"
    (undo,) = re.findall(r"git reset --keep [0-9a-f]+", shown)
    subprocess.run(undo.split(), check=True)
    assert copy.state() == before


def test_the_history_of_a_full_copy_is_not_cut(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: object
) -> None:
    upstream.release("0.1.1", {"program.py": PROGRAM + "# fixed\n"})
    copy = Copy.fork(upstream, tmp_path / "copy")
    monkeypatch.chdir(copy.path)
    upstream.release("0.2.0", NEXT)
    upgrade("--to", "v0.2.0")
    assert git(copy.path, "rev-parse", "--is-shallow-repository") == "false"
    assert git(copy.path, "log", "--format=%s") == ("Upgrade to v0.2.0\nOur images\nRelease 0.1.1\nRelease 0.1.0")


def test_a_user_with_hooks_signing_conversions_and_no_name(
    copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "hooks"
    for name in (
        "pre-commit",
        "commit-msg",
        "post-checkout",
        "post-merge",
        "reference-transaction",
        "post-index-change",
    ):
        write(hooks, {name: f"#!/bin/sh\necho {name} >>{tmp_path}/hooked\nexit 1\n"})
    config = tmp_path / "gitconfig"
    config.write_text(
        f"[core]\nhooksPath = {hooks}\nautocrlf = input\nexcludesFile = {tmp_path}/ignore\nquotePath = true\n"
        "[commit]\ngpgSign = true\n[gpg]\nprogram = /bin/false\n[user]\nuseConfigOnly = true\n"
        "[status]\nshowUntrackedFiles = all\nshort = true\n[color]\nui = always\n"
        "[diff]\nnoprefix = true\nexternal = false\n"
        "[merge]\nff = false\n[fetch]\nprune = true\n[pull]\nrebase = true\n[branch]\nautoSetupMerge = always\n"
    )
    (tmp_path / "ignore").write_text("*\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    # What a hook of another repository has around it.
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "upstream" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    upgrade("--to", "v0.2.0")
    assert not (tmp_path / "hooked").exists()
    assert git(copy.path, "log", "-1", "--format=%an <%ae> %G?") == "labs upgrade <labs@localhost> N"
    assert git(copy.path, "status", "--porcelain") == ""
    assert yours_in(copy) == {name: text.encode() for name, text in YOURS.items()}


def test_a_name_that_is_configured_is_the_committers(copy: Copy) -> None:
    git(copy.path, "config", "user.name", "Grace")
    git(copy.path, "config", "user.email", "grace@example.edu")
    upgrade("--to", "v0.2.0")
    assert git(copy.path, "log", "-1", "--format=%an %ce") == "Grace grace@example.edu"


def test_autocrlf_converts_what_is_new_as_all_the_rest(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    write(copy.path, {".gitattributes": "labs eol=lf\n"})  # no system starts a script with other line breaks
    commit(copy.path)
    git(copy.path, "config", "core.autocrlf", "true")
    for name in git(copy.path, "ls-files").split():
        (copy.path / name).unlink()
    git(copy.path, "checkout", "-q", "--", ".")
    yours = yours_in(copy)
    assert b"\r\n" in yours["Pulumi.prod.yaml"]
    upgrade("--to", "v0.2.0")
    assert yours_in(copy) == yours
    assert (copy.path / "program.py").read_bytes() == NEW_PROGRAM.replace("\n", "\r\n").encode()
    assert git(copy.path, "status", "--porcelain") == ""


def test_rules_for_line_breaks_come_with_a_release_into_a_copy_that_converts_them(
    copy: Copy, upstream: Upstream
) -> None:
    (copy.path / ".git" / "info" / "attributes").write_text("labs eol=lf\nsandbox/preview eol=lf\n", encoding="utf-8")
    git(copy.path, "config", "core.autocrlf", "true")
    for name in git(copy.path, "ls-files").split():
        (copy.path / name).unlink()
    git(copy.path, "checkout", "-q", "--", ".")
    before, yours = copy.state(), yours_in(copy)
    upstream.release("0.3.0", {".gitattributes": (ROOT / ".gitattributes").read_bytes()})
    shown = upgrade("--to", "v0.3.0").stdout
    assert yours_in(copy) == yours
    assert (copy.path / "program.py").read_bytes() == NEW_PROGRAM.encode()
    (copy.path / "yours.txt").touch()
    assert git(copy.path, "status", "--porcelain") == ""
    (undo,) = re.findall(r"git reset --keep [0-9a-f]+", shown)
    subprocess.run(undo.split(), check=True)
    assert copy.state() == before


def test_a_repository_of_another_owner(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    asked = subprocess.run(["git", "status"], capture_output=True, text=True, check=False)
    assert "dubious ownership" in asked.stderr
    # The remote lies on this machine and has another owner as well, which only its user may allow.
    config = copy.path.parent / "gitconfig"
    config.write_text(f"[safe]\ndirectory = {copy.path.parent}/upstream/.git\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    upgrade("--to", "v0.2.0")


def test_a_failing_step_afterwards_keeps_the_commit_and_ends_with_1(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = copy.head
    monkeypatch.setenv("LABS_ENDS", "1")
    shown = upgrade("--to", "v0.2.0", exit_code=1).stdout
    assert f"git reset --keep {before[:12]}" in shown
    assert git(copy.path, "rev-parse", "HEAD^") == before


def test_a_program_that_cannot_be_started_keeps_the_commit_and_says_so(copy: Copy, upstream: Upstream) -> None:
    upstream.release("0.3.0", {"labs": "#!/nowhere/sh\n"})
    result = upgrade("--to", "v0.3.0", exit_code=1)
    assert "git reset --keep" in result.stdout
    assert "./labs of v0.3.0 cannot be started: No such file or directory. Nothing was checked." in result.stderr


# What stops it


def test_a_release_that_is_there_already_or_older(copy: Copy, upstream: Upstream) -> None:
    assert "this copy is of v0.1.0 already" in stops(copy, "--to", "v0.1.0")
    error = stops(copy, "--to", "v0.0.9")
    assert "newer than v0.0.9, and an upgrade only goes forward" in error


@pytest.mark.parametrize(
    "tag", ["0.2.0", "v1", "v1.2", "v1.2.3-rc.1", "main", "v01.2.3", "--help", "v1.2.٣", "v1.2.3\n"]
)
def test_a_release_that_is_none(copy: Copy, tag: str) -> None:
    assert "write it as --to v1.2.3" in stops(copy, f"--to={tag}", exit_code=2)


@pytest.mark.parametrize("option", ["--to", "--from", "--finish"])
def test_an_empty_value(copy: Copy, option: str) -> None:
    assert f"{option} is given without a value" in stops(copy, f"{option}=", exit_code=2)


def test_without_a_release(copy: Copy) -> None:
    assert "--to is missing" in stops(copy, "--dry-run", exit_code=2)


def test_an_unknown_release_names_those_that_are_there(copy: Copy) -> None:
    error = stops(copy, "--to", "v0.9.0")
    assert "upstream has no release v0.9.0; it has v0.2.0, v0.1.0" in error
    assert error.endswith("./labs upgrade --to v0.2.0")


def test_a_remote_without_the_release_that_the_copy_is_of(copy: Copy, upstream: Upstream) -> None:
    git(upstream.path, "tag", "-d", "v0.1.0")
    assert "upstream has no release v0.1.0, which this copy is of" in stops(copy)


def test_without_a_remote_every_way_to_name_one_is_shown(copy: Copy, upstream: Upstream) -> None:
    git(copy.path, "remote", "remove", "upstream")
    error = stops(copy)
    assert "git remote add upstream https://github.com/OWNER/REPOSITORY.git" in error
    assert "./labs upgrade --to v0.2.0 --from https://github.com/OWNER/REPOSITORY.git" in error
    upgrade("--to", "v0.2.0", "--from", str(upstream.path))
    assert git(copy.path, "remote") == ""


def test_an_unreachable_remote_says_what_git_says_without_the_password(copy: Copy) -> None:
    error = stops(copy, "--to", "v0.2.0", "--from", "http://user:secret@127.0.0.1:1/nothing.git")
    assert "the releases of http://127.0.0.1:1/nothing.git cannot be listed; git says:" in error
    assert "secret" not in error


@pytest.mark.parametrize("remote", ["--upload-pack=touch hacked", "-x"])
def test_a_remote_that_is_none(copy: Copy, remote: str) -> None:
    assert "is no remote" in stops(copy, "--to", "v0.2.0", f"--from={remote}", exit_code=2)


def test_a_remote_that_would_run_a_command(copy: Copy) -> None:
    assert "cannot be listed" in stops(copy, "--to", "v0.2.0", "--from", "ext::sh -c 'touch hacked'")
    assert not (copy.path / "hacked").exists()


@pytest.mark.parametrize("change", [{"images.yaml": "images: {}\n"}, {"new.txt": "x"}, {"program.py": None}])
def test_files_that_are_in_no_commit(copy: Copy, change: dict[str, str | None]) -> None:
    write(copy.path, change)
    error = stops(copy)
    assert f"files here are in no commit ({next(iter(change))})" in error
    assert "git stash --include-untracked" in error


def test_staged_files_are_in_no_commit_either(copy: Copy) -> None:
    write(copy.path, {"program.py": "staged\n"})
    git(copy.path, "add", "program.py")
    assert "files here are in no commit (program.py)" in stops(copy)


def test_many_files_are_counted(copy: Copy) -> None:
    write(copy.path, {f"{number}.txt": "x" for number in range(30)})
    assert "and 20 more" in stops(copy)


def test_all_obstacles_are_named_together(copy: Copy) -> None:
    write(copy.path, {"new.txt": "x"})
    git(copy.path, "remote", "remove", "upstream")
    error = stops(copy, "--to", "v0.0.1")
    for each in ("an upgrade only goes forward", "new.txt", "there is no remote upstream"):
        assert each in error


def test_a_merge_that_waits(copy: Copy) -> None:
    git(copy.path, "checkout", "-q", "-b", "other")
    write(copy.path, {"other.txt": "x"})
    commit(copy.path)
    git(copy.path, "checkout", "-q", "main")
    git(copy.path, "merge", "-q", "--no-ff", "--no-commit", "other")
    assert "a merge waits to be finished" in stops(copy)


def test_no_repository(copy: Copy) -> None:
    subprocess.run(["rm", "-rf", ".git"], check=True)
    before = copy.files()
    result = upgrade("--to", "v0.2.0", exit_code=1)
    assert "git init && git add -A && git commit" in result.stderr
    assert copy.files() == before
    git(copy.path, "init", "-q")
    commit(copy.path, "Our copy")
    upgrade("--to", "v0.2.0", "--from", str(copy.path.parent / "upstream"))


def test_a_download_inside_a_repository_that_does_not_know_it(copy: Copy) -> None:
    subprocess.run(["rm", "-rf", ".git"], check=True)
    git(copy.path.parent, "init", "-q")
    assert "this folder is no git repository" in upgrade("--to", "v0.2.0", exit_code=1).stderr


def test_the_product_in_a_folder_of_a_larger_repository(copy: Copy) -> None:
    subprocess.run(["rm", "-rf", ".git"], check=True)
    git(copy.path.parent, "init", "-q")
    git(copy.path.parent, "add", "copy")
    git(copy.path.parent, "commit", "-q", "-m", "All")
    error = upgrade("--to", "v0.2.0", exit_code=1).stderr
    assert "in the folder copy of a larger repository" in " ".join(error.split())
    assert "subtree split --prefix=copy" in error


def test_no_commit_yet(copy: Copy) -> None:
    subprocess.run(["rm", "-rf", ".git"], check=True)
    git(copy.path, "init", "-q")
    git(copy.path, "add", "-A")
    assert "this repository has no commit yet" in upgrade("--to", "v0.2.0", exit_code=1).stderr


def test_no_git(copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    result = run_labs("upgrade", "--to", "v0.2.0")
    assert result.exit_code == 1
    assert "there is no git on PATH" in result.stderr


@pytest.mark.parametrize(
    "text",
    [None, "", "[project]\nname = 'other'\nversion = '1.0.0'\n", "[[", "[project]\nname = 'lab-image-gallery'\n"],
)
def test_a_folder_that_is_no_copy(copy: Copy, text: str | None) -> None:
    write(copy.path, {"pyproject.toml": text})
    commit(copy.path)
    assert "it is not known which release this is a copy of" in stops(copy)


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ({"labs": None}, "the tag v0.3.0 is no release of lab-image-gallery: it has no labs"),
        ({"yours.txt": None, "labs": None}, "it has no labs, yours.txt"),
        ({"pyproject.toml": "[project]\nname = 'other'\n"}, "has a pyproject.toml of another project"),
        ({"pyproject.toml": "[project]\nname = 'lab-image-gallery'\nversion = '0.2.9'\n"}, "pyproject.toml of 0.2.9"),
    ],
)
def test_a_tag_that_is_no_release(copy: Copy, upstream: Upstream, contents: dict[str, str | None], said: str) -> None:
    upstream.release("0.3.0", contents)
    assert said in stops(copy, "--to", "v0.3.0")


def test_a_stack_file_that_cannot_be_read(copy: Copy) -> None:
    write(copy.path, {"Pulumi.prod.yaml": "config: &all\n  a: 1\n"})
    commit(copy.path)
    error = stops(copy)
    assert "it is not known which catalogue is yours" in error
    assert "Pulumi.prod.yaml:1: anchor &all is not supported" in error


@pytest.mark.parametrize("name", ["added/new.py", "added", "added/new.py/deeper.txt"])
@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_file_that_git_ignores_is_not_overwritten(copy: Copy, name: str, options: tuple[str, ...]) -> None:
    (copy.path / ".git" / "info" / "exclude").write_text("added\n", encoding="utf-8")
    write(copy.path, {name: "mine\n"})
    error = stops(copy, "--to", "v0.2.0", *options)
    assert "v0.2.0 brings files where you have others that no commit has" in error
    assert "of that name" in error
    (move,) = re.findall(r"mv -i -- \S+ \.\.", error)
    subprocess.run(["sh", "-c", move], check=True)
    upgrade("--to", "v0.2.0")
    assert "mine\n" in [each.read_text() for each in copy.path.parent.rglob(name.rpartition("/")[2]) if each.is_file()]


def test_a_file_in_the_way_and_a_conflict_are_named_together(copy: Copy) -> None:
    write(copy.path, {"program.py": PROGRAM.replace("two", "zwei")})
    commit(copy.path)
    (copy.path / ".git" / "info" / "exclude").write_text("added\n", encoding="utf-8")
    write(copy.path, {"added/new.py": "mine\n"})
    error = stops(copy)
    first = error.index("added/new.py: the release adds it, and you have another file of that name")
    assert first < error.index("program.py: the release changes the lines that you changed")


@pytest.mark.parametrize(("more", "said"), [([], ""), (["FROM=a b"], " --from a b")])
def test_make_upgrade(copy: Copy, calls: Callable[[], list[str]], more: list[str], said: str) -> None:
    subprocess.run(["make", "-f", str(ROOT / "Makefile"), "upgrade", "TO=v0.2.0", *more], cwd=copy.path, check=True)
    assert calls() == [f"./labs upgrade --to v0.2.0{said}"]


def test_an_upgrade_that_was_cut_off(copy: Copy, upstream: Upstream) -> None:
    before = copy.state()
    git(copy.path, "fetch", "-q", "--no-tags", "upstream", "v0.2.0")
    git(copy.path, "checkout", "FETCH_HEAD", "--", "CHANGELOG.md", "pyproject.toml", "added")
    git(copy.path, "reset", "-q")
    (copy.path / ".git" / "index.lock").touch()
    error = upgrade("--to", "v0.2.0", exit_code=1).stderr
    told = " ".join(error.split())
    assert told.startswith("Error: .git/index.lock locks this repository: a git command is running, or one was killed;")
    assert "they are of v0.2.0 and the commit that is checked out is of v0.1.0, as after an upgrade that was" in told
    assert "Do not commit them." in told
    assert "git add" not in told
    assert "    rm .git/index.lock\n" in error
    (copy.path / ".git" / "index.lock").unlink()
    assert follow(error) == 2
    assert prompted(section(page("run/upgrade.md"), "An upgrade that was cut off")) == ["git status", *TAKE_BACK]
    assert git(copy.path, "clean", "-nd") == "Would remove added/"
    shutil.rmtree(copy.path / "added")
    assert copy.state() == before
    upgrade("--to", "v0.2.0")


@pytest.mark.parametrize("version", [None, "[project]\n"])
def test_an_upgrade_that_was_cut_off_while_the_version_was_written(copy: Copy, version: str | None) -> None:
    write(copy.path, {"pyproject.toml": version})
    error = stops(copy)
    assert "An upgrade that was cut off leaves such files too" in error
    assert "git add -A" not in error


@pytest.mark.parametrize("name", ["program.py", "prod.json"])
def test_files_that_are_not_yours_are_not_committed_unseen(copy: Copy, name: str) -> None:
    write(copy.path, {name: "changed\n", "catalogues/prod.yaml": "images: {} # mine\n"})
    error = stops(copy)
    assert f"Not yours by yours.txt: {name}." in error
    assert "docs/run/upgrade.md says how to take it back" in error
    assert "git add -A" not in error
    git(copy.path, "stash", "--include-untracked")
    upgrade("--to", "v0.2.0")


def test_files_of_yours_may_be_committed_all(copy: Copy) -> None:
    named = STACK + "  lab-image-gallery:catalog: more/try.yaml\n"
    write(copy.path, {"catalogues/prod.yaml": "# mine\nimages: {}\n", "Pulumi.try.yaml": named, "more/try.yaml": "\n"})
    assert "git add -A && git commit" in stops(copy)


@pytest.mark.parametrize("lock", ["index", "HEAD", "refs/heads/main"])
def test_a_lock_that_a_killed_command_left(copy: Copy, lock: str) -> None:
    (copy.path / ".git" / f"{lock}.lock").touch()
    error = stops(copy, "--to", "v0.2.0", "--dry-run")
    assert f".git/{lock}.lock locks this repository" in error
    assert error.endswith(f"If none is running, delete the lock: rm .git/{lock}.lock")


@pytest.mark.parametrize("name", ["program.py", "sandbox/images.yaml", "added/new.py"])
def test_a_conflict_of_line_breaks_only_says_so(copy: Copy, upstream: Upstream, name: str) -> None:
    same = (upstream.path / name).read_bytes() if (upstream.path / name).exists() else b"images: {}\n"
    lines = {"program.py": PROGRAM.encode(), "sandbox/images.yaml": same, "added/new.py": same}[name]
    write(copy.path, {name: lines.replace(b"\n", b"\r\n"), "sandbox/preview": "#!/bin/sh\r\n"})
    commit(copy.path)
    error = stops(copy)
    assert f"{name}: your change is in its line breaks only" in error
    follow(upgrade("--to", "v0.2.0", exit_code=1).stderr)
    upgrade("--to", "v0.2.0")


def test_a_conflict_of_more_than_line_breaks_does_not_say_so(copy: Copy) -> None:
    write(copy.path, {"program.py": PROGRAM.replace("two", "zwei").replace("\n", "\r\n")})
    commit(copy.path)
    assert "line breaks" not in stops(copy)


def test_the_commits_can_be_signed_and_undone_afterwards(copy: Copy, tmp_path: Path) -> None:
    write(tmp_path, {"gpg": '#!/bin/sh\ncat >/dev/null\necho "[GNUPG:] SIG_CREATED " >&2\necho "a signature"\n'})
    before = copy.state()
    shown = upgrade("--to", "v0.2.0").stdout
    (undo,) = re.findall(r"git reset --keep [0-9a-f]+", shown)
    write(copy.path, {"images.yaml": "images: {}  # keys renamed\n"})
    commit(copy.path, "Rename keys")
    (line,) = prompted(section(page("run/upgrade.md"), "Hooks and signatures"))
    command = line.replace("COMMIT", undo.split()[-1]).split()
    git(copy.path, "-c", f"gpg.program={tmp_path}/gpg", *command[1:])
    signed = git(copy.path, "log", "--format=%s", f"{undo.split()[-1]}..")
    assert signed == "Rename keys\nUpgrade to v0.2.0"
    for commit_id in git(copy.path, "rev-list", f"{undo.split()[-1]}..").split():
        assert "\ngpgsig a signature" in git(copy.path, "cat-file", "commit", commit_id)
    subprocess.run(undo.split(), check=True)
    assert copy.state() == before


def test_a_copy_without_the_list_of_what_is_yours(copy: Copy) -> None:
    write(copy.path, {"yours.txt": None})
    commit(copy.path)
    error = stops(copy)
    assert "yours.txt is missing, so it is not known what is yours" in error
    command = re.search(r"git checkout [0-9a-f]+ -- yours.txt && git commit -m '[^']*'", error)
    assert command
    subprocess.run(["sh", "-c", command[0]], check=True, env={**os.environ, **PERSON})
    upgrade("--to", "v0.2.0")


def test_whatever_git_refuses_is_no_traceback(copy: Copy) -> None:
    (copy.path / ".git" / "index").write_bytes(b"broken")
    error = upgrade("--to", "v0.2.0", exit_code=1).stderr
    assert "git says: fatal: .git/index: index file smaller than expected." in " ".join(error.split())


def test_many_files_that_stay_deleted_are_counted(copy: Copy, upstream: Upstream) -> None:
    upstream.release("0.2.1", {f"tests/{number}.py": "old\n" for number in range(30)})
    upgrade("--to", "v0.2.1")
    subprocess.run(["rm", "-r", "tests"], check=True)
    commit(copy.path)
    upstream.release("0.3.0", {f"tests/{number}.py": "new\n" for number in range(30)})
    shown = upgrade("--to", "v0.3.0").stdout
    assert "tests/0.py stays deleted" in shown
    assert "… and 20 more" in shown
    assert not (copy.path / "tests").exists()


def test_finish_stands_alone(copy: Copy) -> None:
    assert "--finish stands alone" in stops(copy, "--finish", "abc", "--to", "v0.2.0", exit_code=2)
