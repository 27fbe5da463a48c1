"""`labs check`: problems in the catalogue and stack files, and the storage that the images need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from catalog.files.diagnostic import escaped
from cli.answer import json_option, print_answer
from cli.check.declared import declared
from cli.check.run_checks import CheckResult, StorageReport, check_files
from cli.terminal import GAP, counted, fitted, labelled, screen_width, table, wrapped
from plan.storage import Storage

NUMBERS: Final = ("versions", "replicas", "stored GB at most")

EXAMPLES = """\b
Examples:
  labs check                   every stack, its catalogue, and the policies
  labs check Pulumi.dev.yaml   one stack and its catalogue
  labs check other.yaml        one catalogue, whatever its name
  labs check --json | jq '.problems[].message'
"""


def _complete_file(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    return [CompletionItem(begun, type="file")]


@click.command(epilog=EXAMPLES)
@click.argument("file", metavar="[FILE]", required=False, shell_complete=_complete_file)
@json_option
@click.pass_context
def check(context: click.Context, file: str | None, *, as_json: bool) -> None:
    """Check the catalogue, stack files and policy configuration.

    Prints every problem with file, line, key, and what to write instead. What teachers would not see by what the files
    declare is a problem too (a warning while an exemption in policy-config.json is in force), and so is an exemption
    that has expired or matches no image. Without problems, prints the storage that each image needs at most: OS disk
    size times replicas, over all regions of the stack. Needs no credentials and does not ask Azure, so it knows only
    what the files declare. Also warns of keys that sign in, which belong in the environment, of a catalogue without
    images, of end-of-life dates that are past or within 60 days, and of the retirement of Azure Lab Services. With
    --json, the answer about one stack file has what the stack declares under the key `stack`, if settings and
    catalogue are good.

    Exit codes: 0 good, 1 problems found, 2 wrong usage or a file that cannot be read.
    """
    result = check_files(file, datetime.now(UTC).date())
    if as_json:
        print_answer(_answer(result, file), ok=not result.diagnostics)
    else:
        click.echo("\n".join(_lines(result)))
    context.exit(1 if result.diagnostics else 0)


def _answer(result: CheckResult, file: str | None) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "files": result.files,
        "problems": [
            {"file": found.file, "line": found.line, "key": found.key, "message": found.message}
            for found in result.diagnostics
        ],
        "warnings": [warning.answer for warning in result.warnings],
        "storage": [
            {
                "catalogue": report.catalogue,
                "stack": report.stack.name if report.stack else None,
                "per_region": report.stack is None,
                "images": {name: _numbers(storage) for name, storage in report.images.items()},
                "total": _numbers(report.total),
                "external": list(report.external),
            }
            for report in result.reports
        ],
    }
    for report in result.reports if file is not None else ():  # one at most
        if report.stack is not None and report.stack.settings is not None:
            answer["stack"] = declared(report.stack.settings, result.catalogues[report.catalogue])
    return answer


def _numbers(storage: Storage) -> dict[str, int]:
    return {
        "versions": storage.versions,
        "replicas": storage.replicas,
        "stored_gb_at_most": storage.stored_gb,
        "versions_of_unknown_size": storage.undeclared,
    }


def _lines(result: CheckResult) -> Iterator[str]:
    diagnostics = result.diagnostics
    if diagnostics:
        yield from (fitted(str(each)) for each in diagnostics)
        files = len({found.file for found in diagnostics})
        yield f"\n{counted(len(diagnostics), 'problem')} in {counted(files, 'file')}."
        return
    yield from wrapped(f"No problem in {', '.join(map(escaped, result.files))}.")
    for report in result.reports:
        yield ""
        yield from _report_lines(report)
    if result.warnings:
        yield ""
        yield from (labelled(fitted(warning.text)) for warning in result.warnings)


def _report_lines(report: StorageReport) -> Iterator[str]:
    if report.stack is not None and report.stack.settings is not None:
        title = f"{report.catalogue} in stack {report.stack.name}, home region {report.stack.settings.location}:"
    else:
        title = f"{report.catalogue} in each region (a stack file decides which regions):"
    yield from wrapped(escaped(title))
    most = screen_width() - sum(len(GAP) + len(heading) for heading in NUMBERS)
    rows = [_row(_shortened(name, most), storage) for name, storage in report.images.items()]
    yield from table(("image", *NUMBERS), [*rows, _row("all", report.total)], numbers=NUMBERS)
    if report.external:
        named = ", ".join(report.external)
        yield from wrapped(escaped(f"Not counted, since somebody else publishes the versions: {named}."))
    undeclared = report.total.undeclared
    if undeclared:
        yield f"? {counted(undeclared, 'version')} without os_disk_size_gb, not counted in GB."


def _row(name: str, storage: Storage) -> tuple[str, ...]:
    unknown = " + ?" if storage.undeclared else ""
    return name, f"{storage.versions:,}", f"{storage.replicas:,}", f"{storage.stored_gb:,}{unknown}"


def _shortened(name: str, most: int) -> str:
    return name if len(name) <= most else name[: max(most - 1, 0)] + "…"
