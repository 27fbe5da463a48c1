"""A stack in the sandbox's Azure, for the commands that ask it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.emulator.process.lease import Lease
from tests.support.emulator_client import Client
from tests.support.exports_scene import Scene


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, a project without stacks."""
    (tmp_path / "Pulumi.yaml").write_text("name: lab-image-gallery\nruntime: python\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def scene(client: Client, endpoint: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The stack, published; commands run in its folder, and nothing waits before it is tried again."""
    for name, value in Lease(endpoint).environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)
    made = Scene(client, folder)
    made.publish()
    return made
