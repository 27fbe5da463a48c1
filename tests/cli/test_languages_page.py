"""The page about languages names what speaks them, and where a translation is mended."""

from __future__ import annotations

import re

import click

from cli.labs import labs
from tests.support.page import page
from tests.support.project import ROOT

PAGE = page("run/languages.md")


def test_every_command_with_the_option_is_named() -> None:
    context = click.Context(labs)
    commands = {name: labs.get_command(context, name) for name in labs.list_commands(context)}
    speaking = {
        name for name, command in commands.items() if command and any("--lang" in it.opts for it in command.params)
    }
    (sentence,) = re.findall(r"^`\./labs [^.]* speak", PAGE, re.MULTILINE)
    assert set(re.findall(r"`(?:\./labs )?(\w+)`", sentence)) == speaking


def test_the_files_that_it_names_are_there() -> None:
    files = re.findall(r"`([\w/.]+\.po)`", PAGE)
    assert {file.rpartition("/")[2] for file in files} == {"labs.po", "policies.po"}
    assert [file for file in files if not (ROOT / file).is_file()] == []
