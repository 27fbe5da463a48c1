"""What `labs teachers` and `labs status` print of a university with many labs, in terminals of several widths.

Those of 80 columns are in each language.

`python -m tests.cli.offers.golden` writes the files. A change of one is read like a change of code: it is what an
administrator sees.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from catalog.images.catalogue import Catalogue
from catalog.texts.language import LANGUAGES, Language
from catalog.texts.translation import speaking
from cli.catalogue_file import CatalogueFile
from cli.chosen_stack import ChosenStack
from cli.commands.teachers import Answer, answer_of, lines
from lifecycle.exemption import PolicyRules
from plan.observed import (
    ListedImage,
    ListedImages,
    Observed,
    ObservedDefinition,
    ObservedLab,
    ObservedLabPlan,
    ObservedVersion,
)
from tests.support import builders as inputs
from tests.support import ids
from tests.support.builders import GALLERY

FOLDER: Final = Path(__file__).parent
WIDTHS: Final = (80, 100, 160)
TODAY: Final = date(2026, 6, 1)
PLAN: Final = f"{ids.GROUPS}/labs/providers/Microsoft.LabServices/labPlans/contoso-autumn-plan"
DEVTEST: Final = f"{ids.GROUPS}/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
FACULTIES: Final = [f"{ids.LAB_ACCOUNTS}/faculty-{number:02}" for number in range(1, 15)]
DETACHED: Final = f"{ids.LAB_ACCOUNTS}/faculty-of-veterinary-medicine"
CLOSED: Final = f"{ids.LAB_ACCOUNTS}/closed-labs"
COURSES: Final = [f"course-{number:02}" for number in range(1, 13)]


def _catalogue() -> Catalogue:
    lab_services = {"consumers": ["lab_services"]}
    two = {"1.0.0": inputs.version(), "1.1.0": inputs.version()}

    def image(name: str, **changes: object) -> dict[str, object]:
        identifier = {"publisher": "contoso", "offer": "labs", "sku": name}
        return inputs.image(identifier=identifier, **{**lab_services, **changes})

    images = {
        "ubuntu-2204-python": image("python", versions=two),
        "debian-12-databases": image("databases"),
        "windows-2022-cad": image("cad", enabled_in_plan=False),
        "gis": image("gis", consumers=["devtest_labs"]),
        **{name: image(name) for name in COURSES},
    }
    return Catalogue.model_validate({"images": images})


def _definition(name: str, *numbers: str, **changes: object) -> ObservedDefinition:
    path = f"{GALLERY}/images/{name}"

    def version(number: str) -> ObservedVersion:
        return inputs.observed_version(**{"id": f"{path}/versions/{number}", **changes})

    return inputs.observed_definition(id=path, versions={number: version(number) for number in numbers})


def _observed() -> Observed:
    databases = _definition("debian-12-databases", "1.0.0")
    saved = inputs.observed_version(
        id=f"{databases.id}/versions/1.0.1", os_disk_size_gb=128, tags={}, published="2026-05-30T08:00:00.123+00:00"
    )
    gallery = inputs.observed_gallery(
        _definition("ubuntu-2204-python", "1.0.0"),
        replace(databases, versions={**databases.versions, "1.0.1": saved}),
        _definition("windows-2022-cad", "1.0.0", end_of_life=datetime(2026, 1, 31, tzinfo=UTC)),
        _definition("gis", "1.0.0", os_disk_size_gb=512),
        *(_definition(name, "1.0.0") for name in COURSES),
        _definition("Teacher_GIS", "0.0.1", tags={}),
        _definition("Teacher_ML", "0.0.1", tags={}, os_disk_size_gb=256),
    )
    attached = {"a": GALLERY}
    labs = {lab.lower(): ObservedLab(lab, "koreacentral", attached) for lab in [*FACULTIES, DEVTEST]}
    first = ObservedLab(FACULTIES[0], "koreacentral", attached, listed=_listed("course-01"))
    labs[FACULTIES[0].lower()] = first
    labs[DETACHED.lower()] = ObservedLab(DETACHED, "koreacentral")
    refused = f"Azure refuses GET {CLOSED} (AuthorizationFailed): ask for the Reader role"
    labs[CLOSED.lower()] = ObservedLab(CLOSED, failure=refused)
    plan = ObservedLabPlan(PLAN, "koreacentral", ("koreacentral", "japaneast"), GALLERY, listed=_listed())
    return Observed(gallery=gallery, labs=labs, lab_plan=plan)


def _listed(*left_out: str) -> ListedImages:
    """What Lab Services lists, but for the images that it leaves out for a reason that nobody knows."""
    shown = ("ubuntu-2204-python", "windows-2022-cad", *COURSES, "Teacher_GIS", "Größe-影像")
    return ListedImages(
        tuple(ListedImage(GALLERY, name, enabled=name != "course-02") for name in shown if name not in left_out)
    )


def answer() -> Answer:
    """The answer that the files show."""
    settings = inputs.settings(labAccountIds=[*FACULTIES, DETACHED, CLOSED], devTestLabIds=[DEVTEST], labPlanId=PLAN)
    stack = ChosenStack("prod", settings, CatalogueFile(Path("images.yaml"), b"", "", _catalogue()), PolicyRules())
    return answer_of(stack, _observed(), TODAY)


def texts() -> dict[str, str]:
    """Each file's name and text."""
    others = [language for language in LANGUAGES if language != "en"]
    return {f"teachers-{width}.txt": printed(width, "en") for width in WIDTHS} | {
        f"teachers-{WIDTHS[0]}-{language}.txt": printed(WIDTHS[0], language) for language in others
    }


def printed(width: int, language: Language) -> str:
    """What the command prints, without colours."""
    with speaking(language):
        return click.unstyle("\n".join(lines(answer(), width))) + "\n"


if __name__ == "__main__":
    for file, text in texts().items():
        (FOLDER / file).write_text(text, encoding="utf-8")
