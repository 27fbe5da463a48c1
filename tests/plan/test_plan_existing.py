"""`source: existing: true`: what is taken over, how long, and what stands in the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.conflict import PlanRefused
from plan.observed import Observed, ObservedVersion
from plan.plan import plan
from plan.planned import PlannedImage
from tests.support import builders as inputs
from tests.support.builders import GALLERY, OURS

EXISTING = {"source": {"existing": True}}
OTHERS = {"lab-image-gallery": "lab-image-gallery/prod"}
OWN_ID = f"{GALLERY}/images/gis/versions/1.0.0"


def azure(version: ObservedVersion | None, tags: dict[str, str] | None = None, **properties: str) -> Observed:
    """Our gallery with the definition `gis` (untagged unless `tags`), which has this version or none."""
    versions = {"1.0.0": version} if version else {}
    definition = inputs.observed_definition(versions=versions, tags=tags or {}, **properties)
    return Observed(gallery=inputs.observed_gallery(definition))


def exported(**changes: Any) -> ObservedVersion:
    """What Lab Services saved: untagged, made from something that nobody here knows."""
    values = {"tags": {}, "source_id": "/subscriptions/of-lab-services", "os_disk_size_gb": 100}
    return inputs.observed_version(**{**values, **changes})


def decided(observed: Observed, version: dict[str, Any] = EXISTING, **settings: Any) -> PlannedImage:
    (image,) = plan(
        inputs.catalogue(gis=inputs.image(versions={"1.0.0": version})), inputs.settings(**settings), observed
    ).images
    return image


def refused(observed: Observed, version: dict[str, Any] = EXISTING) -> list[str]:
    return inputs.refused(inputs.catalogue(gis=inputs.image(versions={"1.0.0": version})), inputs.settings(), observed)


def test_an_export_is_taken_over_with_its_definition_and_its_own_facts() -> None:
    image = decided(azure(exported()), {**EXISTING, "os_disk_size_gb": 64})
    (version,) = image.versions
    assert (image.import_id, version.import_id) == (f"{GALLERY}/images/gis", OWN_ID)
    assert (version.source.kind, version.source.id) == ("existing", OWN_ID)
    assert (version.os_disk_size_gb, version.declared_os_disk_size_gb, version.data_disk_count) == (100, 64, 0)
    assert (image.exists, version.exists) == (True, True)


def test_what_carries_the_stacks_tag_is_not_imported_again() -> None:
    image = decided(azure(exported(tags=OURS), OURS))
    assert (image.import_id, image.versions[0].import_id) == (None, None)
    again = decided(azure(exported(tags=OURS), OURS), importExisting=True)
    assert (again.import_id, again.versions[0].import_id) == (f"{GALLERY}/images/gis", OWN_ID)


def test_a_new_version_of_an_image_of_ours_leaves_the_definition_alone() -> None:
    image = decided(azure(exported(), OURS))
    assert (image.import_id, image.versions[0].import_id) == (None, OWN_ID)


@pytest.mark.parametrize(("own", "protected"), [({}, True), ({"protect": False}, False), ({"protect": True}, True)])
def test_only_its_own_word_lifts_the_protection(own: dict[str, Any], protected: bool) -> None:
    image = inputs.image(versions={"1.0.0": {**EXISTING, **own}}, protect=False)
    (planned,) = plan(inputs.catalogue(gis=image), inputs.settings(protect=False), azure(exported())).images
    assert planned.versions[0].protect is protected
    assert planned.protect is False
    assert decided(azure(exported()), {**EXISTING, **own}, protect=False).protect is True


def test_a_version_that_is_not_there_is_told_with_what_to_do() -> None:
    (message,) = refused(azure(None, OURS))
    assert f"the gallery has no such version: {OWN_ID}" in message
    assert "sandbox/labs list-unmanaged --stack dev" in message
    assert "sandbox/pulumi refresh --stack dev" in message
    (message,) = refused(Observed())
    assert OWN_ID in message


def test_a_gallery_that_could_not_be_seen_is_told_once() -> None:
    outside = {**EXISTING, "replicas_per_region": {"japaneast": 1}}
    for version in (EXISTING, outside):
        (message,) = refused(Observed(failures=("Azure refuses",)), version)
        assert message.startswith("the look at Azure: Azure refuses.")


@pytest.mark.parametrize("state", ["Creating", "Failed", "Deleting"])
def test_what_is_not_whole_is_taken_over_later(state: str) -> None:
    abroad = (inputs.replica("koreacentral"), inputs.replica("japaneast"))
    (message,) = refused(azure(exported(provisioning_state=state, replicas=abroad)))
    assert f"its state is {state}" in message
    mine = decided(azure(exported(provisioning_state=state, tags=OURS), OURS))
    assert mine.versions[0].exists


def test_what_another_stack_has_stays_with_it() -> None:
    messages = refused(azure(exported(tags=OTHERS), OTHERS))
    assert [message.split(": ")[0] for message in messages] == ["images.gis", "images.gis.versions.1.0.0"]


def test_the_catalogue_says_the_regions_and_never_takes_one_away() -> None:
    home = (inputs.replica("koreacentral"),)
    widened = decided(azure(exported(replicas=home)))
    assert [region.name for region in widened.versions[0].target_regions] == ["koreacentral", "koreasouth"]
    kept = decided(azure(exported(replicas=home)), {**EXISTING, "target_regions": "home"})
    assert [region.name for region in kept.versions[0].target_regions] == ["koreacentral"]
    (message,) = refused(azure(exported()), {**EXISTING, "target_regions": "home"})
    assert "its replicas in koreasouth would be deleted" in message


def test_what_never_changes_is_compared() -> None:
    premium = (inputs.replica("koreacentral", storage="Premium_LRS"),)
    (message,) = refused(azure(exported(replicas=premium)))
    assert "storage_account_type is Premium_LRS in koreacentral in the gallery" in message
    (message,) = refused(azure(exported(), os_state="Specialized"))
    assert "os_state is Specialized in the gallery and Generalized in the catalogue" in message


@given(
    tags=st.sampled_from([{}, OURS, OTHERS, {"other": "tag"}]),
    definition_tags=st.sampled_from([{}, OURS, OTHERS]),
    state=st.sampled_from(["Succeeded", "Updating", "Creating", "Failed"]),
    there=st.booleans(),
    importing=st.booleans(),
)
def test_whatever_azure_has_an_existing_version_is_never_made(
    tags: dict[str, str], definition_tags: dict[str, str], state: str, there: bool, importing: bool
) -> None:
    version = exported(tags=tags, provisioning_state=state) if there else None
    try:
        image = decided(azure(version, definition_tags), importExisting=importing)
    except PlanRefused:
        return
    (planned,) = image.versions
    assert there
    assert planned.exists
    assert planned.protect
    assert planned.import_id in {OWN_ID, None}
    assert (planned.import_id is None) == (tags == OURS and not importing)
