"""The questions that the smoke test asks beside its main run, each with what the sandbox answers."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from catalog.regions import geography
from tests.live.probe import ACCEPTED, REFUSED, Probe
from tests.live.tenant import COMPUTE_API, DISK_API, GALLERY, GROUP_API, LABS_API, PLANS_API, ROLES_API, Tenant

CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
LAB_ACCOUNT_APPLICATION = "1a14be2a-e903-4cec-99cf-b2e209259a0f"
SCRATCH = "lab_image_gallery_smoke_scratch"
GONE = "lab_image_gallery_smoke_gone"
BAD, CONFLICT = "400 InvalidParameter", "409 Conflict"
Body = dict[str, Any]


def definition(tenant: Tenant, sku: str = "probe", **properties: object) -> Body:
    """The body of an image definition of the scratch gallery."""
    identifier = {"publisher": "lab-image-gallery", "offer": "smoke", "sku": sku}
    base = {"osType": "Linux", "osState": "Generalized", "hyperVGeneration": "V1", "identifier": identifier}
    return {"location": tenant.region, "properties": {**base, **properties}}


def version(tenant: Tenant, *regions: Mapping[str, object], source: Mapping[str, object] | None = None) -> Body:
    """The body of a version made from the disk (or from `source`, a storageProfile), in the home region by default."""
    storage = source or {"osDiskImage": {"source": {"id": tenant.disk}}}
    targets = list(regions) or [{"name": tenant.region}]
    return {
        "location": tenant.region,
        "properties": {"storageProfile": storage, "publishingProfile": {"targetRegions": targets}},
    }


def set_up(tenant: Tenant) -> list[tuple[str, str, Body]]:
    """What the questions are about: id, api-version and body of galleries and definitions, in order of creation."""
    scratch = tenant.other_gallery(SCRATCH)
    return [
        (scratch, COMPUTE_API, {"location": tenant.region}),
        (tenant.other_gallery(GONE), COMPUTE_API, {"location": tenant.region}),
        (f"{scratch}/images/probe", COMPUTE_API, definition(tenant)),
        (f"{scratch}/images/windows", COMPUTE_API, definition(tenant, "windows", osType="Windows")),
    ]


def of_what_decides_most(tenant: Tenant) -> list[Probe]:
    """The first questions: what the program sends, and would have to send otherwise, hangs on their answers."""
    standard = definition(tenant, "standard", features=[{"name": "SecurityType", "value": "Standard"}])
    retired = f"{tenant.group_id(tenant.sources)}/providers/Microsoft.Media/mediaservices/smoke"
    return [
        Probe(
            "definition-security-type",
            "SecurityType=Standard in a new definition",
            f"{tenant.other_gallery(SCRATCH)}/images/standard",
            COMPUTE_API,
            ACCEPTED,
            standard,
        ),
        Probe(
            "provider-gone",
            "a service that Azure has retired",
            retired,
            "2021-11-01",
            "404 InvalidResourceNamespace",
            method="GET",
        ),
    ]


def of_an_exported_version(tenant: Tenant, shown: Mapping[str, Any]) -> Probe:
    """A version that Lab Services made, written as Azure shows it (`shown`): nothing of it changes."""
    body = _as_shown(shown)
    return Probe(
        "export-taken-over", "a PUT on an exported version", tenant.exported_version, COMPUTE_API, ACCEPTED, body
    )


def of_the_lab_plan(tenant: Tenant) -> Probe:
    """An image that the lab plan does not have."""
    path = f"{tenant.lab_plan}/images/smoke-missing"
    return Probe("missing-plan", "a missing image of a lab plan", path, PLANS_API, REFUSED, method="GET")


def of_the_end_of_life(tenant: Tenant) -> Probe:
    """The deletion of the program's version, which `blocked` has protected."""
    return Probe(
        "version-end-of-life",
        "deleting a version before its end of life",
        tenant.version,
        COMPUTE_API,
        "409 DeleteGalleryImageVersionBlockedBeforeEndOfLife",
        method="DELETE",
    )


def blocked(*, until: str | None) -> Body:
    """A change of a version: not to be deleted before `until`, or free again."""
    profile = {} if until is None else {"publishingProfile": {"endOfLifeDate": until}}
    return {"properties": {**profile, "safetyProfile": {"blockDeletionBeforeEndOfLife": until is not None}}}


