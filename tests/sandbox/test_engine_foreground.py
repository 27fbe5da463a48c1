"""Signals, terminal and exit code are those of a program that was started directly."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = """
import os, sys
from sandbox.engine.run.foreground import run
code = run(sys.argv[1:], os.environ)
print("ended with", code, flush=True)
"""
# Tells of each signal that it gets, and ends a moment after the last one that it is to wait for.
COUNTS = """
import signal, sys, time
got = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda n, _: got.append(n))
print("ready", flush=True)
limit = time.monotonic() + 30
told = 0
while told < int(sys.argv[1]) and time.monotonic() < limit:
    if told < len(got):
        told += 1
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


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell a child nothing of its parent's end")
def test_the_engine_goes_with_the_command_that_is_killed() -> None:
    process = start(sys.executable, "-c", COUNTS.replace("got.append(n)", "None"), "1")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.kill()
    # End of file comes when nobody has the output open any more: the engine, which inherited it, has gone.
    began = time.monotonic()
    process.stdout.read()
    assert time.monotonic() - began < 15  # by itself it would go on for 30
    process.wait()


# A shell that waits for its child, in a process group of its own, as the engine starts a plugin; and a daemon. Each
# holds the output open as long as it runs.
LEAVES = """
import os, signal, subprocess, sys
plugin, daemon, ending = sys.argv[1:]
subprocess.Popen(["sh", "-c", "sleep 30 & wait"], process_group=0, stdout=os.open(plugin, os.O_WRONLY))
subprocess.Popen(["sleep", "30"], start_new_session=True, stdout=os.open(daemon, os.O_WRONLY))
os.kill(os.getpid(), signal.SIGKILL) if ending == "killed" else sys.exit(0)
"""


def is_open(pipe: int) -> bool:
    """Whether somebody can still write into a pipe into which nobody writes."""
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


def test_a_signal_that_ends_the_engine_is_told() -> None:
    assert finish(start("sh", "-c", "kill -9 $$")) == "ended with -9\n"


def read_until(terminal: int, text: str, seconds: float = 30.0) -> str:
    seen, limit = "", time.monotonic() + seconds
    while text not in seen:
        assert time.monotonic() < limit, f"{text!r} was not seen in {seen!r}"
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 4096).decode()
    return seen


def on_terminal(*engine: str) -> tuple[int, int]:
    """Start as a shell would: leader of a session whose terminal we hold; give its process id and the terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, command(*engine), {**os.environ, "PYTHONPATH": str(ROOT)})
    return pid, terminal


def test_one_interrupt_on_the_terminal_reaches_the_engine_once() -> None:
    pid, terminal = on_terminal(sys.executable, "-c", COUNTS, "1")
    read_until(terminal, "ready")
    os.write(terminal, b"\x03")
    seen = read_until(terminal, "ended with")
    assert f"got [{int(signal.SIGINT)}]" in seen
    os.waitpid(pid, 0)
    os.close(terminal)


def test_an_interrupt_sent_to_the_command_on_a_terminal_reaches_the_engine_once() -> None:
    pid, terminal = on_terminal(sys.executable, "-c", COUNTS, "1")
    read_until(terminal, "ready")
    os.kill(pid, signal.SIGINT)
    seen = read_until(terminal, "ended with")
    assert f"got [{int(signal.SIGINT)}]" in seen
    os.waitpid(pid, 0)
    os.close(terminal)


def test_the_engine_can_ask_on_the_terminal() -> None:
    pid, terminal = on_terminal("sh", "-c", 'echo sure?; read answer; echo "it is $answer"')
    read_until(terminal, "sure?")
    os.write(terminal, b"yes\n")
    # Both in one: what is read with the first could hold the second already.
    assert "it is yes" in read_until(terminal, "ended with 0")
    os.waitpid(pid, 0)
    os.close(terminal)


def test_the_engine_stops_and_goes_on_with_the_command() -> None:
    pid, terminal = on_terminal(sys.executable, "-c", COUNTS, "1")
    read_until(terminal, "ready")
    os.write(terminal, b"\x1a")
    _, status = os.waitpid(pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    os.kill(pid, signal.SIGCONT)
    time.sleep(0.3)
    os.write(terminal, b"\x03")
    assert f"got [{int(signal.SIGINT)}]" in read_until(terminal, "ended with 7")
    os.waitpid(pid, 0)
    os.close(terminal)
