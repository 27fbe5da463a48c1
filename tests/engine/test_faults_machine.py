"""The emulator dies, two people deploy at once, the state is damaged, the disk is full, clocks disagree."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import pytest

from sandbox.emulator.process.lease import lease
from tests.engine.test_interrupted import PAGE, way_back
from tests.support.page import as_written, commands
from tests.support.project import GALLERY, LAB_ACCOUNT, SMALL_PUBLISHED, Project
from tests.support.running import wait_until

DATABASES = f"{GALLERY}/images/databases/versions/"
ADDRESS = ".sandbox/emulator/address.json"
STATE = Path(".sandbox/state/.pulumi/stacks/lab-image-gallery/dev.json")
SKEW = "import time\n_real = time.time\ntime.time = lambda: _real() + {seconds}\n"


def test_an_emulator_that_is_killed_and_two_updates_at_once(small: Project) -> None:
    small.replication(secondsPerRegion=4)
    up = small.start_up()
    up.wait_until(lambda: small.carried_out(DATABASES, LAB_ACCOUNT), "versions are being published")
    address = json.loads(small.read(ADDRESS))
    os.kill(address["pid"], signal.SIGKILL)
    stopped = up.ended()
    assert stopped.returncode != 0
    assert "Nothing answers GET" in stopped.stdout

    # The next update finds a new emulator with all that the old one knew, and is not disturbed by another one.
    small.publish_also("1.1.0")
    up = small.start_up()
    up.wait_until(lambda: small.carried_out(f"{DATABASES}1.1.0"), "the version is being published")
    with up.suspended():  # the other one may take its time
        assert "currently locked" in small.refused_up()
    assert up.ended().returncode == 0
    assert small.published() == SMALL_PUBLISHED | {"databases": ["1.0.0", "1.1.0"]}
    small.up("--expect-no-changes")


def test_a_state_cut_off_by_a_full_disk_is_restored(small_up: Project) -> None:
    state = small_up.path / STATE
    small_up.publish_also("1.1.0")
    # No file may grow beyond some 20 KB (40 blocks): for the engine that is a disk with no room for its state. The
    # emulator runs already and has room.
    assert state.stat().st_size > 40 * 512
    with lease(small_up.path / ".sandbox"):
        up = small_up.start_up("ulimit -f 40")
        wait_until(lambda: not readable(state), "the state is cut off")
        up.kill_engine()
        assert up.ended().returncode < 0
    assert "failed to load checkpoint" in small_up.refused("stack", "export")

    as_written(small_up, commands(PAGE, "The state is damaged"))
    assert readable(state)
    way_back(small_up)
    assert small_up.published() == SMALL_PUBLISHED | {"databases": ["1.0.0", "1.1.0"]}


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
    small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Azure's clock is off by more than a token's life: by ours, a token is then expired when it arrives."""
    skew = tmp_path / "skew"
    skew.mkdir()
    (skew / "sitecustomize.py").write_text(SKEW.format(seconds=hours * 3600), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(skew))
    with lease(small.path / ".sandbox"):
        monkeypatch.delenv("PYTHONPATH")
        small.up()
        assert small.published() == SMALL_PUBLISHED


def test_a_port_that_somebody_else_has_taken_is_left_to_them(small_up: Project) -> None:
    with lease(small_up.path / ".sandbox"):
        port = json.loads(small_up.read(ADDRESS))["port"]
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        wait_until(lambda: bound(taken, port), "the emulator has ended and its port is free")
        taken.listen()
        small_up.up("--expect-no-changes")
        assert json.loads(small_up.read(ADDRESS))["port"] != port


def bound(server: socket.socket, port: int) -> bool:
    """Whether the port was free for us."""
    server.bind(("127.0.0.1", port))
    return True
