from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.regions import geography
from plan.definition import Feature
from plan.observed import Observed, ObservedLab, ObservedReplica, ObservedSource
from plan.plan import LOOK, plan
from plan.planned import Plan
from tests.support import builders as inputs
from tests.support.builders import COMPUTE, GALLERY, LAB_ACCOUNT, OURS, SNAPSHOT, SUBSCRIPTION, refused


def azure(**changes: Any) -> Observed:
    """Azure before anything was published: the source and the lab account are there."""
    values: dict[str, Any] = {
        "sources": {SNAPSHOT.lower(): inputs.observed_source()},
        "labs": {LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, "koreacentral")},
    }
    return Observed(**{**values, **changes})


def published(**definition: Any) -> Observed:
    """Azure after the first deployment."""
    return azure(gallery=inputs.observed_gallery(inputs.observed_definition(**definition)))


def the_version(result: Plan) -> Any:
    return result.images[0].versions[0]


class TestWhatIsDeclared:
    def test_features_are_those_that_azure_shows_else_those_of_the_security_type(self) -> None:
        shown = (Feature("DiskControllerTypes", "SCSI", "2.0.0"),)
        trusted = inputs.catalogue(
            gis=inputs.image(security_type="TrustedLaunch", hyper_v_generation="V2", consumers=["other"])
        )
        assert plan(inputs.catalogue(), inputs.settings(), azure()).images[0].features == ()
        assert plan(
            trusted,
            inputs.settings(),
            azure(sources={SNAPSHOT.lower(): inputs.observed_source(hyper_v_generation="V2")}),
        ).images[0].features == (Feature("SecurityType", "TrustedLaunch"),)
        assert plan(inputs.catalogue(), inputs.settings(), published(features=shown)).images[0].features == shown

    def test_regions_are_the_geography_home_first(self) -> None:
        version = the_version(plan(inputs.catalogue(), inputs.settings(), azure()))
        assert [region.name for region in version.target_regions] == ["koreacentral", "koreasouth"]

    def test_the_name_of_an_attachment_is_short_and_depends_on_no_other_lab(self) -> None:
        twin, same = (
            LAB_ACCOUNT.replace("/labs/providers", "/labs-2/providers"),
            LAB_ACCOUNT.replace("contoso", "CONTOSO"),
        )
        labs = {lab.lower(): ObservedLab(lab, "koreacentral") for lab in (LAB_ACCOUNT, twin)}

        def names(*ids: str) -> list[str]:
            result = plan(inputs.catalogue(), inputs.settings(labAccountIds=list(ids)), azure(labs=labs))
            return [attachment.name for attachment in result.attachments]

        (alone,) = names(LAB_ACCOUNT)
        assert re.fullmatch(r"attachment:contoso-[0-9a-f]{6}", alone)
        other, again = names(twin, same)
        assert alone == again != other

    def test_everything_carries_the_owner_tag_over_a_users_tags(self) -> None:
        catalogue = inputs.catalogue(gis=inputs.image(tags={"course": "gis"}))
        result = plan(catalogue, inputs.settings(tags={"team": "it"}), azure())
        assert result.gallery.tags == {"team": "it", **OURS}
        assert the_version(result).tags == {"team": "it", "course": "gis", **OURS}

    def test_versions_stand_in_numerical_order(self) -> None:
        versions = {number: inputs.version() for number in ("1.10.0", "1.9.0", "1.2.10")}
        result = plan(inputs.catalogue(gis=inputs.image(versions=versions)), inputs.settings(), azure())
        assert [version.number for version in result.images[0].versions] == ["1.2.10", "1.9.0", "1.10.0"]

    def test_the_nearest_word_on_protection_counts(self) -> None:
        versions = {"1.0.0": inputs.version(protect=False), "1.1.0": inputs.version()}
        image = inputs.image(versions=versions, protect=True)
        result = plan(inputs.catalogue(gis=image), inputs.settings(protect=False), azure())
        assert [version.protect for version in result.images[0].versions] == [False, True]
        assert (result.images[0].protect, result.gallery.protect) == (True, False)

    @pytest.mark.parametrize("source", [{"snapshot": SNAPSHOT}, {"disk": f"{COMPUTE}/disks/gis"}])
    def test_an_unprotected_stack_protects_nothing_that_it_makes(self, source: dict[str, str]) -> None:
        image = inputs.image(versions={"1.0.0": inputs.version(source=source)})
        assert the_version(plan(inputs.catalogue(gis=image), inputs.settings(protect=False), azure())).protect is False

    def test_counts_and_exclusions_go_to_their_regions(self) -> None:
        version = inputs.version(replicas_per_region={"Korea South": 3}, exclude_from_latest=["koreasouth"])
        image = inputs.image(versions={"1.0.0": version})
        regions = the_version(
            plan(inputs.catalogue(gis=image), inputs.settings(replicasPerRegion=2), azure())
        ).target_regions
        assert [(region.name, region.replicas, region.exclude_from_latest) for region in regions] == [
            ("koreacentral", 2, False),
            ("koreasouth", 3, True),
        ]

    def test_stored_gb_is_size_times_replicas_and_names_the_largest(self) -> None:
        big = inputs.image(identifier={"publisher": "c", "offer": "o", "sku": "two"})
        big["versions"] = {"1.0.0": inputs.version(os_disk_size_gb=100, replicas_per_region=2)}
        catalogue = inputs.catalogue(gis=inputs.image(), big=big)
        result = plan(catalogue, inputs.settings(), azure(sources={}))
        assert result.gallery.replica_storage_gb == 64 * 2 + 100 * 4
        assert result.gallery.largest == (("big", 400), ("gis", 128))

    def test_the_three_largest_images_are_named(self) -> None:
        images = {name: inputs.image(identifier={"publisher": "c", "offer": "o", "sku": name}) for name in "dabc"}
        images["d"]["versions"] = {"1.0.0": inputs.version(replicas_per_region=2)}
        largest = plan(inputs.catalogue(**images), inputs.settings(), azure()).gallery.largest
        assert largest == (("d", 256), ("a", 128), ("b", 128))

    def test_a_size_that_nobody_knows_makes_the_total_unknown(self) -> None:
        image = inputs.image(versions={"1.0.0": {"source": {"snapshot": SNAPSHOT}}})
        sources = {SNAPSHOT.lower(): inputs.observed_source(os_disk_size_gb=None)}
        result = plan(inputs.catalogue(gis=image), inputs.settings(), azure(sources=sources))
        assert (the_version(result).os_disk_size_gb, result.gallery.replica_storage_gb) == (None, None)
        assert result.gallery.largest == (("gis", 0),)

    def test_the_service_principal_gets_the_same_role_assignment_every_time(self) -> None:
        settings = inputs.settings(labAccountServicePrincipalObjectId=inputs.LAB_ACCOUNTS)
        roles = [plan(inputs.catalogue(), settings, azure()).role_assignments for _ in range(2)]
        assert roles[0] == roles[1]
        assert roles[0][0].role_definition_id.startswith(f"/subscriptions/{SUBSCRIPTION}/providers/")
        assert plan(inputs.catalogue(), inputs.settings(), azure()).role_assignments == ()


