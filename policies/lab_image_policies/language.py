"""Which language people are shown: an option, else LABS_LANG, else the locale, else English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

Language = Literal["en", "ko", "ja"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
VARIABLE: Final = "LABS_LANG"
_OF_THE_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first of these that is set names the locale, as POSIX has it."""


class UnknownLanguage(ValueError):
    """LABS_LANG names a language that there is not."""


def language_of(environ: Mapping[str, str]) -> Language:
    """The language of LABS_LANG (`ko`, or a locale such as `ko_KR.UTF-8`), else of the locale, else English.

    Raises UnknownLanguage for a LABS_LANG in which nothing is written: somebody asked for it. A locale of another
    language is no mistake, and means English.
    """
    wanted = environ.get(VARIABLE, "")
    if wanted:
        found = _language(wanted)
        if found is None:
            raise UnknownLanguage(
                f"{VARIABLE} is {wanted!r}, and texts exist in {', '.join(LANGUAGES)} only; set it to one of these, or "
                f"take it out of the environment (unset {VARIABLE})"
            )
        return found
    locale = next((value for name in _OF_THE_LOCALE if (value := environ.get(name))), "")
    return _language(locale) or "en"


def _language(locale: str) -> Language | None:
    """The language of `ko_KR.UTF-8`, `ko-KR` or `ko`; None if nothing is written in it."""
    code = locale.partition(".")[0].partition("@")[0].replace("-", "_").partition("_")[0].lower()
    return next((language for language in LANGUAGES if language == code), None)
