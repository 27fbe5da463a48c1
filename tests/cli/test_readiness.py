"""`labs readiness`: what each image needs after Azure Lab Services, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from catalog.texts.language import LANGUAGES
from cli.readiness_text import HEADINGS, deadline
from lifecycle.readiness import WORKS
from tests.support.answers import answer_of
from tests.support.builders import LAB_ACCOUNT, SNAPSHOT, SUBSCRIPTION
from tests.support.commands import run_labs
from tests.support.demands import ADDRESS, PAGE, rules_of_tests

CATALOGUE = f"""\
images:
  office:
    os_type: Windows
    os_state: Generalized
    identifier: {{publisher: contoso, offer: office, sku: one}}
    consumers: [lab_services]
    versions:
      1.0.0:
        source: {{snapshot: {SNAPSHOT}}}
        os_disk_size_gb: 127
  gis:
    os_type: Linux
    os_state: Specialized
    identifier: {{publisher: contoso, offer: gis, sku: one}}
    versions:
      1.0.0:
        source: {{snapshot: {SNAPSHOT}}}
        os_disk_size_gb: 32
        data_disk_count: 0
        target_regions: home
  packer:
    os_type: Windows
    os_state: Generalized
    hyper_v_generation: V2
    security_type: TrustedLaunch
    identifier: {{publisher: contoso, offer: packer, sku: one}}
    versions: external
"""
STACK = f"""\
config:
  azure-native:subscriptionId: {SUBSCRIPTION}
  lab-image-gallery:galleryName: images
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:location: koreacentral
  lab-image-gallery:labAccountIds: [{LAB_ACCOUNT}]
"""


@pytest.fixture(autouse=True)
def project(folder: Path) -> Iterator[None]:
    """A stack, its catalogue, and rules that no document changes."""
    (folder / "images.yaml").write_text(CATALOGUE, encoding="utf-8")
    (folder / "Pulumi.dev.yaml").write_text(STACK, encoding="utf-8")
    with rules_of_tests():
        yield


def test_every_need_is_named_with_its_source() -> None:
    result = run_labs("readiness")
    assert result.exit_code == 1
    text = result.stdout
    assert "Azure Lab Services ends on 2027-06-28, in " in text or "ended on 2027-06-28" in text
    assert "None of these services would take: gis, packer." in text
    assert [line.split() for line in text.splitlines() if line.startswith(("office ", "gis ", "packer "))] == [
        ["office", "ready", "ready", "3", "to", "do"],
        ["gis", "1", "to", "do", "not", "for", "it", "not", "for", "it"],
        ["packer", "not", "known", "not", "known", "not", "known"],
    ]
    assert (
        f"""\
Rebuild (generation, processor and security type of an image never change)
  - Windows 365 demands generation 2:
    V1: office
    Source: {PAGE}, 2025-04-01
    {ADDRESS}
