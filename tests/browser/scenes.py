"""Pages of the overview, made from stacks as somebody saw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from catalog.images.catalogue import Catalogue
from catalog.regions.prices import PriceTable
from catalog.texts.language import Language
from cli.overview.chapter import Chapter
from cli.overview.page import render
from lifecycle.overview import Scope, overview
from plan.observed import Observed, ObservedDefinition, ObservedLab
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support import ids
from tests.support.builders import GALLERY, replica

TODAY: Final = date(2026, 6, 1)
MOMENT: Final = "2026-06-01T08:30:00Z"
PRICES: Final = PriceTable(
    currency="USD",
    day="2026-05-28",
    source="prices of these tests",
    storage={
        "eastus": {"Standard_LRS": Decimal("0.05")},
        "koreacentral": {"Standard_LRS": Decimal("0.055")},
    },
    transfer={"Asia Pacific": Decimal("0.08")},
)
EIGHTY: Final = "an-image-whose-name-has-as-many-letters-as-a-name-in-a-gallery-of-azure-can-have"
HOSTILE: Final = {
    "script": '<script>document.title = "taken over"</script>',
    "image": '<img src="http://127.0.0.1:9/x.png" onerror="alert(1)">',
    "attribute": '" onmouseover="alert(2)" x=\'',
    "closing": "</td></table></style><h1>taken over</h1>",
    "template": "{{ 7 * 7 }} {% raw %}",
    "emoji": "🧪 Lab 👩🏽 実験室 실습실",
    "arabic": "مختبر الحاسوب ١",
    "long": "wide" * 20,
    "css": "url(http://127.0.0.1:9/y.png)",
}
"""Names that are shown as they stand. What turns the text around it is in TURNING."""
TURNING: Final = "left \u202etfel\u202c right"
LABS: Final = ("contoso-labs", "faculty-of-engineering", "faculty-of-medicine", "library-and-learning-centre")
REGIONS: Final = ("koreacentral", "koreasouth", "japaneast", "koreacentral")


def page(*chapters: Chapter, language: Language = "en") -> str:
    """The page of these stacks."""
    return render(chapters, language)


def university() -> Chapter:
    """Eight images in four labs, one of them in a region without replicas, with an image that only one lab lacks."""
    names = ("ubuntu-2204-python", "debian-12-databases", "windows-2022-cad", "gis", "rocky-9-hpc", "ml", "web", EIGHTY)
    found = [_definition(name, "1.0.0", "1.1.0") for name in names[:-1]]
    found.append(_definition(EIGHTY, "1.0.0", os_disk_size_gb=None))
    found += [_definition("Teacher_GIS", "0.0.1", tags={}), _definition("Teacher_ML", "0.0.1", tags={})]
    labs = {
        name: ObservedLab(f"{ids.LAB_ACCOUNTS}/{name}", region, {"a": GALLERY})
        for name, region in zip(LABS, REGIONS, strict=True)
    }
    return _chapter("prod", names, found, labs)


def hostile() -> Chapter:
    """A stack in which everything that others can name has a name that is no plain text."""
    texts = [*HOSTILE.values(), TURNING]
    found = [_definition("gis", "1.0.0"), *(_definition(text.replace("/", "∕"), "1.0.0", tags={}) for text in texts)]
    refused = {
        name: f"Azure refuses: {text}"
        for name, text in zip(LABS[1:], (HOSTILE["script"], HOSTILE["image"], TURNING), strict=True)
    }
    labs = {
        name: ObservedLab(f"{ids.LAB_ACCOUNTS}/{name}", "koreacentral", {"a": GALLERY}, failure=refused.get(name))
        for name in LABS
    }
    # The stack is called by its file's name, which no rule holds; Azure's regions may have names of tomorrow.
    return replace(_chapter("prod", ("gis",), found, labs), stack=HOSTILE["closing"])


def many() -> Chapter:
    """A hundred images with three versions each in five labs."""
    names = tuple(f"course-{number:03}" for number in range(100))
    found = [
        _definition(name, "1.0.0", "1.1.0", "1.2.0", os_disk_size_gb=128 if number % 7 == 3 else 64 + number % 5)
        for number, name in enumerate(names)
    ]
    labs = {
        f"faculty-{number}": ObservedLab(f"{ids.LAB_ACCOUNTS}/faculty-{number}", region, {"a": GALLERY})
        for number, region in enumerate([*REGIONS, "koreasouth"])
    }
    return _chapter("prod", names, found, labs)


def empty() -> Chapter:
    """A stack of which nothing was deployed yet, and no price is known."""
    settings = inputs.settings(labAccountIds=[])
    seen = overview(Catalogue.model_validate({"images": {}}), Stack(settings, Observed(moment=MOMENT)), TODAY)
    return Chapter("new", seen)


def unseen() -> Chapter:
    """A stack that could not be looked at."""
    return Chapter("locked", None, "Azure refuses GET /subscriptions/1 (AuthorizationFailed): ask for the Reader role")


def _chapter(
    stack: str, wanted: tuple[str, ...], found: list[ObservedDefinition], labs: Mapping[str, ObservedLab]
) -> Chapter:
    """`wanted` are the images of the catalogue, each as its definition in `found` has it."""
    versions = {each.id.rpartition("/")[2]: each.versions for each in found}
    catalogue = inputs.catalogue(
        **{
            name: inputs.image(
                identifier={"publisher": "contoso", "offer": "labs", "sku": f"sku-{number}"},
                versions={version: inputs.version() for version in versions[name]},
                end_of_life=f"2026-{7 + number % 6:02}-30" if number % 2 else None,
            )
            for number, name in enumerate(wanted)
        }
    )
    settings = inputs.settings(labAccountIds=[lab.id for lab in labs.values()])
    observed = Observed(
        gallery=inputs.observed_gallery(*found), labs={lab.id.lower(): lab for lab in labs.values()}, moment=MOMENT
    )
    return Chapter(stack, replace(overview(catalogue, Stack(settings, observed), TODAY, Scope(prices=PRICES))))


def _definition(name: str, *numbers: str, **changes: object) -> ObservedDefinition:
    path = f"{GALLERY}/images/{name}"
    tags = {"tags": changes.pop("tags")} if "tags" in changes else {}

    def version(number: str) -> object:
        more = {"replicas": (replica("koreacentral", 2), replica("koreasouth"))} if number == numbers[0] else {}
        return inputs.observed_version(**{"id": f"{path}/versions/{number}", **more, **tags, **changes})

    return inputs.observed_definition(id=path, versions={number: version(number) for number in numbers}, **tags)
