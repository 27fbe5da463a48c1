"""What an update means for labs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.after_up import after_up
from lifecycle.notice import MOST
from lifecycle.offer import offers
from lifecycle.update import Update
from plan.observed import ListedImage, ListedImages, Observed, ObservedDefinition, ObservedLab, ObservedLabPlan
from plan.plan import plan
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support import ids
from tests.support.builders import GALLERY, LAB_ACCOUNT, OURS

TODAY = date(2026, 6, 1)
LAB_PLAN = f"/subscriptions/{ids.SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/plan"
SETTINGS = inputs.settings(labPlanId=LAB_PLAN)
CATALOGUE = inputs.catalogue(
    gis=inputs.image(versions={"1.0.0": inputs.version(), "1.1.0": inputs.version()}, enabled_in_plan=True)
)
EVERYTHING = {
    GALLERY.lower(),
    f"{GALLERY}/images/gis".lower(),
    *(f"{GALLERY}/images/gis/versions/{number}".lower() for number in ("1.0.0", "1.1.0")),
    f"{LAB_ACCOUNT}/sharedGalleries/images".lower(),
    LAB_PLAN.lower(),
    f"{LAB_PLAN}/images/gis".lower(),
}


def definition(name: str = "gis", *numbers: str, **changes: Any) -> ObservedDefinition:
    versions = {number: inputs.observed_version() for number in numbers}
    return inputs.observed_definition(id=f"{GALLERY}/images/{name}", versions=versions, **changes)


def azure(*definitions: ObservedDefinition, attached: bool = True, enabled: bool = True, **changes: Any) -> Observed:
    listed = ListedImages((ListedImage(GALLERY, "gis", enabled),))
    account = ObservedLab(LAB_ACCOUNT, "koreacentral", {f"{LAB_ACCOUNT}/sharedGalleries/images": GALLERY})
    values: dict[str, Any] = {
        "gallery": inputs.observed_gallery(*definitions),
        "labs": {LAB_ACCOUNT.lower(): account if attached else replace(account, attachments={})},
        "lab_plan": ObservedLabPlan(LAB_PLAN, "koreacentral", ("koreacentral",), GALLERY, listed=listed),
        "sources": {inputs.SNAPSHOT.lower(): inputs.observed_source()},
    }
    return Observed(**{**values, **changes})


def update(observed: Observed, **changes: Any) -> Update:
    catalogue, settings = changes.get("catalogue", CATALOGUE), changes.get("settings", SETTINGS)
    return Update(catalogue, settings, observed, plan(catalogue, settings, observed))


def texts(made: Update, *kept: str) -> list[tuple[str, str]]:
    after = after_up(made.plan, made.observed, kept)
    return [(notice.kind, notice.text.split(":")[0]) for notice in made.notices(after, TODAY)]


def test_without_drift_an_update_says_how_many_images_are_seen() -> None:
    assert texts(update(azure(definition("gis", "1.0.0", "1.1.0"))), *EVERYTHING) == [
        ("state", "teachers see 1 of 1 image in contoso and plan")
    ]


def test_what_the_state_has_is_not_made_again() -> None:
    deleted = update(azure(definition("gis", "1.0.0")))
    number = f"{GALLERY}/images/gis/versions/1.1.0".lower()
    assert [text for kind, text in texts(deleted) if kind == "wrong"] == []
    assert ("wrong", "gis is offered as 1.0.0 in contoso and plan") in texts(deleted, number)
    detached = update(azure(definition("gis", "1.0.0", "1.1.0"), attached=False))
    assert ("wrong", "gis is hidden in contoso") in texts(detached, *EVERYTHING)
    assert ("change", "gis") in texts(detached)
    off = update(azure(definition("gis", "1.0.0", "1.1.0"), enabled=False))
    assert ("wrong", "gis is hidden in plan") in texts(off, *EVERYTHING)
    assert texts(off)[0] == ("state", "teachers see 1 of 1 image in contoso and plan")
    gone = update(azure(gallery=None))
    assert texts(gone, *EVERYTHING)[0] == ("state", "teachers see 0 of 1 image in contoso and plan")
    undefined = update(azure())
    assert ("wrong", "gis is hidden in contoso and plan") in texts(undefined, *EVERYTHING)


@given(
    numbers=st.sets(st.sampled_from(["1.0.0", "1.1.0"])),
    attached=st.booleans(),
    enabled=st.booleans(),
    plan_has_it=st.booleans(),
    there=st.booleans(),
)
def test_an_update_that_leaves_everything_leaves_what_labs_offer(
    numbers: set[str], attached: bool, enabled: bool, plan_has_it: bool, there: bool
) -> None:
    observed = azure(*([definition("gis", *sorted(numbers))] if there else []), attached=attached, enabled=enabled)
    if not plan_has_it and observed.lab_plan:
        observed = replace(observed, lab_plan=replace(observed.lab_plan, gallery_id=None, listed=None))
    made = update(observed)
    after = after_up(made.plan, observed, EVERYTHING)

    def shown(azure: Observed) -> list[Any]:
        found = offers(CATALOGUE, Stack(SETTINGS, azure), TODAY, planned=True)
        return [(offer.image, offer.place.name, offer.status, offer.version) for offer in found]

    assert shown(after) == shown(observed)


def test_an_image_that_leaves_the_catalogue_disappears_and_those_of_others_are_not_judged() -> None:
    leaving = definition("cad", "1.0.0", tags=OURS)
    others = definition("exported", tags={})
    made = update(azure(definition("gis", "1.0.0", "1.1.0"), leaving, others), settings=inputs.settings())
    found = made.notices(after_up(made.plan, made.observed, EVERYTHING), TODAY)
    assert [notice.line for notice in found] == [
        "After this update: teachers see 1 of 1 image in contoso",
        "Changes in labs: cad: disappears from contoso",
    ]


def test_what_is_published_again_is_said_and_is_then_seen() -> None:
    failed = definition("gis", "1.0.0", "1.1.0")
    failed = replace(
        failed, versions={key: replace(each, provisioning_state="Failed") for key, each in failed.versions.items()}
    )
    made = update(azure(failed))
    found = made.notices(after_up(made.plan, made.observed), TODAY)
    assert [notice.line for notice in found[:2]] == [
        "After this update: teachers see 1 of 1 image in contoso and plan",
        "Published again: gis:1.0.0, gis:1.1.0, since the publication failed",
    ]
    assert texts(made, *EVERYTHING)[0] == ("state", "teachers see 0 of 1 image in contoso and plan"), "nothing written"


def test_a_thousand_images_are_a_few_lines() -> None:
    names = [f"image-{number:04}" for number in range(1000)]
    sizes = {name: 200 + index // 60 for index, name in enumerate(names)}
    definitions = [
        replace(definition(name), versions={"1.0.0": inputs.observed_version(os_disk_size_gb=size)})
        for name, size in sizes.items()
    ]
    identifier = {"publisher": "contoso", "offer": "gis"}
    catalogue = inputs.catalogue(**{name: inputs.image(identifier=identifier | {"sku": name}) for name in names})
    observed = azure(*definitions)
    made = Update(catalogue, SETTINGS, observed, update(azure(definition("gis", "1.0.0"))).plan)
    found = made.notices(observed, TODAY)
    assert [notice.kind for notice in found] == ["state"] + ["wrong"] * (MOST + 1)
    assert max(len(notice.line) for notice in found) < 500
    assert "image-0007 and 52 more are hidden in contoso" in found[1].text
    assert re.fullmatch(r"and \d+ more; `sandbox/labs teachers --stack dev` shows what .*", found[-1].text)
