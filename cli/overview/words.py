"""The texts of the overview in one language, filled with names and numbers.

They are translated in the catalogues of `catalog/texts/locale`, each with the context that `context_of` gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from catalog.files.diagnostic import escaped
from catalog.texts.language import Language
from catalog.texts.translation import text_in
from cli.overview.texts import TEXTS, context_of

FEW: Final = 8
"""More names than this are cut in a sentence."""


def quoted(text: object) -> Markup:
    """A name or message that others wrote: shown as it is, isolated, so that it turns no text around it."""
    return Markup("<bdi>{}</bdi>").format(escaped(str(text)))


def spoken(text: object) -> Markup:
    """The same where only text may stand, as in the description of a picture."""
    return escape(escaped(str(text)))


def whole(text: str) -> Markup:
    """What stays on one line, such as a day."""
    return Markup('<span class="day">{}</span>').format(text)


def code(text: str) -> Markup:
    """A command."""
    return Markup('<code translate="no">{}</code>').format(escaped(text))


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language. What is filled in is escaped, unless it is markup already."""

    language: Language = "en"

    def text(self, key: str) -> str:
        """The text `key`, whose places are not filled."""
        return text_in(self.language, context_of(key), TEXTS[key])

    def __call__(self, key: str, **values: object) -> Markup:
        """The text `key` with these values in its places."""
        return Markup(self.text(key)).format(**values)  # noqa: S704 - our own texts; values are escaped

    def capital(self, text: str) -> Markup:
        """The text with a capital at its beginning."""
        return Markup(text[:1].upper()) + Markup(text[1:]) if isinstance(text, Markup) else escape(text)  # noqa: S704

    def counted(self, key: str, number: int) -> Markup:
        """`1 image`, `2 images`."""
        return self(f"{key}.{'one' if number == 1 else 'other'}", n=f"{number:,}")

    def names(self, names: Sequence[str], most: int = FEW, *, mark: Callable[[str], Markup] = quoted) -> Markup:
        """Names in a sentence, the first of very many."""
        listed = self("comma").join(mark(name) for name in names[:most])
        return self("and_more", names=listed, n=f"{len(names) - most:,}") if len(names) > most else listed

    def where(self, labs: Sequence[str], few: int) -> Markup:
        """Labs by name, or their number if they are more than `few`."""
        return self.counted("labs", len(labs)) if len(labs) > few else self.names(labs)

    def days(self, number: int) -> Markup:
        """`in 3 days`, `today`, `1 day ago`."""
        if number == 0:
            return self("today")
        return self.counted("days" if number > 0 else "days_ago", abs(number))
