"""The command `python -m sandbox.replay DIR`."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from http.client import HTTPException
from pathlib import Path

from sandbox.emulator.process.connection import Connection
from sandbox.emulator.process.lease import EmulatorError, lease
from sandbox.replay.finding import Finding, replay

USAGE = """\
usage: python -m sandbox.replay DIR

Sends every example below DIR (JSON files with 'parameters' and 'responses', as in the folders 'examples' of
Azure/azure-rest-api-specs) that concerns a type of the sandbox to a fresh emulator, and compares status, headers and
every documented field of the answers. Your own sandbox is not touched.

Prints a line for each documented answer: ok, or known and the deviations of docs/reference/sandbox.md that explain the
differences, or WRONG and the differences that nothing explains; '-' for an example of a type that is not imitated.
Exit status: 0 when nothing is wrong, 1 when something is, 2 when no example was found.
"""


def main(arguments: Sequence[str]) -> int:
    """Replay the folder that the arguments name and return the exit status."""
    if any(argument in ("-h", "--help") for argument in arguments):
        print(USAGE, end="")
        return 0
    if len(arguments) != 1:
        print(USAGE, end="", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    if not folder.is_dir():
        return _nothing(f"{folder} is not a folder")
    try:
        findings = _replay(folder)
    except (EmulatorError, OSError, HTTPException) as error:
        print(f"replay: the emulator does not answer: {error!r}", file=sys.stderr)
        return 2
    if all(finding.passed_over for finding in findings):
        return _nothing(f"no example below {folder} concerns a type of the sandbox")
    return 0 if all(finding.is_good for finding in findings) else 1


def _replay(folder: Path) -> list[Finding]:
    findings = []
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="replay-"))
        held = stack.enter_context(lease(Path(scratch)))
        for finding in replay(stack.enter_context(closing(Connection(held.endpoint))), folder):
            _print(finding)
            findings.append(finding)
    _summarize(findings)
    return findings


def _print(finding: Finding) -> None:
    if finding.passed_over:
        print(f"-      {finding.name}: {finding.passed_over}")
        return
    word = "WRONG" if not finding.is_good else "known" if finding.deviations else "ok"
    status = f" {finding.status}" if finding.status else ""
    known = f": {', '.join(finding.deviations)}" if finding.deviations else ""
    print(f"{word:6} {finding.name}{status}{known}")
    if finding.unsent:
        print(f"         not sent: {finding.unsent}")
    for mistake in finding.mistakes:
        print(f"         {mistake}")


def _summarize(findings: list[Finding]) -> None:
    sent = [finding for finding in findings if not finding.passed_over]
    wrong = sum(not finding.is_good for finding in sent)
    known = sum(finding.is_good and bool(finding.deviations) for finding in sent)
    counts = Counter(name for finding in sent for name in finding.deviations)
    print(
        f"\n{len({finding.name for finding in sent})} examples with {len(sent)} documented answers: "
        f"{len(sent) - known - wrong} as documented, {known} with known deviations, {wrong} wrong; "
        f"{len(findings) - len(sent)} examples passed over"
    )
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")


def _nothing(reason: str) -> int:
    print(f"replay: {reason}, so nothing was compared. Name a folder with examples.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
