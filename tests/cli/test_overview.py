"""`labs overview` against the sandbox's Azure: the file, the answer, stacks that cannot be looked at, wrong usage."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from azure.core.rest import HttpRequest

from cli.terminal import NO_TERMINAL
from inventory.arm.client import Arm
from tests.support.answers import answer_of
from tests.support.exports_scene import Scene
from tests.support.overview_scene import refresh_log

pytest_plugins = ["tests.support.emulator"]


def other_stack(name: str, **settings: Any) -> None:
    content = yaml.safe_load(Path("Pulumi.dev.yaml").read_text(encoding="utf-8"))
    content["config"] |= {f"lab-image-gallery:{key}": value for key, value in settings.items()}
    Path(f"Pulumi.{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def test_it_writes_a_page_and_says_where(scene: Scene) -> None:
    result = scene.labs("overview")
    seen = "dev: teachers see 1 of 1 image in contoso-labs."
    size = -(-Path("overview.html").stat().st_size // 1000)
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        f"overview.html is written, {size} KB; open it in a browser, or mail it.\n{seen}\n",
        "",
    )
    text = Path("overview.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert "Teachers see 1 of 1 image in" in text
    assert scene.labs("overview").exit_code == 0, "an earlier page is replaced"


def test_it_is_printed_in_another_language(scene: Scene) -> None:
    result = scene.labs("overview", "--out", "-", "--lang", "ko")
    assert result.exit_code == 0
    assert result.stdout.startswith('<!doctype html>\n<html lang="ko">')
    assert result.stdout.endswith("</html>\n")
    assert not Path("overview.html").exists()


def test_the_answer_has_the_data_of_the_page(scene: Scene) -> None:
    scene.export_version()
    result = scene.labs("overview", "--json")
    answer = answer_of(result)
    assert result.exit_code == 1, "an export has taken the place of the catalogue's version"
    assert not Path("overview.html").exists()
    stack = answer["stacks"][0]
    assert answer["page"] is None
    assert (stack["stack"], stack["good"], stack["error"], stack["drift"]) == ("dev", False, None, None)
    assert stack["headline"] == "teachers see 1 of 1 image in contoso-labs"
    assert [(each["name"], each["status"]) for each in stack["images"]] == [("python", "replaced")]
    assert [each["name"] for each in stack["unmanaged"]] == ["python:1.0.1"]
    assert [each["region"] for each in stack["regions"]] == ["koreacentral", "koreasouth"]
    assert {"kind": "service", "day": "2027-06-28"}.items() <= stack["ends"][0].items()
    cost = answer_of(scene.labs("cost", "--json"))
    assert stack["cost"].items() <= cost.items()


def test_a_wrong_file_of_prices_leaves_all_but_the_costs(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "wrong-prices.json"
    file.write_text('{"currency": "<b>"}', encoding="utf-8")
    monkeypatch.setattr("cli.stack_prices.prices_file", lambda settings: file)
    result = scene.labs("overview")
    shown = " ".join(result.stdout.split())
    assert result.exit_code == 1
    assert "dev: teachers see 1 of 1 image in contoso-labs. What it costs is not known: " in shown
    text = Path("overview.html").read_text(encoding="utf-8")
    assert "Teachers see 1 of 1 image in" in text
    assert "must be a currency of three letters such as USD, not &#34;&lt;b&gt;&#34;; labs prices --refresh" in text
    assert "<b>" not in text
    (stack,) = answer_of(scene.labs("overview", "--json"))["stacks"]
    assert (stack["good"], stack["error"], stack["cost"]["month"]) == (False, None, None)
    assert "currency: must be" in stack["prices_error"]


def test_with_a_named_file_the_answer_comes_with_the_page(scene: Scene) -> None:
    answer = answer_of(scene.labs("overview", "--json", "--out", "here.html"))
    assert answer["page"] == "here.html"
    assert Path("here.html").is_file()


def test_several_stacks_are_chapters_of_one_page(scene: Scene) -> None:
    other_stack("prod", galleryName="other")
    result = scene.labs("overview", "--stack", "prod", "--stack", "dev", "--stack", "prod")
    assert result.exit_code == 1
    text = Path("overview.html").read_text(encoding="utf-8")
    assert [text.count(f'id="stack-{number}"') for number in (1, 2, 3)] == [1, 1, 0]
    assert "The gallery does not exist." in text
    assert "prod: teachers see 0 of 1 image in contoso-labs." in result.stdout


def test_a_stack_that_cannot_be_looked_at_is_on_the_page(scene: Scene) -> None:
    other_stack("prod", galleryName="not a name")
    result = scene.labs("overview", "--stack", "dev", "--stack", "prod")
    assert result.exit_code == 1
    assert "prod could not be looked at: Pulumi.prod.yaml" in result.stdout
    text = Path("overview.html").read_text(encoding="utf-8")
    assert "This stack could not be looked at, so nothing is known of it." in text
    assert "Teachers see 1 of 1 image" in text


def test_the_only_stack_whose_file_is_wrong_is_on_the_page(scene: Scene) -> None:
    Path("Pulumi.dev.yaml").write_text("config: {lab-image-gallery:galleryNam: x}\n", encoding="utf-8")
    assert scene.labs("overview").exit_code == 1
    assert "galleryNam" in Path("overview.html").read_text(encoding="utf-8")


def test_a_project_that_cannot_be_read_has_no_page(scene: Scene) -> None:
    Path("Pulumi.yaml").write_text("name: [\n", encoding="utf-8")
    result = scene.labs("overview")
    assert result.exit_code == 2
    assert "Pulumi.yaml" in result.output
    assert not Path("overview.html").exists()


def test_a_refusal_of_azure_is_on_the_page(scene: Scene) -> None:
    scene.fault("/subscriptions/", 403, code="AuthorizationFailed", message="no")
    result = scene.labs("overview")
    assert result.exit_code == 1
    assert "dev could not be looked at: " in result.stdout
    assert "AuthorizationFailed" in Path("overview.html").read_text(encoding="utf-8")
    answer = answer_of(scene.labs("overview", "--json"))
    assert "AuthorizationFailed" in answer["stacks"][0]["error"]


def test_drift_is_shown_from_an_event_log(scene: Scene) -> None:
    refresh_log(Path("dev.events"), {"python": ({"description": "a"}, {"description": "b"})})
    result = scene.labs("overview", "--events", "dev.events")
    assert result.exit_code == 1
    assert "description: a → b" in Path("overview.html").read_text(encoding="utf-8")
    drift = answer_of(scene.labs("overview", "--events", "dev.events", "--json"))["stacks"][0]["drift"]
    assert drift["whole"] is True
    assert [(each["name"], each["differences"]) for each in drift["changes"]] == [("python", ["description: a → b"])]


def test_no_more_is_asked_than_labs_teachers_asks(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Arm._run

    def urls_of(command: str) -> list[str]:
        urls: list[str] = []

        def counted(self: Arm, request: HttpRequest) -> Any:
            urls.append(request.url)
            return original(self, request)

        monkeypatch.setattr(Arm, "_run", counted)
        assert scene.labs(command).exit_code == 0
        return sorted(urls)

    asked = urls_of("overview")
    assert asked
    assert asked == urls_of("teachers")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--stack", "nobody"), "there is no such stack file"),
        (("--stack", "dev", "--stack", "nobody"), "there is no such stack file"),
        (("--out", "."), "is a folder"),
        (("--out", "no/where.html"), "there is no folder"),
        (("--out", "images.yaml"), "is no overview that labs wrote"),
        (("--json", "--out", "-"), "keep one"),
        (("--lang", "fr"), "is not one of"),
        (("--keep", "0"), "not in the range"),
        (("--events", "missing.events"), "there is no such file"),
        (("--events", "images.yaml"), "not an event of the engine"),
        (("--out", "a.html", "--out", "b.html"), "keep one"),
    ],
)
def test_wrong_usage_asks_azure_nothing_and_writes_nothing(
    arguments: tuple[str, ...], message: str, scene: Scene
) -> None:
    scene.fault("/subscriptions/", 500)
    before = {each: each.read_bytes() for each in Path().iterdir() if each.is_file()}
    result = scene.labs("overview", *arguments)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.output.split())
    assert {each: each.read_bytes() for each in Path().iterdir() if each.is_file()} == before


def test_every_line_fits(scene: Scene) -> None:
    deep = Path("d" * 60)
    deep.mkdir()
    shutil.copy("Pulumi.dev.yaml", "Pulumi.prod.yaml")
    scene.fault("/subscriptions/", 403, code="AuthorizationFailed", message="no " * 60)
    result = scene.labs("overview", "--stack", "dev", "--stack", "prod", "--out", str(deep / "overview.html"))
    assert [line for line in result.stdout.splitlines() if len(line) > NO_TERMINAL and " " in line.strip()] == []
