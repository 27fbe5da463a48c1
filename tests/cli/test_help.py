"""What all commands share: help with examples that fits a screen, suggestions, colour, and errors in one shape."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.labs import COMMANDS, SECTIONS, labs
from cli.terminal import color_of, colored_diff, labelled
from tests.support.commands import run_labs, start_labs
from tests.support.project import ROOT
from tests.support.screen import LABS, on_screen

ESCAPE = "\x1b["
FILES = (".sandbox/report.md", ".sandbox/prod.events")
"""Files that examples name."""


def group(columns: int | None = None) -> click.Context:
    """The context of the group, as a call makes it: click keeps the names of the help option from the first one."""
    return click.Context(labs, info_name="labs", terminal_width=columns, **labs.context_settings)


def command_of(name: str) -> click.Command:
    command = labs.get_command(group(), name)
    assert command is not None
    return command


def examples(command: click.Command) -> Iterator[list[str]]:
    """The calls of labs in the examples of a command, as words; what stands after a wide gap is a remark."""
    text = re.sub(r"( *\\|(?<=\|))\n\s*", " ", command.epilog or "")
    for line in text.partition("Examples")[2].splitlines()[1:]:
        call = re.split(r" {2,}", line.strip())[0]
        for part in call.split(" | "):
            if part.startswith("labs "):
                yield shlex.split(part)[1:]


@pytest.mark.parametrize("name", [None, *COMMANDS])
@pytest.mark.parametrize("columns", [80, 100, 160])
def test_help_fits_the_screen_and_is_not_cut(name: str | None, columns: int) -> None:
    parent = group(columns)
    context = click.Context(command_of(name), parent, name, terminal_width=columns) if name else parent
    lines = context.get_help().splitlines()
    assert [line for line in lines if len(line) > columns] == []
    assert [line for line in lines if line.endswith("...") and not line.startswith("Usage:")] == []


@pytest.mark.parametrize("columns", [80, 160])
def test_help_is_as_wide_as_the_terminal(columns: int) -> None:
    code, shown = on_screen("check", "--help", columns=columns)
    assert (code, columns - 20 < max(map(len, shown.splitlines())) <= columns) == (0, True)


def test_help_lists_every_command_with_its_whole_summary() -> None:
    text = " ".join(run_labs("--help").stdout.split())
    for name in COMMANDS:
        summary = " ".join((command_of(name).help or "").partition("\n\n")[0].split())
        assert f"{name} {summary}" in text
    assert sorted(COMMANDS) == sorted(name for section in SECTIONS.values() for name in section)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_that_it_understands(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in FILES:
        Path(file).parent.mkdir(exist_ok=True)
        Path(file).touch()
    for variable in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.setenv(variable, "a/b")
    calls = [call for call in examples(command_of(name)) if call[0] == name]
    assert len(calls) >= 2
    for _, *arguments in calls:
        command_of(name).make_context(name, arguments, parent=group())


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (["chek"], "No such command 'chek'. Did you mean 'check'?"),
        (["add"], "No such command 'add'."),
        (["list-unmanged"], "No such command 'list-unmanged'. Did you mean 'list-unmanaged'?"),
        (["add-versoin"], "No such command 'add-versoin'. Did you mean 'add-version'?"),
        (["check", "--jsn"], "No such option '--jsn'. Did you mean '--json'?"),
        (["x" * 70_000], f"No such command '{'x' * 70_000}'."),
        (["\x1b[31mred"], r"No such command '\x1b[31mred'."),
        (["--color", "blue", "check"], "Invalid value for '--color': 'blue' is not one of 'auto', 'always', 'never'."),
    ],
)
def test_a_slip_of_the_pen_gets_the_nearest_name(given: list[str], error: str) -> None:
    ended = run_labs(*given)
    assert (ended.exit_code, ended.stdout, ended.stderr.splitlines()[-1]) == (2, "", f"Error: {error}")
    as_json = run_labs(*given, "--json")
    assert (as_json.exit_code, as_json.stderr) == (2, "")
    assert list(json.loads(as_json.stdout)) == ["ok", "error"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_without_its_arguments_and_options_does_its_work_or_says_what_is_missing(name: str) -> None:
    command = command_of(name)
    bare = run_labs(name)
    missing = next(iter([each for each in command.params if each.required]), None)
    if missing is not None:
        assert bare.exit_code == 2
        assert re.search(r"Missing (argument|option) '", bare.stderr), bare.stderr
    assert bare.exit_code in {0, 1, 2}
    assert "Traceback" not in bare.output
    if any("--json" in each.opts for each in command.params):
        as_json = run_labs(name, "--json")
        assert (as_json.exit_code, as_json.stderr) == (bare.exit_code, "")
        assert isinstance(json.loads(as_json.stdout), dict)


def test_a_report_needs_a_file() -> None:
    bare = run_labs("report")
    assert (bare.exit_code, bare.stderr.splitlines()[-1]) == (2, "Error: Missing argument 'FILE...'.")


def test_options_of_which_only_the_last_would_count_are_refused_and_help_is_not() -> None:
    refused = run_labs("promote", "trial", "gis", "--minor", "--major")
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (
        2,
        "Error: --minor and --major exclude each other; keep one",
    )
    assert run_labs("promote", "--minor", "--major", "--help").exit_code == 0


@pytest.mark.parametrize(
    ("given", "env", "colored"),
    [
        ([], {}, True),
        (["--color", "auto"], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": ""}, True),
        ([], {"TERM": "dumb"}, False),
        (["--color", "never"], {}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
    ],
)
def test_a_terminal_gets_colour_unless_somebody_objects(given: list[str], env: dict[str, str], colored: bool) -> None:
    for wrong in (["chek"], ["regions", "atlantis"]):
        code, shown = on_screen(*given, *wrong, env=env)
        assert code in {1, 2}
        assert (ESCAPE in shown) is colored, shown


def test_a_pipe_gets_no_colour_unless_asked() -> None:
    for wrong in (["chek"], ["regions", "atlantis"]):
        plain = start_labs(*wrong, command=LABS, PYTHONPATH=str(ROOT))
        assert ESCAPE.encode() not in plain.stdout + plain.stderr
        asked = start_labs("--color", "always", *wrong, command=LABS, PYTHONPATH=str(ROOT))
        assert ESCAPE.encode() in asked.stderr


def test_what_is_coloured() -> None:
    assert color_of("always") is True
    assert labelled("Warning: x") == "\x1b[33m\x1b[1mWarning:\x1b[0m x"
    assert labelled("No Error: x") == "No Error: x"
    lines = ["--- a/x", "+++ b/x", "@@ -1 +1 @@", " same", "-one", "+two", ""]
    assert [click.unstyle(colored_diff(line)) for line in lines] == lines
    assert [ESCAPE in colored_diff(line) for line in lines] == [True, True, True, False, True, True, False]


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_output_is_as_wide_as_the_terminal(columns: int) -> None:
    code, table = on_screen("regions", "Australia", columns=columns)
    assert (code, max(map(len, click.unstyle(table).splitlines())) <= columns) == (0, True)
    assert ("Australia East" in table) is (columns > 80), "80 columns are too few for the display names"
    code, text = on_screen("regions", "eastus", columns=columns)
    assert (code, columns - 25 < max(map(len, text.splitlines())) <= columns) == (0, True)
