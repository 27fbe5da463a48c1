"""The resource-id parser: any text is an id that says the same again, or one line that says what is wrong."""

from __future__ import annotations

from pathlib import Path

from catalog.fields.resource_id import EXAMPLE, parse


def check(content: bytes, file: Path) -> None:  # noqa: ARG001 - all harnesses are called alike
    """Parse `content` as UTF-8. Raises AssertionError when something does not hold."""
    text = content.decode("utf-8", "surrogateescape")
    try:
        found = parse(text)
    except ValueError as error:
        message = str(error)
        assert message.endswith(EXAMPLE), message
        assert message.isprintable(), message
        assert len(message) < 500, message
        return
    # An id is told apart from another by its text without regard to case: nothing may be lost or added.
    assert found.key == text.lower(), (found, text)
    assert len(found.types) == len(found.names) >= 1
    assert str(found).isprintable(), found
    assert parse(str(found)) == found
