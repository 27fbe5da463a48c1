"""The catalogues of translations are complete, fit their texts, and are compiled."""

from __future__ import annotations

import ast
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from tools.texts import DOMAINS, LANGUAGES, ROOT, Domain, mo_content, po_text, problems

KEYWORD_TEXT = {"_": 0, "N_": 0, "n_": 1, "p_": 1}
"""The argument of each function that is its text."""
BOTH = [pytest.param(domain, language, id=f"{domain.name}-{language}") for domain in DOMAINS for language in LANGUAGES]


@pytest.fixture(scope="module")
def current() -> Callable[[Domain, str], Catalog]:
    """`Domain.current`, which reads all code, once for each domain and language."""
    found: dict[tuple[str, str], Catalog] = {}

    def read(domain: Domain, language: str) -> Catalog:
        key = (domain.name, language)
        if key not in found:
            found[key] = domain.current(language)
        return found[key]

    return read


@pytest.mark.parametrize(("domain", "language"), BOTH)
def test_every_marked_text_is_translated_and_its_places_and_commands_are_kept(
    current: Callable[[Domain, str], Catalog], domain: Domain, language: str
) -> None:
    assert list(problems(current(domain, language))) == []


@pytest.mark.parametrize(("domain", "language"), BOTH)
def test_the_files_are_current(current: Callable[[Domain, str], Catalog], domain: Domain, language: str) -> None:
    now, po = current(domain, language), domain.po(language)
    assert (po.read_bytes(), po.with_suffix(".mo").read_bytes()) == (po_text(now), mo_content(now)), (
        "run `python -m tools.texts`"
    )


def test_what_does_not_fit_is_found() -> None:
    catalog = Catalog(locale="ko")
    catalog.add("{image} is hidden", "{image} 숨김")
    catalog.add("{image} is shown", "{images} 표시")
    catalog.add("run `labs check`", "`labs chek` 실행")
    catalog.add("not yet")
    catalog.add("perhaps", "어쩌면", flags=["fuzzy"])
    catalog.add(("{n} image", "{n} images"), ("이미지 {n}개",))
    catalog.add(("{n} lab", "{n} labs"), ("실습실",))
    found = list(problems(read_po(BytesIO(po_text(catalog)), locale="ko")))
    assert len(found) == 5
    assert any(each.startswith("'perhaps' is marked fuzzy") for each in found)
    assert "'not yet' is not translated" in found
    assert any("{n} labs" in each for each in found)


@pytest.mark.parametrize("domain", DOMAINS, ids=[domain.name for domain in DOMAINS])
def test_every_marked_text_is_collected(domain: Domain) -> None:
    """The extraction passes over a call without a word if, say, one of its arguments is named like a keyword."""
    collected = {key for message in domain.texts() for key in _texts_of(message.id)}
    marked = {
        text.value
        for folder in domain.folders
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "configuration_rules.py" or domain.name == "policies"
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORD_TEXT
        if isinstance(text := call.args[KEYWORD_TEXT[call.func.id]], ast.Constant)
    }
    assert len(marked) > 200
    assert marked - collected == set()


def _texts_of(message_id: Any) -> tuple[str, ...]:
    return (message_id,) if isinstance(message_id, str) else tuple(message_id)
