"""The newest version that teachers can get."""

from __future__ import annotations

from typing import Any

from plan.latest import highest, latest_of_stack, latest_usable
from plan.observed import Observed
from plan.plan import plan
from plan.stack import Stack
from tests.support.builders import (
    GALLERY,
    catalogue,
    image,
    observed_definition,
    observed_gallery,
    observed_source,
    observed_version,
    replica,
    settings,
    version,
)

HIDDEN = (replica("koreacentral", excluded=True),)


def latest(versions: dict[str, Any], published: dict[str, Any]) -> str | None:
    """What the plan of one image says, with these versions in the catalogue and in the gallery."""
    gallery = observed_gallery(observed_definition(versions=published))
    source = observed_source()
    decided = plan(
        catalogue(gis=image(versions=versions)),
        settings(),
        Observed(gallery=gallery, sources={source.id.lower(): source}),
    )
    return decided.images[0].latest_usable


def test_usable_is_published_and_offered_somewhere() -> None:
    offered = (*HIDDEN, replica("koreasouth"))
    versions = {
        "1.9.0": observed_version(replicas=offered, provisioning_state="Updating"),
        "1.10.0": observed_version(replicas=HIDDEN),
        "2.0.0": observed_version(provisioning_state="Failed"),
        "1.8.0": observed_version(),
    }
    assert latest_usable(versions) == "1.9.0"
    assert latest_usable({}) is None
    assert highest(["no number", "1.2.0", "1.10.0"]) == "1.10.0"


def test_the_newest_of_a_stack_is_the_same_before_and_after_an_update() -> None:
    versions = {"1.0.0": version(), "1.1.0": version()}
    first, second = observed_version(), observed_version(id=f"{GALLERY}/images/gis/versions/1.1.0")
    assert latest(versions, {}) == latest(versions, {"1.0.0": first, "1.1.0": second}) == "1.1.0"
    hidden = {**versions, "1.1.0": version(exclude_from_latest=True)}
    assert latest(hidden, {"1.0.0": first, "1.1.0": second}) == "1.0.0"
    by_region = {**versions, "1.1.0": version(exclude_from_latest=["koreacentral"])}
    assert latest(by_region, {"1.0.0": first}) == "1.1.0"


def test_a_version_that_is_no_longer_declared_is_the_newest_if_it_is_our_own() -> None:
    versions, first = {"1.0.0": version()}, observed_version()
    dropped = {"1.0.0": first, "1.1.0": observed_version(id="1.1.0")}
    assert latest(versions, dropped) == "1.1.0"
    assert latest(versions, {**dropped, "1.1.0": observed_version(id="1.1.0", tags={})}) == "1.0.0"
    assert latest(versions, {**dropped, "1.1.0": observed_version(id="1.1.0", provisioning_state="Failed")}) == "1.0.0"
    assert latest({**versions, "1.2.0": version()}, dropped) == "1.2.0"
    assert latest_of_stack([], {}, Stack(settings())) is None
