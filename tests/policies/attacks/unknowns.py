"""What nobody can tell is refused: of raw definitions and versions, and of the whole stack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.policies.attacks.programs import (
    RAW_LAB_PLAN,
    definition,
    labs,
    one_region,
    only_version,
    our_gallery,
    ours,
    raw,
    raw_lab_plan,
    tags,
)
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import COMPLETE, REPLICAS, STORAGE, SUPPORTED
from tests.policies.inputs import LAB_PLAN, attachment
from tests.support.ids import GALLERIES
from tests.support.policy_server import UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_TEXT, Declared, Mode

KIND = Kind.UNKNOWNS


def rows() -> Iterator[Row]:
    """The rows of this route."""
    yield from _definitions()
    yield from _security()
    yield from _labs()
    yield from _storage()


def _definitions() -> Iterator[Row]:
    refused, words = (COMPLETE,), ("gis 1.0.0",)
    yield Row("a raw version without its definition", KIND, (only_version(),), refused, words)
    yield Row("a definition of another image", KIND, raw({}, {"galleryImageName": "cad"}), refused, words)
    yield Row("a definition in another gallery", KIND, raw({}, {"galleryName": "others"}), refused, words)
    deployed_alone = (only_version({}, size=64),)
    yield Row("a deployed version without its definition", KIND, deployed_alone, refused, words, mode=Mode.STATE)
    yield Row("definition and version pass", KIND, raw())
    yield Row(
        "a definition in another case passes", KIND, raw({}, {"galleryName": "Images", "galleryImageName": "GIS"})
    )
    defined, version = raw({"galleryImageName": UNKNOWN_TEXT})
    linked = replace(version, dependencies={"galleryImageName": [defined.urn]})
    yield Row("a definition by its property passes", KIND, (defined, linked))
    yield Row("a definition by nothing", KIND, (defined, version), refused)
    grouped = raw({"resourceGroupName": "Labs"}, {"resourceGroupName": "labs"})
    yield Row("a definition in the same resource group passes", KIND, grouped)
    apart = raw({"resourceGroupName": "labs"}, {"resourceGroupName": "others"})
    lower = {"hyperVGeneration": "v1", "architecture": None, "features": None}
    yield Row("generation 1 in another case implies x64 and Standard and passes", KIND, raw({}, lower))
    yield Row("a definition in another resource group", KIND, apart, refused, words)
    other = (definition({"resourceGroupName": "b"}, name="b"), only_version({"resourceGroupName": "b"}, name="b-1"))
    one = raw({"resourceGroupName": "a"}, {"resourceGroupName": "a"})
    yield Row("one gallery in two resource groups passes", KIND, (*one, *other))
    image, below, child = ours()
    second = only_version({"galleryImageVersionName": "2.0.0"}, name="gis-2")
    yield Row("a raw version beside the component's passes", KIND, (image, below, child, second))
    yield Row("one version declared twice", KIND, (*raw(), only_version(name="again")), refused, words)
    shouted = only_version({"galleryImageName": "GIS", "galleryName": "IMAGES"}, name="again")
    yield Row("one version declared twice in another case", KIND, (*raw(), shouted), refused, ("1.0.0",))
    dated = (only_version({"galleryImageVersionName": number}, name=number) for number in ("2024.01.15", "2024.1.15"))
    yield Row("one version declared twice, once with zeros", KIND, (*raw(), *dated), refused, ("2024.1.15",))
    yield Row("one definition declared twice", KIND, (*raw(), definition(name="again")), refused, ("gis",))
    elsewhere = (definition({"galleryName": "b"}, name="b"), only_version({"galleryName": "b"}, name="b-1"))
    yield Row("one name in two galleries passes", KIND, (*raw(), *elsewhere))


def _security() -> Iterator[Row]:
    encrypted = {
        "osDiskImage": {"securityProfile": {"confidentialVMEncryptionType": "EncryptedVMGuestStateOnlyWithPmk"}}
    }
    for name, changes, word in (
        ("UEFI settings", {"securityProfile": {"uefiSettings": {"additionalSignatures": {}}}}, "uefiSettings"),
        ("an unknown security profile", {"securityProfile": UNKNOWN_OBJECT}, "not known"),
        ("unknown UEFI settings", {"securityProfile": {"uefiSettings": UNKNOWN_OBJECT}}, "not known"),
        ("confidential encryption", {"publishingProfile": one_region(encryption=encrypted)}, "confidential"),
        ("unknown encryption", {"publishingProfile": one_region(encryption=UNKNOWN_OBJECT)}, "not known"),
    ):
        yield Row(f"a version with {name}", KIND, raw(changes), (SUPPORTED,), ("gis 1.0.0", word))
    keys = {"osDiskImage": {"diskEncryptionSetId": "/subscriptions/s/x"}}
    yield Row("a disk encryption set passes", KIND, raw({"publishingProfile": one_region(encryption=keys)}))
    yield Row("an empty security profile passes", KIND, raw({"securityProfile": {}}))
    zone = {"name": "koreacentral", "extendedLocation": {"name": "x", "type": "EdgeZone"}}
    for name, value in (("an edge zone", [zone]), ("unknown edge zones", UNKNOWN_LIST)):
        publishing = {**one_region(), "targetExtendedLocations": value}
        words = ("gis 1.0.0", "targetExtendedLocations")
        yield Row(f"a version in {name}", KIND, raw({"publishingProfile": publishing}), (REPLICAS,), words)
    publishing = {**one_region(), "targetExtendedLocations": []}
    yield Row("no edge zone passes", KIND, raw({"publishingProfile": publishing}))
    for name, missing in (
        ("no generation", {"hyperVGeneration": None}),
        ("an unknown generation", {"hyperVGeneration": UNKNOWN_TEXT}),
        ("unknown features", {"features": UNKNOWN_LIST}),
        ("an unknown architecture", {"architecture": UNKNOWN_TEXT}),
    ):
        yield Row(f"a definition with {name}", KIND, raw({}, missing), (SUPPORTED,), ("gis", "not known"))


def _labs() -> Iterator[Row]:
    words = ("gis", "koreasouth")
    plan = Declared(LAB_PLAN, "lab-plan", attachment(labRegions=["koreacentral", "koreasouth"], imageRegions={}), {})
    for name, where in (
        ("a lab account", labs("koreasouth")),
        ("our lab plan", plan),
        ("a raw lab plan", raw_lab_plan("koreacentral", "koreasouth")),
    ):
        yield Row(f"no replica where {name} makes labs", KIND, (*raw(), where), (COMPLETE,), words)
        both = {"targetRegions": [*one_region()["targetRegions"], *one_region("Korea South")["targetRegions"]]}
        yield Row(f"a replica where {name} makes labs passes", KIND, (*raw({"publishingProfile": both}), where))
    attached = {"sharedGalleryId": UNKNOWN_TEXT}
    for name, inputs, word in (
        ("in unknown regions", {"location": "koreacentral", "allowedRegions": UNKNOWN_LIST}, "not known"),
        ("in a region that is not known", {"location": UNKNOWN_TEXT, "allowedRegions": [UNKNOWN_TEXT]}, "not known"),
        ("in its own region alone", {"location": "koreasouth"}, "koreasouth"),
    ):
        raw_plan = Declared(RAW_LAB_PLAN, "plan", {**inputs, **attached})
        yield Row(f"a raw lab plan {name}", KIND, (*raw(), raw_plan), (COMPLETE,), (word,))
    for name, gallery in (("no", None), ("an empty", ""), ("another", f"{GALLERIES}/others"), ("this", UNKNOWN_TEXT)):
        elsewhere = Declared(RAW_LAB_PLAN, "plan", {"location": "japaneast", "sharedGalleryId": gallery})
        by = (COMPLETE,) if name == "this" else ()
        yield Row(f"a raw lab plan abroad with {name} gallery", KIND, (*raw(), elsewhere), by)
    same = Declared(RAW_LAB_PLAN, "plan", {"location": "koreasouth", "sharedGalleryId": f"{GALLERIES}/Images/"})
    yield Row("a raw lab plan with this gallery in another case", KIND, (*raw(), same), (COMPLETE,), words)
    hidden = {"publishingProfile": one_region(excludeFromLatest=UNKNOWN_TEXT)}
    yield Row("perhaps excluded in its only region", KIND, raw(hidden), (COMPLETE,), ("gis", "latest"))
    only = {"publishingProfile": one_region(excludeFromLatest=True)}
    yield Row("excluded in its only region", KIND, raw(only), (COMPLETE,), ("gis", "latest"))
    excluded = {"publishingProfile": {**one_region(), "excludeFromLatest": True}}
    yield Row("every raw version excluded from latest", KIND, raw(excluded), (COMPLETE,), ("gis", "latest"))
    second = only_version({"galleryImageVersionName": "2.0.0"}, name="gis-2")
    yield Row("one raw version excluded passes", KIND, (*raw(excluded), second))
    there = {"publishingProfile": one_region(excludeFromLatest=True)}
    yield Row("excluded in the one region of labs", KIND, (*raw(there), labs()), (COMPLETE,), ("koreacentral",))
    desktops = tags(lab_consumers="other")
    for_desktops = raw({"tags": desktops, **excluded}, {"tags": {"lab-consumers": "other"}})
    yield Row("excluded versions for others pass", KIND, for_desktops)


def _storage() -> Iterator[Row]:
    second = only_version({"galleryImageVersionName": "2.0.0"}, name="gis-2")
    two = (*raw(), second)
    yield Row(
        "two raw versions over the limit",
        KIND,
        two,
        (STORAGE,),
        ("128 GB",),
        configuration={STORAGE: {"limitGb": 128}},
    )
    yield Row("two raw versions below the limit pass", KIND, two, configuration={STORAGE: {"limitGb": 129}})
    with_ours = (our_gallery(replicaStorageGb=128), *raw())
    limit = {STORAGE: {"limitGb": 192}}
    yield Row("a raw version beside our gallery", KIND, with_ours, (STORAGE,), ("192 GB",), configuration=limit)
    below = {STORAGE: {"limitGb": 193}}
    yield Row("a raw version beside a small gallery passes", KIND, with_ours, configuration=below)
    many = {"publishingProfile": one_region(regionalReplicaCount=100)}
    words = ("6,400 GB",)
    yield Row(
        "one raw version over the limit", KIND, raw(many), (STORAGE,), words, configuration={STORAGE: {"limitGb": 6400}}
    )
