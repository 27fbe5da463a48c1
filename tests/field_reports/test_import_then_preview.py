"""What `labs import` writes, the next preview takes as it is; what it would refuse is said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.files.document import parse
from catalog.files.similar import same_name
from catalog.images.catalogue import Catalogue, of_document
from catalog.images.editor import add_image, add_versions
from catalog.stacks.settings import Settings
from lifecycle.catalogue_entry import entries_of
from lifecycle.configuration_rules import Exemption
from lifecycle.exemption import PolicyRules
from lifecycle.importing import GEOGRAPHY_POLICY, import_refusals
from lifecycle.unmanaged import unmanaged
from plan.conflict import Conflict, PlanRefused
from plan.definition import Feature
from plan.observed import Observed, ObservedDefinition, ObservedGallery, ObservedReplica, ObservedVersion
from plan.plan import plan, plan_images
from plan.planned import PlannedImage
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support.builders import GALLERY, OURS

OTHERS = {"lab-image-gallery": "lab-image-gallery/prod"}
LRS, ZRS, PREMIUM = "Standard_LRS", "Standard_ZRS", "Premium_LRS"
TODAY = date(2026, 6, 1)
MORE = [[], ["koreasouth"], ["japaneast"], ["eastus", "koreasouth"], ["chinaeast2"], ["atlantis"]]
TEXT = f"""\
defaults: {{DEFAULTS}}
images:
  gis:
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso, offer: gis, sku: one}}
    tags: {{course: gis}}
    versions:
      1.0.0: {{source: {{snapshot: {inputs.SNAPSHOT}}}, os_disk_size_gb: 64, data_disk_count: 0}}
"""


def read(text: str) -> Catalogue:
    return of_document(parse(text, file="images.yaml"))


def with_entry(text: str, definition: ObservedDefinition, number: str, settings: Settings) -> str:
    """The catalogue's text with one version more, as the command writes it."""
    catalogue = read(text)
    image, versions = entries_of(catalogue, definition, [number], settings)
    name = same_name(definition.name, catalogue.images)
    if name is not None:
        return add_versions(text, name, versions)
    return add_image(text, definition.name, {**image, "versions": versions})


def conflicts_of(catalogue: Catalogue, settings: Settings, observed: Observed) -> set[str]:
    try:
        plan(catalogue, settings, observed)
    except PlanRefused as refused:
        return {str(conflict) for conflict in refused.conflicts}
    return set()


