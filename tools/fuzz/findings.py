"""What must hold for findings, whatever the input was."""

from __future__ import annotations

from typing import Final

from catalog.files.diagnostic import InvalidFile

LONGEST: Final = 1000
"""Characters of one finding at most: beyond it, input was echoed that nobody can read."""


def check_findings(error: InvalidFile, lines: int) -> None:
    """Raise AssertionError unless there are findings, each on one printable line that names a line of the file."""
    assert error.diagnostics, "refused without a finding"
    for problem in error.diagnostics:
        text = str(problem)
        assert text.isprintable(), f"cannot be printed: {text!r}"
        assert len(text) < LONGEST, f"too long: {text!r}"
        assert problem.line is None or 1 <= problem.line <= lines, f"no such line: {text!r}"
