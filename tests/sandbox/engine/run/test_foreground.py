"""Signals, terminal and exit code are those of a program that was started directly."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tests.support.running import PATIENCE

RUN = """
import os, sys
from sandbox.engine.run.foreground import run
code = run(sys.argv[1:], os.environ)
print("ended with", code, flush=True)
"""
# Prints a line for each signal, and ends a moment after as many signals as its argument says.
COUNTS = """
import signal, sys, time
got = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda n, _: got.append(n))
print("ready", flush=True)
limit = time.monotonic() + 30
shown = 0
while shown < int(sys.argv[1]) and time.monotonic() < limit:
    if shown < len(got):
        shown += 1
        print("signal", flush=True)
    time.sleep(0.02)
time.sleep(0.4)
print("got", [int(n) for n in got], flush=True)
sys.exit(7)
"""


def command(*engine: str) -> list[str]:
    return [sys.executable, "-c", RUN, *engine]


def start(*engine: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*engine), env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=60)
    return output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_sent_to_the_command_reaches_the_engine_once(number: signal.Signals, times: int) -> None:
    process = start(sys.executable, "-c", COUNTS, str(times))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    for _ in range(times):
        process.send_signal(number)
        assert process.stdout.readline() == "signal\n"
    assert finish(process) == f"got {[int(number)] * times}\nended with 7\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a child gets no signal at its parent's end")
def test_the_engine_goes_with_the_command_that_is_killed() -> None:
    process = start(sys.executable, "-c", COUNTS.replace("got.append(n)", "None"), "1")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.kill()
    # End of file comes when no process has the output open: the engine, which inherited it, has ended. By itself it
    # would have said at its end what it got.
    assert process.stdout.read() == ""
    process.wait()


# A shell that waits for its child, in a process group of its own, as the engine starts a plugin; and a daemon. Each
# keeps a pipe open as long as it runs.
LEAVES = """
import os, signal, subprocess, sys
plugin, daemon, ending = sys.argv[1:]
subprocess.Popen(["sh", "-c", "sleep 30 & wait"], process_group=0, stdout=os.open(plugin, os.O_WRONLY))
subprocess.Popen(["sleep", "30"], start_new_session=True, stdout=os.open(daemon, os.O_WRONLY))
os.kill(os.getpid(), signal.SIGKILL) if ending == "killed" else sys.exit(0)
"""


def is_open(pipe: int) -> bool:
    """Whether a process has the other end of a pipe open; nothing is ever written into it."""
    return not select.select([pipe], [], [], 0)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hand orphans to their first process")
@pytest.mark.parametrize("ending", ["killed", "at its end"])
def test_what_a_killed_engine_leaves_is_ended_and_a_daemon_is_not(tmp_path: Path, ending: str) -> None:
    pipes = []
    for name in ("plugin", "daemon"):
        os.mkfifo(tmp_path / name)
        pipes.append(os.open(tmp_path / name, os.O_RDONLY | os.O_NONBLOCK))
    process = start(sys.executable, "-c", LEAVES, str(tmp_path / "plugin"), str(tmp_path / "daemon"), ending)
    assert finish(process) == f"ended with {-signal.SIGKILL if ending == 'killed' else 0}\n"
    assert [is_open(pipe) for pipe in pipes] == [ending != "killed", True]


def test_a_signal_that_ends_the_engine_is_returned() -> None:
    assert finish(start("sh", "-c", "kill -9 $$")) == "ended with -9\n"


@dataclass(frozen=True)
class Terminal:
    """The command as a shell starts it: leader of a session whose terminal we hold."""

    pid: int
    terminal: int

    def read_until(self, text: str) -> str:
        """What has been written up to `text`, and what came with it."""
        seen, limit = "", time.monotonic() + PATIENCE
        while text not in seen:
            assert time.monotonic() < limit, f"{text!r} was not seen in {seen!r}"
            if select.select([self.terminal], [], [], 0.1)[0]:
                seen += os.read(self.terminal, 4096).decode()
        return seen

    def type(self, keys: bytes) -> None:
        os.write(self.terminal, keys)


@contextmanager
def on_terminal(*engine: str) -> Iterator[Terminal]:
    """A command on a terminal; at the end of the block it has ended."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, command(*engine), {**os.environ, "PYTHONPATH": str(ROOT)})
    yield Terminal(pid, terminal)
    os.waitpid(pid, 0)
    os.close(terminal)


@pytest.mark.parametrize("typed", [True, False], ids=["Ctrl-C", "sent to the command"])
def test_one_interrupt_on_a_terminal_reaches_the_engine_once(typed: bool) -> None:
    with on_terminal(sys.executable, "-c", COUNTS, "1") as started:
        started.read_until("ready")
        if typed:
            started.type(b"\x03")
        else:
            os.kill(started.pid, signal.SIGINT)
        assert f"got [{int(signal.SIGINT)}]" in started.read_until("ended with")


def test_the_engine_can_ask_on_the_terminal() -> None:
    with on_terminal("sh", "-c", 'echo sure?; read answer; echo "it is $answer"') as started:
        started.read_until("sure?")
        started.type(b"yes\n")
        # Both in one: what is read with the first could hold the second already.
        assert "it is yes" in started.read_until("ended with 0")


def test_the_engine_stops_and_goes_on_with_the_command() -> None:
    with on_terminal(sys.executable, "-c", COUNTS, "1") as started:
        started.read_until("ready")
        started.type(b"\x1a")
        _, status = os.waitpid(started.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        os.kill(started.pid, signal.SIGCONT)
        time.sleep(0.3)
        started.type(b"\x03")
        assert f"got [{int(signal.SIGINT)}]" in started.read_until("ended with 7")
