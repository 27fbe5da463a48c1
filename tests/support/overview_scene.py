"""A stack as the overview shows it: labs of every kind, images of every state, dates, exports and prices of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from catalog.images.catalogue import Catalogue
from catalog.regions.prices import PriceTable
from cli.overview.chapter import Chapter, drifts
from lifecycle.configuration_rules import Exemption
from lifecycle.exemption import PolicyRules
from lifecycle.overview import Overview, Scope, overview
from plan.observed import (
    ListedImage,
    ListedImages,
    Observed,
    ObservedDefinition,
    ObservedGallery,
    ObservedLab,
    ObservedLabPlan,
)
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support import ids
from tests.support.builders import GALLERY, OURS, replica

TODAY: Final = date(2026, 6, 1)
MOMENT: Final = "2026-06-01T09:30:00Z"
FIRST, SECOND, CLOSED = (f"{ids.LAB_ACCOUNTS}/{name}" for name in ("contoso-labs", "contoso-science", "contoso-closed"))
PLAN: Final = f"{ids.GROUPS}/labs/providers/Microsoft.LabServices/labPlans/contoso-autumn"
DEVTEST: Final = f"{ids.GROUPS}/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
PRICES: Final = PriceTable(
    "USD",
    "2026-05-01",
    "a table of the tests",
    {"eastus": {"Standard_LRS": Decimal("0.05")}, "koreacentral": {"Standard_LRS": Decimal("0.06")}},
    {"Asia": Decimal("0.08")},
)
RULES: Final = PolicyRules(
    exemptions=(Exemption("image-os-disk-below-128-gb", 0, "gis", "shown in DevTest labs only", date(2026, 8, 31)),)
)
BOTH: Final = (replica("koreacentral"), replica("koreasouth"))


def catalogue(**more: dict[str, Any]) -> Catalogue:
    """The catalogue of the scene, and `more`."""
    images = {
        "ubuntu-2204-python": _image("python", versions={"1.0.0": inputs.version(), "1.1.0": inputs.version()}),
        "rocky-9-hpc": _image("hpc", end_of_life=date(2026, 7, 15)),
        "windows-2022-cad": _image("cad", end_of_life=date(2026, 5, 1), enabled_in_plan=False),
        "gis": _image("gis", consumers=["devtest_labs"]),
    }
    return Catalogue.model_validate({"images": {**images, **more}})


def _image(sku: str, **changes: object) -> dict[str, Any]:
    identifier = {"publisher": "contoso", "offer": "labs", "sku": sku}
    return inputs.image(identifier=identifier, **{"consumers": ["lab_services"], **changes})


def definition(name: str, *numbers: str, **changes: Any) -> ObservedDefinition:
    """An image definition of the gallery with these versions."""
    path = f"{GALLERY}/images/{name}"
    versions = {
        number: inputs.observed_version(**{"id": f"{path}/versions/{number}", "replicas": BOTH, **changes})
        for number in numbers
    }
    return inputs.observed_definition(id=path, versions=versions, tags=changes.get("tags", OURS))


def gallery(*more: ObservedDefinition) -> ObservedGallery:
    """The gallery of the scene, and `more`."""
    ends = datetime(2027, 1, 31, tzinfo=UTC)
    found = (
        definition("ubuntu-2204-python", "0.9.0", "1.0.0", "1.1.0"),
        definition("rocky-9-hpc", "1.0.0", replicas=(replica("koreacentral", 3),)),
        definition("windows-2022-cad", "1.0.0", end_of_life=ends),
        definition("gis", "1.0.0", os_disk_size_gb=512),
        definition("Teacher_ML", "0.0.1", tags={}, os_disk_size_gb=None, replicas=(replica("koreacentral"),)),
    )
    return inputs.observed_gallery(*found, *more)


def observed(found: ObservedGallery | None, **changes: Any) -> Observed:
    """What is in Azure, with this gallery."""
    attached = {"a": GALLERY}
    labs = {
        FIRST.lower(): ObservedLab(FIRST, "koreacentral", attached),
        SECOND.lower(): ObservedLab(SECOND, "koreacentral", attached),
        DEVTEST.lower(): ObservedLab(DEVTEST, "koreasouth", attached),
        CLOSED.lower(): ObservedLab(
            CLOSED, failure=f"Azure refuses GET {CLOSED} (AuthorizationFailed): ask for Reader"
        ),
    }
    listed = ListedImages((ListedImage(GALLERY, "ubuntu-2204-python", enabled=True),))
    plan = ObservedLabPlan(PLAN, "koreacentral", ("koreacentral", "japaneast"), GALLERY, listed=listed)
    return Observed(**{"gallery": found, "labs": labs, "lab_plan": plan, "moment": MOMENT, **changes})


def settings(**changes: object) -> Any:
    """The stack's settings."""
    labs = {"labAccountIds": [FIRST, SECOND, CLOSED], "devTestLabIds": [DEVTEST], "labPlanId": PLAN}
    return inputs.settings(**{**labs, **changes})


