"""The command group `labs`."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any, Final

import click

from catalog.files.diagnostic import escaped

COMMANDS: Final = {
    "init": "cli.commands.init",
    "check": "cli.commands.check",
    "regions": "cli.commands.regions",
    "stacks": "cli.commands.stacks",
    "status": "cli.commands.status",
    "list-unmanaged": "cli.commands.list_unmanaged",
    "import": "cli.commands.import_",
    "add-image": "cli.commands.add_image",
    "add-version": "cli.commands.add_version",
    "promote": "cli.commands.promote",
    "rollback": "cli.commands.rollback",
    "prune": "cli.commands.prune",
    "report": "cli.report.report",
    "comment": "cli.comment.comment",
    "upgrade": "cli.commands.upgrade",
}


class Group(click.Group):
    """Imports a command only when it is called, and reports errors as JSON under `--json`.

    Each command's function has its module's name.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all commands, in the order of the help text: from a new stack to looking, adding and retiring."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command `cmd_name`, None if it does not exist."""
        if cmd_name not in COMMANDS:
            return None
        module = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), module.rpartition(".")[2])
        return command

    def main(self, args: Any = None, *positional: Any, **named: Any) -> Any:
        """Run with `args` (the process's own by default) and end the process with the exit code."""
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(given, *positional, **{**named, "standalone_mode": False})
        except click.ClickException as error:
            _show(error, as_json="--json" in given)
            code = error.exit_code
        except click.Abort:  # the end of what is typed, in place of an answer
            click.echo("\nStopped; nothing was changed.", err=True)
            code = 1
        sys.exit(code if isinstance(code, int) else 0)


def _show(error: click.ClickException, *, as_json: bool) -> None:
    """Print an error, with control characters escaped: it quotes arguments, which a terminal must not obey."""
    if as_json:
        click.echo(json.dumps({"ok": False, "error": error.format_message()}))
    elif isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
    elif isinstance(error, click.UsageError):
        click.UsageError(escaped(error.format_message()), error.ctx).show()
    else:
        lines = error.format_message().split("\n")
        click.ClickException("\n".join(map(escaped, lines))).show()


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from cli.upgrade.version import own_version  # noqa: PLC0415 - no other command needs it

        click.echo(f"labs {own_version()}")
        context.exit()


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def labs() -> None:
    """Look after the gallery of images that Azure Lab Services offers to teachers.

    Exit codes: 0 good, 1 problems found, 2 wrong usage or a file that cannot be read.
    """