"""
        in text
    )
    assert "no replica in koreasouth: gis" in text
    assert "packer: others publish the versions, so the catalogue does not tell it" in text
    assert "Windows 365 demands Windows 11 Enterprise without a recovery partition:\n    office, packer\n" in text
    assert "Azure Virtual Desktop is said to want generation 2; nothing is refused for it:\n    V1: office" in text
    assert "labs add-image office-v2 --like office --for windows_365 --source ID --stack dev\n" in text


def test_one_image_and_one_service_are_shown_alone() -> None:
    result = run_labs("readiness", "--image", "OFFICE", "--for", "virtual_desktop")
    assert result.exit_code == 0, "ready for it, whatever is recommended"
    assert "gis" not in result.stdout
    assert "windows_365" not in result.stdout
    assert "Each image has a service that would take it, as far as can be seen." in result.stdout


def test_regions_can_be_named() -> None:
    near = run_labs("readiness", "--image", "gis", "--region", "Korea Central", "--json")
    assert answer_of(near)["without_service"] == []
    far = run_labs("readiness", "--image", "gis", "--region", "japaneast", "--json")
    assert (far.exit_code, answer_of(far)["regions"]) == (1, ["japaneast"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--image", "offise"), 'there is no image "offise" (nearest: office; there are: office, gis, packer)'),
        (("--region", "koreacentrall"), "--region: "),
        (("--for", "lab_services"), "'lab_services' is not one of"),
    ],
)
def test_names_that_there_are_not_are_refused(arguments: tuple[str, ...], words: str) -> None:
    result = run_labs("readiness", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_json_has_the_same_and_stays_english() -> None:
    result = run_labs("readiness", "--lang", "ko", "--json")
    answer = answer_of(result)
    assert answer_of(run_labs("readiness", "--json")) == answer
    assert answer["ok"] is False
    assert (answer["stack"], answer["retirement"]) == ("dev", "2027-06-28")
    assert answer["without_service"] == ["gis", "packer"]
    office = next(image for image in answer["images"] if image["name"] == "office")
    cloud = next(service for service in office["services"] if service["service"] == "windows_365")
    assert (cloud["name"], cloud["status"]) == ("Windows 365", "work")
    assert cloud["needs"][0] == {
        "work": "rebuild",
        "property": "hyper_v_generation",
        "found": "V1",
        "demands": "generation 2",
        "source": PAGE,
        "dated": "2025-04-01",
        "url": ADDRESS,
    }
    (twin,) = answer["twins"]
    command = twin.pop("command")
    assert command.endswith("labs add-image office-v2 --like office --for windows_365 --source ID --stack dev")
    assert twin == {"name": "office-v2", "like": "office", "service": "windows_365", "also": [], "exists": False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_is_in_the_language_that_is_asked_for(language: str) -> None:
    result = run_labs("readiness", "--lang", language)
    assert result.exit_code == 1
    assert ("demands generation 2" in result.stdout) is (language == "en")
    assert f"Source: {PAGE}" in result.stdout or language != "en"
    assert PAGE in result.stdout
    assert "`" not in result.stdout


def test_what_is_refused_is_in_the_language_too_and_english_in_json() -> None:
    asked = ("readiness", "--lang", "ko", "--image", "offise")
    assert '이미지 "offise"이(가) 없습니다(가장 비슷한 이름: office' in run_labs(*asked).stderr
    english = answer_of(run_labs("readiness", "--json", "--image", "offise"))
    assert answer_of(run_labs(*asked, "--json")) == english
    nowhere = ("readiness", "--lang", "ko", "--json", "--stack", "nope")
    assert answer_of(run_labs(*nowhere))["error"] == "Pulumi.nope.yaml: there is no such stack file; --stack dev"


@pytest.mark.parametrize(("language", "between"), [("ko", ", "), ("ja", "、")])
def test_lists_and_headings_are_as_the_language_writes_them(language: str, between: str) -> None:
    shown = run_labs("readiness", "--lang", language).stdout
    assert f"koreacentral{between}koreasouth" in shown
    for line in shown.splitlines():
        if line.startswith("  - ") and " - " not in line.removeprefix("  - "):
            assert line.count(": ") + line.endswith(":") == 1, line


def test_a_twin_that_the_catalogue_has_is_not_made_again() -> None:
    twin = CATALOGUE.replace("  packer:", "  office-v2:")
    Path("images.yaml").write_text(twin, encoding="utf-8")
    assert "office-v2, beside office, for Windows 365: the catalogue has it" in " ".join(
        run_labs("readiness").stdout.split()
    )


def test_an_empty_catalogue_says_so() -> None:
    Path("images.yaml").write_text("images: {}\n", encoding="utf-8")
    result = run_labs("readiness")
    assert (result.exit_code, "The catalogue has no image." in result.stdout) == (0, True)


def test_the_days_are_counted_before_and_after_the_day() -> None:
    day = date(2027, 6, 28)
    assert deadline((day - date(2027, 6, 27)).days) == "Azure Lab Services ends on 2027-06-28, in 1 day."
    assert deadline(0) == "Azure Lab Services ends today, on 2027-06-28."
    assert deadline(-2) == "Azure Lab Services ended on 2027-06-28, 2 days ago."


def test_every_work_has_a_name() -> None:
    assert set(HEADINGS) == set(WORKS)
