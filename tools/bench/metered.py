"""Runs the program beside it and writes down what the process needed: put in place of `__main__.py` in a copy."""

import atexit
import json
import os
import resource
import runpy
import sys
from pathlib import Path

PROGRAM = "program.py"  # the measured program, in the folder of this file
REPORT = "BENCH_METER"  # variable with the file to write


def _peak_mb() -> float:
    """The most memory that this program has held, without what its parent held when it started this process."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)  # macOS counts bytes


def _write() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    report = {"peak_mb": _peak_mb(), "cpu_seconds": used.ru_utime + used.ru_stime}
    Path(os.environ[REPORT]).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    atexit.register(_write)
    runpy.run_path(str(Path(__file__).with_name(PROGRAM)), run_name="__main__")
