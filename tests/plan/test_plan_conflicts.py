"""Every kind of conflict, one by one and together, and that protection never decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.images.catalogue import Catalogue
from catalog.stacks.settings import Settings
from plan.conflict import Conflict, PlanRefused
from plan.definition import FIXED, IDENTIFIER, Definition
from plan.observed import (
    Observed,
    ObservedDefinition,
    ObservedLab,
    ObservedResourceGroup,
    ObservedSource,
    ObservedVersion,
)
from plan.plan import LOOK, plan
from tests.support import builders as inputs
from tests.support.builders import COMPUTE, GALLERY, LAB_ACCOUNT, OURS, SNAPSHOT, SUBSCRIPTION, observed_gallery

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries"


def conflicts(catalogue: Catalogue, settings: Settings, observed: Observed) -> tuple[Conflict, ...]:
    """All conflicts; none when there is a plan, which then has everything that the catalogue names."""
    try:
        decided = plan(catalogue, settings, observed)
    except PlanRefused as refused:
        return refused.conflicts
    assert {image.name: {version.number for version in image.versions} for image in decided.images} == {
        name: set(image.versions) for name, image in catalogue.images.items()
    }
    return ()


def published(**version: Any) -> Observed:
    definition = inputs.observed_definition(versions={"1.0.0": inputs.observed_version(**version)})
    return Observed(gallery=observed_gallery(definition))


class TestVersions:
    @pytest.mark.parametrize(
        ("change", "words", "remedy"),
        [
            (
                {"location": "japaneast"},
                "the location of the version in the gallery is japaneast, and must be korea",
                "1.0.1",
            ),
            ({"replication_mode": "Shallow"}, "the replication mode of the version in the gallery is Shallow", "1.0.1"),
            ({"source_id": f"{COMPUTE}/disks/other"}, f"source is {COMPUTE}/disks/other in the gallery", "1.0.1"),
        ],
    )
    def test_what_never_changes_on_a_version(self, change: dict[str, Any], words: str, remedy: str) -> None:
        (conflict,) = conflicts(inputs.catalogue(), inputs.settings(), published(**change))
        assert conflict.subject == "images.gis.versions.1.0.0"
        assert words in conflict.cause
        assert remedy in conflict.remedy

    def test_a_publishing_that_failed_is_finished_by_the_next_run(self) -> None:
        failed = published(provisioning_state="Failed", os_disk_size_gb=None)
        observed = replace(failed, sources={SNAPSHOT.lower(): inputs.observed_source(os_disk_size_gb=80)})
        decided = plan(inputs.catalogue(), inputs.settings(), observed)
        assert decided.images[0].versions[0].os_disk_size_gb == 80

    @pytest.mark.parametrize(
        ("declared", "told", "refused"),
        [
            (None, None, False),
            (None, ("a", "b", "c"), True),
            (("a", "b", "c"), ("a", "b", "c"), False),
            (("a", "b", "c"), ("a", "b", "d"), True),
            (("a", "b", "c"), None, False),
        ],
    )
    def test_the_purchase_plan_of_the_source(
        self, declared: tuple[str, str, str] | None, told: tuple[str, str, str] | None, refused: bool
    ) -> None:
        entry = dict(zip(("name", "product", "publisher"), declared, strict=True)) if declared else None
        catalogue = inputs.catalogue(gis=inputs.image(**({"purchase_plan": entry} if entry else {})))
        observed = Observed(sources={SNAPSHOT.lower(): inputs.observed_source(purchase_plan=told)})
        found = conflicts(catalogue, inputs.settings(), observed)
        assert [conflict.remedy[:22] for conflict in found] == (["Write purchase_plan: {"] if refused else [])


class TestGallery:
    def test_an_identifier_that_another_definition_has(self) -> None:
        exported = inputs.observed_definition(id=f"{GALLERY}/images/exported", publisher="CONTOSO", tags={})
        (conflict,) = conflicts(inputs.catalogue(), inputs.settings(), Observed(gallery=observed_gallery(exported)))
        assert conflict.subject == "images.gis"
        assert f"contoso / gis / one is already that of the image definition {GALLERY}/images/exported" in str(conflict)
        other = changed_definition("sku", "two", exported)
        assert conflicts(inputs.catalogue(), inputs.settings(), Observed(gallery=observed_gallery(other))) == ()

    @pytest.mark.parametrize(
        ("group", "importing", "causes"),
        [
            (ObservedResourceGroup(GROUP, "koreacentral", OURS), False, []),
            (ObservedResourceGroup(GROUP, "koreacentral"), False, ["exists and does not carry the tag"]),
            (ObservedResourceGroup(GROUP, "koreacentral"), True, []),
            (ObservedResourceGroup(GROUP, "japaneast", OURS), False, ["is in japaneast"]),
            (ObservedResourceGroup(GROUP, "koreasouth", OURS), False, ["is in koreasouth"]),
            (
                ObservedResourceGroup(GROUP, "japaneast"),
                False,
                ["exists and does not carry the tag", "is in japaneast"],
            ),
        ],
    )
    def test_a_resource_group_that_is_there_already(
        self, group: ObservedResourceGroup, importing: bool, causes: list[str]
    ) -> None:
        settings = inputs.settings(createResourceGroup=True, importExisting=importing)
        found = conflicts(inputs.catalogue(), settings, Observed(resource_group=group))
        assert [conflict.subject for conflict in found] == ["resource group"] * len(causes)
        assert all(cause in conflict.cause for cause, conflict in zip(causes, found, strict=True))
        assert all("createResourceGroup false" in conflict.remedy for conflict in found)


def other_definition(name: str) -> ObservedDefinition:
    """An image definition as this stack would have made it for `entry(name)`, with version 1.0.0."""
    versions = {"1.0.0": inputs.observed_version(id=f"{GALLERY}/images/{name}/versions/1.0.0")}
    return inputs.observed_definition(id=f"{GALLERY}/images/{name}", sku=name, versions=versions)


def entry(name: str) -> dict[str, Any]:
    return inputs.image(identifier={"publisher": "contoso", "offer": "gis", "sku": name})


def changed_version(definition: ObservedDefinition, **changes: Any) -> ObservedDefinition:
    version: ObservedVersion = replace(definition.versions["1.0.0"], **changes)
    return replace(definition, versions={"1.0.0": version})


FOREIGN = {"lab-image-gallery": "lab-image-gallery/other"}
LOST = (*inputs.observed_version().replicas, inputs.replica("japaneast"))
CHANGED: dict[str, Any] = {
    "os_type": "Windows",
    "os_state": "Specialized",
    "hyper_v_generation": "V2",
    "architecture": "Arm64",
    "security_type": "TrustedLaunch",
    "publisher": "other",
    "offer": "other",
    "sku": "other",
    "purchase_plan": ("a", "b", "c"),
    "eula": "text",
    "privacy_statement_uri": "https://contoso.example",
}
"""Another value of each property that Azure never changes on a definition."""


def _key(name: str) -> str:
    return f"identifier.{name} is" if name in IDENTIFIER else f"{name} is"


def changed_definition(name: str, value: Any, found: ObservedDefinition) -> ObservedDefinition:
    return replace(found, definition=replace(found.definition, **{name: value}))


DAMAGES: dict[str, Callable[[ObservedDefinition], ObservedDefinition]] = {
    **{_key(name): partial(changed_definition, name, value) for name, value in CHANGED.items()},
    "the image definition is in": lambda found: replace(found, location="japaneast"),
    "/images/": lambda found: replace(found, tags=FOREIGN),
    "source is": lambda found: changed_version(found, source_id=f"{COMPUTE}/disks/other"),
    "the location of": lambda found: changed_version(found, location="japaneast"),
    "the replication mode": lambda found: changed_version(found, replication_mode="Shallow"),
    "its replicas in": lambda found: changed_version(found, replicas=LOST),
    "/versions/": lambda found: changed_version(found, tags=FOREIGN),
    "storage_account_type": lambda found: changed_version(
        found, replicas=(replace(inputs.observed_version().replicas[0], storage_account_type="Premium_LRS"),)
    ),
}
"""What can be amiss with a published image, by words of its conflict."""
OF_DEFINITIONS = {*map(_key, CHANGED), "the image definition is in", "/images/"}


@pytest.mark.parametrize("words", DAMAGES)
@pytest.mark.parametrize("protect", [True, False])
def test_each_damage_is_one_conflict(words: str, protect: bool) -> None:
    observed = Observed(gallery=observed_gallery(DAMAGES[words](other_definition("a"))))
    (conflict,) = conflicts(inputs.catalogue(a=entry("a")), inputs.settings(protect=protect), observed)
    of_version = words not in OF_DEFINITIONS
    assert conflict.subject == ("images.a.versions.1.0.0" if of_version else "images.a")
    assert words in conflict.cause


SOURCES: dict[str, ObservedSource] = {
    "cannot be read": ObservedSource(SNAPSHOT, failure="404 ResourceNotFound", missing=True),
    "its source": inputs.observed_source(region="japaneast"),
    "os_type": inputs.observed_source(os_type="Windows"),
    "os_state": inputs.observed_source(os_state="Specialized"),
    "hyper_v_generation": inputs.observed_source(hyper_v_generation="V2"),
    "the purchase plan": inputs.observed_source(purchase_plan=("a", "b", "c")),
}
"""What can be amiss with the source of an image that is not published, by words of its conflict."""

ACCOUNTS: dict[str, ObservedLab] = {
    "cannot be read": ObservedLab(LAB_ACCOUNT, failure="404 ResourceNotFound"),
    "another gallery is attached": ObservedLab(
        LAB_ACCOUNT, "koreacentral", {f"{LAB_ACCOUNT}/sharedGalleries/other": f"{GALLERY}2"}
    ),
}


@pytest.mark.parametrize("change", [{"location": "japaneast"}, {"replication_mode": "Shallow"}])
@pytest.mark.parametrize("ours", [True, False])
def test_nobody_is_sent_to_delete_a_version_of_the_stack(ours: bool, change: dict[str, Any]) -> None:
    """Without its entry, a version that carries the stack's tag would be deleted; any other one stays."""
    found = conflicts(inputs.catalogue(), inputs.settings(), published(**change, tags=OURS if ours else {}))
    assert any("Take the entry out" in conflict.remedy for conflict in found) is not ours


