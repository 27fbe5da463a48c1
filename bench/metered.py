"""Runs the program beside it and writes down what the process needed: put in place of `__main__.py` in a copy."""

import atexit
import json
import os
import re
import resource
import runpy
import sys
from pathlib import Path

PROGRAM = "program.py"  # the measured program, in the folder of this file
REPORT = "BENCH_METER"  # variable with the file to write
STATUS = Path("/proc/self/status")


def _write() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    report = {"peak_mb": _peak_kilobytes(used) / 1024, "cpu_seconds": used.ru_utime + used.ru_stime}
    Path(os.environ[REPORT]).write_text(json.dumps(report), encoding="utf-8")


def _peak_kilobytes(used: resource.struct_rusage) -> float:
    """The most memory that this process has had, in KiB."""
    if sys.platform == "darwin":
        return used.ru_maxrss / 1024  # macOS counts bytes
    # Linux hands the `ru_maxrss` of a process on to what it starts, so it tells of the parent where that was larger.
    (peak,) = re.findall(r"^VmHWM:\s+(\d+) kB$", STATUS.read_text(encoding="utf-8"), re.MULTILINE)
    return float(peak)


if __name__ == "__main__":
    atexit.register(_write)
    runpy.run_path(str(Path(__file__).with_name(PROGRAM)), run_name="__main__")
