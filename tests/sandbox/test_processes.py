"""The tests' own look at processes tells what runs from what has ended."""

import os
import subprocess
import sys

from tests.support.processes import processes, runs


def test_a_process_runs_until_it_has_ended_whether_or_not_it_is_collected() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()", "a mark"], stdin=subprocess.PIPE) as process:
        seen = processes()[process.pid]
        assert (seen.parent, runs(process.pid)) == (os.getpid(), True)
        assert seen.command.endswith("-c input() a mark")
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert processes()[process.pid].state.startswith("Z")
        assert not runs(process.pid)
    assert not runs(process.pid)
