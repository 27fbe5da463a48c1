"""The steps of the workflow on prices: what is read, and the one pull request about it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tests.support.releases import commit, git

GH = """\
#!/bin/sh
echo "$*" >>"$ASKED"
case "$1 $2" in
"pr list") printf '%s' "$OPEN" ;;
"pr create")
    [ -z "$REFUSED" ] && exit
    echo "GitHub Actions is not permitted to create or approve pull requests" >&2
    exit 1
    ;;
esac
"""
LABS = """\
#!/bin/sh
echo "$*" >>asked
echo "Up: westus Standard_LRS 0.05 → 0.06"
exit "${ENDS:-0}"
"""
FILES = ("catalog/regions/prices.json", "policies/lab_image_policies/prices.json")


@dataclass(frozen=True)
class Repository:
    """A repository with files of prices, the branch `main`, and an origin; GitHub is a script."""

    path: Path
    origin: Path

    def run(self, script: str, **env: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.path.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
        own = {"ASKED": str(self.path.parent / "asked"), "OPEN": "", "REFUSED": "", "GITHUB_REF_NAME": "main"}
        return subprocess.run(
            [self.path / "tools" / "pipeline" / script],
            env={**os.environ, "PATH": path, "HOME": str(self.path.parent), **own, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def read(self, text: str = "new", *files: str) -> None:
        """Leave what the job that reads prices leaves."""
        left = {**dict.fromkeys(files or FILES, text), ".sandbox/prices.txt": "Up: a\n```\rUp: b\n"}
        for name, content in left.items():
            place = self.path / ".sandbox" / "prices" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8", newline="")

    @property
    def asked(self) -> list[str]:
        return (self.path.parent / "asked").read_text(encoding="utf-8").splitlines()

    def pushed(self) -> dict[str, str]:
        """Files of prices on the branch that was pushed; none if there is no branch."""
        if not git(self.origin, "branch", "--list", "labs-prices"):
            return {}
        changed = git(self.origin, "diff", "--name-only", "main", "labs-prices").split()
        return {name: git(self.origin, "show", f"labs-prices:{name}") for name in changed}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path / "project", tmp_path / "origin.git")
    shutil.copytree(ROOT / "tools" / "pipeline", found.path / "tools" / "pipeline")
    for name in FILES:
        (found.path / name).parent.mkdir(parents=True)
        (found.path / name).write_text("old", encoding="utf-8")
    (found.path / ".gitignore").write_text(".sandbox/\nasked\n", encoding="utf-8")
    (tmp_path / "bin").mkdir()
    for place, text in {tmp_path / "bin" / "gh": GH, found.path / "labs": LABS}.items():
        place.write_text(text, encoding="utf-8")
        place.chmod(0o755)
    git(found.path, "init", "-q", "-b", "main")
    commit(found.path)
    git(tmp_path, "clone", "-q", "--bare", str(found.path), str(found.origin))
    git(found.path, "remote", "add", "origin", str(found.origin))
    return found


def test_new_prices_are_a_pull_request(repository: Repository) -> None:
    repository.read()
    ran = repository.run("propose-prices")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert repository.pushed() == dict.fromkeys(FILES, "new")
    assert git(repository.origin, "log", "-1", "--format=%an", "labs-prices").strip() == "github-actions[bot]"
    assert repository.asked[0].startswith("pr list --head labs-prices --base main --state open ")
    assert repository.asked[1:] == [
        "auth setup-git",
        "pr create --base main --head labs-prices --title Prices of replicas --body-file .sandbox/prices.md",
    ]
    body = (repository.path / ".sandbox" / "prices.md").read_text(encoding="utf-8")
    assert "\n\n    Up: a\n    ```\n    Up: b\n\n" in body


def test_nothing_but_prices_is_taken_from_the_job_that_ran_packages(repository: Repository) -> None:
    repository.read("new", FILES[0], "tools/pipeline/propose-prices", ".git/hooks/pre-commit")
    (repository.path / ".sandbox" / "prices" / FILES[1]).parent.mkdir(parents=True)
    (repository.path / ".sandbox" / "prices" / FILES[1]).symlink_to("/etc/hostname")
    assert repository.run("propose-prices").returncode == 0
    assert repository.pushed() == {FILES[0]: "new"}
    assert not (repository.path / ".git" / "hooks" / "pre-commit").exists()


def test_an_open_one_is_updated(repository: Repository) -> None:
    repository.read()
    repository.run("propose-prices")
    git(repository.path, "checkout", "-q", "main")
    shutil.rmtree(repository.path / ".sandbox")
    repository.read("newer", FILES[0])
    ran = repository.run("propose-prices", OPEN="12")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert repository.pushed() == {FILES[0]: "newer"}
    assert repository.asked[-1] == "pr edit 12 --title Prices of replicas --body-file .sandbox/prices.md"


def test_without_a_change_nothing_is_pushed_and_an_open_one_is_closed(repository: Repository) -> None:
    repository.read("old")
    ran = repository.run("propose-prices")
    assert (ran.returncode, ran.stdout) == (0, "The prices of main still hold.\n")
    assert len(repository.asked) == 1
    repository.run("propose-prices", OPEN="12")
    assert repository.asked[-1] == "pr close 12 --delete-branch --comment Azure's list says what main says."
    assert repository.pushed() == {}


def test_prices_that_are_new_altogether_are_proposed_and_a_copy_without_policies_is_fine(
    repository: Repository,
) -> None:
    for name in FILES:
        git(repository.path, "rm", "-q", name)
    commit(repository.path, "None")
    git(repository.path, "push", "-q", "origin", "main")
    repository.read("new", FILES[0])
    assert repository.run("propose-prices").returncode == 0
    assert repository.pushed() == {FILES[0]: "new"}


def test_a_repository_that_lets_workflows_make_no_pull_requests_is_told_where_to_allow_it(
    repository: Repository,
) -> None:
    repository.read()
    ran = repository.run("propose-prices", REFUSED="yes")
    assert ran.returncode == 1
    assert "not permitted to create or approve pull requests" in ran.stderr
    assert "Allow GitHub Actions to\ncreate and approve pull requests. Then start the job again." in ran.stderr


@pytest.mark.parametrize(("currency", "asked"), [("", "prices --refresh"), ("KRW", "prices --refresh --currency KRW")])
def test_prices_are_read_in_the_currency_of_the_variable(repository: Repository, currency: str, asked: str) -> None:
    ran = repository.run("read-prices", CURRENCY=currency)
    assert (ran.returncode, ran.stdout) == (0, "Up: westus Standard_LRS 0.05 → 0.06\n")
    assert (repository.path / ".sandbox" / "prices.txt").read_text(encoding="utf-8") == ran.stdout
    assert (repository.path / "asked").read_text(encoding="utf-8") == f"{asked}\n"
    assert repository.run("read-prices", CURRENCY=currency, ENDS="1").returncode == 1
