"""Catalogues of translations: `python -m tools.texts` brings them up to date with the marked texts of the code.

It adds texts that are new, untranslated, to each `.po` file, drops those that are gone, and compiles the `.mo` files
that programs read. Then it lists what is left to translate, and translations that do not fit their text; its exit code
is 1 if there is any.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, Final

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from cli.overview.texts import TEXTS, context_of

ROOT: Final = Path(__file__).resolve().parents[1]
LANGUAGES: Final = ("ko", "ja")
KEYWORDS: Final[dict[str, Any]] = {"_": None, "N_": None, "n_": (1, 2), "p_": ((1, "c"), 2)}
_METHODS: Final = [
    # The program's copy of the pack's rules, which has its texts translated in the pack alone.
    ("configuration_rules.py", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2.ext.babel_extract"),
]
_NO_MOMENT: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""A date in the files would change them each time they are written."""
_CODE: Final = re.compile("`[^`]*`")


@dataclass(frozen=True, slots=True)
class Domain:
    """A set of catalogues, in `locale` under this name: the marked texts of these folders, and `more` by context."""

    name: str
    locale: Path
    folders: tuple[str, ...]
    more: Mapping[str, str] = field(default_factory=dict)

    def po(self, language: str) -> Path:
        """What people translate."""
        return self.locale / language / "LC_MESSAGES" / f"{self.name}.po"

    def texts(self) -> Catalog:
        """The marked texts, without translations."""
        template = _empty(None)
        for folder in self.folders:
            for _, _, message, comments, context in extract_from_dir(
                ROOT / folder, _METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
            ):
                template.add(message, auto_comments=comments, context=context)
        for context, text in self.more.items():
            template.add(text, context=context)
        return template

    def current(self, language: str) -> Catalog:
        """The translations, with the texts that are marked now."""
        catalog = self.written(language)
        catalog.update(self.texts(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.creation_date = catalog.revision_date = _NO_MOMENT
        return catalog

    def written(self, language: str) -> Catalog:
        """The translations as they are on disk; none if there is no file."""
        path = self.po(language)
        if not path.exists():
            return _empty(language)
        with path.open("rb") as file:
            return read_po(file, locale=language)


DOMAINS: Final = (
    Domain(
        "labs",
        ROOT / "catalog" / "texts" / "locale",
        ("catalog", "plan", "lifecycle", "inventory", "components", "cli"),
        {context_of(key): text for key, text in TEXTS.items()},
    ),
    Domain("policies", ROOT / "policies" / "lab_image_policies" / "locale", ("policies/lab_image_policies",)),
)


def po_text(catalog: Catalog) -> bytes:
    """The content of a `.po` file: sorted, without places in the code, which would change with every line."""
    target = BytesIO()
    write_po(target, catalog, width=120, no_location=True, sort_output=True, ignore_obsolete=True, omit_header=False)
    return target.getvalue()


def mo_content(catalog: Catalog) -> bytes:
    """The content of a `.mo` file."""
    target = BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def problems(catalog: Catalog) -> Iterator[str]:
    """What is wrong with translations: missing, other places in braces, other commands."""
    for message in catalog:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"{message.id!r} is marked fuzzy, so that programs do not use its translation; take the mark out"
        for text, translated in _pairs(message):
            if not translated:
                yield f"{text!r} is not translated"
            elif _places(text) != _places(translated):
                yield f"{text!r} has the places {_places(text)}, and its translation {_places(translated)}"
            elif _code(text) != _code(translated):
                yield f"{text!r} has the commands {_code(text)}, and its translation {_code(translated)}"


def _pairs(message: Message) -> Sequence[tuple[str, str]]:
    """Texts with their translations. Korean and Japanese have one form for any number, that of the plural."""
    if isinstance(message.id, tuple | list):
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        return [(message.id[1], form or "") for form in forms]
    return [(message.id, str(message.string or ""))]


def _places(text: str) -> list[str]:
    """The names in braces, each once."""
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


def _code(text: str) -> list[str]:
    return sorted(_CODE.findall(text))


def _empty(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        project="lab-image-gallery",
        version="1",
        copyright_holder="the authors",
        creation_date=_NO_MOMENT,
        revision_date=_NO_MOMENT,
        fuzzy=False,
    )


def main() -> int:
    """Write every catalogue. The exit code is 1 if translations are missing or do not fit."""
    left = 0
    for domain in DOMAINS:
        for language in LANGUAGES:
            catalog = domain.current(language)
            path = domain.po(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(po_text(catalog))
            path.with_suffix(".mo").write_bytes(mo_content(catalog))
            for problem in problems(catalog):
                left += 1
                sys.stderr.write(f"{path.relative_to(ROOT)}: {problem}\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
