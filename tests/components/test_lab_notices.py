"""What the program says about labs, and what it looks at for it."""

from __future__ import annotations

from dataclasses import replace

import pulumi
import pytest

from catalog.images.catalogue import Catalogue
from catalog.stacks.settings import Settings
from catalog.texts.translation import current
from components import lab_notices
from components.attachment import Attachment
from components.gallery import Gallery
from components.lab_image import LabImage
from components.providers import azure_provider
from lifecycle.update import Update
from plan.observed import Observed, ObservedLab
from plan.plan import plan
from tests.components.registrations import registrations
from tests.support import builders as inputs
from tests.support.builders import GALLERY, LAB_ACCOUNT

ATTACHED = ObservedLab(LAB_ACCOUNT, "koreacentral", {f"{LAB_ACCOUNT}/sharedGalleries/images": GALLERY})
AZURE = Observed(
    gallery=inputs.observed_gallery(inputs.observed_definition()),
    labs={LAB_ACCOUNT.lower(): ATTACHED},
    sources={inputs.SNAPSHOT.lower(): inputs.observed_source()},
)
SEEN = ["After this update: teachers see 1 of 1 image in contoso"]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is logged."""
    lines: list[str] = []
    for level in ("info", "warn"):
        monkeypatch.setattr(pulumi.log, level, lines.append)
    return lines


def declare(observed: Observed, *, preview: bool) -> None:
    catalogue, settings = inputs.catalogue(), inputs.settings()
    update = Update(catalogue, settings, observed, plan(catalogue, settings, observed))

    def program() -> None:
        options = pulumi.ResourceOptions(providers=[azure_provider(update.plan.subscription_id)])
        gallery = Gallery(update.plan, options)
        images = {image.name: LabImage(image, update.plan, gallery, options) for image in update.plan.images}
        attachments = [Attachment(each, update.plan, gallery, options) for each in update.plan.attachments]
        lab_notices.say_what_labs_offer(update, gallery, images, attachments, [])

    registrations(program, preview=preview)


def look(monkeypatch: pytest.MonkeyPatch, *answers: Observed) -> None:
    """Azure answers the looks of an update; there are as many as answers."""
    left = list(answers)

    def observe(_catalogue: Catalogue, _settings: Settings) -> Observed:
        return left.pop(0)

    monkeypatch.setattr(lab_notices, "observe", observe)


def test_a_preview_does_not_look_again(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    look(monkeypatch)
    declare(AZURE, preview=True)
    assert said == SEEN


def test_an_update_says_what_it_finds_at_its_end(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    look(monkeypatch, replace(AZURE, labs={LAB_ACCOUNT.lower(): replace(ATTACHED, attachments={})}))
    declare(AZURE, preview=False)
    assert said[0] == "After this update: teachers see 0 of 1 image in contoso"
    assert said[-1].startswith("Not as in the catalogue: gis is hidden in contoso: the lab account has no gallery")


def test_an_update_that_cannot_look_says_so(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    look(monkeypatch, Observed(failures=("the sign-in has ended",)))
    declare(AZURE, preview=False)
    assert said == ["What people see in labs could not be looked up after this update: the sign-in has ended"]


@pytest.mark.parametrize(
    ("language", "seen"),
    [
        ("ko", "After this update: contoso의 교수자에게 이미지 1개 중 1개가 표시됩니다"),
        ("ja", "After this update: contosoの教員には、イメージ 1 件のうち 1 件が表示されます"),
    ],
)
def test_notices_are_in_the_language_of_the_environment_behind_the_words_that_a_report_looks_for(
    language: str, seen: str, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    monkeypatch.setenv("LABS_LANG", language)
    look(monkeypatch)
    declare(AZURE, preview=True)
    assert said == [seen]
    assert current() == "en"


def test_a_language_that_there_is_not_is_a_warning(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    monkeypatch.setenv("LABS_LANG", "fr")
    look(monkeypatch)
    declare(AZURE, preview=True)
    assert said[0].startswith("LABS_LANG is 'fr', and texts exist in en, ko, ja only")
    assert said[1:] == SEEN
