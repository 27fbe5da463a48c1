"""The page of a university in each language. `python -m tests.cli.overview.golden` writes the files.

A change of one is read like a change of code, and looked at in a browser: it is what people see.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from catalog.texts.language import LANGUAGES
from cli.overview.page import render
from tests.support.overview_scene import chapters

FOLDER: Final = Path(__file__).parent


def pages() -> dict[str, str]:
    """Each file's name and text."""
    with TemporaryDirectory() as folder:
        shown = chapters(Path(folder))
    return {f"overview-{language}.html": render(shown, language) for language in LANGUAGES}


if __name__ == "__main__":
    for file, text in pages().items():
        (FOLDER / file).write_text(text, encoding="utf-8")
