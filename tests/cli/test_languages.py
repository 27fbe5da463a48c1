"""`labs teachers` in Korean and Japanese: every reason and every remedy is said, and nothing is left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import click
import pytest

from catalog.texts.language import Language
from catalog.texts.translation import speaking
from cli.catalogue_file import CatalogueFile
from cli.chosen_stack import ChosenStack
from cli.commands.teachers import Answer, answer_of, lines
from cli.program import commands
from cli.text_width import width_of
from lifecycle import remedy
from lifecycle.exemption import PolicyRules
from lifecycle.findings import changes, headline
from lifecycle.offer import Offer
from lifecycle.reason import ReasonKind
from lifecycle.remedy import remedies
from lifecycle.repair import Repair
from plan.observed import ListedImage, ListedImages, Observed, ObservedLab, ObservedLabPlan, RegionProgress
from tests.support import builders as inputs
from tests.support import ids
from tests.support.builders import GALLERY, LAB_ACCOUNT, replica

TODAY = date(2026, 6, 1)
LONG_AGO = datetime(2026, 1, 31, tzinfo=UTC)
PLAN = f"{ids.GROUPS}/labs/providers/Microsoft.LabServices/labPlans/plan"
DEVTEST = f"{ids.GROUPS}/labs/providers/Microsoft.DevTestLab/labs/devtest"
ATTACHED = ObservedLab(LAB_ACCOUNT, "koreacentral", {"a": GALLERY})
OTHERS: dict[str, Any] = {"tags": {}, "published": "2026-05-30T08:00:00+00:00"}
BOTH: tuple[Language, ...] = ("ko", "ja")

NAMES = {
    *("gis", "gis2", "images", "contoso", "plan", "devtest", "dev", "galleries", "koreacentral", "koreasouth", "yaml"),
    *("Azure", "OS", "GB", "UTC", "ID", "DevTest", "V1", "V2", "x64", "Arm64", "Standard", "TrustedLaunch"),
    *("target_regions", "exclude_from_latest", "enabled_in_plan", "true"),
}
"""What is the same in every language: names, and keys and values of the catalogue and of Azure."""
AZURE = "AzureSaysThis"
"""What Azure itself says."""
STATES = {"Creating", "Updating", "Replicating"}
"""States, as Azure spells them."""


def answer(
    version: dict[str, Any] | None = None,
    *,
    definition: dict[str, Any] | None = None,
    image: dict[str, Any] | None = None,
    versions: dict[str, dict[str, Any]] | None = None,
    settings: dict[str, Any] | None = None,
    **observed: Any,
) -> Answer:
    """What is shown of the image `gis` in one lab account, with what is different."""
    numbers = versions if versions is not None else {"1.0.0": version or {}}
    path = f"{GALLERY}/images/gis/versions"
    made = {key: inputs.observed_version(**{"id": f"{path}/{key}", **each}) for key, each in numbers.items()}
    found = inputs.observed_definition(**{"versions": made, **(definition or {})})
    seen = Observed(**{"gallery": inputs.observed_gallery(found), "labs": {LAB_ACCOUNT.lower(): ATTACHED}, **observed})
    catalogue = inputs.catalogue(gis=inputs.image(**(image or {})))
    file = CatalogueFile(Path("images.yaml"), b"", "", catalogue)
    stack = ChosenStack("dev", inputs.settings(**(settings or {})), file, PolicyRules())
    return answer_of(stack, seen, TODAY)


def lab(**changed: Any) -> dict[str, Any]:
    return {"labs": {LAB_ACCOUNT.lower(): replace(ATTACHED, **changed)}}


def progress(state: str, region: str = "koreacentral") -> tuple[RegionProgress, ...]:
    return (RegionProgress(region, state, 40, AZURE if state == "Failed" else ""),)


def copied(*steps: RegionProgress) -> dict[str, Any]:
    return {"progress": {f"{GALLERY}/images/gis/versions/1.0.0".lower(): steps}}


def planned_lab(**changed: Any) -> dict[str, Any]:
    seen = ObservedLabPlan(**{"id": PLAN, "region": "koreacentral", "gallery_id": GALLERY, **changed})
    return {"lab_plan": seen, "settings": {"labAccountIds": [], "labPlanId": PLAN}}


EXTERNAL = {"versions": "external"}
OLD: dict[str, dict[str, Any]] = {"1.0.0": {}}
TWO = {"versions": {"1.0.0": inputs.version(), "1.1.0": inputs.version()}}
HELD_BACK = {"versions": {"1.0.0": inputs.version(exclude_from_latest=True)}}
LISTED = ListedImages((ListedImage(GALLERY, "gis", enabled=True),))
OFF = ListedImages((ListedImage(GALLERY, "gis", enabled=False),))
DEVTEST_ONLY = {"settings": {"labAccountIds": [], "devTestLabIds": [DEVTEST]}}

SCENES: dict[str, dict[str, Any]] = {
    "good": {},
    "no gallery": {"gallery": None},
    "no image": {"gallery": inputs.observed_gallery()},
    "no version": {"versions": {}},
    "to be deployed": {"image": TWO},
    "deleted": {"versions": {"0.9.0": {}}},
    "others": {"versions": {**OLD, "1.0.1": {**OTHERS, "os_disk_size_gb": 256}}},
    "others, to be imported": {"versions": {**OLD, "1.0.1": OTHERS}},
    "others alone": {"versions": {"1.0.1": {"tags": {}}}, "image": HELD_BACK},
    "left": {"versions": {**OLD, "1.0.1": {}}},
    "left alone": {"versions": {"1.0.1": {}}, "image": HELD_BACK},
    "same number": {"version": OTHERS},
    "same number, and one before": {"versions": {**OLD, "1.1.0": OTHERS}, "image": TWO},
    "same number, and one after": {"version": OTHERS, "image": TWO},
    "excluded": {"version": {"excluded": True}},
    "excluded, an older one": {"versions": {**OLD, "1.1.0": {"excluded": True}}, "image": TWO},
    "excluded, of others": {"version": {"excluded": True}, "image": EXTERNAL},
    "os disk": {"version": {"os_disk_size_gb": 256}},
    "os disk not known": {"version": {"os_disk_size_gb": None}},
    "os disk, of others": {"version": {"os_disk_size_gb": 256}, "image": EXTERNAL},
    "data disks": {"version": {"data_disk_count": 2}},
    "data disks not known": {"version": {"data_disk_count": None}},
    "generation": {"definition": {"hyper_v_generation": "V2"}},
    "generation, of others": {"definition": {"hyper_v_generation": "V2"}, "image": EXTERNAL},
    "architecture": {"definition": {"architecture": "Arm64"}},
    "security type": {"definition": {"security_type": "TrustedLaunch"}},
    "purchase plan": {"definition": {"purchase_plan": ("a", "b", "c")}},
    "end of life": {"version": {"end_of_life": LONG_AGO}},
    "end of life of the image": {"definition": {"end_of_life": LONG_AGO}},
    "no replica": {"version": {"replicas": (replica("koreasouth"),)}},
    "no replica, of others": {"version": {"replicas": (replica("koreasouth"),)}, "image": EXTERNAL},
    "region not known": lab(region=None),
    "copied": copied(*progress("Replicating")),
    "copy failed": copied(*progress("Failed")),
    "creating": {"version": {"provisioning_state": "Creating"}},
    "creating, of others": {"version": {"provisioning_state": "Creating"}, "image": EXTERNAL},
    "failed": {"version": {"provisioning_state": "Failed"}},
    "failed, and not the stack's": {"version": {**OTHERS, "provisioning_state": "Failed"}},
    "failed elsewhere": {
        "version": {"provisioning_state": "Failed"},
        **copied(*progress("Completed"), *progress("Failed", "koreasouth")),
    },
    "failed nowhere": {"version": {"provisioning_state": "Failed"}, **copied(*progress("Completed"))},
    "failed, of others": {"version": {"provisioning_state": "Failed"}, "image": EXTERNAL},
    "updating": {"version": {"provisioning_state": "Updating"}},
    "state not known": {"version": {"provisioning_state": ""}},
    "external, no version": {"versions": {}, "image": EXTERNAL},
    "lab is missing": lab(failure=AZURE, missing=True),
    "lab is gone": lab(failure=AZURE, gone=True),
    "lab is unreadable": lab(failure=AZURE),
    "lab was not looked up": {"labs": {}},
    "lab has no gallery": lab(attachments={}),
    "lab has another gallery": lab(attachments={"a": f"{GALLERY}2"}),
    "lab does not list it": lab(listed=ListedImages()),
    "lab lists it": {"version": {"os_disk_size_gb": 256}, **lab(listed=LISTED)},
    "lab lists what is not there": {"gallery": inputs.observed_gallery(), **lab(listed=LISTED)},
    "lab lists a stranger": lab(listed=ListedImages((*LISTED.images, ListedImage(GALLERY, "gis2", enabled=True)))),
    "lab has it off": lab(listed=OFF),
    "lab plan has it off": planned_lab(listed=OFF),
    "no lab plan": {"lab_plan": None, "settings": {"labAccountIds": [], "labPlanId": PLAN}},
    "DevTest lab has no gallery": {"labs": {DEVTEST.lower(): ObservedLab(DEVTEST, "koreacentral")}, **DEVTEST_ONLY},
    "no lab": {"settings": {"labAccountIds": []}},
}


def english(text: str) -> set[str]:
    """Words of a text that are neither names nor commands, ids or names of files."""
    text = re.sub(r"`[^`]*`|docs/\S+?\.md|/subscriptions/[\w/.-]+", "", text)
    return set(re.findall(r"[A-Za-z][A-Za-z_0-9]*", text)) - NAMES - STATES - {AZURE}


def shown(answer: Answer, width: int = 200) -> str:
    """What is printed, also of an answer to come, which repairs what is wrong here."""
    repaired = [Repair(offer, sure) for offer in answer.own if not offer.is_good for sure in (True, False)]
    coming = replace(answer, planned=True, repairs=repaired, failed=("gis:1.0.0",))
    named = replace(answer, own=[], others=answer.own, images=("gis",))
    return click.unstyle("\n".join(line for each in (answer, coming, named) for line in lines(each, width)))


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_left_in_english(scene: str, language: Language) -> None:
    with speaking(language):
        found = answer(**SCENES[scene])
        text = shown(found)
        said = [change for before in ([], found.own) for after in ([], found.own) for change in changes(before, after)]
    assert english("\n".join([text, *said])) == set()
    assert not re.search(r"[{}]", text)


@pytest.mark.parametrize("language", BOTH)
def test_english_would_be_found(language: Language) -> None:
    found = answer(**SCENES["os disk"])
    with speaking(language):
        assert {"its", "disk", "has"} <= english(shown(found)), "its reasons were found while English was spoken"


def offers_of(scenes: dict[str, dict[str, Any]]) -> Iterator[Offer]:
    for scene in scenes.values():
        yield from answer(**scene).offers


def test_the_scenes_have_every_reason_and_every_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(offers_of(SCENES))
    assert {reason.kind for offer in found for reason in offer.reasons} == set(get_args(ReasonKind))
    used: set[str] = set()
    real = remedy._remedy_of

    def noted(kind: ReasonKind, offer: Offer) -> str:
        name = real(kind, offer)
        used.add(name)
        return name

    monkeypatch.setattr(remedy, "_remedy_of", noted)
    stack = answer().stack
    for offer in found:
        remedies(offer, commands(stack.settings))
    assert used == {*remedy._TEXTS, "rollback", "deploy"}


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("width", [40, 80])
def test_lines_fit_by_the_columns_that_they_take(language: Language, width: int) -> None:
    with speaking(language):
        for scene in SCENES.values():
            for line in map(click.unstyle, lines(answer(**scene), width)):
                whole = "`" in line or "docs/" in line or "/subscriptions/" in line
                assert width_of(line) <= width or whole, line


def test_the_order_of_words_is_that_of_the_language() -> None:
    scene = SCENES["others"]
    expected: dict[Language, str] = {
        "en": "version 1.0.1, which somebody else made (2026-05-30 08:00 UTC), has taken the place of 1.0.0",
        "ko": "다른 사람이 만든 버전 1.0.1 (2026-05-30 08:00 UTC)이(가) 1.0.0을(를) 대체했습니다",
        "ja": "別の人が作成したバージョン 1.0.1 (2026-05-30 08:00 UTC) が 1.0.0 に取って代わりました",
    }
    for language, text in expected.items():
        with speaking(language):
            assert text in shown(answer(**scene))


def test_labs_are_counted_and_joined_as_the_language_does() -> None:
    labs = [f"{ids.LAB_ACCOUNTS}/{name}" for name in ("a", "b")]
    seen = {lab.lower(): ObservedLab(lab, "koreacentral", {"a": GALLERY}) for lab in labs}
    expected: dict[Language, str] = {
        "en": "teachers see 1 of 1 image in a and b",
        "ko": "a 및 b의 교수자에게 이미지 1개 중 1개가 표시됩니다",
        "ja": "a、bの教員には、イメージ 1 件のうち 1 件が表示されます",
    }
    for language, text in expected.items():
        with speaking(language):
            assert headline(answer(labs=seen, settings={"labAccountIds": labs}).own) == text
