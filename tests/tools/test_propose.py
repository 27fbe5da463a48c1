"""The steps of the workflows on prices and regions: what is read, and the one pull request about it."""

from __future__ import annotations

import json
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
[ "$1" != stacks ] || { printf '%s\n' "$STACKS"; exit "${STACKS_END:-0}"; }
echo "$*" >>asked
echo "Up: westus Standard_LRS 0.05 → 0.06"
exit "${ENDS:-0}"
"""
FILES = ("catalog/regions/prices.json", "policies/lab_image_policies/prices.json")
REGIONS = tuple(name.replace("prices", "regions") for name in FILES)


@dataclass(frozen=True)
class Repository:
    """A repository with files of prices, the branch `main`, and an origin; GitHub is a script."""

    path: Path
    origin: Path

    def run(self, script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.path.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
        own = {"ASKED": str(self.path.parent / "asked"), "OPEN": "", "REFUSED": "", "GITHUB_REF_NAME": "main"}
        return subprocess.run(
            [self.path / "tools" / "pipeline" / script, *arguments],
            env={**os.environ, "PATH": path, "HOME": str(self.path.parent), **own, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def read(self, text: str = "new", *files: str, subject: str = "prices") -> None:
        """Leave what the job that reads prices, or regions, leaves."""
        left = {**dict.fromkeys(files or FILES, text), f".sandbox/{subject}.txt": "Up: a\n```\rUp: b\n"}
        for name, content in left.items():
            place = self.path / ".sandbox" / subject / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8", newline="")

    @property
    def asked(self) -> list[str]:
        return (self.path.parent / "asked").read_text(encoding="utf-8").splitlines()

    def pushed(self, branch: str = "labs-prices") -> dict[str, str]:
        """Files on the branch that was pushed; none if there is no branch."""
        if not git(self.origin, "branch", "--list", branch):
            return {}
        changed = git(self.origin, "diff", "--name-only", "main", branch).split()
        return {name: git(self.origin, "show", f"{branch}:{name}") for name in changed}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path / "project", tmp_path / "origin.git")
    shutil.copytree(ROOT / "tools" / "pipeline", found.path / "tools" / "pipeline")
    for name in FILES:
        (found.path / name).parent.mkdir(parents=True)
        (found.path / name).write_text("old", encoding="utf-8")
        (found.path / name).with_name("regions.json").write_text("old", encoding="utf-8")
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
    ran = repository.run("propose", "prices")
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
    repository.read("new", FILES[0], "tools/pipeline/propose", ".git/hooks/pre-commit")
    (repository.path / ".sandbox" / "prices" / FILES[1]).parent.mkdir(parents=True)
    (repository.path / ".sandbox" / "prices" / FILES[1]).symlink_to("/etc/hostname")
    assert repository.run("propose", "prices").returncode == 0
    assert repository.pushed() == {FILES[0]: "new"}
    assert not (repository.path / ".git" / "hooks" / "pre-commit").exists()


def test_an_open_one_is_updated(repository: Repository) -> None:
    repository.read()
    repository.run("propose", "prices")
    git(repository.path, "checkout", "-q", "main")
    shutil.rmtree(repository.path / ".sandbox")
    repository.read("newer", FILES[0])
    ran = repository.run("propose", "prices", OPEN="12")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert repository.pushed() == {FILES[0]: "newer"}
    assert repository.asked[-1] == "pr edit 12 --title Prices of replicas --body-file .sandbox/prices.md"


def test_without_a_change_nothing_is_pushed_and_an_open_one_is_closed(repository: Repository) -> None:
    repository.read("old")
    ran = repository.run("propose", "prices")
    assert (ran.returncode, ran.stdout) == (0, "The prices of main still hold.\n")
    assert len(repository.asked) == 1
    repository.run("propose", "prices", OPEN="12")
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
    assert repository.run("propose", "prices").returncode == 0
    assert repository.pushed() == {FILES[0]: "new"}


def test_a_repository_that_lets_workflows_make_no_pull_requests_is_told_where_to_allow_it(
    repository: Repository,
) -> None:
    repository.read()
    ran = repository.run("propose", "prices", REFUSED="yes")
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


def test_regions_are_a_pull_request_of_their_own(repository: Repository) -> None:
    repository.read("new", *REGIONS, FILES[0], subject="regions")
    ran = repository.run("propose", "regions")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert repository.pushed("labs-regions") == dict.fromkeys(REGIONS, "new")
    assert repository.pushed() == {}
    assert repository.asked[-1] == (
        "pr create --base main --head labs-regions --title Regions of Azure --body-file .sandbox/regions.md"
    )
    body = (repository.path / ".sandbox" / "regions.md").read_text(encoding="utf-8")
    assert body.startswith(
        "Azure's list of locations says otherwise than `catalog/regions/regions.json`:\n\n    Up: a\n"
    )
    assert "`docs/run/regions.md` says more." in body


@pytest.mark.parametrize("subject", [(), ("",), ("secrets",)])
def test_nothing_else_is_proposed(repository: Repository, subject: tuple[str, ...]) -> None:
    ran = repository.run("propose", *subject)
    assert (ran.returncode, "write prices or regions" in ran.stderr) == (2, True)


def leg(stack: str, *problems: str) -> dict[str, object]:
    return {"stack": stack, "file": f"Pulumi.{stack}.yaml", "subscription": "1", "problems": list(problems)}


@pytest.mark.parametrize(
    ("legs", "asked"),
    [
        ([leg("prod")], "regions --refresh --stack prod\n"),
        ([leg("broken", "x: {y}"), leg("prod"), leg("second")], "regions --refresh --stack prod\n"),
        ([leg("broken", "x")], None),
        ([], None),
    ],
)
def test_regions_are_read_in_the_first_stack_on_azure(
    repository: Repository, legs: list[dict[str, object]], asked: str | None
) -> None:
    stacks = json.dumps({"ok": True, "include": legs})
    ran = repository.run("read-regions", STACKS=stacks, STACKS_END="1")
    text = (repository.path / ".sandbox" / "regions.txt").read_text(encoding="utf-8")
    assert (ran.returncode, ran.stdout) == (0, text)
    file = repository.path / "asked"
    assert (file.read_text(encoding="utf-8") if file.exists() else None) == asked
    assert (asked is None) is ("no list of regions was read" in text)
    if asked is not None:
        assert repository.run("read-regions", STACKS=stacks, ENDS="1").returncode == 1
    assert repository.run("read-regions", STACKS="", STACKS_END="2").returncode == 1