def as_in_azure(image: PlannedImage, number: str, there: ObservedDefinition, *, is_new: bool) -> None:
    """Asserts that an update would change no more than the tags that the take-over adds."""
    (planned,), seen = [each for each in image.versions if each.number == number], there.versions[number]
    assert {
        each.name: (each.replicas, each.storage_account_type, each.exclude_from_latest or planned.exclude_from_latest)
        for each in planned.target_regions
    } == {each.region: (each.replicas, each.storage_account_type, each.exclude_from_latest) for each in seen.replicas}
    assert planned.exclude_from_latest == seen.excluded
    assert planned.end_of_life == seen.end_of_life
    assert planned.block_deletion_before_end_of_life == seen.block_deletion_before_end_of_life
    assert planned.allow_deletion_of_replicated_locations == seen.allow_deletion_of_replicated_locations
    assert seen.inexpressible == ()
    assert seen.tags.items() - OURS.items() <= planned.tags.items()
    assert (seen.location, seen.replication_mode) == ("koreacentral", "Full")
    assert planned.protect
    if not OURS.items() <= seen.tags.items():
        assert planned.import_id == f"{GALLERY}/images/{image.name}/versions/{number}"
    assert image.features == there.features
    if is_new:
        assert replace(image.definition, features=()) == replace(there.definition, features=())
        assert there.inexpressible == ()
        assert there.tags.items() - OURS.items() <= image.tags.items()


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Usual values as a rule, so that some of what is drawn can be taken over."""
    return st.sampled_from([usual] * 15 + list(others))


TAG_SETS = mostly({}, OURS, OTHERS, {"course": "other"}, {"course": "gis", "term": "winter"}, {"Course": "gis"})
STATES = mostly("Succeeded", "Updating", "Creating", "Failed", "Deleting", "")
HOME = mostly("koreacentral", "japaneast")
STORAGE = st.sampled_from([LRS, LRS, ZRS, PREMIUM, "PremiumV2_LRS"])
REGIONS = mostly(["koreacentral", "koreasouth"], *([*home, *more] for home in (["koreacentral"], []) for more in MORE))
ENDS = st.none() | st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@st.composite
def versions(draw: st.DrawFn) -> ObservedVersion:
    """A version as anybody can have put it into the gallery."""
    excluded = draw(st.booleans())
    replicas = tuple(
        ObservedReplica(
            region,
            draw(mostly(1, 2, 100, 101)),
            draw(mostly(None, "Tape")) or draw(STORAGE),
            excluded or draw(st.booleans()),
        )
        for region in draw(REGIONS)
    )
    return inputs.observed_version(
        location=draw(HOME),
        replicas=replicas,
        excluded=excluded,
        tags=draw(TAG_SETS),
        provisioning_state=draw(STATES),
        replication_mode=draw(mostly("Full", "Shallow")),
        os_disk_size_gb=draw(st.sampled_from([None, 64, 128])),
        data_disk_count=draw(st.integers(0, 1)),
        end_of_life=draw(ENDS),
        block_deletion_before_end_of_life=draw(st.booleans()),
        allow_deletion_of_replicated_locations=draw(mostly(False, True)),
        inexpressible=draw(mostly((), ("targetExtendedLocations",))),
        source_id="/subscriptions/of-lab-services",
    )


NAMES = st.sampled_from(["gis", "gis", "gis", "GIS", "Teacher_GIS", "Teacher_GIS", "export.1", "ÄÖÜ", "-x-"])


FEATURES = mostly(
    (),
    (Feature("IsAcceleratedNetworkSupported", "True", "1.0.0"),),
    (Feature("IsHibernateSupported", "true"), Feature("DiskControllerTypes", "SCSI,NVMe")),
    (Feature("DiskControllerType", "SCSI"),),
)


@st.composite
def definitions(draw: st.DrawFn) -> ObservedDefinition:
    """Any definition, often one that is as the catalogue has `gis`."""
    name = draw(NAMES)
    group = draw(st.sampled_from(["galleries", "galleries", "GALLERIES"]))
    own_id = f"{GALLERY.replace('/galleries/providers', f'/{group}/providers')}/images/{name}"
    numbers = draw(st.sets(st.sampled_from(["0.0.1", "1.0.0", "1.0.1", "2.10.3", "2024.01.15"]), max_size=3))
    return inputs.observed_definition(
        id=own_id,
        location=draw(HOME),
        os_type=draw(mostly("Linux", "Windows", "")),
        os_state=draw(mostly("Generalized", "Specialized")),
        offer=draw(mostly("gis" if name.lower() == "gis" else name.strip("-ÄÖÜ") or "x", "GIS")),
        publisher=draw(mostly("contoso", "x" * 129)),
        description=draw(st.sampled_from([None, "Zoë's map: 1 # 2"])),
        disallowed_disk_types=draw(mostly((), ("UltraSSD_LRS",), ("Tape",))),
        recommended_vcpus=draw(mostly(None, (2, 8), (0, 4))),
        end_of_life=draw(ENDS),
        tags=draw(TAG_SETS),
        features=draw(FEATURES),
        inexpressible=draw(mostly((), ("recommended.memory",))),
        versions={number: replace(draw(versions()), id=f"{own_id}/versions/{number}") for number in sorted(numbers)},
    )


@st.composite
def galleries(draw: st.DrawFn) -> ObservedGallery:
    found = {each.name.lower(): each for each in draw(st.lists(definitions(), max_size=3))}
    return inputs.observed_gallery(*found.values())


SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "excludeRegions": st.just(["koreasouth"]),
        "storageAccountType": st.sampled_from([PREMIUM, "Standard_ZRS_where_available", {"koreasouth": PREMIUM}]),
        "tags": st.just({"owner": "it"}),
        "targetRegions": st.just("home"),
        "replicasPerRegion": st.just(3),
    },
)
DEFAULTS = st.sampled_from(
    [
        "",
        "exclude_from_latest: true",
        "replicas_per_region: 7, storage_account_type: Premium_LRS",
        "end_of_life: 2029-01-01, block_deletion_before_end_of_life: true",
        "allow_deletion_of_replicated_locations: true",
        "os_disk_size_gb: 30, tags: {term: summer}",
    ]
)


@given(galleries(), SETTINGS, DEFAULTS)
def test_what_import_takes_the_preview_takes_as_it_is(
    gallery: ObservedGallery, changes: dict[str, Any], defaults: str
) -> None:
    text = TEXT.replace("DEFAULTS", defaults)
    catalogue, settings, observed = read(text), inputs.settings(**changes), Observed(gallery=gallery)
    stack = Stack(settings, observed)
    before = conflicts_of(catalogue, settings, observed)
    for item in unmanaged(catalogue, stack, TODAY):
        if item.number is None:
            assert item.not_importable
            continue
        key = item.image.lower()
        definition = gallery.definitions[key]
        refusals = import_refusals(catalogue, {key: [item.number]}, stack)[key].of(item.number)
        assert set(refusals) <= set(item.not_importable)
        assert all(reason and not reason.endswith(".") and "None" not in reason for reason in item.not_importable)
        if refusals:
            continue
        edited = read(with_entry(text, definition, item.number, settings))
        assert conflicts_of(edited, settings, observed) <= before
        conflicts: list[Conflict] = []
        _, images = plan_images(edited, stack, conflicts)
        (image,) = [each for each in images if each.name.lower() == key]
        as_in_azure(image, item.number, definition, is_new=same_name(item.image, catalogue.images) is None)


def version(**changes: Any) -> ObservedVersion:
    """A version that somebody else has put into the gallery, in its region alone."""
    return inputs.observed_version(**{"tags": {}, "replicas": (inputs.replica("koreacentral"),), **changes})


def reasons(found: ObservedDefinition, **settings: Any) -> tuple[str, ...]:
    """What is said of version 1.0.1 of an image of the gallery, by the list and by import alike."""
    catalogue, stack = (
        read(TEXT.replace("DEFAULTS", "")),
        Stack(inputs.settings(**settings), Observed(gallery=inputs.observed_gallery(found))),
    )
    refusals = import_refusals(catalogue, {found.name.lower(): ["1.0.1"]}, stack)[found.name.lower()]
    (item,) = [each for each in unmanaged(catalogue, stack, TODAY) if each.number == "1.0.1"]
    assert refusals.of("1.0.1") == item.not_importable
    assert item.importable is not bool(item.not_importable)
    return item.not_importable


def exported(**changes: Any) -> ObservedDefinition:
    """A lab's template as an image of its own; `changes` are of its version."""
    own_id = f"{GALLERY}/images/Teacher"
    found = version(id=f"{own_id}/versions/1.0.1", **changes)
    return inputs.observed_definition(id=own_id, offer="teacher", tags={}, versions={"1.0.1": found})


