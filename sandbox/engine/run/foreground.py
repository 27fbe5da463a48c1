"""Run the engine with the signals, terminal and exit code that it would have if it were started directly."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sandbox.engine.run.orphans import adopt

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
PR_SET_PDEATHSIG = 1


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run to the end; return the exit code, or minus the number of the signal that ended it.

    The engine has a process group of its own, and the terminal while it runs. So a Ctrl-C reaches the engine once, from
    the terminal; and a signal sent to this process reaches it once, because it is passed on.
    """
    with _terminal() as give_terminal:
        # Signals wait until there is an engine to pass them on to.
        signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)
        end_orphans = adopt()
        try:
            engine = subprocess.Popen(
                list(command),
                env=dict(environment),
                process_group=0,
                preexec_fn=_begin_child(),  # noqa: PLW1509 - it allocates nothing and takes no lock
            )
            give_terminal(engine.pid)
            previous = {number: signal.signal(number, _forward_to(engine.pid)) for number in FORWARDED}
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        try:
            status = _wait(engine.pid, give_terminal)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        engine.returncode = os.waitstatus_to_exitcode(status)
        if engine.returncode < 0:
            # An engine ended by a signal has not ended its plugins.
            end_orphans()
        return engine.returncode


def _begin_child() -> Callable[[], None]:
    """A function for the child between fork and exec; what is not safe there is done here."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def begin() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        # SIGKILL cannot be passed on: the kernel kills the engine when this process ends. macOS has no such setting.
        if library is not None:
            library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    return begin


def _forward_to(pid: int) -> Callable[[int, object], None]:
    def forward(number: int, _frame: object) -> None:
        os.kill(pid, number)

    return forward


def _wait(pid: int, give_terminal: Callable[[int], bool]) -> int:
    while True:
        _, status = os.waitpid(pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return status
        wants_terminal = os.WSTOPSIG(status) in (signal.SIGTTIN, signal.SIGTTOU)
        if not (wants_terminal and give_terminal(pid)):
            # Ctrl-Z: the shell waits for this process, so it stops too; when it goes on, so does the engine.
            give_terminal(os.getpgrp())
            os.killpg(os.getpgrp(), signal.SIGSTOP)
            give_terminal(pid)
        os.killpg(pid, signal.SIGCONT)


@contextmanager
def _terminal() -> Iterator[Callable[[int], bool]]:
    """A function that makes a process group the terminal's foreground, if this process may; undone at the end."""
    ours = os.getpgrp()
    given = [ours]
    try:
        terminal = os.open(Path("/dev/tty"), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        yield lambda _group: False
        return

    def give(group: int) -> bool:
        # In the background (`command &`) another process group has the terminal.
        if os.tcgetpgrp(terminal) not in (ours, given[0]):
            return False
        # A group in the background would be stopped by SIGTTOU for taking the terminal.
        previous = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        try:
            os.tcsetpgrp(terminal, group)
        except OSError:
            return False
        finally:
            signal.signal(signal.SIGTTOU, previous)
        given[0] = group
        return True

    try:
        yield give
    finally:
        give(ours)
        os.close(terminal)
