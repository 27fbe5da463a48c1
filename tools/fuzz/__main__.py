"""`python -m tools.fuzz [HARNESS…]`: fuzz each harness for FUZZ_SECONDS (60), guided by coverage.

The fuzzer, atheris, is installed on first use into `.sandbox/fuzz`, since it has no build for every machine. What it
learns is kept beside it and used again; an input that breaks a harness is written there and named.
Exit codes: 0 nothing found, 1 something found, 2 no fuzzer for this machine, or no such harness.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.fuzz.seeds import SEEDS

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / ".sandbox" / "fuzz"
FUZZER: Final = "atheris==3.0.0"
SECONDS_FOR_ONE_INPUT: Final = 10


def main(names: Sequence[str]) -> int:
    """Run the named harnesses, all without a name; return the exit code."""
    unknown = [name for name in names if name not in SEEDS]
    if unknown:
        print(f"fuzz: no such harness: {', '.join(unknown)}; there are {', '.join(SEEDS)}", file=sys.stderr)
        return 2
    library = FOLDER / FUZZER
    if not library.is_dir() and not _installed(library):
        return 2
    return max(_run(name, library) for name in names or SEEDS)


def _installed(library: Path) -> bool:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", FUZZER]
    done = subprocess.run([*command, "--target", str(library)], check=False)
    if done.returncode != 0:
        print(
            f"fuzz: {FUZZER} could not be installed, so nothing was fuzzed; it has builds for Linux on x86-64 and the"
            " Pythons that its package page names, elsewhere it needs clang",
            file=sys.stderr,
        )
    return done.returncode == 0


def _run(name: str, library: Path) -> int:
    corpus = FOLDER / name
    (corpus / "seeds").mkdir(parents=True, exist_ok=True)
    (corpus / "learnt").mkdir(exist_ok=True)
    for number, seed in enumerate(SEEDS[name](ROOT)):
        (corpus / "seeds" / f"{number:03}").write_bytes(seed)
    (corpus / "dictionary").write_text(_dictionary(), encoding="utf-8")
    print(f"fuzz: {name}, {_seconds()} s", file=sys.stderr)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tools.fuzz.guided", name),
            *(str(corpus / "learnt"), str(corpus / "seeds")),
            f"-max_total_time={_seconds()}",
            f"-timeout={SECONDS_FOR_ONE_INPUT}",
            f"-dict={corpus / 'dictionary'}",
            f"-artifact_prefix={corpus}/found-",
            "-max_len=8192",
            "-print_final_stats=1",
            "-verbosity=0",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(library)))},
        check=False,
    )
    return 1 if done.returncode != 0 else 0


def _seconds() -> int:
    return int(os.environ.get("FUZZ_SECONDS", "60"))


def _dictionary() -> str:
    """Words that chance would rarely put together, in libFuzzer's form."""
    words = ("images", "versions", "defaults", "source", "snapshot", "target_regions", "1.0.0", "koreacentral")
    signs = ("- ", ": ", "? ", "*a", "&a ", "!!str ", "|\\x0a", ">-\\x0a", "---", "...", "%YAML 1.2", "{}", "[]", "'")
    paths = ("/subscriptions/", "/resourceGroups/", "/providers/", "Microsoft.Compute", "galleries", "\\xef\\xbb\\xbf")
    return "".join(f'"{word}"\n' for word in (*words, *signs, *paths))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