def replicas(**storage: str) -> tuple[ObservedReplica, ...]:
    return tuple(inputs.replica(region, storage=kind) for region, kind in storage.items())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"replication_mode": "Shallow"},
            [
                "the replication mode of the version in the gallery is Shallow",
                "cannot be taken over and stays as it is",
                "add-image NAME --source",
            ],
        ),
        (
            {"location": "japaneast"},
            [
                "the location of the version in the gallery is japaneast",
                "cannot be taken over and stays as it is",
            ],
        ),
        ({"replicas": replicas(koreasouth=LRS)}, ["it has no replica in koreacentral, the region of the gallery"]),
        ({"replicas": ()}, ["it has no replica in koreacentral, the region of the gallery"]),
        ({"replicas": replicas(koreacentral=LRS, japaneast=LRS)}, ["it has replicas in japaneast, outside Korea"]),
        ({"replicas": replicas(koreacentral=LRS, atlantis=LRS)}, ["cannot express", "is no Azure region"]),
        ({"replicas": replicas(koreacentral=LRS, chinaeast2=LRS)}, ["chinaeast2 belongs to Azure China"]),
        ({"replicas": replicas(koreacentral="Tape")}, ["storage_account_type as in Azure: must be Standard_LRS"]),
        ({"replicas": (inputs.replica("koreacentral", 101),)}, ["from 1 to 100, not 101"]),
        ({"provisioning_state": "Creating"}, ["is not whole (its state is Creating)", "status --watch"]),
        ({"provisioning_state": "Failed"}, ["is not whole (its state is Failed)", "have it exported again"]),
        ({"tags": OTHERS}, ["it carries that of lab-image-gallery/prod", "Have it taken out of that stack first"]),
        ({"inexpressible": ("targetExtendedLocations",)}, ["targetExtendedLocations, for which the catalogue has no"]),
        ({"tags": {"a/b": "c"}}, ["the catalogue cannot express", "a tag's name has none of"]),
    ],
)
def test_a_version_that_cannot_be_taken_over(changes: dict[str, Any], words: list[str]) -> None:
    (reason,) = reasons(exported(**changes))
    assert [word for word in words if word not in reason] == []
    assert "config set location" not in reason


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"location": "japaneast"},
            [
                "the image definition is in japaneast",
                "cannot be taken over and stays as it is",
                "add-image NAME --source",
                "a version that has a replica in koreacentral",
            ],
        ),
        ({"id": f"{GALLERY}/images/-x-"}, ["is no image name", "publish it as one of another name"]),
        ({"offer": "GIS"}, ["gis has the same publisher, offer and sku"]),
        ({"publisher": "x" * 129}, ["the catalogue cannot express identifier.publisher as in Azure"]),
        ({"os_type": ""}, ["the catalogue cannot express os_type as in Azure: is missing"]),
        ({"inexpressible": ("recommended.memory",)}, ["it has recommended.memory, for which the catalogue has no key"]),
        ({"recommended_vcpus": (0, 4)}, ["the catalogue cannot express recommended.vcpus"]),
        ({"tags": OTHERS}, ["it carries that of lab-image-gallery/prod", "have it taken out there first"]),
    ],
)
def test_an_image_that_cannot_be_taken_over(changes: dict[str, Any], words: list[str]) -> None:
    usual: dict[str, Any] = {"id": f"{GALLERY}/images/Teacher", "offer": "teacher", "tags": {}}
    (reason,) = reasons(inputs.observed_definition(**{**usual, "versions": {"1.0.1": version()}, **changes}))
    assert [word for word in words if word not in reason] == []
    assert "config set location" not in reason


