"""A build is made once, by one command, whole or not at all."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sandbox.engine_fakes import Machine
from tests.support.processes import runs

ROOT = Path(__file__).parents[2]
CHOOSE = "import os; from sandbox.engine.get.choose import choose; print(choose(os.environ).executable)"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def start(machine: Machine) -> subprocess.Popen[str]:
    environ = machine.environ(LAB_ENGINE="build", PYTHONPATH=str(ROOT))
    return subprocess.Popen(
        [sys.executable, "-c", CHOOSE], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def until(condition: object, seconds: float = 10.0) -> None:
    assert callable(condition)
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)


def slow_go(machine: Machine) -> Path:
    """A compiler that tells its child's process id and then takes long."""
    told = machine.root / "compiler.pid"
    machine.go(build=f"sleep 60 & echo $! > {told}.new; cp {told}.new {told}; wait")
    return told


def test_two_commands_at_once_build_once(machine: Machine) -> None:
    machine.go(build="sleep 1")
    first, second = start(machine), start(machine)
    outputs = [first.communicate(timeout=30), second.communicate(timeout=30)]
    assert [first.returncode, second.returncode] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    assert machine.calls("go").count("build") == 1
    assert any("another command is getting the Pulumi engine" in errors for _, errors in outputs)


def test_an_interrupt_ends_the_compiler_and_leaves_nothing(machine: Machine) -> None:
    told = slow_go(machine)
    command = start(machine)
    until(told.exists)
    command.send_signal(signal.SIGINT)
    command.communicate(timeout=10)
    until(lambda: not runs(int(told.read_text())))
    assert list(machine.cache.iterdir()) == []


def test_after_a_kill_the_next_command_builds_and_clears_up(machine: Machine) -> None:
    told = slow_go(machine)
    command = start(machine)
    until(told.exists)
    command.kill()
    command.communicate(timeout=10)
    left = [entry for entry in machine.cache.iterdir() if entry.name.startswith(".pulumi")]
    assert len(left) == 1
    machine.go()
    following = start(machine)
    executable, errors = following.communicate(timeout=30)
    assert following.returncode == 0, errors
    assert os.access(executable.strip(), os.X_OK)
    assert not left[0].exists()
    os.kill(int(told.read_text()), signal.SIGKILL)


def test_progress_is_told_line_by_line_where_there_is_no_terminal(machine: Machine) -> None:
    machine.go()
    _, errors = start(machine).communicate(timeout=30)
    assert errors.count("building the Pulumi engine v") == 1
    assert "\r" not in errors


def test_many_commands_whose_builds_fail_take_turns_and_leave_no_lock(machine: Machine) -> None:
    busy = machine.root / "busy"
    machine.go(build=f"mkdir {busy} || echo two at once; sleep 0.3; rmdir {busy}; exit 1")
    (machine.root / "tools").mkdir()
    (machine.root / "tools" / "rmdir").symlink_to("/bin/rmdir")
    commands = [start(machine) for _ in range(4)]
    errors = [command.communicate(timeout=60)[1] for command in commands]
    assert machine.calls("go").count("build") == len(commands)
    assert not any("two at once" in text for text in errors)
    assert list(machine.cache.iterdir()) == []
