"""Texts of violations: which image and version, what is wrong, what follows, what to do."""

from __future__ import annotations

from typing import Final

from lab_image_policies.model.fault import Fault

LONGEST_SHOWN: Final = 80
COMPONENT: Final = "the LabImage component of lab-image-gallery"
"""The component by a name that also programs elsewhere can look for."""


def message(subject: str, cause: str, consequence: str, advice: str) -> str:
    """One violation in three sentences."""
    return f"{subject}: {cause}. {consequence}. {advice}."


def shown_text(text: str) -> str:
    """A text in a message: on one line, and shortened if it is too long."""
    printable = "".join(char if char.isprintable() else " " for char in text[: LONGEST_SHOWN + 1])
    return printable if len(printable) <= LONGEST_SHOWN else f"{printable[:LONGEST_SHOWN]}…"


def shown(value: object) -> str:
    """Any plain value in a message."""
    match value:
        case None:
            text = "nothing"
        case Fault():
            text = "a value that is not known yet" if value is Fault.UNKNOWN else "an unreadable value"
        case bool():
            text = str(value).lower()
        case int() | float():
            text = f"{value:.15g}"
        case str():
            text = f'"{shown_text(value)}"'
        case dict() | list():
            text = "an object" if isinstance(value, dict) else "a list"
        case _:
            text = shown_text(str(value))
    return text


def gigabytes(value: object) -> str:
    """A size in a message: `127 GB`, `20,000 GB`."""
    return f"{value:,.10g} GB" if isinstance(value, (int, float)) and not isinstance(value, bool) else shown(value)


def unreadable_list(fault: Fault) -> str:
    """What is wrong with a list, as the end of a sentence."""
    return {Fault.UNKNOWN: "are not known yet", Fault.MISSING: "are missing"}.get(fault, "are not a list")
