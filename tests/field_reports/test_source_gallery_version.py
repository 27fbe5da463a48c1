"""A source that is a gallery version is read in each region that has a replica of it, not in its home alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.observed import Observed
from plan.plan import plan
from tests.support import builders, ids
from tests.support.emulator_client import BUILD, GALLERIES, Client, definition, version

pytest_plugins = ["tests.support.emulator"]
HOME, OTHER = "koreacentral", "japaneast"
SOURCE = f"{ids.GALLERIES}/elsewhere/images/gis/versions/1.0.0"
IMAGE = builders.image(versions={"1.0.0": builders.version(source={"gallery_version": SOURCE})})


def observed(region: str, replicas: tuple[str, ...]) -> Observed:
    source = builders.observed_source(id=SOURCE, region=region, replica_regions=replicas, os_state="Generalized")
    return Observed(sources={SOURCE.lower(): source})


def test_a_replica_in_the_stacks_region_is_enough() -> None:
    decided = plan(builders.catalogue(gis=IMAGE), builders.settings(), observed(OTHER, (OTHER, HOME)))
    assert [planned.number for planned in decided.images[0].versions] == ["1.0.0"]


def test_without_one_a_replica_there_is_offered_first() -> None:
    (text,) = builders.refused(builders.catalogue(gis=IMAGE), builders.settings(), observed(OTHER, (OTHER,)))
    assert f"is in {OTHER}, with replicas in {OTHER}, and versions of this gallery are made in {HOME}" in text
    assert "where a gallery version needs a replica" in text
    assert f"or add {HOME} to its target regions" in text


@given(st.sampled_from([HOME, OTHER, "eastus"]), st.sets(st.sampled_from([HOME, OTHER, "eastus"])))
def test_only_where_no_replica_is_the_version_refused(region: str, replicas: set[str]) -> None:
    seen = observed(region, tuple(sorted(replicas)))
    if HOME in {region, *replicas}:
        assert plan(builders.catalogue(gis=IMAGE), builders.settings(), seen).images
    else:
        assert len(builders.refused(builders.catalogue(gis=IMAGE), builders.settings(), seen)) == 1


@pytest.mark.parametrize(("regions", "status"), [(("japaneast", "Korea Central"), 201), (("japaneast",), 404)])
def test_the_sandbox_has_the_same_rule(client: Client, image: str, regions: tuple[str, ...], status: int) -> None:
    there = f"{GALLERIES}/elsewhere"
    client.put(there, {"location": "japaneast"})
    client.put(f"{there}/images/gis", definition("gis") | {"location": "japaneast"})
    disk = f"{BUILD}/snapshots/in-japan"
    client.put(
        disk,
        {"location": "japaneast", "properties": {"diskSizeGB": 64, "osType": "Linux", "creationData": {}}},
    )
    profile = {"osDiskImage": {"source": {"id": disk}}}
    made = client.put(
        f"{there}/images/gis/versions/1.0.0",
        version(regions=regions, storageProfile=profile) | {"location": "japaneast"},
    )
    assert made.status == 201, made.body
    client.wait(made)
    copy = version(storageProfile={"source": {"id": f"{there}/images/gis/versions/1.0.0"}})
    assert client.put(f"{image}/versions/3.0.0", copy).status == status
