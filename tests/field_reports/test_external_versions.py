"""Versions that somebody else publishes: what the catalogue, the plan, the commands and the notices make of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog.files.diagnostic import InvalidFile
from catalog.files.document import parse
from catalog.images.catalogue import Catalogue, of_document
from catalog.images.json_schema import schema
from catalog.stacks.commands import Commands
from catalog.stacks.settings import Settings
from components.image_regions import image_regions
from lifecycle.after_up import after_up
from lifecycle.declared import hidden_images
from lifecycle.exemption import PolicyRules
from lifecycle.offer import Offer, offers
from lifecycle.progress import versions_of
from lifecycle.remedy import remedies
from lifecycle.retirement import Retirement, retirement
from lifecycle.unmanaged import unmanaged
from lifecycle.update import Update
from lifecycle.visibility import latest_in
from plan.external import external_conflicts, older_versions, regions_of_latest, taken_versions, unfinished_version
from plan.observed import Deployed, Observed, ObservedDefinition, ObservedLab, ObservedVersion
from plan.plan import plan
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support.builders import GALLERY, LAB_ACCOUNT, OURS, replica

TODAY = date(2026, 6, 1)
IDENTIFIER = {"publisher": "contoso", "offer": "gis", "sku": "one"}
LAB = {LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, "koreacentral", {"a": GALLERY})}
CATALOGUE = inputs.catalogue(gis=inputs.image(versions="external"))


def theirs(number: str = "1.0.0", **changes: Any) -> ObservedVersion:
    """A version that somebody else has published into `gis`."""
    values = {"id": f"{GALLERY}/images/gis/versions/{number}", "tags": {}, "source_id": "/somewhere/else"}
    return inputs.observed_version(**{**values, **changes})


def gis(own: dict[str, str] | None = None, /, **versions: ObservedVersion) -> ObservedDefinition:
    numbered = {key.removeprefix("v").replace("_", "."): version for key, version in versions.items()}
    return inputs.observed_definition(tags=OURS if own is None else own, versions=numbered)


def there(*definitions: ObservedDefinition, **more: Any) -> Observed:
    return Observed(gallery=inputs.observed_gallery(*definitions), labs=LAB, **more)


def offered(observed: Observed, *, planned: bool = False) -> Offer:
    (found,) = offers(CATALOGUE, Stack(inputs.settings(), observed), TODAY, planned=planned)
    return found


class TestCatalogue:
    @staticmethod
    def read(versions: str) -> Catalogue:
        text = (
            "images:\n  gis:\n    os_type: Linux\n    os_state: Generalized\n"
            f"    identifier: {{publisher: contoso, offer: gis, sku: one}}\n    versions: {versions}\n"
        )
        return of_document(parse(text, file="images.yaml"))

    @pytest.mark.parametrize("word", ["external", '"external"'])
    def test_the_word_is_an_image_without_versions(self, word: str) -> None:
        image = self.read(word).images["gis"]
        assert image.versions == {}
        assert image.is_external

    def test_an_image_with_versions_is_not_external(self) -> None:
        assert not inputs.catalogue().images["gis"].is_external

    @pytest.mark.parametrize("word", ["External", "EXTERNAL", "extern", "externally", "packer", "' external'"])
    def test_another_word_is_answered_with_the_right_one(self, word: str) -> None:
        with pytest.raises(InvalidFile) as caught:
            self.read(word)
        assert str(caught.value) == (
            "images.yaml:6: images.gis.versions: must be versions by number, such as 1.0.0:, or external if somebody "
            f'else publishes them, not "{word.strip(chr(39))}"'
        )

    @given(st.text().filter(lambda word: word != "external") | st.integers() | st.booleans() | st.none() | st.just({}))
    def test_nothing_else_is_an_image_without_versions(self, value: object) -> None:
        with pytest.raises(ValidationError):
            inputs.catalogue(gis=inputs.image(versions=value))

    @pytest.mark.parametrize("nothing", ["{}", "", "[]", "true"])
    def test_nothing_does_not_mean_others(self, nothing: str) -> None:
        with pytest.raises(InvalidFile, match=r"images\.gis\.versions: "):
            self.read(nothing)

    def test_a_source_of_that_name_cannot_be_written(self) -> None:
        with pytest.raises(InvalidFile, match="there is no such key"):
            self.read("{1.0.0: {source: {external: true}}}")

    def test_editors_offer_the_word(self) -> None:
        found = schema()["$defs"]["Image"]["properties"]["versions"]
        assert [entry.get("const") or entry["type"] for entry in found["anyOf"]] == ["object", "external"]

    def test_the_check_judges_no_versions_that_no_file_has(self) -> None:
        assert list(hidden_images(CATALOGUE, inputs.settings(), PolicyRules(), TODAY)) == []


class TestPlan:
    def test_before_the_first_version_the_definition_alone_is_declared(self) -> None:
        (image,) = plan(CATALOGUE, inputs.settings(), Observed(labs=LAB)).images
        assert (image.versions, image.external, image.import_id) == ((), (), None)

    def test_what_others_published_is_a_fact_and_no_conflict(self) -> None:
        excluded = (replica("koreacentral"), replica("koreasouth", excluded=True))
        version = theirs("1.1.0", os_disk_size_gb=200, data_disk_count=1, replicas=excluded)
        found = plan(CATALOGUE, inputs.settings(), there(gis(v1_0_0=theirs(), v1_1_0=version)))
        (image,) = found.images
        assert image.versions == ()
        assert [(each.number, each.os_disk_size_gb, each.data_disk_count) for each in image.external or ()] == [
            ("1.0.0", 64, 0),
            ("1.1.0", 200, 1),
        ]
        assert image_regions(found) == {"gis": ["koreacentral", "koreasouth"]}
        assert found.gallery.replica_storage_gb == 2 * 64 + 2 * 200

    def test_a_definition_that_others_made_is_taken_over_and_its_versions_are_not(self) -> None:
        (image,) = plan(CATALOGUE, inputs.settings(), there(gis({}, v1_0_0=theirs()))).images
        assert (image.import_id, image.versions) == (f"{GALLERY}/images/gis", ())

    def test_the_definition_of_another_stack_is_not(self) -> None:
        other = {"lab-image-gallery": "lab-image-gallery/prod"}
        (conflict,) = inputs.refused(CATALOGUE, inputs.settings(), there(gis(other, v1_0_0=theirs())))
        assert "it carries that of lab-image-gallery/prod" in conflict

    @pytest.mark.parametrize(
        ("versions", "deployed", "named"),
        [
            ({"v1_0_0": inputs.observed_version(), "v2_0_0": theirs("2.0.0")}, {}, "version 1.0.0"),
            ({"v1_0_0": theirs()}, {"gis": ("1.0.0",)}, "version 1.0.0"),
            (
                {f"v1_{minor}_0": inputs.observed_version() for minor in (10, 9, 2, 1)},
                {},
                "versions 1.1.0, 1.2.0, 1.9.0 and 1 more",
            ),
        ],
    )
    def test_versions_of_the_stack_would_be_deleted(
        self, versions: dict[str, ObservedVersion], deployed: dict[str, tuple[str, ...]], named: str
    ) -> None:
        observed = there(gis(**versions), deployed=Deployed(versions=deployed))
        assert inputs.refused(CATALOGUE, inputs.settings(), observed) == [
            (
                f"images.gis: it says versions: external, and its definition in the gallery holds {named}, which this "
                "stack published. The update would delete what the catalogue no longer has, and new labs would not get "
                "it any more. Write its versions back, and have others publish under another name; or hand the image "
                "over first, as docs/publish/external.md says."
            )
        ]

    def test_taken_from_the_catalogue_with_versions_in_it_it_is_refused(self) -> None:
        other = inputs.image(identifier={**IDENTIFIER, "sku": "two"})
        observed = there(gis(v1_0_0=theirs()))
        (conflict,) = inputs.refused(inputs.catalogue(other=other), inputs.settings(), observed)
        assert conflict.startswith("images.gis: the catalogue no longer has it")

    def test_back_to_versions_what_others_published_stays_theirs(self) -> None:
        declared = inputs.catalogue(gis=inputs.image(versions={"3.0.0": inputs.version()}))
        (image,) = plan(declared, inputs.settings(), there(gis(v1_0_0=theirs()))).images
        assert image.external is None
        assert [version.number for version in image.versions] == ["3.0.0"]


@pytest.mark.parametrize(
    ("versions", "taken"),
    [
        ({}, []),
        ({"v1_0_0": theirs(), "v1_1_0": theirs(), "v1_10_0": theirs()}, ["1.10.0"]),
        ({"v1_0_0": theirs(), "v1_1_0": theirs(provisioning_state="Creating", os_disk_size_gb=None)}, ["1.0.0"]),
        ({"v1_0_0": theirs(), "v1_1_0": theirs(provisioning_state="Failed", os_disk_size_gb=None)}, ["1.0.0"]),
        ({"v1_0_0": theirs(), "v1_1_0": theirs(provisioning_state="Failed", os_disk_size_gb=200)}, ["1.1.0"]),
        ({"v1_0_0": theirs(provisioning_state="Failed", os_disk_size_gb=200)}, ["1.0.0"]),
        ({"v1_0_0": theirs(provisioning_state="Failed", os_disk_size_gb=None)}, []),
        ({"v1_0_0": theirs(os_disk_size_gb=None)}, ["1.0.0"]),
        ({"v1_0_0": theirs(), "v1_1_0": theirs(provisioning_state="Updating")}, ["1.1.0"]),
        ({"v1_0_0": theirs(), "v1_1_0": theirs(excluded=True)}, ["1.0.0"]),
        ({"v1_0_0": theirs(excluded=True), "v1_1_0": theirs(excluded=True)}, ["1.1.0"]),
        (
            {
                "v1_0_0": theirs(),
                "v1_1_0": theirs(replicas=(replica("koreacentral"), replica("koreasouth", excluded=True))),
            },
            ["1.0.0", "1.1.0"],
        ),
        ({"v2024_01_15": theirs("2024.01.15"), "v1_0_0": theirs()}, ["2024.01.15"]),
    ],
)
def test_what_labs_take_is_judged(versions: dict[str, ObservedVersion], taken: list[str]) -> None:
    assert [version.number for version in taken_versions(gis(**versions))] == taken


def test_a_version_that_failed_in_a_region_counts_for_storage_and_regions_too() -> None:
    failed = theirs("1.1.0", provisioning_state="Failed", os_disk_size_gb=200, replicas=(replica("koreasouth"),))
    found = plan(CATALOGUE, inputs.settings(), there(gis(v1_0_0=theirs(replicas=(replica("eastus"),)), v1_1_0=failed)))
    assert image_regions(found) == {"gis": ["koreasouth"]}
    assert found.gallery.replica_storage_gb == 64 + 200


@pytest.mark.parametrize(
    ("own", "deployed"), [("gis", "GIS"), ("gis", "Gis"), ("gis", "gis"), ("GIS", "gis")], ids=lambda name: name
)
def test_what_was_deployed_counts_in_any_case(own: str, deployed: str) -> None:
    definition = replace(gis(v1_0_0=theirs()), id=f"{GALLERY}/images/{own}")
    stack = Stack(inputs.settings(), there(definition, deployed=Deployed(versions={deployed: ("1.0.0",)})))
    (conflict,) = external_conflicts(own, stack.definition(own), stack)
    assert conflict.cause.endswith("holds version 1.0.0, which this stack published")


WAIT = "wait for it with `./labs status --watch --stack dev`"
NEXT = "have the next version of gis published as labs can show it (docs/publish/external.md)"
FAILURE = "`./labs status --stack dev` says why; have the next version of gis published (docs/publish/external.md)"


class TestNotWhole:
    """An image that has versions, and none that Azure shows."""

    UNSEEN: ClassVar[dict[str, Any]] = {"os_disk_size_gb": None, "data_disk_count": 0}

    @pytest.mark.parametrize(
        ("states", "remedy"),
        [
            (["Creating"], [WAIT]),
            (["Migrating"], [WAIT]),
            (["Creating", "Failed"], [WAIT, NEXT, FAILURE]),
            (["Failed", "Creating"], [WAIT]),
            (["Failed"], [FAILURE, NEXT]),
            (["Deleting", "Canceled"], [FAILURE, NEXT]),
        ],
    )
    def test_it_is_said_as_it_is(self, states: list[str], remedy: list[str]) -> None:
        versions = {
            f"v1_{minor}_0": theirs(f"1.{minor}.0", provisioning_state=state, **self.UNSEEN)
            for minor, state in enumerate(states)
        }
        observed = there(gis(**versions))
        decided = plan(CATALOGUE, inputs.settings(), observed)
        (image,) = decided.images
        assert (image.external, image.unfinished) == ((), f"1.{len(states) - 1}.0")
        assert image_regions(decided) == {}
        found = offered(observed)
        texts = [reason.text for reason in found.reasons]
        assert texts[0] == "none of its versions is whole yet"
        assert not any("waits for its first" in text for text in texts)
        assert remedies(found, Commands("dev", pretend=False)) == remedy

    def test_with_one_that_is_whole_nothing_is_unfinished(self) -> None:
        made = theirs("1.1.0", provisioning_state="Creating", **self.UNSEEN)
        (image,) = plan(CATALOGUE, inputs.settings(), there(gis(v1_0_0=theirs(), v1_1_0=made))).images
        assert ([each.number for each in image.external or ()], image.unfinished) == (["1.0.0"], None)

    def test_a_stack_that_publishes_has_none(self) -> None:
        (image,) = plan(inputs.catalogue(), inputs.settings(), Observed(labs=LAB)).images
        assert (image.external, image.unfinished) == (None, None)


class TestPeople:
    def test_the_latest_of_the_gallery_is_what_is_wanted(self) -> None:
        found = offered(there(gis(v1_0_0=theirs(), v1_1_0=theirs("1.1.0"))))
        assert (found.status, found.version, found.declared, found.is_good) == ("seen", "1.1.0", None, True)

    @pytest.mark.parametrize("planned", [True, False])
    def test_without_a_version_it_waits(self, planned: bool) -> None:
        observed = there(gis())
        if planned:
            observed = after_up(plan(CATALOGUE, inputs.settings(), Observed(labs=LAB)), Observed(labs=LAB))
        found = offered(observed, planned=planned)
        assert [reason.text for reason in found.reasons] == [
            "it waits for its first version, which somebody else publishes"
        ]
        assert remedies(found, Commands("dev", pretend=True)) == [
            "have its first version published (docs/publish/external.md)"
        ]

    @pytest.mark.parametrize(
        "changes",
        [
            {"os_disk_size_gb": 200},
            {"data_disk_count": 1},
            {"os_disk_size_gb": None},
            {"replicas": (replica("koreasouth"),)},
            {"provisioning_state": "Failed"},
            {"excluded": True},
            {"end_of_life": date(2026, 5, 1)},
        ],
    )
    def test_what_is_wrong_is_for_others_to_mend(self, changes: dict[str, Any]) -> None:
        found = offered(there(gis(v1_0_0=theirs(**changes))))
        assert not found.is_good
        for remedy in remedies(found, Commands("dev", pretend=True)):
            assert "docs/publish/external.md" in remedy
            assert not any(word in remedy for word in ("add-version", "rollback", "labs import", "pulumi up"))

    def test_a_preview_says_that_it_waits(self) -> None:
        before = Observed(gallery=inputs.observed_gallery(), labs=LAB)
        decided = plan(CATALOGUE, inputs.settings(), before)
        notices = Update(CATALOGUE, inputs.settings(), before, decided).notices(after_up(decided, before), TODAY)
        assert [notice.text for notice in notices if notice.kind == "wrong"] == [
            (
                "gis is hidden in contoso: it waits for its first version, which somebody else publishes; have its "
                "first version published (docs/publish/external.md)"
            )
        ]

    def test_no_version_is_unmanaged_missing_or_retired(self) -> None:
        observed = there(gis(v1_0_0=theirs(), v1_1_0=theirs("1.1.0")))
        assert unmanaged(CATALOGUE, Stack(inputs.settings(), observed), TODAY) == []
        assert [version.managed for version in versions_of(observed.gallery, CATALOGUE, {})] == [True, True]
        assert retirement(CATALOGUE.images["gis"], gis(v1_0_0=theirs()), 1, TODAY) == Retirement()


tags = st.sampled_from([{}, {"made-by": "packer"}, {"lab-image-gallery": "lab-image-gallery/prod"}])
states = st.sampled_from(["Succeeded", "Updating", "Creating", "Failed", "Deleting"])
replicas = st.lists(
    st.builds(replica, st.sampled_from(["koreacentral", "koreasouth", "eastus"]), excluded=st.booleans()),
    unique_by=lambda each: each.region,
).map(tuple)
published = st.builds(
    theirs,
    os_disk_size_gb=st.none() | st.integers(1, 4096),
    data_disk_count=st.none() | st.integers(0, 3),
    provisioning_state=states,
    replicas=replicas,
    excluded=st.booleans(),
    tags=tags,
)
numbers = st.sampled_from(["0.0.1", "1.0.0", "1.2.0", "1.10.0", "2024.01.15", "2147483647.0.0"])
mixes = st.dictionaries(
    st.sampled_from(["gis", "cad", "stats"]),
    st.tuples(
        st.booleans(),
        st.none() | st.tuples(st.sampled_from([OURS, {}]), st.dictionaries(numbers, published)),
    ),
    min_size=1,
)


def scene(mix: dict[str, tuple[bool, Any]]) -> tuple[Catalogue, Settings, Observed]:
    images: dict[str, Any] = {}
    definitions = []
    for name, (is_external, existing) in mix.items():
        identifier = {**IDENTIFIER, "sku": name}
        declared = {"9.0.0": inputs.version()}
        images[name] = inputs.image(identifier=identifier, versions="external" if is_external else declared)
        if existing is not None:
            own, versions = existing
            named = {
                number: replace(version, id=f"{GALLERY}/images/{name}/versions/{number}")
                for number, version in versions.items()
            }
            made = inputs.observed_definition(id=f"{GALLERY}/images/{name}", sku=name, tags=own, versions=named)
            definitions.append(made)
    return inputs.catalogue(**images), inputs.settings(), there(*definitions)


@given(mixes)
def test_no_mix_declares_imports_or_deletes_what_others_publish(mix: dict[str, tuple[bool, Any]]) -> None:
    catalogue, settings, observed = scene(mix)
    gallery = observed.gallery
    assert gallery is not None
    refused = {
        name for name, (is_external, existing) in mix.items() if not is_external and existing and existing[0] == {}
    }
    if refused:
        # A definition that others made is no reason for an image whose versions they publish.
        conflicts = inputs.refused(catalogue, settings, observed)
        assert {conflict.partition(":")[0] for conflict in conflicts} == {f"images.{name}" for name in refused}
        return
    decided = plan(catalogue, settings, observed)
    after = after_up(decided, observed).gallery
    assert after is not None
    for image in decided.images:
        is_external, existing = mix[image.name]
        if not is_external:
            assert image.external is None
            continue
        before = gallery.definitions[image.name].versions if existing is not None else {}
        assert image.versions == ()
        assert image.external is not None
        assert {version.number for version in image.external} <= before.keys()
        assert after.definitions[image.name].versions == before
    assert not {item.image for item in unmanaged(catalogue, Stack(settings, observed), TODAY)} & {
        name for name, (is_external, _) in mix.items() if is_external
    }


def shown(version: ObservedVersion) -> bool:
    return version.provisioning_state in {"Succeeded", "Updating"} or version.os_disk_size_gb is not None


@given(st.dictionaries(numbers, published))
def test_judged_is_what_people_are_told_that_labs_take(versions: dict[str, ObservedVersion]) -> None:
    definition = inputs.observed_definition(versions=versions)
    taken = taken_versions(definition)
    judged = {number: version for number, version in versions.items() if shown(version)}
    regions = {replica.region for version in judged.values() for replica in version.replicas}
    latest = {region: latest_in(judged, region) for region in regions}
    assert {number for number in latest.values() if number is not None} <= {version.number for version in taken}
    older = {version.number for version in older_versions(definition)}
    assert older == judged.keys() - {version.number for version in taken}
    told = {latest_in(versions, region) for region in {*regions, None}} & judged.keys()
    assert told <= {version.number for version in taken}
    assert set(regions_of_latest(taken)) == {
        region
        for region, number in latest.items()
        if number is not None and region in {replica.region for replica in judged[number].replicas}
    }
    assert bool(taken) is bool(judged)
    assert (unfinished_version(definition) is not None) is bool(versions and not judged)
