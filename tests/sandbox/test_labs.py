"""The command sandbox/labs: labs with the emulator's address, and with nothing of the user's own Azure."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from sandbox.emulator.process.directory import REPOSITORY
from sandbox.emulator.process.labs import UNCHANGED, variables


def _run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": "/usr/bin:/bin", "LAB_SANDBOX_DIR": str(directory)}
    command = [str(REPOSITORY / "sandbox" / "labs"), *arguments]
    return subprocess.run(command, env=environ, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60)


def test_output_and_exit_code_are_those_of_labs(tmp_path: Path) -> None:
    good = _run(tmp_path, "regions", "korea", "--json")
    assert (good.returncode, json.loads(good.stdout)["ok"]) == (0, True)
    assert good.stderr == f"{UNCHANGED}\n"
    wrong = _run(tmp_path, "nonsense")
    assert wrong.returncode == 2
    assert "No such command" in wrong.stderr


def test_a_sandbox_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = _run(tmp_path / "file" / "below", "regions")
    assert result.returncode == 2
    assert result.stderr.startswith("sandbox/labs: The sandbox cannot keep its state in ")
    assert result.stdout == ""


def test_the_users_own_azure_is_left_out() -> None:
    mine = {"ARM_CLIENT_SECRET": "s", "AZURE_CONFIG_DIR": "d", "MSI_ENDPOINT": "m", "HOME": "/home/me", "NO_PROXY": "x"}
    assert variables(mine | {"PULUMI_HOME": "p"}, {"ARM_ENDPOINT": "http://127.0.0.1:9"}, Path("/sandbox")) == {
        "HOME": "/home/me",
        "NO_PROXY": "x,127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PULUMI_HOME": "/sandbox/home",
        "PULUMI_BACKEND_URL": "file:///sandbox/state",
        "ARM_ENDPOINT": "http://127.0.0.1:9",
    }
