"""The lock that a stack puts on its gallery."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

from catalog.fields.fields import CatalogueModel, Text, checked_text

LOCK_NAME: Final = "lab-image-gallery"
"""The lock's name on the gallery."""

_LONGEST_NOTES: Final = 512


def _notes_problem(text: str) -> str | None:
    """Source: "Management Locks", REST reference."""
    if len(text) <= _LONGEST_NOTES:
        return None
    return f"has {len(text)} characters; notes of a lock have at most {_LONGEST_NOTES}"


class LockSetting(CatalogueModel):
    """A lock of `level`; `notes` explain it.

    ReadOnly is not offered: it would prevent publishing, and labs from saving images.
    """

    level: Literal["CanNotDelete"]
    notes: Annotated[Text, checked_text(_notes_problem)] | None = None


def _from_word(value: object) -> object:
    return {"level": value} if isinstance(value, str) else value


Lock = Annotated[LockSetting, BeforeValidator(_from_word)]
"""`CanNotDelete`, or keys with values."""
