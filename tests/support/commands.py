"""`labs` as tests run it: in this process, or as people start it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli.labs import labs
from tests.support.project import ROOT


def run_labs(*arguments: str, **options: Any) -> Result:
    """A command in this process and the current folder; `options` are those of click's CliRunner.invoke."""
    result = CliRunner().invoke(labs, arguments, prog_name="labs", **options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def start_labs(
    *arguments: str, cwd: Path = ROOT, command: tuple[object, ...] = (ROOT / "labs",), **env: str
) -> subprocess.CompletedProcess[bytes]:
    """A command as a process, its output as bytes."""
    whole = [str(part) for part in (*command, *arguments)]
    return subprocess.run(whole, cwd=cwd, env={**os.environ, **env}, capture_output=True, timeout=60, check=False)
