"""A build is made once, by one command, whole or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.engine.machine import Machine
from tests.support.processes import runs
from tests.support.project import ROOT
from tests.support.running import Running, wait_until

CHOOSE = "import os; from sandbox.engine.get.choose import choose; print(choose(os.environ).executable)"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def start(machine: Machine) -> Running:
    environ = machine.environ(LAB_ENGINE="build", PYTHONPATH=str(ROOT))
    return Running(
        subprocess.Popen(
            [sys.executable, "-c", CHOOSE], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    )


def slow_go(machine: Machine) -> Path:
    """A compiler whose child runs for a minute; returns the file with the child's process id."""
    file = machine.root / "compiler.pid"
    machine.go(build=f"sleep 60 & echo $! > {file}.new; cp {file}.new {file}; wait")
    return file


def test_two_commands_at_once_build_once(machine: Machine) -> None:
    machine.go(build="sleep 1")
    both = [start(machine) for _ in range(2)]
    first, second = (each.ended() for each in both)
    assert (first.returncode, second.returncode) == (0, 0), (first, second)
    assert first.stdout == second.stdout
    assert machine.calls("go").count("build") == 1
    assert "another command is getting the Pulumi engine" in first.stderr + second.stderr


def test_an_interrupt_ends_the_compiler_and_leaves_nothing(machine: Machine) -> None:
    compiler = slow_go(machine)
    command = start(machine)
    wait_until(compiler.exists, "the compiler runs")
    command.send_signal()
    command.ended()
    wait_until(lambda: not runs(int(compiler.read_text())), "the compiler has ended")
    assert list(machine.cache.iterdir()) == []


def test_after_a_kill_the_next_command_builds_and_clears_up(machine: Machine) -> None:
    compiler = slow_go(machine)
    command = start(machine)
    wait_until(compiler.exists, "the compiler runs")
    command.send_signal(signal.SIGKILL)
    command.ended()
    left = [entry for entry in machine.cache.iterdir() if entry.name.startswith(".pulumi")]
    assert len(left) == 1
    machine.go()
    following = start(machine).ended()
    assert following.returncode == 0, following.stderr
    assert os.access(following.stdout.strip(), os.X_OK)
    assert not left[0].exists()
    os.kill(int(compiler.read_text()), signal.SIGKILL)


def test_progress_is_shown_line_by_line_where_there_is_no_terminal(machine: Machine) -> None:
    machine.go()
    errors = start(machine).ended().stderr
    assert errors.count("building the Pulumi engine v") == 1
    assert "\r" not in errors


def test_many_commands_whose_builds_fail_take_turns_and_leave_no_lock(machine: Machine) -> None:
    busy = machine.root / "busy"
    machine.go(build=f"mkdir {busy} || echo two at once; sleep 0.3; rmdir {busy}; exit 1")
    (machine.root / "tools").mkdir()
    (machine.root / "tools" / "rmdir").symlink_to("/bin/rmdir")
    commands = [start(machine) for _ in range(4)]
    errors = "".join(command.ended().stderr for command in commands)
    assert machine.calls("go").count("build") == len(commands)
    assert "two at once" not in errors
    assert list(machine.cache.iterdir()) == []
