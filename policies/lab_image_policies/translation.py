"""Texts in the current language. English is what the code says; the others are catalogues of gettext.

A text is marked by `_("{image} is hidden", image=name)`: its places are named, so that a translation can order them
anew. Judging never depends on a language: a catalogue or a translation that is of no use means English. A text is
looked up when it is shown: a constant of a module is marked by `N_` and looked up where it is used.

`language.py` beside this file is a copy of the program's, which `make generated` writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from lab_image_policies.config.configuration_rules import N_, Words
from lab_image_policies.language import LANGUAGES, VARIABLE, Language, UnknownLanguage, language_of

__all__ = ["N_", "_", "choose", "n_", "p_", "speaking", "translated"]

DOMAIN: Final = "policies"
LOCALE: Final = Path(__file__).with_name("locale")
_LONGEST_LOCALE: Final = 40


@dataclass(slots=True)
class _Speech:
    """The language in which texts are shown, and its catalogue."""

    language: Language = "en"
    catalogue: NullTranslations = NullTranslations()  # noqa: RUF009 - it has no state


_speech = _Speech()


def choose(environ: Mapping[str, str]) -> str | None:
    """Show texts in the language of the environment from now on; what is wrong if that is not possible, in English."""
    try:
        language = language_of({**environ, VARIABLE: environ.get(VARIABLE, "")[:_LONGEST_LOCALE]})
    except UnknownLanguage as error:
        _use("en", NullTranslations())
        return str(error)
    try:
        _use(language, _catalogue(language))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a file, images are judged
        _use("en", NullTranslations())
        return (
            f"the texts in {language!r} cannot be read ({type(error).__name__}); install the policy pack again as a "
            "whole"
        )
    return None


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Show texts in this language until the end of the block. Raises OSError if it has no catalogue."""
    before = _speech.language, _speech.catalogue
    _use(language, _catalogue(language))
    try:
        yield
    finally:
        _use(*before)


def _(text: str, /, **values: object) -> str:
    """The text in the current language, with these values in its places."""
    return _filled(_speech.catalogue.gettext(text), text, values)


def p_(context: str, text: str, /, **values: object) -> str:
    """The same for a text that means different things: `context` says which."""
    return _filled(_speech.catalogue.pgettext(context, text), text, values)


def n_(singular: str, plural: str, number: int, /, **values: object) -> str:
    """The same for a counted thing; the place `{n}` has the number, with separators."""
    english = singular if number == 1 else plural
    return _filled(_speech.catalogue.ngettext(singular, plural, number), english, {"n": f"{number:,}", **values})


def translated(words: str) -> str:
    """Words of the configuration's rules in the current language, with what stands in their places."""
    if not isinstance(words, Words):
        return words
    values = {name: translated(value) if isinstance(value, str) else value for name, value in words.values.items()}
    return _(words.text, **values)


def _filled(text: str, english: str, values: Mapping[str, object]) -> str:
    if not values:
        return text
    try:
        return text.format(**values)
    except (LookupError, ValueError, AttributeError):  # a translation with other places loses no finding
        return english.format(**values)


def _use(language: Language, catalogue: NullTranslations) -> None:
    _speech.language, _speech.catalogue = language, catalogue


def _catalogue(language: Language) -> NullTranslations:
    if language == LANGUAGES[0]:
        return NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return GNUTranslations(file)
