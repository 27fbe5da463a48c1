"""detect-secrets over the files that changed since it found nothing in them: `tools/pipeline/find-secrets`.

It takes half a minute for all files, mostly for those of the day before. What is kept of a clean file is a hash of its
name, its content and everything that judges it, so a rename, another option and a newer release look again. In CI,
where somebody else may have left what is kept, every file is looked at.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

from detect_secrets import pre_commit_hook

CLEAN: Final = Path(".sandbox/clean-of-secrets")
"""The hashes, one a line; in a fresh copy there are none."""
JUDGES: Final = (Path(__file__), Path(__file__).with_name("encrypted_values.py"))


def main(arguments: list[str]) -> int:
    """Scan the files after `--` with the options before it; 0 means that no file has a secret."""
    files = arguments[arguments.index("--") + 1 :]
    options = arguments[: arguments.index("--")]
    judges = hashlib.sha256("\0".join((version("detect-secrets"), *options)).encode())
    for judge in JUDGES:
        judges.update(judge.read_bytes())
    known = _kept()
    before = _hashes(files, judges.digest())
    changed = [file for file in files if before.get(file) not in known]
    # The hook ends with 0 only if every file that it was given is clean.
    if changed and (code := pre_commit_hook.main([*options, "--", *changed])):
        return code
    after = _hashes(files, judges.digest())  # what was written meanwhile is looked at the next time
    with suppress(OSError):  # a folder that cannot be written costs the next run half a minute
        CLEAN.parent.mkdir(exist_ok=True)
        kept = sorted(each for file, each in before.items() if after.get(file) == each)
        CLEAN.write_text("".join(f"{each}\n" for each in kept), encoding="ascii")
    return 0


def _kept() -> set[str]:
    if os.environ.get("CI"):
        return set()
    try:
        return set(CLEAN.read_text(encoding="ascii").split())
    except (OSError, UnicodeError):
        return set()


def _hashes(files: list[str], judges: bytes) -> dict[str, str]:
    return {file: _hash(file, judges) for file in files if Path(file).is_file()}


def _hash(file: str, judges: bytes) -> str:
    return hashlib.sha256(
        b"\0".join((judges, file.encode(errors="surrogateescape"), Path(file).read_bytes()))
    ).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
