"""What people get in each lab for each image."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks.commands import Commands
from lifecycle.after_up import after_up
from lifecycle.findings import findings
from lifecycle.offer import Offer, offers
from lifecycle.remedy import remedies
from plan.observed import (
    ListedImage,
    ListedImages,
    Observed,
    ObservedDefinition,
    ObservedLab,
    ObservedLabPlan,
    ObservedReplica,
    ObservedVersion,
    RegionProgress,
)
from plan.plan import plan
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support import ids
from tests.support.builders import GALLERY, LAB_ACCOUNT, replica

TODAY = date(2026, 6, 1)
LAB_PLAN = f"{ids.REAL}/providers/Microsoft.LabServices/labPlans/plan"
LAB_PLAN = LAB_PLAN.replace(ids.REAL, f"/subscriptions/{ids.SUBSCRIPTION}/resourceGroups/labs")
DEVTEST = f"/subscriptions/{ids.SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.DevTestLab/labs/devtest"
ATTACHED = ObservedLab(LAB_ACCOUNT, "koreacentral", {"a": GALLERY})
PLAN = ObservedLabPlan(LAB_PLAN, "koreacentral", ("koreacentral",), GALLERY)
DEVTEST_LAB = ObservedLab(DEVTEST, "koreacentral", {"a": GALLERY})


def listed(*images: str, off: tuple[str, ...] = ()) -> ListedImages:
    return ListedImages(tuple(ListedImage(GALLERY, image, image not in off) for image in images))


def found(
    *definitions: ObservedDefinition,
    lab: ObservedLab = ATTACHED,
    image: dict[str, Any] | None = None,
    **observed: Any,
) -> list[Offer]:
    values: dict[str, Any] = {"gallery": inputs.observed_gallery(*definitions), "labs": {LAB_ACCOUNT.lower(): lab}}
    stack = Stack(inputs.settings(), Observed(**{**values, **observed}))
    return offers(inputs.catalogue(gis=inputs.image(**(image or {}))), stack, TODAY)


def gis(**versions: ObservedVersion) -> ObservedDefinition:
    numbers = {key.removeprefix("v").replace("_", "."): version for key, version in versions.items()}
    return inputs.observed_definition(versions=numbers or {"1.0.0": inputs.observed_version()})


def kinds(offer: Offer) -> list[str]:
    return [reason.kind for reason in offer.reasons]


def test_a_good_image_is_seen() -> None:
    (offer,) = found(gis())
    assert (offer.status, offer.version, offer.wanted, offer.is_good) == ("seen", "1.0.0", True, True)
    (confirmed,) = found(gis(), lab=replace(ATTACHED, listed=listed("gis")))
    assert (confirmed.status, confirmed.listed, confirmed.disagrees) == ("seen", True, False)


OTHERS = inputs.observed_version(tags={}, published="2026-05-30T08:00:00+00:00", os_disk_size_gb=128)


def test_a_newer_version_of_somebody_else_hides_the_image() -> None:
    (offer,) = found(gis(v1_0_0=inputs.observed_version(), v1_0_1=OTHERS))
    assert (offer.status, offer.version, offer.latest, offer.declared) == ("hidden", None, "1.0.1", "1.0.0")
    assert kinds(offer) == ["newer_version", "os_disk_size"]
    assert (
        "version 1.0.1, which somebody else made (2026-05-30 08:00 UTC), has taken the place of 1.0.0"
        in offer.reasons[0].text
    )
    (small,) = found(gis(v1_0_0=inputs.observed_version(), v1_0_1=replace(OTHERS, os_disk_size_gb=64)))
    assert (small.status, small.version, small.is_good) == ("replaced", "1.0.1", False)


def test_what_is_missing_in_azure_is_missed() -> None:
    (gone,) = found()
    assert (gone.status, kinds(gone)) == ("hidden", ["missing_image"])
    (empty,) = found(inputs.observed_definition(versions={}))
    assert (empty.status, kinds(empty)) == ("hidden", ["no_version", "missing_version"])
    both = {"versions": {"1.0.0": inputs.version(), "1.1.0": inputs.version()}}
    (older,) = found(gis(), image=both)
    assert (older.status, older.version, kinds(older)) == ("replaced", "1.0.0", ["missing_version"])
    (no_gallery,) = found(gallery=None)
    assert kinds(no_gallery) == ["no_gallery"]


def test_exclusion_by_the_catalogue_is_no_surprise_and_by_others_is() -> None:
    both = {"versions": {"1.0.0": inputs.version(), "1.1.0": inputs.version(exclude_from_latest=True)}}
    away = inputs.observed_version(excluded=True)
    (meant,) = found(gis(v1_0_0=inputs.observed_version(), v1_1_0=away), image=both)
    assert (meant.status, meant.version) == ("seen", "1.0.0")
    (all_of_them,) = found(gis(v1_0_0=away))
    assert (all_of_them.status, kinds(all_of_them)) == ("hidden", ["excluded"])
    neither = {"versions": {"1.0.0": inputs.version(), "1.1.0": inputs.version()}}
    (other,) = found(gis(v1_0_0=inputs.observed_version(), v1_1_0=away), image=neither)
    assert (other.status, other.version, kinds(other)) == ("replaced", "1.0.0", ["excluded"])


def test_what_the_lab_lists_settles_what_is_not_known_and_is_compared_with_the_rest() -> None:
    unsized = gis(v1_0_0=inputs.observed_version(os_disk_size_gb=None))
    assert found(unsized)[0].status == "unknown"
    (there,) = found(unsized, lab=replace(ATTACHED, listed=listed("GIS")))
    assert (there.status, there.disagrees) == ("seen", False)
    (not_there,) = found(unsized, lab=replace(ATTACHED, listed=listed()))
    assert (not_there.status, kinds(not_there), not_there.disagrees) == (
        "hidden",
        ["os_disk_size", "not_listed"],
        False,
    )
    (dropped,) = found(gis(), lab=replace(ATTACHED, listed=listed()))
    assert (dropped.status, kinds(dropped), dropped.disagrees) == ("hidden", ["not_listed"], True)
    (kept,) = found(
        gis(v1_0_0=inputs.observed_version(os_disk_size_gb=200)), lab=replace(ATTACHED, listed=listed("gis"))
    )
    assert (kept.status, kept.disagrees) == ("hidden", True)
    (off,) = found(gis(), lab=replace(ATTACHED, listed=listed("gis", off=("gis",))))
    assert (off.status, kinds(off), off.disagrees) == ("hidden", ["disabled"], False)


def test_what_is_being_published_disagrees_with_nothing() -> None:
    version = inputs.observed_version(provisioning_state="Creating")
    running = {version.id.lower(): (RegionProgress("koreacentral", "Replicating", 40, ""),)}
    for names in (listed(), listed("gis"), None):
        (offer,) = found(gis(v1_0_0=version), lab=replace(ATTACHED, listed=names), progress=running)
        assert (offer.status, offer.disagrees, offer.is_being_published) == ("hidden", False, True)
        assert findings([offer])[0].text == (
            "gis is being published in contoso: its replica in koreacentral is not finished (Replicating, 40 %)"
        )
        (what,) = remedies(offer, Commands.of(inputs.settings()))
        assert what == "wait for it with `sandbox/labs status --watch --stack dev`"
    large = replace(version, os_disk_size_gb=128)
    (never,) = found(gis(v1_0_0=large), lab=replace(ATTACHED, listed=listed("gis")), progress=running)
    assert (never.disagrees, never.is_being_published) == (True, False)
    for state in ("Deleting", "Canceled"):
        (ended,) = found(gis(v1_0_0=replace(version, provisioning_state=state)))
        assert kinds(ended) == ["failed"]


def test_a_lab_that_is_not_there_is_taken_out_of_the_configuration() -> None:
    (offer,) = found(gis(), lab=ObservedLab(LAB_ACCOUNT, failure="Azure has none with this id", missing=True))
    assert remedies(offer, Commands.of(inputs.settings())) == [
        (
            "take the lab account out of the configuration, or correct its id there; "
            "if its service is gone, as docs/run/after-lab-services.md says"
        )
    ]


def test_an_end_of_life_is_settled_by_nobody() -> None:
    past = gis(v1_0_0=inputs.observed_version(end_of_life=datetime(2026, 1, 31, tzinfo=UTC)))
    (offer,) = found(past, lab=replace(ATTACHED, listed=listed("gis")))
    assert (offer.status, kinds(offer)) == ("unknown", ["end_of_life"])


def test_a_list_with_an_image_that_the_gallery_lacks_is_a_line_of_its_own() -> None:
    seen, stranger = found(gis(), lab=replace(ATTACHED, listed=listed("gis", "ghost")))
    assert seen.is_good
    assert (stranger.image, stranger.disagrees, stranger.is_good) == ("ghost", True, False)
    elsewhere = ListedImages((ListedImage(f"{GALLERY}2", "other", True), ListedImage(GALLERY, "gis", True)))
    assert len(found(gis(), lab=replace(ATTACHED, listed=elsewhere))) == 1


@pytest.mark.parametrize(
    ("lab", "status", "kind"),
    [
        (ObservedLab(LAB_ACCOUNT, "koreacentral"), "hidden", "not_attached"),
        (replace(ATTACHED, attachments={"a": f"{GALLERY}2"}), "hidden", "other_gallery"),
        (ObservedLab(LAB_ACCOUNT, failure="403"), "unknown", "unreadable"),
        (ObservedLab(LAB_ACCOUNT, failure="no such namespace", gone=True), "hidden", "missing_lab"),
        (ObservedLab(LAB_ACCOUNT, failure="Azure has none with this id", missing=True), "hidden", "missing_lab"),
        (replace(ATTACHED, listed=ListedImages(failure="403")), "unknown", "unreadable"),
        (replace(ATTACHED, region="japaneast"), "hidden", "no_replica"),
    ],
)
def test_a_lab_without_the_gallery_or_that_cannot_be_read(lab: ObservedLab, status: str, kind: str) -> None:
    (offer,) = found(gis(), lab=lab)
    assert (offer.status, kinds(offer)) == (status, [kind])


def in_plan(image: dict[str, Any] | None = None, planned: bool = False, **changes: Any) -> list[Offer]:
    settings = inputs.settings(labAccountIds=[], labPlanId=LAB_PLAN)
    observed = Observed(gallery=inputs.observed_gallery(gis()), lab_plan=replace(PLAN, **changes))
    catalogue = inputs.catalogue(gis=inputs.image(**(image or {})))
    return offers(catalogue, Stack(settings, observed), TODAY, planned=planned)


def test_a_lab_plan_offers_what_is_enabled_in_each_region_that_it_allows() -> None:
    assert in_plan(listed=listed("gis"))[0].status == "seen"
    (off,) = in_plan(listed=listed("gis", off=("gis",)))
    assert (off.status, kinds(off)) == ("hidden", ["disabled"])
    (meant,) = in_plan({"enabled_in_plan": False}, listed=listed("gis", off=("gis",)))
    assert (meant.status, meant.wanted, meant.is_good) == ("hidden", False, True)
    here, there = in_plan(listed=listed("gis"), allowed_regions=("koreacentral", "japaneast"))
    assert (here.status, there.status, kinds(there), there.disagrees) == ("seen", "hidden", ["no_replica"], False)
    assert in_plan(planned=True, listed=listed())[0].status == "hidden"
    assert in_plan(planned=True, listed=listed("gis"))[0].status == "seen"
    settings = inputs.settings(labAccountIds=[], labPlanId=LAB_PLAN)
    (gone,) = offers(inputs.catalogue(), Stack(settings, Observed(gallery=inputs.observed_gallery(gis()))), TODAY)
    assert (gone.status, kinds(gone)) == ("hidden", ["not_attached", "no_replica"][:1])


def test_rules_of_lab_services_do_not_hold_in_a_devtest_lab() -> None:
    settings = inputs.settings(labAccountIds=[], devTestLabIds=[DEVTEST])
    large = gis(v1_0_0=inputs.observed_version(os_disk_size_gb=512, data_disk_count=3))

    def seen(lab: ObservedLab, **image: Any) -> Offer:
        observed = Observed(gallery=inputs.observed_gallery(large), labs={DEVTEST.lower(): lab})
        (offer,) = offers(inputs.catalogue(gis=inputs.image(**image)), Stack(settings, observed), TODAY)
        return offer

    assert seen(DEVTEST_LAB).is_good
    chosen = seen(replace(DEVTEST_LAB, images_chosen=True))
    assert (chosen.status, kinds(chosen)) == ("unknown", ["disabled"])
    assert seen(DEVTEST_LAB, consumers=["lab_services"]).wanted is False
    assert seen(DEVTEST_LAB, consumers=["devtest_labs"]).wanted is True


def test_images_of_others_are_shown_and_not_wanted() -> None:
    teacher = inputs.observed_definition(id=f"{GALLERY}/images/teacher", tags={})
    ours, other = found(gis(), teacher)
    assert (ours.wanted, other.image, other.wanted, other.status) == (True, "teacher", False, "seen")


# --- properties ---

REGIONS = ("koreacentral", "koreasouth", "japaneast")
RANK = {"seen": 3, "replaced": 2, "unknown": 1, "hidden": 0}


@st.composite
def versions(draw: st.DrawFn) -> ObservedVersion:
    regions = draw(st.lists(st.sampled_from(REGIONS), unique=True, max_size=3))
    excluded = draw(st.booleans())
    replicas = tuple(
        ObservedReplica(region, draw(st.integers(0, 2)), "Standard_LRS", excluded or draw(st.booleans()))
        for region in regions
    )
    return inputs.observed_version(
        replicas=replicas,
        excluded=excluded,
        os_disk_size_gb=draw(st.sampled_from([None, 64, 127, 128, 256])),
        data_disk_count=draw(st.sampled_from([None, 0, 1])),
        provisioning_state=draw(st.sampled_from(["Succeeded", "Updating", "Creating", "Failed", ""])),
        end_of_life=draw(st.sampled_from([None, datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)])),
    )


GALLERIES = st.dictionaries(st.sampled_from(["1.0.0", "1.0.1", "1.1.0", "2024.01.15"]), versions(), min_size=1)
LISTS = st.sampled_from([None, listed(), listed("gis"), listed("gis", off=("gis",)), ListedImages(failure="403")])


@given(GALLERIES, LISTS, st.data())
def test_taking_a_replica_away_never_makes_more_visible(
    there: dict[str, ObservedVersion], names: ListedImages | None, data: st.DataObject
) -> None:
    number = data.draw(st.sampled_from(sorted(there)))
    left = tuple(item for item in there[number].replicas if item.region != data.draw(st.sampled_from(REGIONS)))
    lab = replace(ATTACHED, listed=names)

    def rank(gallery: dict[str, ObservedVersion]) -> int:
        (offer,) = found(inputs.observed_definition(versions=gallery), lab=lab)
        return RANK[offer.status]

    less = rank({**there, number: replace(there[number], replicas=left)})
    excluded_here = any(item.region == "koreacentral" and item.exclude_from_latest for item in there[number].replicas)
    assert excluded_here or less <= rank(there)


@given(GALLERIES, LISTS)
def test_nothing_is_seen_that_breaks_a_limit_or_is_not_known(
    there: dict[str, ObservedVersion], names: ListedImages | None
) -> None:
    (offer,) = found(inputs.observed_definition(versions=there), lab=replace(ATTACHED, listed=names))
    if offer.version is None:
        assert offer.reasons
        return
    version = there[offer.version]
    assert version.os_disk_size_gb is None or version.os_disk_size_gb < 128
    assert not version.data_disk_count
    assert any(item.region == "koreacentral" and item.replicas for item in version.replicas)
    assert version.provisioning_state in {"Succeeded", "Updating", ""}
    if names is None:
        assert version.os_disk_size_gb is not None
        assert version.provisioning_state == "Succeeded"


# --- after an update ---


def planned(catalogue: Any, observed: Observed, **settings: object) -> list[Offer]:
    stack = Stack(inputs.settings(**settings), observed)
    after = after_up(plan(catalogue, stack.settings, observed), observed)
    return offers(catalogue, Stack(stack.settings, after), TODAY, planned=True)


def test_an_update_publishes_attaches_and_removes() -> None:
    source = {f"{inputs.SNAPSHOT.lower()}": inputs.observed_source()}
    nothing = Observed(sources=source, labs={LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, "koreacentral")})
    (new,) = planned(inputs.catalogue(), nothing)
    assert (new.status, new.version) == ("seen", "1.0.0")
    both = inputs.catalogue(gis=inputs.image(versions={"1.0.0": inputs.version(), "1.1.0": inputs.version()}))
    here = replace(nothing, gallery=inputs.observed_gallery(gis()))
    assert planned(both, here)[0].version == "1.1.0"
    two = gis(v1_0_0=inputs.observed_version(), v1_1_0=inputs.observed_version())
    assert planned(inputs.catalogue(), replace(nothing, gallery=inputs.observed_gallery(two)))[0].version == "1.0.0"
    other = inputs.observed_definition(id=f"{GALLERY}/images/old")
    names = [
        offer.image
        for offer in planned(inputs.catalogue(), replace(here, gallery=inputs.observed_gallery(gis(), other)))
    ]
    assert names == ["gis"]


def test_an_update_leaves_what_others_have_made() -> None:
    attached = Observed(
        gallery=inputs.observed_gallery(gis(v1_0_0=inputs.observed_version(), v1_0_1=OTHERS)),
        labs={LAB_ACCOUNT.lower(): replace(ATTACHED, listed=listed())},
    )
    (offer,) = planned(inputs.catalogue(), attached)
    assert (offer.status, kinds(offer)) == ("hidden", ["newer_version", "os_disk_size"])
    failed = gis(v1_0_0=inputs.observed_version(provisioning_state="Failed"))
    (again,) = planned(inputs.catalogue(), replace(attached, gallery=inputs.observed_gallery(failed)))
    assert (again.status, kinds(again)) == ("seen", []), "an update publishes again what failed"


@given(st.lists(st.sampled_from(["koreacentral", "koreasouth"]), unique=True, min_size=1))
def test_what_an_update_would_leave_is_what_it_leaves_when_nothing_changes(regions: list[str]) -> None:
    there = gis(v1_0_0=inputs.observed_version(replicas=tuple(replica(region) for region in sorted(regions))))
    observed = Observed(gallery=inputs.observed_gallery(there), labs={LAB_ACCOUNT.lower(): ATTACHED})
    catalogue = inputs.catalogue(gis=inputs.image(versions={"1.0.0": inputs.version(target_regions=sorted(regions))}))
    if "koreacentral" in regions:  # the home region is always among them
        (before,), (after,) = offers(catalogue, Stack(inputs.settings(), observed), TODAY), planned(catalogue, observed)
        assert (before.status, before.version) == (after.status, after.version)
