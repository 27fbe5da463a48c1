"""The page of `labs overview`: one HTML file that asks nothing of any network and runs no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from catalog.files.diagnostic import escaped
from catalog.regions.geography import UnknownRegion, region
from catalog.regions.prices import FALLBACK, REFRESH, money
from catalog.texts.language import Language
from cli.overview import pictures, views
from cli.overview.after import after
from cli.overview.chapter import Chapter, differences_of
from cli.overview.words import Words, code, quoted, whole

TEMPLATES: Final = Path(__file__).with_name("templates")
MARK: Final = '<meta name="generator" content="labs overview">'
"""By this an earlier page is known, which may be replaced."""


def render(chapters: Sequence[Chapter], language: Language = "en") -> str:
    """The page of the stacks; the same for the same chapters."""
    words = Words(language)
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("page.html")
        .render(
            after=after,
            chapters=chapters,
            differences_of=differences_of,
            fallback=FALLBACK,
            image_of=lambda replicas: replicas.image,
            mark=Markup(MARK),  # noqa: S704 - our own text
            money=money,
            pictures=pictures,
            refresh=f"./{REFRESH}",
            region_name=region_name,
            region_of=lambda replicas: replicas.region,
            style=Markup(style),  # noqa: S704 - as above
            style_source=f"sha256-{digest}",
            t=words,
            views=views,
        )
    )


def region_name(name: str) -> str:
    """A region as people call it: `Korea Central`."""
    try:
        return region(name).display_name
    except UnknownRegion:
        return name


@cache
def _style() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"quoted": quoted, "code": code, "escaped": escaped, "whole": whole}
    return environment
