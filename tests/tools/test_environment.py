"""The virtual environment is made once, whole, and kept current."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.engine.machine import script
from tests.support.project import ROOT


def write_repository(root: Path) -> Path:
    """A repository with the setup and an empty lock file."""
    (root / "tools").mkdir(parents=True)
    for name in ("environment", "environment.py"):
        shutil.copy(ROOT / "tools" / name, root / "tools" / name)
    (root / "requirements-dev.txt").write_text("# nothing\n")
    return root


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A new one, in a folder whose name has a space."""
    return write_repository(tmp_path / "a repository")


def start(repository: Path, **environ: str) -> subprocess.Popen[str]:
    path = f"{Path(sys.executable).resolve().parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        [str(repository / "tools" / "environment")],
        env={**os.environ, "PATH": path, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def set_up(repository: Path, **environ: str) -> tuple[int, str]:
    """Exit code and stderr; stdout belongs to the command that needs the environment and must stay empty."""
    process = start(repository, **environ)
    output, errors = process.communicate(timeout=120)
    assert output == ""
    return process.returncode, errors


@pytest.fixture(scope="module")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Such a repository whose environment is made, and what was said meanwhile."""
    root = write_repository(tmp_path_factory.mktemp("made") / "a repository")
    exit_code, errors = set_up(root)
    assert exit_code == 0, errors
    return root, errors


@pytest.fixture
def made(set_up_once: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of it: making an environment takes seconds."""
    return shutil.copytree(set_up_once[0], tmp_path / "a repository", symlinks=True)


@pytest.fixture
def again(set_up_once: tuple[Path, str], tmp_path: Path) -> dict[str, str]:
    """Variables under which `-m venv` copies that environment: here, too, it is only of interest that it is called."""
    copying = (
        "        shutil.rmtree(command[-1], ignore_errors=True)\n"
        f"        shutil.copytree({str(set_up_once[0] / '.venv')!r}, command[-1], symlinks=True,"
        " ignore=shutil.ignore_patterns('.stamp-*'))\n"
        "        return subprocess.CompletedProcess(command, 0, '', '')\n"
    )
    return {"PATH": path_with_venv(tmp_path / "copying", copying)}


def path_with_venv(folder: Path, instead: str) -> str:
    """A PATH whose first python3 runs the setup with these lines instead of `-m venv`."""
    real = Path(sys.executable).resolve()
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import shutil, subprocess, sys\nreal = subprocess.run\n"
        "def run(command, **options):\n"
        "    if 'venv' in command:\n"
        f"{instead}"
        "    return real(command, **options)\n"
        "subprocess.run = run\n"
    )
    script(
        folder / "bin" / "python3",
        f'[ "$1" = -I ] && shift && exec env PYTHONPATH={folder} {real} "$@"\nexec {real} "$@"',
    )
    return f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"


def test_it_is_made_once_and_then_silent(set_up_once: tuple[Path, str]) -> None:
    repository, errors = set_up_once
    assert "making the Python environment" in errors
    assert "ready" in errors
    subprocess.run([str(repository / ".venv" / "bin" / "python"), "-m", "pip", "--version"], check=True)
    assert set_up(repository, PATH="/usr/bin:/bin") == (0, "")


def test_once_it_is_there_two_programs_are_started_by_it_and_by_labs(made: Path, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for name in ("cmp", "ls"):
        (few / name).symlink_to(str(shutil.which(name)))
    assert set_up(made, PATH=str(few)) == (0, "")
    labs = [str(ROOT / "labs"), "--version"]
    version = subprocess.run(labs, env={"PATH": str(few)}, capture_output=True, text=True, check=False)
    assert (version.returncode, version.stderr) == (0, "")
    assert version.stdout.startswith("labs ")


def test_a_changed_lock_file_updates_and_an_interrupted_update_is_made_again(made: Path, again: dict[str, str]) -> None:
    kept = made / ".venv" / "kept"
    kept.touch()
    (made / "requirements-dev.txt").write_text("# still nothing\n")
    assert "updating" in set_up(made)[1]
    assert kept.exists()
    assert set_up(made) == (0, "")
    (made / ".venv" / ".updating").touch()
    (made / ".venv" / ".stamp-lock").unlink()
    assert "making" in set_up(made, **again)[1]
    assert not kept.exists()


def test_an_environment_whose_interpreter_is_gone_is_made_again(made: Path, again: dict[str, str]) -> None:
    python = made / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert "making" in set_up(made, **again)[1]
    assert set_up(made) == (0, "")


def test_two_commands_at_once_make_it_once(repository: Path) -> None:
    both = [start(repository), start(repository)]
    errors = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    assert sum("making the Python environment" in text for text in errors) == 1
    assert sum("waiting for it" in text for text in errors) == 1


def test_a_package_that_cannot_be_installed_is_named_and_tried_again(made: Path, again: dict[str, str]) -> None:
    wanted = f"lab-no-such-package==1.0 --hash=sha256:{'0' * 64}\n"
    (made / "requirements-dev.txt").write_text(wanted)
    # pip's own variables, as people set them for a mirror, keep it from asking an index.
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(made), **again}
    exit_code, errors = set_up(made, **offline)
    assert exit_code == 1
    assert "lab-no-such-package" in errors
    assert "pip config set global.index-url" in errors
    assert "Traceback" not in errors
    assert set_up(made, **offline)[0] == 1


def test_without_a_recent_python_it_says_what_to_install(repository: Path, tmp_path: Path) -> None:
    for name in ("sh", "cmp", "ls"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    script(tmp_path / "python3", "exit 1")
    exit_code, errors = set_up(repository, PATH=str(tmp_path))
    assert exit_code == 1
    assert "no Python 3.11 or newer was found" in errors
    assert "brew install python" in errors


@pytest.mark.parametrize(("recent", "taken"), [(0, "python3"), (1, "python3.14")])
def test_the_users_python3_goes_before_newer_ones_unless_it_is_too_old(
    repository: Path, tmp_path: Path, recent: int, taken: str
) -> None:
    for name, answer in (("python3", recent), ("python3.14", 0)):
        script(tmp_path / "bin" / name, f'[ "$1" = -c ] && exit {answer}\necho "it is {name}" >&2\nexit 1')
    _, errors = set_up(repository, PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert errors == f"it is {taken}\n"


def test_a_python_without_ensurepip_says_what_to_install(repository: Path, tmp_path: Path) -> None:
    # As on Debian: `import ensurepip` works, but running it fails and `venv` names it.
    failing = "        return subprocess.CompletedProcess(command, 1, 'ensurepip is not available', '')\n"
    path = path_with_venv(tmp_path / "broken", failing)
    exit_code, errors = set_up(repository, PATH=path)
    assert exit_code == 1
    assert "comes without ensurepip" in errors
    assert "-venv" in errors