def of_names(tenant: Tenant) -> list[Probe]:
    """Names, required keys and fixed sets of values."""
    group = tenant.group_id(tenant.sources)
    scratch, place = tenant.other_gallery(SCRATCH), {"location": tenant.region}
    disk = {**place, "properties": {"creationData": {"createOption": "Empty"}}}
    unknown = f"{group}/providers"
    return [
        Probe(
            "gallery-name",
            "a gallery name with a dash",
            tenant.other_gallery("smoke-dash"),
            COMPUTE_API,
            "400 BadRequest",
            place,
        ),
        Probe(
            "location-required",
            "a gallery without location",
            tenant.other_gallery("smoke_nowhere"),
            COMPUTE_API,
            "400 LocationRequired",
        ),
        Probe(
            "group-name",
            "a group name that ends in a full stop",
            tenant.group_id("smoke."),
            GROUP_API,
            REFUSED,
            place,
        ),
        Probe("disk-size", "an empty disk without size", f"{tenant.disk}-2", DISK_API, BAD, disk),
        Probe(
            "provider-gone",
            "an unknown namespace",
            f"{unknown}/Contoso.Nothing/things/smoke",
            COMPUTE_API,
            "404 InvalidResourceNamespace",
            place,
        ),
        Probe(
            "type-known",
            "an unknown type",
            f"{unknown}/Microsoft.Compute/things/smoke",
            COMPUTE_API,
            "404 InvalidResourceType",
            place,
        ),
        Probe(
            "value-allowed",
            "an unknown osType",
            f"{scratch}/images/other",
            COMPUTE_API,
            BAD,
            definition(tenant, "other", osType="BeOS"),
        ),
    ]


def of_definitions(tenant: Tenant) -> list[Probe]:
    """What an image definition may be, and what may change in it."""
    images = f"{tenant.other_gallery(SCRATCH)}/images"
    spaced = {"publisher": "lab image", "offer": "smoke", "sku": "spaced"}
    features = [{"name": "SecurityType", "value": "TrustedLaunch"}]
    plan = {"name": "plan", "product": "product", "publisher": "publisher"}
    disallowed = {"properties": {"disallowed": {"diskTypes": ["Standard_LRS"]}}}

    def put(rule: str, question: str, name: str, assumed: str, body: Body) -> Probe:
        return Probe(rule, question, f"{images}/{name}", COMPUTE_API, assumed, body)

    fixed = "409 PropertyChangeNotAllowed"
    return [
        put("definition-name", "a name that starts with _", "_smoke", BAD, definition(tenant, "name")),
        put("definition-identifier", "a publisher with a space", "spaced", BAD, definition(tenant, identifier=spaced)),
        put(
            "definition-triple",
            "publisher, offer and sku of another",
            "twin",
            "409 OperationNotAllowed",
            definition(tenant),
        ),
        put("definition-features", "features changed", "probe", fixed, definition(tenant, features=features)),
        put(
            "definition-fixed",
            "privacyStatementUri changed",
            "probe",
            fixed,
            definition(tenant, privacyStatementUri="https://example.org/privacy"),
        ),
        put("definition-fixed", "purchasePlan changed", "probe", fixed, definition(tenant, purchasePlan=plan)),
        Probe(
            "definition-disallowed",
            "disallowed disk types changed",
            f"{images}/probe",
            COMPUTE_API,
            ACCEPTED,
            disallowed,
            "PATCH",
        ),
    ]


def of_versions(tenant: Tenant) -> list[Probe]:
    """What a version may be made from and where; all of them are to be refused before anything is copied."""
    images = f"{tenant.other_gallery(SCRATCH)}/images"
    home, second = {"name": tenant.region}, {"name": tenant.second_region}
    direct, disk = {"source": {"id": tenant.disk}}, {"osDiskImage": {"source": {"id": tenant.disk}}}
    missing = {"osDiskImage": {"source": {"id": f"{tenant.disk}-missing"}}}
    one_lun = {**disk, "dataDiskImages": [{"lun": 0, "source": {"id": tenant.disk}}] * 2}
    elsewhere = version(tenant, second) | {"location": tenant.second_region}

    def put(rule: str, question: str, assumed: str, body: Body, name: str = "probe/versions/9.0.0") -> Probe:
        return Probe(rule, question, f"{images}/{name}", COMPUTE_API, assumed, body)

    zoneless = (
        []
        if geography.region(tenant.second_region).availability_zones is not False
        else [
            put(
                "regions-zrs",
                "Standard_ZRS in a region without zones",
                REFUSED,
                version(tenant, home, {**second, "storageAccountType": "Standard_ZRS"}),
            ),
        ]
    )
    return [
        *zoneless,
        put("version-name", "a number of two parts", BAD, version(tenant), "probe/versions/9.0"),
        put("source-exists", "a disk that is not there", "404 NotFound", version(tenant, source=missing)),
        put("source-one", "two sources", REFUSED, version(tenant, source={**direct, **disk})),
        put("source-type", "a disk directly under storageProfile", BAD, version(tenant, source=direct)),
        put("source-luns", "two data disks on one LUN", REFUSED, version(tenant, source=one_lun)),
        put("regions-home", "target regions without the location", BAD, version(tenant, second)),
        put("replicas-range", "101 replicas", REFUSED, version(tenant, {**home, "regionalReplicaCount": 101})),
        put("source-exists", "a version away from its source", "404 NotFound", elsewhere),
        put(
            "version-matches-definition",
            "a Linux disk in a Windows definition",
            CONFLICT,
            version(tenant),
            "windows/versions/9.0.0",
        ),
    ]


