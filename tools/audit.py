"""`make audit`: every pinned package is looked up among known vulnerabilities.

pip-audit looks them up, and what it says is judged here: it ends with success for a package that it could not look up,
so that behind a mirror without such data it passes whatever is pinned. Here only what is known to be good passes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NAMED: Final = 5
"""So many packages are named where many are meant."""
PIN: Final = re.compile(r"^[^\s#-][^\\#]*", re.MULTILINE)
"""A requirement of a lock file, without the hashes in the lines below it."""
MEND: Final = (
    "Raise each one in its .in file (a package that it only brings along needs a line there), run `make lock`."
)


class AuditError(Exception):
    """What is pinned is not known to be good; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One known vulnerability of a pinned package."""

    package: str
    names: tuple[str, ...]
    mended_in: tuple[str, ...]

    def __str__(self) -> str:
        """The finding in one line."""
        known = ", ".join(self.names)
        return f"{self.package}: {known}; mended in {', '.join(self.mended_in) or 'no version yet'}"


def audit(lock_file: Path) -> int:
    """Look up everything that `lock_file` pins for this machine; return how many packages these are.

    Raises:
        AuditError: a package has a known vulnerability, or one could not be looked up, or none could.
    """
    pinned = _pinned(lock_file)
    looked_up = _looked_up(lock_file)
    unknown = sorted(pinned - looked_up.keys())
    if unknown or not pinned:
        shown = ", ".join(unknown[:NAMED]) + (f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else "")
        raise AuditError(
            f"{lock_file}: {len(unknown)} of {len(pinned)} packages were not looked up ({shown or 'none is pinned'}), "
            "so whether they have\nknown vulnerabilities is not known. A mirror of the package index often has no such "
            "data: repeat `make audit` where the\nindex itself is reached."
        )
    findings = [finding for found in looked_up.values() for finding in found]
    if findings:
        raise AuditError("\n".join([f"{lock_file}: known vulnerabilities", *map(str, findings), MEND]))
    return len(pinned)


def _pinned(lock_file: Path) -> set[str]:
    """Names of what the file pins for this machine and this Python, as pip-audit writes them."""
    found = [Requirement(line.strip()) for line in PIN.findall(lock_file.read_text(encoding="utf-8"))]
    return {canonicalize_name(pin.name) for pin in found if pin.marker is None or pin.marker.evaluate()}


def _looked_up(lock_file: Path) -> dict[str, list[Finding]]:
    """What is known of each package, by its name; a package that could not be looked up is left out."""
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    command = [sys.executable, "-m", "pip_audit", *options, "--requirement", str(lock_file)]
    asked = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    try:
        packages = json.loads(asked.stdout)["dependencies"]
        found = {str(known["name"]): _findings(known) for known in packages if "skip_reason" not in known}
    except (ValueError, TypeError, KeyError) as error:
        raise _failed(lock_file, asked.returncode) from error
    if asked.returncode != (1 if any(found.values()) else 0):
        raise _failed(lock_file, asked.returncode)
    return found


def _findings(package: Mapping[str, Any]) -> list[Finding]:
    pin = f"{package['name']} {package['version']}"
    return [Finding(pin, (known["id"], *known["aliases"]), tuple(known["fix_versions"])) for known in package["vulns"]]


def _failed(lock_file: Path, exit_code: int) -> AuditError:
    return AuditError(
        f"{lock_file}: pip-audit failed (exit code {exit_code}; its message is above), so whether what is pinned has "
        "known\nvulnerabilities is not known. Mend what it says, then repeat `make audit`."
    )


def main(arguments: Sequence[str]) -> int:
    """Audit the lock files that are named, all of them whatever is found; return the exit code."""
    if not arguments:
        print("usage: python -m tools.audit LOCK_FILE...", file=sys.stderr)
        return 2
    passed = True
    for name in arguments:
        try:
            print(f"audit: {name}: {audit(Path(name))} packages, no known vulnerability", flush=True)
        except AuditError as error:
            print(f"audit: {error}", file=sys.stderr, flush=True)
            passed = False
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
