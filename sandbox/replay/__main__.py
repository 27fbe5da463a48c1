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

Sends every example and every recorded exchange below DIR that concerns a
type of the sandbox to a fresh emulator. Your own sandbox is not touched.

  example    JSON with 'parameters' and 'responses', as in the folders
             'examples' of Azure/azure-rest-api-specs: status, headers and
             every documented field of the answers are compared
  recording  JSON with 'request' (method, path, body), 'response' (status,
             headers, body) and 'source': status, the headers that steer
             polling, and every field of both answers are compared, but for
             ids of operations and requests, times and signatures

Prints a line for each answer: ok, or known and the deviations of
docs/reference/sandbox.md that explain the differences, or WRONG and the
differences that nothing explains; '-' for a type, action or api-version that
is not imitated. Then how many there are of each, by folder or by the first
word of recordings.
Exit status: 0 when nothing is wrong, 1 when something is, 2 when no example
or recording was found.
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
        return _nothing(f"no example or recording below {folder} concerns a type of the sandbox")
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
    print(f"\n{'answers':<34}{'as Azure':>9}{'known':>7}{'wrong':>7}")
    families = dict.fromkeys(finding.family for finding in sent)
    for family in families:
        _print_counts(family, [finding for finding in sent if finding.family == family])
    _print_counts("all", sent)
    files = len({finding.name for finding in sent})
    print(f"\n{files} examples and recordings with {len(sent)} answers; {len(findings) - len(sent)} passed over")
    counts = Counter(name for finding in sent for name in finding.deviations)
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")


def _print_counts(family: str, findings: list[Finding]) -> None:
    wrong = sum(not finding.is_good for finding in findings)
    known = sum(finding.is_good and bool(finding.deviations) for finding in findings)
    print(f"{family:<34}{len(findings) - known - wrong:>9}{known:>7}{wrong:>7}")


def _nothing(reason: str) -> int:
    print(f"replay: {reason}, so nothing was compared. Name a folder with examples.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
