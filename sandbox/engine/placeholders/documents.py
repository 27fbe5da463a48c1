"""YAML files that others answer for: read as far as they can be read."""

from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_mapping(file: Path) -> dict[str, Any]:
    """A YAML mapping, or nothing where there is none: what is wrong with a file, its owner says better."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - safe loaders
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
