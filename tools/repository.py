"""Copies of this repository in which measurements and tests run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec

ROOT: Final = Path(__file__).resolve().parents[1]
YOURS: Final = GitIgnoreSpec.from_lines((ROOT / "yours.txt").read_text(encoding="utf-8").splitlines())
"""What an administrator writes in this repository."""

_OF_COMMANDS: Final = (".venv", ".git", ".sandbox", ".hypothesis", "__pycache__", ".*_cache")


def copy_repository(path: Path, *left_out: str) -> None:
    """Copy the files as a clone has them: with an empty catalogue, list prices, and no stack of anybody.

    `left_out` are patterns of names, such as `tests`, that are not copied.
    """
    by_name = shutil.ignore_patterns(*_OF_COMMANDS, *left_out)

    def passed_over(folder: str, names: list[str]) -> set[str]:
        inside = Path(folder).relative_to(ROOT)
        return by_name(folder, names) | {name for name in names if YOURS.match_file(inside / name)}

    shutil.copytree(ROOT, path, ignore=passed_over)
    (path / "images.yaml").write_text("images: {}\n", encoding="utf-8")
    for prices in ("catalog/regions/prices.json", "policies/lab_image_policies/prices.json"):
        if (path / prices).parent.is_dir():
            shutil.copy(ROOT / "sandbox" / "prices.json", path / prices)
    shutil.copy(ROOT / "sandbox" / "policy-config.json", path / "policy-config.json")
