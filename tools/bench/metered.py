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


def _write() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    kilobyte = 1 if sys.platform != "darwin" else 1024  # macOS counts bytes
    report = {"peak_mb": used.ru_maxrss / kilobyte / 1024, "cpu_seconds": used.ru_utime + used.ru_stime}
    Path(os.environ[REPORT]).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    atexit.register(_write)
    runpy.run_path(str(Path(__file__).with_name(PROGRAM)), run_name="__main__")
