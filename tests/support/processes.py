"""The processes of this machine, from what every system has: `/proc` on Linux, whose `ps` is a package, else `ps`."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """A process: the id of its parent, its state as `ps` abbreviates it, and its command line."""

    parent: int
    state: str
    command: str


def processes() -> dict[int, Process]:
    """Every process by its id; one that has ended and is not yet collected is among them, in state Z."""
    return _from_proc() if (PROC / "self" / "stat").exists() else _from_ps()


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    process = processes().get(pid)
    return process is not None and not process.state.startswith("Z")


def _from_proc() -> dict[int, Process]:
    found = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            # The name of the program, in parentheses, may hold anything.
            state, parent = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[:2]
            command = (folder / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ").strip()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[int(folder.name)] = Process(int(parent), state, command)
    return found


def _from_ps() -> dict[int, Process]:
    listed = subprocess.run(
        ["/bin/ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 3) for line in listed.stdout.splitlines()]
    return {int(pid): Process(int(parent), state, "".join(more)) for pid, parent, state, *more in rows}
