"""What needs no engine: the plan, the check of a catalogue from the command line, and the page of an overview."""

from __future__ import annotations

import gc
import time
from datetime import date
from pathlib import Path
from statistics import median

from catalog.images.catalogue import Catalogue
from catalog.regions.prices import read_prices
from catalog.stacks.settings import Settings, read_settings
from cli.overview.chapter import Chapter
from cli.overview.page import render
from lifecycle.overview import Scope, overview
from plan.definition import definition_of
from plan.observed import (
    Observed,
    ObservedDefinition,
    ObservedGallery,
    ObservedLab,
    ObservedReplica,
    ObservedVersion,
)
from plan.plan import plan
from plan.stack import Stack
from tools.bench.run import run
from tools.bench.scene import ROOT
from tools.bench.workload import LOCATION, OS_DISK_SIZE_GB, SUBSCRIPTION, Workload

TODAY = date(2026, 6, 1)
"""The same for every measurement, so that each shows the same dates."""
LAB_ACCOUNT = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs"
)
_REPLICAS = tuple(
    ObservedReplica(region, 1, "Standard_LRS", exclude_from_latest=False) for region in (LOCATION, "koreasouth")
)


def plan_milliseconds(workload: Workload, repeats: int) -> float:
    """Median processor time of the plan with every version published: the longer way, each is compared with Azure."""
    catalogue, settings = Catalogue.model_validate(workload.catalogue()), _settings()
    observed = _published(catalogue, settings)
    taken = []
    for _ in range(repeats):
        gc.collect()
        before = time.process_time()
        plan(catalogue, settings, observed)
        taken.append(1000 * (time.process_time() - before))
    return median(taken)


def overview_seconds(workload: Workload, repeats: int) -> float:
    """Median processor time of the page of `labs overview` from what was observed, the template's own import apart."""
    catalogue, settings = Catalogue.model_validate(workload.catalogue()), _settings()
    stack = Stack(settings, _published(catalogue, settings))
    scope = Scope(prices=read_prices(ROOT / "sandbox" / "prices.json"))
    taken = []
    for _ in range(repeats):
        gc.collect()
        before = time.process_time()
        render([Chapter("dev", overview(catalogue, stack, TODAY, scope))])
        taken.append(time.process_time() - before)
    return median(taken)


def check_seconds(workload: Workload, folder: Path, repeats: int) -> float:
    """Median wall time of `./labs check FILE` as a person calls it; the file is written into `folder`."""
    file = folder / "bench-catalogue.yaml"
    file.write_text(workload.catalogue_text(), encoding="utf-8")
    return median(run([str(ROOT / "labs"), "check", str(file)], folder).wall for _ in range(repeats))


def _settings() -> Settings:
    values = {
        "subscriptionId": SUBSCRIPTION,
        "galleryName": "contoso_lab_images",
        "resourceGroupName": "galleries",
        "location": LOCATION,
        "labAccountIds": [LAB_ACCOUNT],
    }
    return read_settings(values, project="lab-image-gallery", stack="dev")


def _published(catalogue: Catalogue, settings: Settings) -> Observed:
    """Azure as it is after an update: everything in the catalogue is there, and nothing else."""
    gallery, tags = Stack(settings).gallery_id, dict([settings.owner_tag])
    definitions = {
        name: ObservedDefinition(
            id=f"{gallery}/images/{name}",
            location=LOCATION,
            definition=definition_of(image),
            tags=tags,
            versions={
                number: ObservedVersion(
                    id=f"{gallery}/images/{name}/versions/{number}",
                    location=LOCATION,
                    source_id=version.source.id,
                    os_disk_size_gb=OS_DISK_SIZE_GB,
                    data_disk_count=0,
                    replicas=_REPLICAS,
                    provisioning_state="Succeeded",
                    tags=tags,
                )
                for number, version in image.versions.items()
            },
        )
        for name, image in catalogue.images.items()
    }
    return Observed(
        gallery=ObservedGallery(gallery, LOCATION, tags, definitions),
        labs={LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, LOCATION)},
    )
