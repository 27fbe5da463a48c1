"""The command sandbox/labs: labs with the emulator's address, and with nothing of the user's own Azure."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from sandbox.emulator.process.directory import REPOSITORY
from sandbox.emulator.process.labs import UNCHANGED, main, variables


def _run(directory: Path, *arguments: str, cwd: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": "/usr/bin:/bin", "LAB_SANDBOX_DIR": str(directory)}
    command = [str(REPOSITORY / "sandbox" / "labs"), *arguments]
    return subprocess.run(command, env=environ, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def test_output_and_exit_code_are_those_of_labs(tmp_path: Path) -> None:
    good = _run(tmp_path, "regions", "korea", "--json")
    assert (good.returncode, json.loads(good.stdout)["ok"]) == (0, True)
    assert good.stderr == f"{UNCHANGED}\n"
    wrong = _run(tmp_path, "nonsense")
    assert wrong.returncode == 2
    assert "No such command" in wrong.stderr


def test_a_subscription_of_azure_is_named(tmp_path: Path) -> None:
    real, project = "11111111-2222-3333-4444-555555555555", tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: lab-image-gallery\nruntime: python\n", encoding="utf-8")
    (project / "images.yaml").write_text("images: {}\n", encoding="utf-8")
    config = {"galleryName": "images", "resourceGroupName": "galleries", "location": "koreacentral"}
    keys = {"azure-native:subscriptionId": real} | {f"lab-image-gallery:{key}": value for key, value in config.items()}
    (project / "Pulumi.prod.yaml").write_text(json.dumps({"config": keys}), encoding="utf-8")
    result = _run(tmp_path / "state", "status", "--stack", "prod", cwd=project)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-2:] == [
        f"sandbox: it has no subscription {real}; for a stack of Azure use ./labs",
        UNCHANGED,
    ]


def test_a_sandbox_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = _run(tmp_path / "file" / "below", "regions")
    assert result.returncode == 2
    assert result.stderr.startswith("sandbox/labs: The sandbox cannot keep its state in ")
    assert result.stdout == ""


def test_ctrl_c_while_the_sandbox_starts_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_directory: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sandbox.emulator.process.labs.lease", interrupted)
    assert main(["check"]) == 130


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
