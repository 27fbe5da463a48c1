"""Texts in the current language. English is what the code says; the others are catalogues of gettext.

A text is marked by `_("{image} is hidden", image=name)`: its places are named, so that a translation can order them
anew. `python -m tools.texts` collects the marked texts into `locale/<language>/LC_MESSAGES/labs.po`, which people
translate, and compiles `labs.mo`, which this reads. A text is looked up when it is shown: a constant of a module is
marked by `N_` and looked up where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Final

from catalog.texts.language import Language

DOMAIN: Final = "labs"
LOCALE: Final = Path(__file__).with_name("locale")

_current: Language = "en"


def current() -> Language:
    """The language in which texts are shown now."""
    return _current


def use(language: Language) -> None:
    """Show texts in this language from now on."""
    global _current  # noqa: PLW0603 - a process speaks to one person; gettext's own `install` is as global
    _current = language


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Show texts in this language until the end of the block."""
    before = _current
    use(language)
    try:
        yield
    finally:
        use(before)


def N_(text: str) -> str:  # noqa: N802 - gettext's name
    """Mark a constant for translation; `_` looks it up when it is shown."""
    return text


def _(text: str, /, **values: object) -> str:
    """The text in the current language, with these values in its places."""
    return _filled(_translations(_current).gettext(text), values)


def p_(context: str, text: str, /, **values: object) -> str:
    """The same for a text that means different things: `context` says which."""
    return _filled(_translations(_current).pgettext(context, text), values)


def text_in(language: Language, context: str, text: str) -> str:
    """The text in this language, whatever the current one is; its places are not filled."""
    return _translations(language).pgettext(context, text)


def n_(singular: str, plural: str, number: int, /, **values: object) -> str:
    """The same for a counted thing; the place `{n}` has the number, with separators."""
    text = _translations(_current).ngettext(singular, plural, number)
    return _filled(text, {"n": f"{number:,}", **values})


def _filled(text: str, values: dict[str, object]) -> str:
    return text.format(**values) if values else text


@cache
def _translations(language: Language) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    return translation(DOMAIN, LOCALE, [language])
