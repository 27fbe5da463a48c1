"""The difference of two texts, for git and patch."""

from __future__ import annotations

import difflib
import re
from typing import Final

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_UNENDED: Final = "\n\\ No newline at end of file\n"


def unified(name: str, before: str, after: str) -> str:
    """A unified diff of a file called `name`; empty if nothing differs. Line breaks are those of the texts."""
    lines = difflib.unified_diff(_LINE.findall(before), _LINE.findall(after), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else line + _UNENDED for line in lines)