def test_every_property_that_azure_never_changes_is_compared() -> None:
    # Features are compared one by one: tests/field_reports/test_features.py.
    assert (*CHANGED, "features") == tuple(sorted(FIXED, key="features".__eq__))
    assert not set(FIXED) - {field.name for field in fields(Definition)}


@settings(deadline=None)  # machines differ; speed is measured elsewhere
@given(
    damaged=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(sorted(DAMAGES)), max_size=3),
    source=st.none() | st.sampled_from(sorted(SOURCES)),
    account=st.none() | st.sampled_from(sorted(ACCOUNTS)),
    failures=st.lists(st.sampled_from(["the subscription cannot be seen", "no answer"]), unique=True),
    protect=st.booleans(),
    extra=st.booleans(),
)
def test_there_is_a_plan_or_there_are_all_conflicts(
    damaged: dict[str, str],
    source: str | None,
    account: str | None,
    failures: list[str],
    protect: bool,
    extra: bool,
) -> None:
    definitions = [other_definition(name) for name in ("a", "b", "c")]
    seen = {
        name: DAMAGES[damaged[name]](found) if name in damaged else found
        for name, found in zip("abc", definitions, strict=True)
    }
    observed = Observed(
        gallery=observed_gallery(*seen.values()),
        sources={SNAPSHOT.lower(): SOURCES[source] if source else inputs.observed_source()},
        labs={LAB_ACCOUNT.lower(): ACCOUNTS[account]} if account else {},
        failures=tuple(failures),
    )
    images = {name: entry(name) for name in "abc"} | {"new": entry("new")}
    if extra:
        images["a"]["versions"]["1.1.0"] = inputs.version()
    found = conflicts(inputs.catalogue(**images), inputs.settings(protect=protect), observed)
    expected = [(LOOK, failure) for failure in failures]
    expected += [(f"images.{name}", damaged[name]) for name in sorted(damaged)]
    expected += [(f"images.{name}.versions.", source) for name in (("a", "new") if extra else ("new",)) if source]
    expected += [(LAB_ACCOUNT, account)] if account else []
    for subject, words in expected:
        assert any(conflict.subject.startswith(subject) and words in conflict.cause for conflict in found), words
    assert len(found) == len(expected)
    assert all(part and not part.endswith(".") for c in found for part in (c.cause, c.consequence, c.remedy))
    assert conflicts(inputs.catalogue(**images), inputs.settings(protect=not protect), observed) == found


@given(st.sampled_from(["japaneast", "koreasouth"]), st.integers(1, 8), st.booleans())
def test_a_wrong_location_is_one_conflict_however_much_the_gallery_holds(
    location: str, images: int, importing: bool
) -> None:
    names = [f"image-{number}" for number in range(images)]
    gallery = observed_gallery(*map(other_definition, names), tags={} if importing else OURS)
    wanted = inputs.settings(location=location, importExisting=importing)
    (conflict,) = conflicts(
        inputs.catalogue(**{name: entry(name) for name in names}), wanted, Observed(gallery=gallery)
    )
    assert conflict.subject == "gallery"
    assert f"is in koreacentral, and the stack says location: {location}" in conflict.cause
    assert "`sandbox/pulumi config set location koreacentral --stack dev`" in conflict.remedy


def test_a_wrong_location_comes_before_what_is_wrong_besides() -> None:
    damaged = changed_definition("os_type", "Windows", other_definition("a"))
    observed = Observed(gallery=observed_gallery(damaged), failures=("the sign-in has expired",))
    found = conflicts(inputs.catalogue(a=entry("a")), inputs.settings(location="japaneast"), observed)
    assert [conflict.subject for conflict in found] == [LOOK, "gallery", "images.a"]
