"""How often YAML files are parsed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from catalog.files import document
from catalog.stacks import project
from cli import catalogue_file


def files_parsed(patch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file is parsed from now on, by its name in messages; what was read before is forgotten."""
    counted: Counter[str] = Counter()
    builder: Any = document._Builder

    def counting(file: str) -> Any:
        counted[file] += 1
        return builder(file)

    patch.setattr(document, "_Builder", counting)
    project._project_of.cache_clear()
    catalogue_file._read.cache_clear()
    return counted
