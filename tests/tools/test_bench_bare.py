"""The yardstick is fair only while it declares what the program declares."""

from __future__ import annotations

import runpy
from collections import Counter
from collections.abc import Iterator

import pulumi
import pytest

from catalog.images.catalogue import Catalogue
from plan.observed import Observed
from plan.plan import plan
from tests.components.golden import declare
from tests.components.registrations import Registration, registrations
from tests.support.yardsticks import settings_of_yardsticks
from tools.bench.scene import ROOT
from tools.bench.workload import Workload

WORKLOAD = Workload(7)
SDK = "azure-native:"
IMAGE_TYPES = (f"{SDK}compute:GalleryImage", f"{SDK}compute:GalleryImageVersion")


@pytest.fixture
def versions_configured() -> Iterator[None]:
    pulumi.runtime.set_config("lab-image-gallery:versions", str(WORKLOAD.versions))
    yield
    pulumi.runtime.set_all_config({})


def of_azure(found: dict[str, Registration]) -> Counter[str]:
    """How many resources of each of the SDK's types."""
    return Counter(item.type for item in found.values() if item.type.startswith(SDK))


def images(found: dict[str, Registration]) -> dict[str, tuple[object, ...]]:
    """Inputs and options of all image definitions and versions, without what says whose they are."""
    return {
        key: (
            {name: value for name, value in item.inputs.items() if name != "tags"},
            {name: value for name, value in item.options.items() if name != "protect"},
        )
        for key, item in found.items()
        if item.type in IMAGE_TYPES
    }


@pytest.mark.usefixtures("versions_configured")
def test_the_bare_program_declares_the_same_resources() -> None:
    settings = settings_of_yardsticks("dev")
    decided = plan(Catalogue.model_validate(WORKLOAD.catalogue()), settings, Observed())
    ours = registrations(lambda: declare(decided))
    bare = registrations(lambda: runpy.run_path(str(ROOT / "tools" / "bench" / "bare" / "__main__.py")))
    assert of_azure(bare) == of_azure(ours)
    assert images(bare) == images(ours)
    assert [of_azure(bare)[kind] for kind in IMAGE_TYPES] == [3, 7]
