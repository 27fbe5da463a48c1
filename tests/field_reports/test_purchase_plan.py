"""That nobody knows whether labs take an image with a purchase plan is said alike by policy, teachers and page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from catalog.images.consumers import LAB_SERVICES
from inventory.answer import purchase_plan
from lifecycle.importing import import_refusals
from lifecycle.place import Place
from lifecycle.visibility import version_reasons
from plan.observed import Observed
from plan.stack import Stack
from tests.components import golden
from tests.policies.findings import NOTICES, policies
from tests.policies.inputs import DEFINITION, LAB_IMAGE, lab_image, raw_definition
from tests.support import builders
from tests.support.policy_server import PolicyServer, policy_server
from tests.support.project import ROOT

PLAN = {"name": "a", "product": "b", "publisher": "c"}
WORDS = "o document says whether labs take such images"


@pytest.fixture(scope="module")
def server() -> Iterator[PolicyServer]:
    with policy_server() as running:
        running.configure()
        running.analyze_stack([])
        yield running


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"purchasePlan": PLAN}, True),
        ({"purchasePlan": PLAN, "consumers": None}, True),
        ({"purchasePlan": PLAN, "consumers": ["devtest_labs"]}, False),
        ({"purchasePlan": None}, False),
        ({}, False),
    ],
)
def test_the_policy_says_so_of_an_image_that_labs_use(
    server: PolicyServer, changes: dict[str, Any], said: bool
) -> None:
    found = server.analyze(LAB_IMAGE, "gis", lab_image(**changes))
    assert policies(found) == ([NOTICES] if said else [])
    assert all(WORDS in each.message for each in found)


def test_of_a_definition_of_another_program_too(server: PolicyServer) -> None:
    (notice,) = server.analyze(DEFINITION, "gis", raw_definition(purchasePlan=PLAN))
    assert WORDS in notice.message


def test_the_program_passes_the_plan_and_nothing_where_there_is_none() -> None:
    images = [each for key, each in golden.inventory().items() if key.startswith(LAB_IMAGE)]
    assert {"purchasePlan" in each["inputs"] for each in images} == {True, False}


def test_no_page_and_no_command_claims_to_know() -> None:
    page = (ROOT / "docs/publish/make-an-image.md").read_text(encoding="utf-8")
    assert "lists only images without a purchase plan" not in page
    assert "no document says whether Lab Services takes images of a gallery with a purchase plan" in page
    gallery = builders.observed_gallery(builders.observed_definition(purchase_plan=("a", "b", "c")))
    place = Place("lab account", "teachers", LAB_SERVICES, builders.LAB_ACCOUNT, "koreacentral")
    (reason,) = version_reasons(gallery.definitions["gis"], "1.0.0", place, Observed(), date(2026, 6, 1))
    assert WORDS in reason.text


def test_what_azure_leaves_out_of_a_plan_is_no_text() -> None:
    shown = {"name": "a", "publisher": "c"}
    assert purchase_plan(shown) == ("a", "", "c")
    found = builders.observed_definition(purchase_plan=purchase_plan(shown), tags={})
    stack = Stack(builders.settings(), Observed(gallery=builders.observed_gallery(found)))
    empty = builders.catalogue().model_copy(update={"images": {}})
    (reason,) = import_refusals(empty, {"gis": ["1.0.0"]}, stack)["gis"].image
    assert reason.startswith("the catalogue cannot express purchase_plan.product as in Azure")
