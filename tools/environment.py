"""Create or update the repository's virtual environment from the lock file.

Started by `tools/environment` with any Python >= 3.11, so only the standard library is at hand.
"""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STAMP_LOCK = ".stamp-lock"
STAMP_PYTHON = ".stamp-python"
UPDATING = ".updating"


class SetupError(Exception):
    """The environment cannot be made; the text says why and what to do."""


def main(root: Path) -> int:
    """Make `root/.venv` hold what `root/requirements-dev.txt` pins; return the exit code."""
    try:
        with _only_one(root / ".sandbox"):
            _make_current(root)
    except SetupError as error:
        print(f"tools/environment: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"tools/environment: {error.filename or root}: {error.strerror}, so the environment cannot be made.\n"
            "Give your user the right to write there, or free some space, then repeat the command.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    with (folder / "environment.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another command is setting up the Python environment; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_current(root: Path) -> None:
    venv, lock_file = root / ".venv", root / "requirements-dev.txt"
    lock = lock_file.read_bytes()
    usable = _is_usable(venv)
    if usable and _read(venv / STAMP_LOCK) == lock:
        (venv / STAMP_PYTHON).write_text(_interpreter_file(venv))
        return
    if not usable:
        _say("making the Python environment .venv (about a minute, once)")
        _create(venv)
    else:
        _say("updating the Python environment .venv")
    (venv / UPDATING).touch()
    (venv / STAMP_LOCK).unlink(missing_ok=True)
    _install(venv, lock_file)
    (venv / STAMP_PYTHON).write_text(_interpreter_file(venv))
    (venv / UPDATING).unlink()
    # Last, and in one step: whatever was interrupted before leaves no stamp, and is done again.
    unfinished = venv / f"{STAMP_LOCK}.new"
    unfinished.write_bytes(lock)
    unfinished.replace(venv / STAMP_LOCK)
    _say("the Python environment is ready")


def _is_usable(venv: Path) -> bool:
    """A finished environment whose interpreter still works; one killed while installing is not repaired."""
    if not (venv / STAMP_LOCK).exists() or (venv / UPDATING).exists():
        return False
    # pip is asked because packages lie under the minor version: after an upgrade from 3.12 to 3.13 they are not found.
    check = [str(venv / "bin" / "python"), "-I", "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.run(check, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _create(venv: Path) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return
    output = made.stdout + made.stderr
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if "ensurepip" in output:
        raise SetupError(
            f"this Python ({sys.executable}, {version}) comes without ensurepip, so no environment can be made.\n"
            f"Install it (Debian, Ubuntu: sudo apt install python{version}-venv), then repeat the command."
        )
    raise SetupError(f"`{sys.executable} -m venv {venv}` failed:\n{output.strip()}")


def _install(venv: Path, lock_file: Path) -> None:
    pip = [str(venv / "bin" / "python"), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    install = [*pip, "install", "--quiet", "--require-hashes", "-r", str(lock_file)]
    # pip's own output goes to stderr: stdout belongs to the command that needs the environment.
    if subprocess.run(install, stdout=sys.stderr, check=False).returncode != 0:
        raise SetupError(
            "pip could not install requirements-dev.txt (its message is above), so the environment is not\n"
            "complete. Behind a proxy or a mirror, tell pip (`pip config set global.index-url URL`, or\n"
            "PIP_INDEX_URL, HTTPS_PROXY), then repeat the command."
        )


def _interpreter_file(venv: Path) -> str:
    """What `tools/environment` compares with `ls -Li`: the number of the file that the interpreter's links lead to.

    An upgrade of the system's Python puts another file there.
    """
    return str((venv / "bin" / "python").stat().st_ino)


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def _say(line: str) -> None:
    print(f"tools/environment: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