def test_what_can_be_taken_over() -> None:
    mixed = replicas(koreacentral=ZRS, koreasouth=LRS)
    fast = replicas(koreacentral="PremiumV2_LRS")
    for changes in ({}, {"provisioning_state": "Updating"}, {"replicas": mixed}, {"replicas": fast}):
        assert reasons(exported(**changes)) == ()


def test_an_excluded_region_is_not_added_but_no_longer_excluded() -> None:
    (reason,) = reasons(exported(replicas=replicas(koreacentral=LRS, koreasouth=LRS)), excludeRegions=["koreasouth"])
    assert "its replicas in koreasouth would be deleted" in reason
    assert "Take koreasouth out of the stack's excludeRegions" in reason
    assert "target_regions" not in reason


def test_a_definition_of_our_own_elsewhere_does_not_move_the_stack_either() -> None:
    observed = Observed(gallery=inputs.observed_gallery(inputs.observed_definition(location="japaneast")))
    (conflict,) = inputs.refused(inputs.catalogue(), inputs.settings(), observed)
    assert "the image definition is in japaneast" in conflict
    assert "config set location" not in conflict


def test_a_definition_that_differs_from_the_catalogue_s() -> None:
    theirs = inputs.observed_definition(os_type="Windows", tags={}, versions={"1.0.1": version()})
    (reason,) = reasons(theirs)
    assert "os_type is Windows in the gallery and Linux in the catalogue" in reason


def test_the_limits_of_labs_are_said_by_the_list_alone() -> None:
    found = exported(os_disk_size_gb=128)
    catalogue, stack = (
        read(TEXT.replace("DEFAULTS", "")),
        Stack(inputs.settings(), Observed(gallery=inputs.observed_gallery(found))),
    )
    assert import_refusals(catalogue, {"teacher": ["1.0.1"]}, stack)["teacher"].of("1.0.1") == ()
    (item,) = unmanaged(catalogue, stack, TODAY)
    assert item.not_importable == ("its OS disk has 128 GB, and only images below 128 GB are shown",)


def test_an_exempt_image_may_lie_outside_the_geography() -> None:
    found = exported(replicas=replicas(koreacentral=LRS, japaneast=LRS))
    stack = Stack(inputs.settings(), Observed(gallery=inputs.observed_gallery(found)))
    for image, taken in (("TEACHER", True), ("other", False)):
        exemption = Exemption(GEOGRAPHY_POLICY, 0, image, "a course in Japan", date(2026, 6, 30))
        (item,) = unmanaged(read(TEXT.replace("DEFAULTS", "")), stack, TODAY, PolicyRules(exemptions=(exemption,)))
        assert item.importable is taken


def test_one_version_says_nothing_against_another() -> None:
    own_id = f"{GALLERY}/images/Teacher"
    both = {"1.0.0": version(), "1.0.1": version(replication_mode="Shallow")}
    found = inputs.observed_definition(id=own_id, offer="teacher", tags={}, versions=both)
    stack = Stack(inputs.settings(), Observed(gallery=inputs.observed_gallery(found)))
    refusals = import_refusals(read(TEXT.replace("DEFAULTS", "")), {"teacher": ["1.0.0", "1.0.1"]}, stack)["teacher"]
    assert refusals.of("1.0.0") == ()
    assert len(refusals.of("1.0.1")) == 1