def view(**changes: Any) -> Overview:
    """The overview of the scene: `catalogue`, `settings`, `observed` and the fields of Scope may be others."""
    given = {
        "catalogue": catalogue(),
        "settings": settings(),
        "observed": observed(gallery()),
        "rules": RULES,
        "prices": PRICES,
        "keep": 2,
        **changes,
    }
    scope = Scope(given["rules"], given["prices"], given["keep"])
    return overview(given["catalogue"], Stack(given["settings"], given["observed"]), TODAY, scope)


def urn(name: str, kind: str = "azure-native:compute:GalleryImage", stack: str = "dev") -> str:
    """The URN of a resource."""
    return f"urn:pulumi:{stack}::lab-image-gallery::{kind}::{name}"


def refresh_log(
    file: Path,
    changed: Mapping[str, tuple[dict[str, Any], dict[str, Any]]],
    *,
    stack: str = "dev",
    result: str = "succeeded",
) -> Path:
    """An event log of a refresh that found these resources changed, by name: inputs before and after."""
    events: list[dict[str, Any]] = []
    for name, (before, after) in {"gis": ({}, {}), **changed}.items():
        kind = "azure-native:compute:GalleryImage"
        metadata = {"urn": urn(name, kind, stack), "type": kind, "op": "refresh"}
        events.append({"resourcePreEvent": {"metadata": metadata}})
        op = "update" if before != after else "same"
        states = {"old": {"custom": True, "inputs": before}, "new": {"custom": True, "inputs": after}}
        events.append({"resOutputsEvent": {"metadata": {**metadata, "op": op, **states}}})
    events.append({"summaryEvent": {"isPreview": True, "result": result, "resourceChanges": {}}})
    file.write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")
    return file


def chapters(folder: Path) -> list[Chapter]:
    """The page of the scene: the stack with drift, one that is as it should be, and one that nobody can look at."""
    log = refresh_log(folder / "dev.events", {"gis": ({"description": "GIS"}, {"description": "Changed by hand"})})
    good = view(
        catalogue=inputs.catalogue(gis=inputs.image()),
        settings=inputs.settings(),
        observed=Observed(
            gallery=inputs.observed_gallery(inputs.observed_definition()),
            labs={inputs.LAB_ACCOUNT.lower(): ObservedLab(inputs.LAB_ACCOUNT, "koreacentral", {"a": GALLERY})},
            moment=MOMENT,
        ),
        rules=PolicyRules(),
    )
    return [
        Chapter("dev", view(), drift=drifts([log], ["dev"])["dev"]),
        Chapter("trial", replace(good, stack="trial")),
        Chapter("prod", None, "Azure refuses GET /subscriptions/… (AuthorizationFailed):\nask for the role Reader."),
    ]
