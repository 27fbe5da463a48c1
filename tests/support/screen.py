"""`labs` in a terminal of some width, as a person sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import runpy
import struct
import sys
import termios
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from tests.support.project import ROOT

LABS = (sys.executable, "-P", "-m", "cli")


def on_screen(
    *arguments: str, columns: int = 80, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Exit code of a command, and what a terminal with `columns` gets of its output and errors.

    The command runs in a fork of this process: the terminal is a real one, and Python need not start and load again.
    """
    terminal, shown = pty.openpty()
    fcntl.ioctl(shown, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    others = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    environment = {**others, "TERM": "xterm-256color", **(env or {})}
    with warnings.catch_warnings():
        # Python 3.12 warns of threads, whose locks the fork may inherit; those of the tests wait for requests.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(terminal)
        _run(arguments, shown, cwd, environment)
    os.close(shown)
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:  # how Linux reports the end of a terminal that nobody writes to any more
        pass
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), b"".join(parts).decode().replace("\r\n", "\n")


def _run(arguments: tuple[str, ...], shown: int, cwd: Path, environment: Mapping[str, str]) -> NoReturn:
    """`python -m cli` as in a new process; nothing of the tests goes on in this one."""
    code: object = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for stream in (1, 2):
            os.dup2(shown, stream)
        os.close(shown)
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in enumerate("rww"))
        sys.__stdout__ = sys.stdout  # type: ignore[misc, assignment] # by which shutil finds the width
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(cwd)
        sys.argv[1:] = arguments
        runpy.run_module("cli", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - as Python ends a program
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)
