"""One harness under the fuzzer: `python -m tools.fuzz.guided HARNESS [ARGUMENTS OF LIBFUZZER…]`."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

import atheris


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["catalog", "plan", "tools.fuzz"]):
        harness = importlib.import_module(f"tools.fuzz.{name}")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        file = Path(folder) / "input.yaml"
        atheris.Setup(sys.argv, lambda content: harness.check(content, file))
        atheris.Fuzz()


main()
