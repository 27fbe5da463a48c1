"""What a policy finds."""

from __future__ import annotations

from typing import NamedTuple


class Violation(NamedTuple):
    """The full text of a finding, and its image: None if no exemption can excuse it.

    `urn` is the resource that it belongs to, in policies of the whole stack. `number` is the version that it is about,
    None for a whole image or anything else.
    """

    image: str | None
    text: str
    urn: str | None = None
    number: str | None = None
