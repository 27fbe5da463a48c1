"""Nothing that is decided from answers depends on the case in which Azure spells ids, names, regions and tags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any, cast

import pytest

from catalog.stacks.commands import Commands
from inventory.arm.client import Arm
from inventory.labs import read_listed_image
from inventory.observe import observe
from lifecycle.findings import findings, headline
from lifecycle.offer import offers
from lifecycle.remedy import remedies_of_all
from lifecycle.unmanaged import unmanaged
from plan.observed import Deployed, ListedImage
from plan.plan import plan
from plan.stack import Stack
from tests.support.builders import LAB_ACCOUNTS as LAB_SERVICES
from tests.support.builders import OURS
from tests.support.emulator_client import definition, version
from tests.support.ids import GROUPS
from tests.support.pretend_azure import GALLERY, LABS, PretendAzure, catalogue, settings, source

PLAN = f"{GROUPS}/labs/providers/Microsoft.LabServices/labPlans/contoso-plan"
ROLE = "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
ASSIGNMENT = "99999999-0000-0000-0000-000000000001"
WANTED = catalogue(
    python={
        "1.0.0": {"source": source("snapshot", "ubuntu-2204-python-100")},
        "1.1.0": {"source": source("snapshot", "ubuntu-2204-python-110")},
    },
    ros={"1.0.0": {"source": source("disk", "ubuntu-2204-ros")}},
)
CHOSEN = settings(
    labAccountServicePrincipalObjectId=LAB_SERVICES, labPlanId=PLAN, createResourceGroup=True, importExisting=True
)
DEPLOYED = Deployed(images=("python",), ids=(GALLERY,))
Spell = Callable[[str], str]


def at_random(seed: int) -> Spell:
    random = Random(seed)
    return lambda text: "".join(random.choice((char.lower(), char.upper())) for char in text)


class Respelled:
    """A client whose answers have ids, names of images, regions, principals and names of tags in another case."""

    def __init__(self, arm: Arm, spell: Spell) -> None:
        self._arm, self._spell = arm, spell

    def sign_in(self) -> None:
        self._arm.sign_in()

    def get(self, *given: Any, **options: Any) -> Any:
        return self._respelled(self._arm.get(*given, **options))

    def list(self, *given: Any, **options: Any) -> Any:
        return self._respelled(self._arm.list(*given, **options))

    def _respelled(self, answer: Any, key: str = "") -> Any:
        if isinstance(answer, dict):
            named = {self._spell(name) if key == "tags" else name: value for name, value in answer.items()}
            return {name: self._respelled(value, name) for name, value in named.items()}
        if isinstance(answer, list):
            return [self._respelled(each, key) for each in answer]
        is_name = isinstance(answer, str) and (answer.startswith("/") or key in {"location", "principalId"})
        is_image = answer in ("python", "exported") and key in {"name", "definitionName"}
        return self._spell(answer) if is_name or is_image else answer


def fill(azure: PretendAzure) -> None:
    """A gallery of the stack with an image of its own, an export in it and another one beside it, and labs."""
    azure.gallery(**OURS)
    for name, tags in (("python", OURS), ("exported", {})):
        body = definition(identifier={"publisher": "contoso", "offer": "labs", "sku": name})
        azure.send("PUT", f"{GALLERY}/images/{name}", {**body, "tags": tags})
        for number in ("1.0.0", "7.0.0"):
            made = version("snapshots/ubuntu-2204-python-100", [{"name": "koreacentral"}])
            own = tags if number == "1.0.0" else {}
            azure.send("PUT", f"{GALLERY}/images/{name}/versions/{number}", {**made, "tags": own})
    azure.send("PUT", f"{LABS}/contoso-labs/sharedGalleries/lab_images", {"properties": {"galleryId": GALLERY}})
    azure.send("PATCH", PLAN, {"properties": {"sharedGalleryId": GALLERY}})
    role = {"properties": {"roleDefinitionId": ROLE, "principalId": LAB_SERVICES}}
    azure.send("PUT", f"{GALLERY}/providers/Microsoft.Authorization/roleAssignments/{ASSIGNMENT}", role)


@pytest.mark.parametrize("spell", [str.upper, str.lower, *map(at_random, range(4))])
def test_answers_in_another_case_mean_the_same(azure: PretendAzure, arm: Arm, spell: Spell) -> None:
    fill(azure)
    today = date(2026, 6, 1)
    meanings = []
    for client in (arm, cast(Arm, Respelled(arm, spell))):
        observed = replace(observe(WANTED, CHOSEN, client), deployed=DEPLOYED, moment="")
        assert observed.failures == ()
        stack = Stack(CHOSEN, observed)
        found = offers(WANTED, stack, today)
        advice = [(finding.text, remedies_of_all(finding.offers, Commands.of(CHOSEN))) for finding in findings(found)]
        decided = plan(WANTED, CHOSEN, observed)
        assert decided.gallery.import_id == GALLERY
        assert {image.import_id for image in decided.images} == {f"{GALLERY}/images/python", None}
        assert len(advice) > 0
        meanings.append([str(each).lower() for each in (observed, decided, headline(found), advice)])
        meanings[-1].append(str(unmanaged(WANTED, stack, today)).lower())
    assert meanings[0] == meanings[1]


def test_a_listed_image_is_found_by_its_definition_in_any_case() -> None:
    listed = {"name": "x", "properties": {"sharedGalleryId": f"{GALLERY}/IMAGES/Python", "enabledState": "ENABLED"}}
    assert read_listed_image(listed) == ListedImage(GALLERY, "Python", enabled=True)


def test_a_gallery_of_the_same_name_is_spelled_as_it_is_and_not_as_lists_spell_it(
    azure: PretendAzure, arm: Arm
) -> None:
    elsewhere = GALLERY.replace("/galleries/", "/labs/", 1)
    azure.send("PUT", elsewhere, {"location": "koreacentral"})

    class Listing(Respelled):
        def get(self, *given: Any, **options: Any) -> Any:
            return arm.get(*given, **options)

    assert observe(WANTED, settings(), cast(Arm, Listing(arm, str.upper))).namesake == elsewhere