def of_roles(tenant: Tenant) -> list[Probe]:
    """Role assignments that are wrong."""
    roles = f"{tenant.other_gallery(SCRATCH)}/providers/Microsoft.Authorization/roleAssignments"
    role = f"/subscriptions/{tenant.subscription}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"

    def body(principal: str) -> Body:
        return {"properties": {"roleDefinitionId": role, "principalId": principal, "principalType": "ServicePrincipal"}}

    return [
        Probe(
            "role-name",
            "a name that is no GUID",
            f"{roles}/smoke",
            ROLES_API,
            "400 InvalidRoleAssignmentId",
            body(tenant.lab_services),
        ),
        Probe(
            "role-principal",
            "an application id, principalType sent",
            f"{roles}/5c1d0000-0000-4000-8000-000000000001",
            ROLES_API,
            "400 PrincipalNotFound",
            body(LAB_ACCOUNT_APPLICATION),
        ),
    ]


def of_the_lab_account(tenant: Tenant) -> list[Probe]:
    """The lab account, while no gallery is attached. The last one attaches GONE."""
    new = f"{tenant.group_id(tenant.sources)}/providers/Microsoft.LabServices/labaccounts/smoke"
    missing = {"properties": {"galleryId": tenant.other_gallery("smoke_missing")}}
    gone = {"properties": {"galleryId": tenant.other_gallery(GONE)}}

    def attach(rule: str, question: str, name: str, assumed: str, body: Body) -> Probe:
        return Probe(rule, question, tenant.attachment(name), LABS_API, assumed, body)

    return [
        Probe(
            "lab-account-closed",
            "a new lab account",
            new,
            LABS_API,
            REFUSED,
            {"location": tenant.region},
        ),
        attach("attachment-gallery", "a gallery that is not there", "smoke_missing", REFUSED, missing),
        attach("attachment-name", "a name that is not the gallery's", "smoke_named", ACCEPTED, gone),
        attach("attachment-version", "attaching without a role for Lab Services", GONE, ACCEPTED, gone),
    ]


def of_an_attached_gallery(tenant: Tenant) -> Probe:
    """The deletion of GONE while it is attached."""
    path = tenant.other_gallery(GONE)
    return Probe("attachment-stays", "deleting an attached gallery", path, COMPUTE_API, ACCEPTED, method="DELETE")


def while_published(tenant: Tenant, shown: Mapping[str, Any]) -> list[Probe]:
    """Of the program's own version, as Azure shows it (`shown`), in two regions, with its gallery attached."""
    body = _as_shown(shown)
    fewer, other_storage = copy.deepcopy(body), copy.deepcopy(body)
    del fewer["properties"]["publishingProfile"]["targetRegions"][1]
    other_storage["properties"]["publishingProfile"]["targetRegions"][1]["storageAccountType"] = "Premium_LRS"
    scratch = {"properties": {"galleryId": tenant.other_gallery(SCRATCH)}}
    twin = tenant.other_gallery(GALLERY)
    parent, _, number = tenant.version.rpartition("/")
    return [
        Probe(
            "version-name",
            "a version by its number with zeros",
            f"{parent}/0{number}",
            COMPUTE_API,
            "404 ResourceNotFound",
            method="GET",
        ),
        Probe("regions-kept", "a region left out", tenant.version, COMPUTE_API, "400 BadRequest", fewer),
        Probe(
            "regions-storage",
            "another storage type in a region",
            tenant.version,
            COMPUTE_API,
            "409 PropertyChangeNotAllowed",
            other_storage,
        ),
        Probe(
            "gallery-unique",
            "the gallery's name in another group",
            twin,
            COMPUTE_API,
            CONFLICT,
            {"location": tenant.region},
        ),
        Probe(
            "attachment-one",
            "a second gallery on the lab account",
            tenant.attachment(SCRATCH),
            LABS_API,
            CONFLICT,
            scratch,
        ),
    ]


def _as_shown(version: Mapping[str, Any]) -> Body:
    """The body of a PUT that leaves a version as Azure shows it."""
    rest = {key: version[key] for key in ("location", "tags") if key in version}
    return {**rest, "properties": _written(version["properties"])}


def _written(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a version that a PUT takes, without what Azure computes."""
    regions = [
        {key: region[key] for key in ("name", "regionalReplicaCount", "storageAccountType") if key in region}
        for region in properties["publishingProfile"]["targetRegions"]
    ]
    storage = properties["storageProfile"]
    source = storage.get("source") or {}
    disk = (storage.get("osDiskImage") or {}).get("source") or {}
    return {
        "storageProfile": {"source": source} if source else {"osDiskImage": {"source": {"id": disk.get("id")}}},
        "publishingProfile": {"targetRegions": regions},
    }