class TestFacts:
    def test_the_source_speaks_before_the_declaration(self) -> None:
        sources = {SNAPSHOT.lower(): inputs.observed_source(os_disk_size_gb=256, data_disk_count=2)}
        version = the_version(plan(inputs.catalogue(), inputs.settings(), azure(sources=sources)))
        assert (version.os_disk_size_gb, version.data_disk_count) == (256, 2)
        assert (version.declared_os_disk_size_gb, version.declared_data_disk_count) == (64, 0)

    def test_a_published_version_speaks_before_its_source(self) -> None:
        changed = {SNAPSHOT.lower(): inputs.observed_source(os_disk_size_gb=1000, region="japaneast")}
        gallery = published().gallery
        version = the_version(plan(inputs.catalogue(), inputs.settings(), azure(sources=changed, gallery=gallery)))
        assert version.os_disk_size_gb == 64

    @pytest.mark.parametrize(("shown", "size"), [(None, 64), (30, 30)])
    def test_a_vhd_has_the_declared_size_until_azure_shows_one(self, shown: int | None, size: int) -> None:
        account = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/images"
        uri = "https://images.blob.core.windows.net/vhds/gis.vhd"
        version = inputs.version(source={"vhd": {"storage_account": account, "uri": uri}})
        image = inputs.image(versions={"1.0.0": version})
        observed = published(versions={"1.0.0": inputs.observed_version(source_id=uri, os_disk_size_gb=shown)})
        result = the_version(plan(inputs.catalogue(gis=image), inputs.settings(), observed))
        assert (result.os_disk_size_gb, result.source.id, result.source.uri) == (size, account, uri)

    def test_texts_from_the_wire_are_those_of_the_catalogue(self) -> None:
        source = inputs.observed_source(os_type="".join(["Lin", "ux"]), hyper_v_generation="".join(["V", "1"]))
        assert plan(inputs.catalogue(), inputs.settings(), azure(sources={SNAPSHOT.lower(): source})).images

    def test_a_source_that_may_not_be_read_is_fine_when_facts_are_declared(self) -> None:
        sources = {SNAPSHOT.lower(): ObservedSource(SNAPSHOT, failure="403 AuthorizationFailed")}
        assert the_version(plan(inputs.catalogue(), inputs.settings(), azure(sources=sources))).os_disk_size_gb == 64


