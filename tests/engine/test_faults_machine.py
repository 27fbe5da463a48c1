"""The emulator dies, two people deploy at once, the state is damaged, the disk is full, clocks disagree."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import pytest

from sandbox.emulator.process.lease import lease
from tests.engine.running import Running, wait_until
from tests.engine.small_project import PUBLISHED, publish_also, published, small_project, written
from tests.engine.test_interrupted import PAGE, run_as_written, way_back
from tests.support.page import commands
from tests.support.project import GALLERY, LAB_ACCOUNT, Project

DATABASES = f"{GALLERY}/images/databases/versions/"
STATE = Path(".sandbox/state/.pulumi/stacks/lab-image-gallery/dev.json")
SKEW = "import time\n_real = time.time\ntime.time = lambda: _real() + {seconds}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return small_project(tmp_path / "project")


def test_an_emulator_that_is_killed_and_two_updates_at_once(project: Project) -> None:
    project.arm("POST", "/sandbox/replication", {"secondsPerRegion": 2})
    up = Running.up(project)
    up.wait_until(
        lambda: all(written(project, path) for path in (DATABASES, LAB_ACCOUNT)), "versions are being published"
    )
    address = json.loads((project.path / ".sandbox/emulator/address.json").read_text(encoding="utf-8"))
    os.kill(address["pid"], signal.SIGKILL)
    stopped = up.ended()
    assert stopped.returncode != 0
    assert "Nothing answers GET" in stopped.stdout

    project.arm("POST", "/sandbox/replication", {"secondsPerRegion": 1})

    # The next update finds a new emulator with all that the old one knew, and is not disturbed by another one.
    publish_also(project, "1.1.0")
    up = Running.up(project)
    up.wait_until(lambda: written(project, f"{DATABASES}1.1.0"), "the version is being published")
    second = project.up("--skip-preview", check=False)
    assert second.returncode != 0
    assert "currently locked" in second.stderr
    assert up.ended().returncode == 0
    assert published(project) == PUBLISHED | {"databases": ["1.0.0", "1.1.0"]}
    project.up("--skip-preview", "--expect-no-changes")


def test_a_state_cut_off_by_a_full_disk_is_restored(project: Project) -> None:
    project.up("--skip-preview")
    state = project.path / STATE
    publish_also(project, "1.1.0")
    # No file may grow beyond some 20 KB (40 blocks): for the engine that is a disk with no room for its state. The
    # emulator runs already and has room.
    assert state.stat().st_size > 40 * 512
    with lease(project.path / ".sandbox"):
        up = Running.up(project, "ulimit -f 40")
        wait_until(lambda: not readable(state), "the state is cut off")
        up.kill_engine()
        assert up.ended().returncode < 0
    refused = project.pulumi("stack", "export", check=False)
    assert refused.returncode != 0
    assert "failed to load checkpoint" in refused.stderr

    run_as_written(project, commands(PAGE, "The state is damaged"))
    assert readable(state)
    way_back(project)
    assert published(project) == PUBLISHED | {"databases": ["1.0.0", "1.1.0"]}


def readable(state: Path) -> bool:
    """Whether the engine could read this state; while it is being replaced it may be missing for a moment."""
    try:
        json.loads(state.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return True
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("hours", [30, -30], ids=["azure is ahead", "azure is behind"])
def test_clocks_that_disagree_do_not_matter(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Azure's clock is off by more than a token's life: by ours, a token is then expired when it arrives."""
    skew = tmp_path / "skew"
    skew.mkdir()
    (skew / "sitecustomize.py").write_text(SKEW.format(seconds=hours * 3600), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(skew))
    with lease(project.path / ".sandbox"):
        monkeypatch.delenv("PYTHONPATH")
        project.up("--skip-preview")
        assert published(project) == PUBLISHED


def test_a_port_that_somebody_else_has_taken_is_left_to_them(project: Project) -> None:
    project.up("--skip-preview")
    address = project.path / ".sandbox/emulator/address.json"
    port = json.loads(address.read_text(encoding="utf-8"))["port"]
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        wait_until(lambda: bound(taken, port), "the emulator has ended and its port is free")
        taken.listen()
        project.up("--skip-preview", "--expect-no-changes")
        assert json.loads(address.read_text(encoding="utf-8"))["port"] != port


def bound(server: socket.socket, port: int) -> bool:
    """Whether the port was free for us."""
    server.bind(("127.0.0.1", port))
    return True
