"""Warnings of `labs check`: unread keys, catalogues without images, exemptions, ends of life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.files.diagnostic import Diagnostic, escaped, some_of
from lifecycle.declared import HiddenImage
from lifecycle.end_of_life import NOTICE_DAYS, RETIREMENT_DATE, EndOfLife, in_words


@dataclass(frozen=True, slots=True)
class CheckWarning:
    """One warning: a line of text, and the same as plain values for `--json`."""

    text: str
    answer: dict[str, Any]


def no_images_warning(catalogue: str, add: str) -> CheckWarning:
    """A catalogue without images; `add` is the command that adds one."""
    return CheckWarning(
        f"Warning: {escaped(catalogue)} has no image yet; {escaped(add)} adds the first one",
        {"kind": "no_images", "catalogue": catalogue},
    )


def hidden_warning(found: Diagnostic, hidden: Sequence[HiddenImage]) -> CheckWarning:
    """Images that teachers would not see, and that the policies let through."""
    return CheckWarning(
        f"Warning: {found}",
        {
            "kind": "hidden_images",
            "file": found.file,
            "line": found.line,
            "key": found.key,
            "message": found.message,
            "images": [{"image": each.image, "version": each.version} for each in hidden],
        },
    )


def exemption_warning(found: Diagnostic) -> CheckWarning:
    """An exemption of an image that only another stack publishes."""
    return CheckWarning(
        f"Warning: {found}",
        {"kind": "exemption", "file": found.file, "line": found.line, "key": found.key, "message": found.message},
    )


def unread_warning(found: Diagnostic) -> CheckWarning:
    """A key of a stack file that nobody reads."""
    return CheckWarning(
        f"Warning: {found}",
        {"kind": "unread_key", "file": found.file, "line": found.line, "key": found.key, "message": found.message},
    )


def principal_warning(stack: str, text: str) -> CheckWarning:
    """A service principal of Azure Lab Services that a stack does not name."""
    return CheckWarning(
        f"Warning: {escaped(stack)}: {text}", {"kind": "unnamed_principal", "stack": stack, "message": text}
    )


def ends_warning(catalogue: str, ends: Sequence[EndOfLife]) -> CheckWarning:
    """Images and versions of one catalogue whose end of life is near or past, earliest first."""
    listed = some_of([f"{end.subject} ({end.day}, {in_words(end.days_left)})" for end in ends])
    values = [
        {"image": end.image, "version": end.version, "date": str(end.day), "days_left": end.days_left} for end in ends
    ]
    past = "; Azure refuses one that has passed, unless it has it already" if ends[0].days_left <= 0 else ""
    return CheckWarning(
        f"Warning: {escaped(catalogue)}: end of life passed or within {NOTICE_DAYS} days: {listed}{past}",
        {"kind": "end_of_life", "catalogue": catalogue, "ends": values},
    )


def lab_services_warning(stacks: Sequence[str], today: date) -> CheckWarning:
    """Stacks that use Azure Lab Services, which Microsoft retires."""
    days_left = (RETIREMENT_DATE - today).days
    verb = "ends" if days_left >= 0 else "ended"
    named = f"stack {', '.join(map(escaped, stacks))} use{'s' if len(stacks) == 1 else ''} it"
    return CheckWarning(
        f"Warning: Azure Lab Services {verb} on {RETIREMENT_DATE}, {in_words(days_left)}; {named}",
        {
            "kind": "end_of_lab_services",
            "stacks": list(stacks),
            "date": str(RETIREMENT_DATE),
            "days_left": days_left,
        },
    )
