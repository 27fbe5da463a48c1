"""A source that does not fit its image is refused, whatever its kind, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from plan.observed import Observed
from tests.support import builders as inputs
from tests.support.builders import COMPUTE, GALLERY, SNAPSHOT

SOURCES = {
    "snapshot": f"{COMPUTE}/snapshots/one",
    "disk": f"{COMPUTE}/disks/one",
    "vm": f"{COMPUTE}/virtualMachines/one",
    "managed_image": f"{COMPUTE}/images/one",
    "gallery_version": f"{GALLERY}/images/trial/versions/1.0.0",
}


def refused(kind: str, **told: Any) -> list[str]:
    source_id = SOURCES[kind]
    image = inputs.image(versions={"1.0.0": inputs.version(source={kind: source_id})})
    observed = Observed(sources={source_id.lower(): inputs.observed_source(id=source_id, **told)})
    return inputs.refused(inputs.catalogue(gis=image), inputs.settings(), observed)


@pytest.mark.parametrize("kind", SOURCES)
def test_all_misfits_are_told_together(kind: str) -> None:
    found = refused(
        kind, os_type="Windows", os_state="Specialized", hyper_v_generation="V2", purchase_plan=("a", "b", "c")
    )
    state = "Name another source, or publish this one" if kind == "vm" else "Write os_state: Specialized"
    words = ("Write os_type: Windows", state, "Labs take V1 only", "name: a")
    assert [[word for word in words if word in message] for message in found] == [[word] for word in words]


@pytest.mark.parametrize(
    ("image", "source"),
    [
        ({"os_type": "Windows"}, {"os_type": "Linux"}),
        ({"os_state": "Specialized"}, {"os_state": "Generalized"}),
        ({"hyper_v_generation": "V2"}, {"hyper_v_generation": "V1"}),
    ],
)
def test_a_misfit_is_one_in_either_direction(image: dict[str, str], source: dict[str, str]) -> None:
    observed = Observed(sources={SNAPSHOT.lower(): inputs.observed_source(**{**image, **source})})
    (message,) = inputs.refused(inputs.catalogue(gis=inputs.image(**image)), inputs.settings(), observed)
    ((key, found),) = source.items()
    assert f"the image says {key}: {image[key]}, and its source {SNAPSHOT} is {found}" in message


@pytest.mark.parametrize(
    ("kind", "commands"),
    [
        ("snapshot", [f"--location koreacentral --copy-start true --source {SOURCES['snapshot']}`"]),
        (
            "disk",
            [
                "take a snapshot of it with `az",
                f"--resource-group image-build --name one-snapshot --location japaneast --source {SOURCES['disk']}`",
                f"--name one-koreacentral --location koreacentral --copy-start true --source {COMPUTE}/snapshots/one-",
            ],
        ),
        *(
            (
                kind,
                ["of its OS disk with", f'"$(az {noun} show --ids {SOURCES[kind]} ', "--copy-start true"],
            )
            for kind, noun in (("vm", "vm"), ("managed_image", "image"))
        ),
        ("gallery_version", ["or add koreacentral to its target regions"]),
    ],
)
def test_another_region_is_told_with_the_way_there(kind: str, commands: list[str]) -> None:
    (message,) = refused(kind, region="japaneast")
    assert "is in japaneast, and versions of this gallery are made in koreacentral" in message
    assert [command for command in commands if command not in message] == []
