"""Texts of violations: which image and version, what is wrong, what follows, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import NO_NUMBER
from lab_image_policies.translation import N_, _, n_

LONGEST_SHOWN: Final = 80
MOST_NAMED: Final = 5
_COMPONENT: Final = N_("the LabImage component of lab-image-gallery")
_WHOLE: Final = frozenset({"JPY", "KRW"})
"""Currencies that have no hundredths in use."""
_HIGHEST_SHOWN: Final = Decimal(10**15)


def message(subject: str, cause: str, consequence: str, advice: str) -> str:
    """One violation in three sentences."""
    return _(
        "{subject}: {cause}. {consequence}. {advice}.",
        subject=subject,
        cause=cause,
        consequence=consequence,
        advice=advice,
    )


def component() -> str:
    """The component by a name that also programs elsewhere can look for."""
    return _(_COMPONENT)


def number_text(number: str) -> str:
    """The number of a version in a message, or words for one that has none."""
    return _("(version without a number)") if number == NO_NUMBER else shown_text(number)


def shown_text(text: str) -> str:
    """A text in a message: on one line, and shortened if it is too long."""
    printable = "".join(char if char.isprintable() else " " for char in text[: LONGEST_SHOWN + 1])
    return printable if len(printable) <= LONGEST_SHOWN else f"{printable[:LONGEST_SHOWN]}…"


def shown(value: object) -> str:
    """Any plain value in a message."""
    match value:
        case None:
            text = _("nothing")
        case Fault():
            text = _("a value that is not known yet") if value is Fault.UNKNOWN else _("an unreadable value")
        case bool():
            text = str(value).lower()
        case int() | float():
            text = f"{value:.15g}"
        case str():
            text = f'"{shown_text(value)}"'
        case dict() | list():
            text = _("an object") if isinstance(value, dict) else _("a list")
        case _:
            text = shown_text(str(value))
    return text


def gigabytes(value: object) -> str:
    """A size in a message: `127 GB`, `20,000 GB`."""
    return f"{value:,.10g} GB" if isinstance(value, (int, float)) and not isinstance(value, bool) else shown(value)


def money(amount: Decimal, currency: str) -> str:
    """An amount in a message: `1,234.50 USD`, `18,240 KRW`; what nobody could pay without its digits."""
    if amount >= _HIGHEST_SHOWN:
        highest = f"{_HIGHEST_SHOWN:,}"
        return _("more than {amount} {currency}", amount=highest, currency=currency)
    return f"{amount:,.{0 if currency in _WHOLE else 2}f} {currency}"


def named(texts: Iterable[str], separator: str = ", ") -> str:
    """Texts in a message, one after the other; of more than MOST_NAMED how many more there are."""
    every = iter(texts)
    first = list(islice(every, MOST_NAMED))
    more = sum(1 for each in every)
    return separator.join((*first, *([n_("{n} more", "{n} more", more)] if more else [])))


def untold(services: Sequence[str]) -> str:
    """That nobody can tell whether these services take an image."""
    return n_(
        "Nobody can tell whether {services} takes such an image, so it is refused",
        "Nobody can tell whether {services} take such an image, so it is refused",
        len(services),
        services=", ".join(services),
    )
