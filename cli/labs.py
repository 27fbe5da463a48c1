"""The command group `labs`: its commands, and what they share: help, colour, errors."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping
from typing import Any, Final

import click

from catalog.files.diagnostic import escaped
from cli.terminal import color_of, labelled

SECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "Begin": {
        "init": "cli.commands.init",
        "upgrade": "cli.commands.upgrade",
    },
    "Look": {
        "check": "cli.commands.check",
        "status": "cli.commands.status",
        "list-unmanaged": "cli.commands.list_unmanaged",
        "regions": "cli.commands.regions",
        "stacks": "cli.commands.stacks",
    },
    "Change the catalogue": {
        "add-image": "cli.commands.add_image",
        "add-version": "cli.commands.add_version",
        "promote": "cli.commands.promote",
        "import": "cli.commands.import_",
        "prune": "cli.commands.prune",
    },
    "Pipelines": {
        "report": "cli.report.report",
        "comment": "cli.comment.comment",
    },
}
"""The commands by what somebody wants to do, in the order of the help text; each with its module."""

COMMANDS: Final = {name: module for section in SECTIONS.values() for name, module in section.items()}

EXAMPLES = """\b
Examples:
  labs check                what is wrong in the catalogue and the stack files
  labs status --stack prod  what is in the gallery of a stack
  labs COMMAND --help       more about a command, with examples

Completion of commands and options in a shell: docs/reference/completion.md. Exit codes: 0 good, 1 problems found,
2 wrong usage or a file that cannot be read.
"""


class Group(click.Group):
    """Imports a command only when it is called, and reports errors as JSON under `--json`.

    Each command's function has its module's name.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all commands, in the order of the help text."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command `cmd_name`, None if it does not exist."""
        if cmd_name not in COMMANDS:
            return None
        module = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), module.rpartition(".")[2])
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called. The error of an unknown one names those that are spelt nearly so."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section, each with its first sentence whole."""
        column = max(map(len, COMMANDS))
        for title, names in SECTIONS.items():
            found = {name: self.get_command(ctx, name) for name in names}
            summaries = {name: command.get_short_help_str(sys.maxsize) for name, command in found.items() if command}
            with formatter.section(title):
                formatter.write_dl([(name.ljust(column), summary) for name, summary in summaries.items()])

    def main(self, args: Any = None, *positional: Any, **named: Any) -> Any:
        """Run with `args` (the process's own by default) and end the process with the exit code."""
        given = list(sys.argv[1:] if args is None else args)
        settings = {"color": color_of("auto"), **named, "standalone_mode": False}
        try:
            code = super().main(given, *positional, **settings)
        except click.ClickException as error:
            _show(error, as_json="--json" in given)
            code = error.exit_code
        except click.Abort:  # the end of what is typed, in place of an answer
            click.echo("\nStopped; nothing was changed.", err=True)
            code = 1
        sys.exit(code if isinstance(code, int) else 0)


def _show(error: click.ClickException, *, as_json: bool) -> None:
    """Print an error, with control characters escaped: it quotes arguments, which a terminal must not obey."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if as_json:
        click.echo(json.dumps({"ok": False, "error": error.format_message()}))
        return
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    if context is not None:
        click.echo(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n", err=True)
    message = "\n".join(map(escaped, error.format_message().split("\n")))
    color = context.color if context is not None else error.show_color
    click.echo(labelled(f"Error: {message}"), err=True, color=color)


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from cli.upgrade.version import own_version  # noqa: PLC0415 - no other command needs it

        click.echo(f"labs {own_version()}")
        context.exit()


def _choose_color(context: click.Context, _: click.Parameter, chosen: str) -> None:
    context.color = color_of(chosen)


# Help is as wide as the terminal, as other output is.
@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": sys.maxsize},
    epilog=EXAMPLES,
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    is_eager=True,
    expose_value=False,
    callback=_choose_color,
    help="Colour the output. auto, the default, colours in a terminal, unless the variable NO_COLOR is set.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def labs() -> None:
    """Look after the gallery of images that Azure Lab Services offers to teachers."""
