"""The option `--lang` of commands whose text people read in their own language."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from catalog.texts.language import LANGUAGES, VARIABLE, Language, UnknownLanguage, language_of
from catalog.texts.translation import current, speaking, use

Command = TypeVar("Command", bound=Callable[..., Any])


def lang_option(command: Command) -> Command:
    """Add `--lang`: while the command runs, texts are in that language. JSON stays in English, for programs read it."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=_use,
        help=f"Language of the text. Default: {VARIABLE}, else the locale's, else English.",
    )(command)


@contextmanager
def answering(*, as_json: bool) -> Iterator[None]:
    """In this block texts are in the language that was chosen, or in English for an answer to a program."""
    with speaking("en" if as_json else current()):
        yield


def _use(context: click.Context, _parameter: click.Parameter, language: Language | None) -> None:
    if context.resilient_parsing:
        return
    try:
        use(language or language_of(os.environ))
    except UnknownLanguage as error:
        raise click.UsageError(f"{error}, or give --lang", ctx=context) from error
    context.call_on_close(lambda: use("en"))
