"""What a policy finds."""

from __future__ import annotations

from typing import NamedTuple


class Violation(NamedTuple):
    """A finding about an image, ready to be read; `image` is None where no exemption can excuse it.

    `urn` names the resource it belongs to, in policies of the whole stack.
    """

    image: str | None
    text: str
    urn: str | None = None
