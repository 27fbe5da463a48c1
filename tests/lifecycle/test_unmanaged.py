"""What is in the gallery and not in the catalogue."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.unmanaged import Unmanaged, unmanaged
from plan.observed import Observed, ObservedDefinition
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support.builders import GALLERY


def definition(name: str, **versions: Any) -> ObservedDefinition:
    numbers = {key.removeprefix("v").replace("_", "."): value for key, value in versions.items()}
    return inputs.observed_definition(id=f"{GALLERY}/images/{name}", versions=numbers)


def found(*definitions: ObservedDefinition, **settings: Any) -> list[Unmanaged]:
    observed = Observed(gallery=inputs.observed_gallery(*definitions))
    return unmanaged(inputs.catalogue(), Stack(inputs.settings(**settings), observed), date(2026, 6, 1))


def test_both_kinds_of_export_are_found() -> None:
    home = inputs.observed_version(id="an-id", os_disk_size_gb=100, replicas=(inputs.replica("koreacentral", 2),))
    first, second = found(
        definition("Teacher-GIS", v0_0_1=home), definition("gis", v1_0_0=inputs.observed_version(), v1_0_1=home)
    )
    assert (first.kind, first.name, second.kind, second.name) == ("version", "gis:1.0.1", "image", "Teacher-GIS:0.0.1")
    assert (second.id, second.os_disk_size_gb, second.data_disk_count) == ("an-id", 100, 0)
    assert (second.regions, second.stored_gb, second.widening_gb) == (("koreacentral",), 200, 100)


def test_widening_takes_the_stacks_replicas_and_regions() -> None:
    home = inputs.observed_version(os_disk_size_gb=10, replicas=(inputs.replica("koreacentral"),))
    (three,) = found(definition("new", v1_0_0=home), replicasPerRegion=3)
    assert three.widening_gb == 30
    (none,) = found(definition("new", v1_0_0=home), excludeRegions=["koreasouth"])
    assert none.widening_gb == 0
    (unknown,) = found(definition("new", v1_0_0=inputs.observed_version(os_disk_size_gb=None, replicas=())))
    assert (unknown.widening_gb, unknown.stored_gb) == (None, None)


def test_an_image_without_versions_is_told_too() -> None:
    (empty,) = found(definition("empty"))
    assert (empty.name, empty.number, empty.hidden) == ("empty", None, ("it has no version",))
    assert found(definition("gis")) == []
    assert unmanaged(inputs.catalogue(), Stack(inputs.settings()), date(2026, 6, 1)) == []


NAMES = st.sampled_from(["gis", "GIS2", "teacher", "Export_1"])
NUMBERS = st.sampled_from(["1.0.0", "1.0.1", "1.10.0", "1.9.0", "01.0.0"])


@given(st.dictionaries(NAMES, st.sets(NUMBERS), max_size=4))
def test_catalogue_and_list_are_together_all_there_is(gallery: dict[str, set[str]]) -> None:
    definitions = [
        inputs.observed_definition(
            id=f"{GALLERY}/images/{name}", versions={number: inputs.observed_version() for number in numbers}
        )
        for name, numbers in gallery.items()
    ]
    listed = {(item.image, item.number) for item in found(*definitions) if item.number is not None}
    there = {(name, number) for name, numbers in gallery.items() for number in numbers}
    known = "1.0.0" if "1.0.0" in gallery.get("gis", ()) else "01.0.0"
    assert listed == there - {("gis", known)}
