"""The entry of what is in the gallery says it as it is: planned against the same gallery, nothing moves."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from catalog.fields.tags import REPUBLISHED_TAG
from catalog.files.document import parse
from catalog.images.catalogue import Catalogue, of_document
from catalog.images.editor import add_image
from catalog.images.version import VersionDefaults
from lifecycle.catalogue_entry import entry_of_definition, entry_of_version
from plan.observed import Observed, ObservedDefinition, ObservedReplica, ObservedVersion
from plan.plan import plan
from tests.support import builders as inputs
from tests.support.builders import GALLERY, OURS

TEXT = """\
defaults: {DEFAULTS}
images:
  other:
    os_type: Linux
    os_state: Generalized
    identifier: {publisher: contoso, offer: other, sku: one}
    versions:
      1.0.0: {source: {snapshot: SNAPSHOT}, exclude_from_latest: false}
""".replace("SNAPSHOT", inputs.SNAPSHOT)
REGIONS = st.sets(st.sampled_from(["koreasouth", "japaneast", "eastus"])).map(
    lambda more: ["koreacentral", *sorted(more)]
)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn"]), min_size=1, max_size=30
)
MOMENTS = st.one_of(
    st.just(datetime(2027, 6, 28, tzinfo=UTC)),
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),
)
TAGS = st.dictionaries(st.from_regex(r"[a-z][a-z-]{0,8}", fullmatch=True), WORDS, max_size=3)


@st.composite
def exported_versions(draw: st.DrawFn) -> ObservedVersion:
    storage, excluded = st.sampled_from(["Standard_LRS", "Premium_LRS"]), draw(st.booleans())
    replicas = tuple(
        ObservedReplica(name, draw(st.integers(1, 5)), draw(storage), excluded or draw(st.booleans()))
        for name in draw(REGIONS)
    )
    return inputs.observed_version(
        replicas=replicas,
        excluded=excluded,
        tags=draw(TAGS),
        os_disk_size_gb=draw(st.none() | st.integers(1, 2048)),
        data_disk_count=draw(st.integers(0, 3)),
        end_of_life=draw(st.none() | MOMENTS),
        block_deletion_before_end_of_life=draw(st.booleans()),
        source_id="/subscriptions/of-lab-services",
    )


@st.composite
def exported_images(draw: st.DrawFn) -> ObservedDefinition:
    return inputs.observed_definition(
        id=f"{GALLERY}/images/Teacher_GIS",
        os_type=draw(st.sampled_from(["Linux", "Windows"])),
        os_state="Specialized",
        hyper_v_generation=draw(st.sampled_from(["V1", "V2"])),
        tags=draw(TAGS),
        description=draw(st.none() | WORDS),
        purchase_plan=draw(st.none() | st.just(("plan", "offer", "publisher"))),
        recommended_vcpus=draw(st.none() | st.just((2, 8))),
        disallowed_disk_types=draw(st.sampled_from([(), ("UltraSSD_LRS",)])),
        end_of_life=draw(st.none() | MOMENTS),
        versions={"0.0.1": draw(exported_versions())},
    )


def adopted(text: str, definition: ObservedDefinition) -> Catalogue:
    defaults = of_document(parse(text, file="images.yaml")).defaults
    versions = {number: entry_of_version(version, defaults) for number, version in definition.versions.items()}
    edited = add_image(text, "Teacher_GIS", {**entry_of_definition(definition), "versions": versions})
    return of_document(parse(edited, file="images.yaml"))


@given(
    definition=exported_images(),
    defaults=st.sampled_from(
        ["", "exclude_from_latest: true", "replicas_per_region: 7", "end_of_life: 2030-05-15", "tags: {course: gis}"]
    ),
)
def test_nothing_moves(definition: ObservedDefinition, defaults: str) -> None:
    text = TEXT.replace("DEFAULTS", defaults)
    catalogue = adopted(text, definition)
    gallery = inputs.observed_gallery(definition)
    (_, image) = plan(catalogue, inputs.settings(tags={"owner": "it"}), Observed(gallery=gallery)).images
    (version,), (there,) = image.versions, definition.versions.values()
    assert (image.import_id, version.import_id) == (
        f"{GALLERY}/images/Teacher_GIS",
        f"{GALLERY}/images/Teacher_GIS/versions/0.0.1",
    )
    assert [(region.name, region.replicas, region.storage_account_type) for region in version.target_regions] == [
        (replica.region, replica.replicas, replica.storage_account_type) for replica in there.replicas
    ]
    for planned, replica in zip(version.target_regions, there.replicas, strict=True):
        assert (version.exclude_from_latest or planned.exclude_from_latest) == replica.exclude_from_latest
    assert version.exclude_from_latest == there.excluded
    assert version.end_of_life == there.end_of_life
    assert version.block_deletion_before_end_of_life == there.block_deletion_before_end_of_life
    assert (version.os_disk_size_gb, version.data_disk_count) == (there.os_disk_size_gb, there.data_disk_count)
    assert image.definition == definition.definition
    assert {"owner": "it", **definition.tags}.items() <= image.tags.items()
    assert version.tags == {"owner": "it", **definition.tags, **there.tags, **OURS}


def test_the_owners_tag_is_no_tag_of_the_entry() -> None:
    again = OURS | {REPUBLISHED_TAG: "2026-06-01T12:00:00Z"}
    assert "tags" not in entry_of_version(inputs.observed_version(tags=again), VersionDefaults())
    assert "tags" not in entry_of_definition(inputs.observed_definition(tags=OURS))