class TestConflicts:
    @pytest.mark.parametrize(
        ("source", "words"),
        [
            (
                {"failure": "404 ResourceNotFound", "missing": True},
                ["cannot be read: 404 ResourceNotFound", "The version cannot be made from it"],
            ),
            ({"region": "japaneast"}, ["is in japaneast", "made in koreacentral", "az snapshot create"]),
            ({"region": "koreasouth"}, ["is in koreasouth"]),
            ({"os_type": "Windows"}, ["os_type: Linux", "is Windows", "Write os_type: Windows"]),
            ({"os_state": "Specialized"}, ["os_state: Generalized", "is Specialized"]),
            ({"hyper_v_generation": "V2"}, ["hyper_v_generation: V1", "is V2"]),
        ],
    )
    def test_a_misfit_of_the_source(self, source: dict[str, Any], words: list[str]) -> None:
        sources = {SNAPSHOT.lower(): inputs.observed_source(**source)}
        conflicts = refused(inputs.catalogue(), inputs.settings(), azure(sources=sources))
        assert len(conflicts) == 1
        assert conflicts[0].startswith("images.gis.versions.1.0.0: ")
        assert [word for word in words if word not in conflicts[0]] == []

    @pytest.mark.parametrize("declared", [{}, {"os_disk_size_gb": 64}, {"data_disk_count": 0}])
    def test_a_source_nobody_can_read_and_not_everything_declared(self, declared: dict[str, int]) -> None:
        image = inputs.image(versions={"1.0.0": {"source": {"snapshot": SNAPSHOT}, **declared}})
        sources = {SNAPSHOT.lower(): ObservedSource(SNAPSHOT, failure="403 AuthorizationFailed")}
        conflicts = refused(inputs.catalogue(gis=image), inputs.settings(), azure(sources=sources))
        assert "Nobody can tell the size and number of its disks" in conflicts[0]
        assert "or declare os_disk_size_gb and data_disk_count" in conflicts[0]

    def test_another_source_under_a_published_number(self) -> None:
        image = inputs.image(versions={"1.0.9": inputs.version(source={"disk": f"{COMPUTE}/disks/other"})})
        observed = published(versions={"1.0.9": inputs.observed_version()})
        conflicts = refused(inputs.catalogue(gis=image), inputs.settings(), observed)
        assert len(conflicts) == 1
        assert f"source is {SNAPSHOT} in the gallery" in conflicts[0]
        assert conflicts[0].endswith("1.0.10.")

    def test_the_same_source_in_other_spelling_is_no_conflict(self) -> None:
        observed = published(versions={"1.0.0": inputs.observed_version(source_id=SNAPSHOT.upper())})
        assert the_version(plan(inputs.catalogue(), inputs.settings(), observed)).import_id is None

    def test_a_region_that_would_go_without_saying_so(self) -> None:
        replicas = tuple(map(inputs.replica, ("koreacentral", "japaneast")))
        observed = published(versions={"1.0.0": inputs.observed_version(replicas=replicas)})
        conflicts = refused(inputs.catalogue(), inputs.settings(), observed)
        assert "its replicas in japaneast would be deleted" in conflicts[0]
        allowed = inputs.version(allow_deletion_of_replicated_locations=True)
        image = inputs.image(versions={"1.0.0": allowed})
        assert plan(inputs.catalogue(gis=image), inputs.settings(), observed).images

    def test_storage_type_of_a_region_that_is_there_cannot_change(self) -> None:
        conflicts = refused(inputs.catalogue(), inputs.settings(storageAccountType="Premium_LRS"), published())
        (conflict,) = conflicts
        assert "Standard_LRS in koreacentral, Standard_LRS in koreasouth in the gallery and Premium_LRS by" in conflict
        assert "Write storage_account_type: Standard_LRS for this version" in conflict
        # As texts come from the wire: equal to those of the catalogue, but not the same objects.
        replicas = tuple(
            inputs.replica(name, storage="".join(["Premium", "_LRS"])) for name in ("koreacentral", "koreasouth")
        )
        premium = published(versions={"1.0.0": inputs.observed_version(replicas=replicas)})
        assert plan(inputs.catalogue(), inputs.settings(storageAccountType="Premium_LRS"), premium).images

    @pytest.mark.parametrize("tags", [{}, {"lab-image-gallery": "lab-image-gallery/other"}])
    @pytest.mark.parametrize("source", [{"snapshot": SNAPSHOT}, {"disk": f"{COMPUTE}/disks/gis"}])
    def test_what_is_not_ours_is_refused_or_imported(self, source: dict[str, str], tags: dict[str, str]) -> None:
        (source_id,) = source.values()
        catalogue = inputs.catalogue(gis=inputs.image(versions={"1.0.0": inputs.version(source=source)}))
        version = inputs.observed_version(tags=tags, source_id=source_id)
        definition = inputs.observed_definition(tags=tags, versions={"1.0.0": version})
        observed = azure(gallery=inputs.observed_gallery(definition, tags=tags))
        conflicts = refused(catalogue, inputs.settings(), observed)
        assert [conflict.split(": ")[0] for conflict in conflicts] == [
            "images.gis",
            "images.gis.versions.1.0.0",
            "gallery",
        ]
        # What another stack has is not taken from it.
        assert all(("importExisting true" in conflict) is (not tags) for conflict in conflicts)
        assert all("taken off" in conflict for conflict in conflicts) is (not tags)
        back = 'sandbox/arm PATCH "{}?api-version=2024-03-03" \'{{"tags": {{"lab-image-gallery": "'
        for conflict, path in zip(conflicts, ("/images/gis", "/images/gis/versions/1.0.0", ""), strict=True):
            assert (back.format(f"{GALLERY}{path}") in conflict) is (not tags)
        result = plan(catalogue, inputs.settings(importExisting=True), observed)
        assert result.gallery.import_id == GALLERY
        assert result.images[0].import_id == f"{GALLERY}/images/gis"
        assert the_version(result).import_id == f"{GALLERY}/images/gis/versions/1.0.0"

    @pytest.mark.parametrize("region", ["japaneast", "koreasouth"])
    def test_a_gallery_or_a_definition_in_another_region(self, region: str) -> None:
        observed = azure(gallery=inputs.observed_gallery(location=region))
        assert f"config set location {region}" in refused(inputs.catalogue(), inputs.settings(), observed)[0]
        (message,) = refused(inputs.catalogue(), inputs.settings(), published(location=region))
        assert f"the image definition is in {region}" in message

    def test_a_foreign_gallery_and_our_own_on_the_lab_account(self) -> None:
        key = f"{LAB_ACCOUNT}/sharedGalleries/other"
        for other in (f"{GALLERY}2", GALLERY[:-1]):
            foreign = ObservedLab(LAB_ACCOUNT, "koreacentral", {key: other})
            conflicts = refused(inputs.catalogue(), inputs.settings(), azure(labs={LAB_ACCOUNT.lower(): foreign}))
            assert f'sandbox/arm DELETE "{key}?api-version=2019-01-01-preview"' in conflicts[0]
        ours = ObservedLab(LAB_ACCOUNT, "koreacentral", {f"{LAB_ACCOUNT}/sharedgalleries/images": GALLERY.upper()})
        result = plan(inputs.catalogue(), inputs.settings(), azure(labs={LAB_ACCOUNT.lower(): ours}))
        assert result.attachments[0].id == f"{LAB_ACCOUNT}/sharedGalleries/images"
        assert result.attachments[0].key == f"{SUBSCRIPTION}/labs/contoso"

    def test_regions_that_contradict_each_other(self) -> None:
        image = inputs.image(versions={"1.0.0": inputs.version(exclude_from_latest=["japaneast"])})
        settings = inputs.settings(storageAccountType="Standard_ZRS")
        assert "exclude_from_latest names japaneast" in refused(inputs.catalogue(gis=image), settings, azure())[0]
        assert "koreasouth has none" in refused(inputs.catalogue(), settings, azure())[0]

    def test_all_conflicts_come_together(self) -> None:
        accounts = {LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, failure="404 ResourceNotFound")}
        sources = {SNAPSHOT.lower(): inputs.observed_source(region="japaneast", os_type="Windows")}
        observed = azure(labs=accounts, sources=sources, failures=("the subscription cannot be read",))
        conflicts = refused(inputs.catalogue(), inputs.settings(), observed)
        assert [conflict.split(": ")[0] for conflict in conflicts] == [
            LOOK,
            "images.gis.versions.1.0.0",
            "images.gis.versions.1.0.0",
            LAB_ACCOUNT,
        ]


