"""detect-secrets over the files that changed since it found nothing in them: `tools/pipeline/find-secrets`.

It takes half a minute for all files, mostly for those of the day before. What is kept of a clean file is a hash of its
name, its content and everything that judges it, so a rename, another option and a newer release look again.
"""

from __future__ import annotations

import hashlib
import sys
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
    known = set(CLEAN.read_text(encoding="ascii").split()) if CLEAN.exists() else set()
    hashes = {file: _hash(file, judges.digest()) for file in files if Path(file).is_file()}
    changed = [file for file in files if hashes.get(file) not in known]
    # The hook ends with 0 only if every file that it was given is clean.
    if changed and (code := pre_commit_hook.main([*options, "--", *changed])):
        return code
    CLEAN.parent.mkdir(exist_ok=True)
    CLEAN.write_text("".join(f"{each}\n" for each in sorted(hashes.values())), encoding="ascii")
    return 0


def _hash(file: str, judges: bytes) -> str:
    return hashlib.sha256(
        b"\0".join((judges, file.encode(errors="surrogateescape"), Path(file).read_bytes()))
    ).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
