"""`labs teachers` and `labs overview` in the language of whoever calls them, against the sandbox's Azure."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.support.answers import answer_of
from tests.support.exports_scene import Scene
from tests.support.project import ROOT

pytest_plugins = ["tests.support.emulator"]
LABS, PULUMI = f"{ROOT}/sandbox/labs", f"{ROOT}/sandbox/pulumi"

KOREAN = f"""\
갤러리 contoso_lab_images, 지역 koreacentral, 스택 dev

contoso-labs의 교수자에게 이미지 1개 중 0개가 표시됩니다.

이미지  contoso-labs
python  숨겨짐

python: contoso-labs에서 숨겨져 있습니다.
  - 다른 사람이 만든 버전 1.0.1 (MOMENT)이(가) 1.0.0을(를) 대체했습니다
  - OS 디스크가 128GB이며, 128GB 미만인 이미지만 표시됩니다
  해결 방법:
  - `{LABS} rollback python --to 1.0.0 --stack dev` 명령이 1.0.0을(를) 더 높은 번호로 카탈로그에 기록합니다. 그런 다음
    `{PULUMI} up --stack dev` 명령을 실행하십시오
"""
JAPANESE = f"""\
ギャラリー contoso_lab_images、リージョン koreacentral、スタック dev

contoso-labsの教員には、イメージ 1 件のうち 0 件が表示されます。

イメージ  contoso-labs
python    非表示

python: contoso-labsで非表示です。
  - 別の人が作成したバージョン 1.0.1 (MOMENT) が 1.0.0 に取って代わりました
  - OS ディスクは 128 GB ですが、128 GB 未満のイメージだけが表示されます
  対処方法:
  - `{LABS} rollback python --to 1.0.0 --stack dev` を実行すると、1.0.0 がより大きい番号でカタログに記録されます。その後
    `{PULUMI} up --stack dev` を実行してください
"""


def flat(text: str) -> str:
    """The text without the ends of lines, which depend on where the program lies, and without the moment."""
    return " ".join(re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "MOMENT", text).replace("\n    ", " ").split())


def saved_over(scene: Scene) -> None:
    scene.export_version(source="snapshots/exactly-128")


@pytest.mark.parametrize(("language", "expected"), [("ko", KOREAN), ("ja", JAPANESE)])
def test_the_whole_answer(scene: Scene, language: str, expected: str) -> None:
    saved_over(scene)
    result = scene.labs("teachers", "--lang", language)
    assert (result.exit_code, result.stderr) == (1, "")
    assert re.sub(r"\s", "", flat(result.stdout)) == re.sub(r"\s", "", expected)


@pytest.mark.parametrize(
    ("environment", "arguments", "words"),
    [
        ({"LABS_LANG": "ko"}, (), "표시됩니다"),
        ({"LABS_LANG": "ko"}, ("--lang", "ja"), "表示されます"),
        ({"LABS_LANG": "ko"}, ("--lang", "en"), "Teachers see"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": ""}, (), "表示されます"),
        ({"LANG": "fr_FR.UTF-8"}, (), "Teachers see"),
        ({"LABS_LANG": "en", "LC_ALL": "ko_KR.UTF-8"}, (), "Teachers see"),
    ],
)
def test_the_language_is_chosen(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = scene.labs("teachers", *arguments)
    assert (result.exit_code, words in result.stdout) == (0, True)
    assert "Teachers see" in scene.labs("teachers", "--lang", "en").stdout


@pytest.mark.parametrize("command", ["teachers", "overview"])
def test_a_language_that_there_is_not(scene: Scene, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    option = scene.labs(command, "--lang", "fr")
    assert (option.exit_code, "'fr' is not one of 'en', 'ko', 'ja'" in option.stderr) == (2, True)
    monkeypatch.setenv("LABS_LANG", "fr")
    variable = scene.labs(command)
    assert variable.exit_code == 2
    assert "LABS_LANG is 'fr', and texts exist in en, ko, ja only" in variable.stderr
    assert "or give --lang" in variable.stderr
    assert scene.labs(command, "--lang", "ko").exit_code == 0
    assert answer_of(scene.labs(command, "--json"))["ok"] is False


@pytest.mark.parametrize("arguments", [("teachers",), ("teachers", "--planned"), ("overview",)])
def test_json_is_english(scene: Scene, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    def answer() -> str:
        shown = answer_of(scene.labs(*arguments, "--json"))
        for stack in shown.get("stacks", []):
            del stack["moment"]
        return json.dumps(shown, ensure_ascii=False)

    saved_over(scene)
    english = answer()
    monkeypatch.setenv("LABS_LANG", "ko")
    assert answer() == english
    assert english.isascii()


def test_errors_are_in_the_language_and_those_of_json_in_english(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABS_LANG", "ko")
    refused = scene.labs("teachers", "--image", "pyton", "--lab", "x")
    assert refused.exit_code == 2
    assert (
        '실습실 "x"이(가) 없습니다(있는 실습실: contoso-labs). '
        '이미지 "pyton"이(가) 없습니다(가장 비슷한 이름: python, 있는 이미지: python)'
    ) in refused.stderr
    error = answer_of(scene.labs("teachers", "--image", "pyton", "--json"))["error"]
    assert error == 'there is no image "pyton" (nearest: python; there are: python)'
    unknown = scene.labs("teachers", "--stack", "prod")
    assert (unknown.exit_code, "Pulumi.prod.yaml: 이 스택 파일이 없습니다" in unknown.stderr) == (2, True)


def test_the_page_is_in_the_language_with_its_reasons(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    saved_over(scene)
    monkeypatch.setenv("LABS_LANG", "ja")
    said = scene.labs("overview")
    assert said.stdout.splitlines()[1] == "dev: contoso-labsの教員には、イメージ 1 件のうち 0 件が表示されます。"
    page = Path("overview.html").read_text(encoding="utf-8")
    assert '<html lang="ja">' in page
    assert '<span lang="ja"><bdi>OS ディスクは 128 GB ですが、128 GB 未満のイメージだけが表示されます</bdi>' in page
    assert "only images below" not in page


def test_the_page_beside_json_is_in_the_language_too(scene: Scene) -> None:
    saved_over(scene)
    answer = answer_of(scene.labs("overview", "--lang", "ko", "--json", "--out", "here.html"))
    reasons = [reason["text"] for reason in answer["stacks"][0]["images"][0]["reasons"]]
    assert "its OS disk has 128 GB, and only images below 128 GB are shown" in reasons
    page = Path("here.html").read_text(encoding="utf-8")
    assert "OS 디스크가 128GB이며, 128GB 미만인 이미지만 표시됩니다" in page
    assert "only images below" not in page


def test_an_update_that_is_refused(scene: Scene) -> None:
    content = yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))
    content["images"]["python"]["os_type"] = "Windows"
    scene.catalogue.write_text(yaml.safe_dump(content), encoding="utf-8")
    refused = scene.labs("teachers", "--planned", "--lang", "ko")
    assert refused.exit_code == 1
    assert "명령이 거부될 것이므로 교수자에게는 아무것도 바뀌지 않습니다:" in refused.stderr
