"""The command group `labs`: its commands, and what they share: help, colour, errors."""

from __future__ import annotations

import errno
import importlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from catalog.files.diagnostic import escaped, reason_of
from cli.terminal import Unreadable, color_of, fitted, labelled

SECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "Begin": {
        "init": "cli.commands.init",
        "upgrade": "cli.commands.upgrade",
    },
    "Look": {
        "check": "cli.commands.check",
        "status": "cli.commands.status",
        "teachers": "cli.commands.teachers",
        "overview": "cli.commands.overview",
        "cost": "cli.commands.cost",
        "readiness": "cli.commands.readiness",
        "list-unmanaged": "cli.commands.list_unmanaged",
        "activity": "cli.commands.activity",
        "regions": "cli.commands.regions",
        "prices": "cli.commands.prices",
        "stacks": "cli.commands.stacks",
    },
    "Change the catalogue": {
        "add-image": "cli.commands.add_image",
        "add-version": "cli.commands.add_version",
        "promote": "cli.commands.promote",
        "rollback": "cli.commands.rollback",
        "import": "cli.commands.import_",
        "prune": "cli.commands.prune",
    },
    "Pipelines": {
        "report": "cli.report.report",
        "comment": "cli.comment.comment",
    },
}
"""The commands by what somebody wants to do, in the order of the help text; each with its module."""

_UNWRITABLE: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What a system answers to a write into standard output that is a file on a full or broken disk."""

COMMANDS: Final = {name: module for section in SECTIONS.values() for name, module in section.items()}

SUMMARIES: Final[Mapping[str, str]] = {
    "init": "Write the file of a new stack, Pulumi.STACK.yaml.",
    "upgrade": "Take a newer release of the product into this copy of it.",
    "check": "Check the catalogue, stack files and policy configuration.",
    "status": "Show the versions of catalogue and gallery, their replicas, the labs, and what is wrong.",
    "teachers": "Show what teachers see: each image in each lab, or every reason why not, and what to do.",
    "overview": "Write a page about stacks: what labs offer, where images lie, what they cost, and what ends.",
    "cost": "Show what the replicas cost a month at most, by image, version and region.",
    "readiness": "Show what each image needs after Azure Lab Services.",
    "list-unmanaged": "Show images and versions that the catalogue lacks.",
    "activity": "Show who changed the gallery and its labs.",
    "regions": "Show regions, their geographies, and where a gallery replicates to; or compare them with Azure's list.",
    "prices": "Show the prices of replicas, or read them anew from Azure.",
    "stacks": "List the stacks that the project's Pulumi.*.yaml configure.",
    "add-image": "Add the image NAME to the catalogue, with a first version.",
    "add-version": "Add the next version of IMAGE to the catalogue.",
    "promote": "Add the newest version of TRIAL as the next version of IMAGE.",
    "rollback": "Add the content of VERSION as the next version of IMAGE.",
    "import": "Add an image or version from the gallery to the catalogue.",
    "prune": "Propose a diff of the catalogue that retires old versions.",
    "report": "Report the changes of pulumi preview, up or refresh, their cost, and what labs offer.",
    "comment": "Put a report on GitHub, in place of the previous one.",
}
"""The first sentence of each command once more: help and completion import no command, all of which take half a second.
"""

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
        """The command that is called. The error of an unknown one names those that are spelt nearly so.

        Raises UsageError for arguments that say less than they seem to.
        """
        try:
            name, command, rest = super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None
        if command is not None and not ctx.resilient_parsing:
            _refuse_unclear(click.Context(command, ctx, name), rest)
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands by section, each with its first sentence whole."""
        column = max(map(len, COMMANDS))
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(column), SUMMARIES[name]) for name in names])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, with their summaries as short as click has them; then the group's own options."""
        found = [click.Command(name, help=text) for name, text in SUMMARIES.items() if name.startswith(incomplete)]
        commands = [CompletionItem(command.name, help=command.get_short_help_str()) for command in found]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def main(self, args: Any = None, *positional: Any, **named: Any) -> Any:
        """Run with `args` (the process's own by default) and end the process with the exit code."""
        given = list(sys.argv[1:] if args is None else args)
        settings = {"color": color_of("auto"), **named, "standalone_mode": False}
        try:
            code = super().main(given, *positional, **settings)
        except click.ClickException as error:
            code = _show(error, as_json="--json" in given)
        except click.Abort:  # the end of what is typed, in place of an answer
            click.echo("\nStopped; nothing was changed.", err=True)
            code = 1
        except OSError as error:
            if error.filename is None and error.errno in _UNWRITABLE:
                code = _show_unwritable(error)
            elif error.filename is None and error.errno == errno.ENOENT and not _folder_is_there():
                gone = Unreadable("the current folder is gone, somebody deleted it; go to one that exists (cd)")
                code = _show(gone, as_json="--json" in given)
            else:
                raise
        sys.exit(code if isinstance(code, int) else 0)


def _refuse_unclear(context: click.Context, arguments: list[str]) -> None:
    """Raise UsageError for every value that is empty, and for options of which only the last would count."""
    try:
        values, _, order = context.command.make_parser(context).parse_args(list(arguments))
    except click.NoSuchOption as error:
        general = {option for each in labs.params for option in each.opts}
        if error.option_name not in general:
            raise
        message = f"{error.option_name} stands before the command, as in labs {error.option_name} … {context.info_name}"
        raise click.UsageError(message, context) from None
    if any(parameter.is_eager for parameter in order):  # --help, which answers whatever else is given
        return
    given: dict[str, list[str]] = {}
    problems = []
    for parameter in order:
        name = parameter.opts[-1] if isinstance(parameter, click.Option) else parameter.make_metavar(context)
        given.setdefault(str(parameter.name), []).append(name.strip("[]"))
    for key, names in given.items():
        value, several = values[key], key in _repeatable(context.command)
        # An argument that is not given has a mark of click's in place of its values.
        if any(
            isinstance(each, str) and not each.strip()
            for each in (value if isinstance(value, list | tuple) else [value])
        ):
            problems.append(f"{names[0]} is given without a value, as by a shell variable that is not set")
        if len(set(names)) > 1:
            problems.append(f"{' and '.join(dict.fromkeys(names))} exclude each other; keep one")
        elif len(names) > 1 and not several and isinstance(value, str):
            problems.append(f"{names[0]} is given {len(names)} times; keep one")
    if problems:
        raise click.UsageError("; ".join(problems), context)


def _repeatable(command: click.Command) -> set[str]:
    """The parameters that may be given several times."""
    return {str(each.name) for each in command.params if each.multiple or each.nargs != 1}


def _folder_is_there() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True


def _show(error: click.ClickException, *, as_json: bool) -> int:
    """Print an error and return its exit code. Control characters are escaped: it quotes arguments, which a terminal
    must not obey.
    """
    context = error.ctx if isinstance(error, click.UsageError) else None
    if as_json:
        click.echo(json.dumps({"ok": False, "error": error.format_message()}))
        return error.exit_code
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    if context is not None:
        click.echo(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n", err=True)
    message = "\n".join(map(escaped, error.format_message().split("\n")))
    color = context.color if context is not None else error.show_color
    click.echo(labelled(fitted(f"Error: {message}", err=True)), err=True, color=color)
    return error.exit_code


def _show_unwritable(error: OSError) -> int:
    """Report that standard output takes no more, and return the exit code. The rest of its buffer goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    text = f"Error: the output cannot be written: {reason_of(error)}. What the command did before stays done"
    click.echo(labelled(fitted(text, err=True)), err=True)
    return 1


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
