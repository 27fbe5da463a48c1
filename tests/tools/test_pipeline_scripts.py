"""The checks of `make check` that are shell scripts say what they found, and never pass in silence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.foreign import VAULT, WORKFLOW, move_in, random_base64, sealed
from tests.support.project import ROOT
from tools.encrypted_values import is_encrypted

TOOLS = ("cat", "cut", "dirname", "git", "sed", "sh", "uname")


def run(script: str, project: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [project / "tools" / "pipeline" / script, *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


LABS = """\
#!/bin/sh
echo "$*" >>asked
case $1 in
teachers) echo '{"ok": true}'; exit "$TEACHERS" ;;
activity) echo '{"ok": false, "error": "because"}'; exit "$ACTIVITY" ;;
esac
"""


@pytest.mark.parametrize(("teachers", "activity"), [(0, 0), (1, 0), (1, 1), (0, 1), (2, 2)])
def test_looking_ends_as_the_look_at_labs_whatever_the_activity_log_says(
    project: Path, teachers: int, activity: int
) -> None:
    (project / "labs").write_text(LABS, encoding="utf-8")
    (project / "labs").chmod(0o755)
    ran = run("look", project, STACK="prod", TEACHERS=str(teachers), ACTIVITY=str(activity))
    assert ran.returncode == teachers
    kept = sorted(path.name for path in (project / ".sandbox").iterdir())
    assert kept == ["prod.teachers"] if activity else ["prod.activity", "prod.teachers"]
    files = " ".join(f".sandbox/{name}" for name in sorted(kept, reverse=True))
    assert (project / "asked").read_text(encoding="utf-8").splitlines() == [
        "report /dev/null",  # is the language one that there is?
        "teachers --stack prod --json",
        "activity --stack prod --json",
        f"report {files}",
    ]
    assert ("because" in ran.stderr) == bool(activity)


OVERVIEW = """\
#!/bin/sh
echo "$*" >>asked
[ -z "$WRITES" ] || echo page >"$5"
exit "$CODE"
"""


@pytest.mark.parametrize(("code", "writes", "ends"), [(0, "yes", 0), (1, "yes", 0), (1, "", 1), (2, "", 2), (0, "", 1)])
def test_an_overview_that_is_written_is_a_success_and_none_is_said(
    project: Path, code: int, writes: str, ends: int
) -> None:
    (project / "labs").write_text(OVERVIEW, encoding="utf-8")
    (project / "labs").chmod(0o755)
    page = project / ".sandbox" / "overview-prod.html"
    page.parent.mkdir()
    page.write_text("of an earlier run", encoding="utf-8")
    ran = run("overview", project, "azure", STACK="prod", CODE=str(code), WRITES=writes)
    assert (ran.returncode, page.exists()) == (ends, bool(writes))
    assert ("wrote no page" in ran.stderr) == (not writes)
    upload = f"##vso[artifact.upload containerfolder=overview-prod;artifactname=overview-prod]{page}\n"
    assert ran.stdout == (upload if writes else "")
    asked = "overview --stack prod --out .sandbox/overview-prod.html"
    assert (project / "asked").read_text(encoding="utf-8") == f"{asked}\n"
    (project / "asked").unlink()

    (project / ".sandbox" / "prod.events").write_text("{}\n", encoding="utf-8")
    ran = run("overview", project, "github", STACK="prod", CODE=str(code), WRITES=writes)
    assert (ran.returncode, ran.stdout) == (ends, "")
    lines = (project / "asked").read_text(encoding="utf-8").splitlines()
    # Without the events, if they are of no use.
    assert lines == [f"{asked} --events .sandbox/prod.events", asked][: 1 if writes else 2]


def test_a_site_lists_the_overviews_and_is_not_published_empty(project: Path) -> None:
    site = project / "site"
    site.mkdir()
    refused = run("overview-pages", project)
    assert (refused.returncode, "nothing is published" in refused.stderr) == (1, True)
    for stack in ("test", "prod"):
        (site / f"overview-{stack}.html").touch()
    assert run("overview-pages", project).returncode == 0
    links = re.findall(r"<li>(.*)</li>", (site / "index.html").read_text(encoding="utf-8"))
    assert links == ['<a href="overview-prod.html">prod</a>', '<a href="overview-test.html">test</a>']


def write_project(path: Path) -> Path:
    """A repository with our checks and nothing else."""
    shutil.copytree(ROOT / "tools" / "pipeline", path / "tools" / "pipeline")
    ours = shutil.ignore_patterns("CODEOWNERS", "dependabot.yml")
    shutil.copytree(ROOT / ".github", path / ".github", ignore=ours)
    for file in ("tools/encrypted_values.py", "tools/secret_scan.py", "yours.txt"):
        shutil.copy(ROOT / file, path / file)
    (path / ".venv").symlink_to(ROOT / ".venv")
    subprocess.run(["git", "init", "-q", path], check=True)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


def test_without_go_the_workflows_are_not_passed_over(project: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    refused = run("lint-workflows", project, PATH=str(tools), XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert refused.returncode == 1
    assert "so the workflows were not checked" in refused.stderr
    assert "Install Go" in refused.stderr


def test_a_linter_that_cannot_be_built_leaves_nothing_behind(project: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "go").write_text("#!/bin/sh\necho 'proxy: no route to host' >&2\nexit 1\n", encoding="utf-8")
    (tools / "go").chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    refused = run("lint-workflows", project, PATH=path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert refused.returncode == 1
    assert "set GOPROXY" in refused.stderr
    assert list((tmp_path / "cache" / "lab-image-gallery").iterdir()) == []


def test_the_linter_is_built_without_a_home_and_with_the_users_choice_of_toolchain(
    project: Path, tmp_path: Path
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "go").write_text('#!/bin/sh\necho "go: $HOME ${GOTOOLCHAIN-unset}" >&2\nexit 1\n', encoding="utf-8")
    (tools / "go").chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    asked = subprocess.run(
        ["env", "-i", f"PATH={path}", project / "tools" / "pipeline" / "lint-workflows"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert f"go: {project / '.sandbox' / 'lint-home'} unset\n" in asked.stderr
    assert "GOTOOLCHAIN=auto" in asked.stderr


def test_a_secret_is_found_and_a_clean_repository_passes(project: Path) -> None:
    page = project / "notes.md"
    page.write_text("Nothing to see.\n", encoding="utf-8")
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    assert run("find-secrets", project).returncode == 0
    # Put together here, so that this file does not look like one.
    secret = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\n"
    new = project / "not-added-yet.md"
    new.write_text(secret, encoding="utf-8")
    found = run("find-secrets", project)
    assert found.returncode == 123
    assert "not-added-yet.md:1" in found.stdout + found.stderr
    new.unlink()
    page.write_text(secret, encoding="utf-8")
    found = run("find-secrets", project)
    assert found.returncode == 123
    assert "notes.md:1" in found.stdout + found.stderr
    assert "have a new one made" in found.stderr
    shutil.rmtree(project / ".git")
    assert run("find-secrets", project).returncode == 123, "an archive of the repository is looked through as well"


# As people write them by mistake; put together here, so that this file does not look like one.
REAL_SECRETS = {
    "a password in plain text": "  lab-image-gallery:adminPass" + "word: Tr0ub4dor-and-3\n",
    "a key in plain text": f"  lab-image-gallery:token: {random_base64('token', 32)}\n",
    "not encrypted, though it says so": f"  azure-native:clientSecret2: {{secure: {random_base64('p', 32)}}}\n",
    "in a comment": f"  azure-native:partnerId: a  # accountkey={random_base64('a', 64)}\n",
    "beside an encrypted value": f"  x:y:\n    secure: {sealed('y')}\n    plain: {random_base64('z', 32)}\n",
}


def test_what_pulumi_encrypted_in_the_stacks_of_others_is_no_secret(project: Path) -> None:
    move_in(project)
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    clean = run("find-secrets", project)
    assert (clean.returncode, clean.stdout, clean.stderr) == (0, "", "")


@pytest.fixture(scope="module")
def looked_through(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], str]:
    """The line of each secret in the stack file of others, and what was said of the file."""
    project = write_project(tmp_path_factory.mktemp("secrets") / "project")
    move_in(project)
    file = project / "Pulumi.prod.yaml"
    text, lines = file.read_text(encoding="utf-8"), {}
    for kind, secret in REAL_SECRETS.items():
        text += secret
        lines[kind] = len(text.splitlines())
    file.write_text(text, encoding="utf-8")
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    found = run("find-secrets", project)
    assert found.returncode == 123
    return lines, found.stdout + found.stderr


@pytest.mark.parametrize("kind", REAL_SECRETS)
def test_a_secret_in_the_stack_file_of_others_is_found(looked_through: tuple[dict[str, int], str], kind: str) -> None:
    lines, said = looked_through
    assert f"Pulumi.prod.yaml:{lines[kind]}\n" in said


ENCRYPTED = {
    "encryptedkey": random_base64("key", 256),
    "encryptionsalt": f"v1:{random_base64('salt', 8)}:{sealed('salt')}",
    "secure": sealed("value"),
    "secretsprovider": VAULT,
}


@pytest.mark.parametrize("key", ENCRYPTED)
def test_an_encrypted_value_is_known_by_file_key_and_form(key: str) -> None:
    value = ENCRYPTED[key]
    assert is_encrypted("some/Pulumi.prod.yaml", f'{key}: "{value}"', value)
    assert not is_encrypted("images.yaml", f'{key}: "{value}"', value)
    assert not is_encrypted("Pulumi.prod.yaml", f'token: "{value}"', value)
    # Something else in the line, such as in a comment behind.
    assert not is_encrypted("Pulumi.prod.yaml", f'{key}: "short" # {value}', value)
    for plain in ("hunter2", random_base64("plain", 32), "azurekeyvault://ann:" + "hunter2@contoso.example"):
        assert not is_encrypted("Pulumi.prod.yaml", f'{key}: "{plain}"', plain), plain


def test_values_of_pulumi_cloud_are_encrypted_too() -> None:
    value = f"AAABA{random_base64('cloud', 60)}"
    assert is_encrypted("Pulumi.prod.yaml", f'secure: "{value}"', value)


def test_workflows_of_others_follow_their_own_rules(project: Path) -> None:
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    move_in(project)
    assert (project / ".github" / "workflows" / "greet.yml").exists()
    clean = run("lint-workflows", project)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    # The same text in a workflow of the product is a finding, here of the only one: each takes a second.
    (project / "yours.txt").write_text("!/.github/workflows/drift.yml\n", encoding="utf-8")
    (project / ".github" / "workflows" / "drift.yml").write_text(WORKFLOW, encoding="utf-8")
    assert run("lint-workflows", project).returncode != 0
    (project / "yours.txt").write_text("/images.yaml\n", encoding="utf-8")
    unlisted = run("lint-workflows", project)
    assert unlisted.returncode == 1
    assert "names no workflow of the product" in unlisted.stderr