REGIONS = sorted(region.name for region in geography.all_regions() if region.cloud == "public")


class TestProperties:
    @given(st.lists(st.sampled_from(REGIONS), unique=True, max_size=8), st.randoms())
    def test_order_and_spelling_of_a_list_change_nothing(self, regions: list[str], random: Any) -> None:
        shuffled = [geography.region(name).display_name.upper() for name in regions]
        random.shuffle(shuffled)
        plans = []
        for written in (regions, shuffled):
            image = inputs.image(versions={"1.0.0": inputs.version(target_regions=written or "geography")})
            plans.append(plan(inputs.catalogue(gis=image), inputs.settings(), azure()))
        assert plans[0] == plans[1]
        assert the_version(plans[0]).target_regions[0].name == "koreacentral"

    @given(st.permutations(["a", "b", "c", "d"]))
    def test_order_of_images_changes_no_image(self, names: list[str]) -> None:
        images = {
            name: inputs.image(identifier={"publisher": "contoso", "offer": "gis", "sku": name}) for name in names
        }
        result = plan(inputs.catalogue(**images), inputs.settings(), azure())
        in_order = plan(inputs.catalogue(**dict(sorted(images.items()))), inputs.settings(), azure())
        assert {image.name: image for image in result.images} == {image.name: image for image in in_order.images}
        assert result.gallery == in_order.gallery

    @given(st.sampled_from(REGIONS), st.integers(1, 50))
    def test_what_was_planned_and_published_is_planned_again(self, extra: str, replicas: int) -> None:
        version = inputs.version(target_regions=sorted({"koreacentral", extra}), replicas_per_region=replicas)
        catalogue = inputs.catalogue(gis=inputs.image(versions={"1.0.0": version}))
        first = plan(catalogue, inputs.settings(), azure())
        seen = tuple(
            ObservedReplica(r.name, r.replicas, r.storage_account_type, r.exclude_from_latest)
            for r in the_version(first).target_regions
        )
        observed = published(versions={"1.0.0": inputs.observed_version(replicas=seen)})
        again = plan(catalogue, inputs.settings(), observed)
        (image,) = again.images
        assert (image.exists, image.versions[0].exists) == (True, True)
        unmarked = replace(image, exists=False, versions=(replace(image.versions[0], exists=False),))
        assert replace(again, images=(unmarked,)) == first
