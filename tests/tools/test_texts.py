"""The catalogues of translations are complete, fit their texts, and are compiled."""

from __future__ import annotations

from io import BytesIO

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from tools.texts import DOMAINS, LANGUAGES, Domain, mo_content, po_text, problems

BOTH = [pytest.param(domain, language, id=f"{domain.name}-{language}") for domain in DOMAINS for language in LANGUAGES]


@pytest.mark.parametrize(("domain", "language"), BOTH)
def test_every_marked_text_is_translated_and_its_places_and_commands_are_kept(domain: Domain, language: str) -> None:
    assert list(problems(domain.current(language))) == []


@pytest.mark.parametrize(("domain", "language"), BOTH)
def test_the_files_are_current(domain: Domain, language: str) -> None:
    current = domain.current(language)
    po = domain.po(language)
    assert (po.read_bytes(), po.with_suffix(".mo").read_bytes()) == (po_text(current), mo_content(current)), (
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
