"""The language of the pack's messages: chosen as the program chooses it, and never in the way of judging."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from gettext import GNUTranslations
from pathlib import Path
from typing import Any, Literal

import pytest
from babel.messages import Catalog
from hypothesis import given
from hypothesis import strategies as st

from catalog.texts.language import LANGUAGES, UnknownLanguage, language_of
from cli.report.run import EXEMPTION
from lab_image_policies import translation
from lab_image_policies.checks.complete import POLICY as COMPLETE_POLICY
from lab_image_policies.config.configuration_rules import N_, Words
from lab_image_policies.config.exemption import Exemption
from lab_image_policies.messages import number_text
from lab_image_policies.model.image import NO_NUMBER
from lab_image_policies.translation import _, choose, n_, p_, speaking, translated
from tests.policies.english import english_in
from tests.policies.findings import (
    DEPLOYED_NOTICES,
    OS_DISK,
)
from tests.policies.inputs import LAB_IMAGE, lab_image, version
from tests.support.policy_server import PACK, Found, PolicyServer, policy_server
from tools.texts import mo_content

Foreign = Literal["ko", "ja"]
FOREIGN: tuple[Foreign, ...] = ("ko", "ja")
LARGE = version(osDiskSizeGb=256, declaredOsDiskSizeGb=256)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    choose({})


def messages_of(language: str) -> Path:
    return translation.LOCALE / language / "LC_MESSAGES" / "policies.mo"


@pytest.mark.parametrize("language", FOREIGN)
def test_no_translation_has_an_english_word_that_is_no_name_key_command_or_value(language: str) -> None:
    with messages_of(language).open("rb") as file:
        catalogue: dict[Any, str] = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    assert len(catalogue) > 300
    left = {text: words for text, shown in catalogue.items() if text and (words := english_in(shown))}
    assert left == {}


LOCALES = st.one_of(
    st.text(max_size=60), st.sampled_from(["", "C", "ko", "ko_KR.UTF-8", "ja-JP", "JA", "fr", "en_US.UTF-8", "kok"])
)


@given(st.dictionaries(st.sampled_from(["LABS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]), LOCALES))
def test_the_pack_speaks_the_language_that_the_program_speaks(environ: dict[str, str]) -> None:
    problem = choose(environ)
    try:
        language = language_of(environ)
    except UnknownLanguage:
        assert problem is not None
        language = "en"
    else:
        assert problem is None
    assert _("nothing") == {"en": "nothing", "ko": "없음", "ja": "なし"}[language]


@given(st.sampled_from(LANGUAGES), st.text())
def test_a_value_is_shown_as_it_is(language: str, value: str) -> None:
    choose({"LABS_LANG": language})
    assert value in _("change the source of {place} to it", place=value)
    assert value in translated(N_("must be a text, not {value}", value=value))


class TestTexts:
    def test_words_of_the_rules_keep_what_stands_in_their_places(self) -> None:
        words = N_("must be a list, not {value}", value=N_("an object"))
        assert words == "must be a list, not an object"
        assert (translated(words), translated("plain")) == (words, "plain")
        with speaking("ko"):
            assert translated(words) == "목록이어야 합니다(현재 값: 개체)"
        assert translated(words) == words

    def test_words_without_values_keep_their_braces(self) -> None:
        assert Words("{}") == "{}"

    @pytest.mark.parametrize(("language", "one"), [("en", "1 more"), ("ko", "외 1개"), ("ja", "ほか 1 個")])
    def test_counted(self, language: Literal["en", "ko", "ja"], one: str) -> None:
        with speaking(language):
            assert n_("{n} more", "{n} more", 1) == one

    def test_a_text_that_no_catalogue_has_is_english(self) -> None:
        with speaking("ja"):
            assert (_("{n} new", n=1), p_("of a lab", "new"), n_("one", "many", 2)) == ("1 new", "new", "many")

    def test_a_version_without_a_number(self) -> None:
        assert (number_text(NO_NUMBER), number_text("1.0.0")) == (NO_NUMBER, "1.0.0")
        with speaking("ko"):
            assert (number_text(NO_NUMBER), number_text("1.0.0")) == ("(번호가 없는 버전)", "1.0.0")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_report_knows_an_exemption_in_force(self, language: Literal["en", "ko", "ja"]) -> None:
        """`labs report` sorts notices by what they say."""
        one = Exemption(OS_DISK, 0, "gis", "agreed", date(2027, 1, 31))
        with speaking(language):
            assert EXEMPTION.match(one.in_force())
            assert not any(EXEMPTION.match(text) for text in (one.expired(), one.unmatched()))

    def test_what_the_engine_is_told_about_a_policy_is_english(self) -> None:
        """Titles and descriptions are in documents and in a generated schema, which are the same for everybody."""
        with speaking("ko"):
            assert COMPLETE_POLICY.description.isascii()


class TestCatalogueOfNoUse:
    """English is what the code says: no catalogue can lose a finding."""

    def make(self, folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
        path = folder / "ko" / "LC_MESSAGES" / "policies.mo"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        monkeypatch.setattr(translation, "LOCALE", folder)

    def test_missing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(translation, "LOCALE", tmp_path)
        problem = choose({"LABS_LANG": "ko"})
        assert problem is not None
        assert "FileNotFoundError" in problem
        assert _("nothing") == "nothing"

    @pytest.mark.parametrize("content", [b"", b"\xde\x12\x04\x95", b"no catalogue", b"\xff" * 400])
    def test_broken(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
        self.make(tmp_path, monkeypatch, content)
        problem = choose({"LABS_LANG": "ko"})
        assert problem is not None
        assert "install the policy pack again" in problem
        assert _("nothing") == "nothing"

    @given(st.data())
    def test_cut_off_anywhere(self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
        whole = messages_of("ko").read_bytes()
        cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
        with pytest.MonkeyPatch.context() as monkeypatch:
            self.make(tmp_path_factory.mktemp("locale"), monkeypatch, cut)
            assert choose({"LABS_LANG": "ko"}) is not None
        assert _("change the source of {place} to it", place="gis") == "change the source of gis to it"

    @pytest.mark.parametrize("wrong", ["{other}", "{place", "{0}", "{place.x}", "{place!z}"])
    def test_other_places(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
        catalogue = Catalog(locale="ko")
        catalogue.add("change the source of {place} to it", wrong)
        self.make(tmp_path, monkeypatch, mo_content(catalogue))
        assert choose({"LABS_LANG": "ko"}) is None
        assert _("change the source of {place} to it", place="gis") == "change the source of gis to it"


def found_by(server: PolicyServer) -> list[Found]:
    server.configure()
    return server.analyze(LAB_IMAGE, "gis", lab_image(LARGE)) + server.analyze_stack([])


class TestServer:
    def test_a_language_that_there_is_not_is_said_once_and_changes_nothing_else(self, server: PolicyServer) -> None:
        with policy_server(environ={"LABS_LANG": "fr"}) as french:
            found = found_by(french)
            again = found_by(french)
        notice = found.pop(1)
        assert found == found_by(server)
        assert again == [found[0], notice, *found[1:]]
        assert (notice.policy, notice.level) == (DEPLOYED_NOTICES, "advisory")
        assert notice.message == (
            "messages of this policy pack: LABS_LANG is 'fr', and texts exist in en, ko, ja only; set it to one of "
            "these, or take it out of the environment (unset LABS_LANG). Until then they are in English."
        )

    @pytest.mark.parametrize("language", FOREIGN)
    @pytest.mark.parametrize("content", [None, b"", b"broken"])
    def test_a_pack_without_its_catalogue_judges_as_with_it(
        self, server: PolicyServer, tmp_path: Path, language: str, content: bytes | None
    ) -> None:
        copy = tmp_path / "policies"
        shutil.copytree(PACK, copy, ignore=shutil.ignore_patterns(".venv", "__pycache__", "generate.py"))
        (copy / ".venv").symlink_to(PACK / ".venv")
        mo = copy / "lab_image_policies" / messages_of(language).relative_to(translation.LOCALE.parent)
        mo.unlink()
        if content is not None:
            mo.write_bytes(content)
        with policy_server(copy, environ={"LABS_LANG": language}) as alone:
            found = found_by(alone)
        notice = found.pop(1)
        assert found == found_by(server)
        assert notice.policy == DEPLOYED_NOTICES
        assert f"the texts in '{language}' cannot be read" in notice.message

    @pytest.mark.parametrize(
        ("environ", "words"),
        [
            ({"LABS_LANG": "ko"}, "OS 디스크가 256 GB인데"),
            ({"LABS_LANG": "", "LC_ALL": "ja_JP.UTF-8"}, "OS ディスクが 256 GB ですが"),
            ({"LABS_LANG": "en", "LC_ALL": "ja_JP.UTF-8"}, "the OS disk has 256 GB"),
            ({"LC_ALL": "fr_FR.UTF-8"}, "the OS disk has 256 GB"),
        ],
    )
    def test_language_of_the_environment(self, environ: dict[str, str], words: str) -> None:
        with policy_server(environ=environ) as speaker:
            found = found_by(speaker)
        assert [one.policy for one in found] == [OS_DISK, DEPLOYED_NOTICES]
        assert words in found[0].message
        assert re.match(r"gis 1\.0\.0: ", found[0].message)
