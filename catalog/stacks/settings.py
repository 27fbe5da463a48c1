"""The settings of a stack, as Pulumi's configuration has them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel

from catalog.fields.arm_id import ArmId, example
from catalog.fields.fields import Flag, RegionName, Regions, Replicas, Tags, TargetRegions, Text, checked_text
from catalog.fields.resource_id import is_guid, parse
from catalog.fields.tags import OWNER_TAG
from catalog.files.diagnostic import Diagnostic, printable, shown
from catalog.files.document import read
from catalog.files.field_error import FieldError, FieldErrors, field_error
from catalog.files.pydantic_errors import field_errors_of
from catalog.files.similar import nearest
from catalog.images.version import StorageAccountType
from catalog.regions.geography import SCOPES, target_regions
from catalog.stacks.attachment import DEVTEST_LAB, LAB_ACCOUNT, AttachmentKind
from catalog.stacks.lab_plan import LabPlanSettings, resource_group_problem
from catalog.stacks.lock import Lock
from catalog.stacks.role import (
    LAB_ACCOUNT_APPLICATION,
    LAB_PLAN_APPLICATION,
    RoleSetting,
    each_once,
    object_id_problem,
)

NAMESPACE: Final = "lab-image-gallery"
"""The project, and so the namespace of its configuration keys."""

SUBSCRIPTION_KEY: Final = "azure-native:subscriptionId"
"""The provider's own key: no stack runs against whatever subscription happens to be logged in."""

LAB_PLAN: Final = "Microsoft.LabServices/labPlans"

_PROVIDER_KEYS: Final = (
    "auxiliaryTenantIds",
    "clientCertificatePassword",
    "clientCertificatePath",
    "clientId",
    "clientSecret",
    "disableInstanceDiscovery",
    "disablePulumiPartnerId",
    "environment",
    "location",
    "metadataHost",
    "msiEndpoint",
    "oidcRequestToken",
    "oidcRequestUrl",
    "oidcToken",
    "oidcTokenFilePath",
    "partnerId",
    "subscriptionId",
    "tenantId",
    "useDefaultAzureCredential",
    "useMsi",
    "useOidc",
)


def _gallery_name_problem(name: str) -> str | None:
    """Source: "Azure Compute Gallery troubleshooting"."""
    inner = name.replace("_", "a").replace(".", "a")
    if name.isascii() and inner.isalnum() and len(name) <= 80 and name[0].isalnum() and name[-1].isalnum():
        return None
    dashes = " (dashes are not allowed in names of galleries)" if "-" in name else ""
    return (
        f"{shown(name)} is no gallery name{dashes}: 1 to 80 letters, digits, full stops and underscores, a letter or"
        " digit first and last"
    )


def _subscription_problem(text: str) -> str | None:
    return None if is_guid(text) else f"must be the id of a subscription (a GUID), not {shown(text)}"


def _each_once(what: str) -> AfterValidator:
    """A validator of a list of ids: none twice. `what` is what they are ids of."""

    def validate(ids: tuple[str, ...]) -> tuple[str, ...]:
        wrong: list[FieldError] = []
        seen: dict[str, int] = {}
        for index, text in enumerate(ids):
            first = seen.setdefault(parse(text).key, index)
            if first != index:
                wrong.append(((index,), f"entry {index + 1} is the same {what} as entry {first + 1}; keep one"))
        if wrong:
            raise FieldErrors(wrong)
        return ids

    return AfterValidator(validate)


_ObjectId = Annotated[str, checked_text(object_id_problem), AfterValidator(str.lower)]


class Settings(BaseModel):
    """What a stack says. Attributes are the configuration's keys in snake case; regions are canonical.

    `subscription_id` comes from `azure-native:subscriptionId`. Keys that are not set, or empty, have their defaults;
    `soft_delete` then is None: the gallery keeps what it has.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str
    stack: str
    gallery_name: Annotated[str, checked_text(_gallery_name_problem)]
    resource_group_name: Annotated[str, checked_text(resource_group_problem)]
    location: RegionName
    subscription_id: Annotated[str, checked_text(_subscription_problem), AfterValidator(str.lower)]
    create_resource_group: Flag = False
    gallery_description: str | None = None
    lab_account_ids: Annotated[tuple[Annotated[str, ArmId(LAB_ACCOUNT.type)], ...], _each_once(LAB_ACCOUNT.noun)] = ()
    lab_account_service_principal_object_id: _ObjectId | None = None
    lab_plan: LabPlanSettings | None = None
    lab_plan_id: Annotated[str, ArmId(LAB_PLAN)] | None = None
    lab_plan_service_principal_object_id: _ObjectId | None = None
    dev_test_lab_ids: Annotated[tuple[Annotated[str, ArmId(DEVTEST_LAB.type)], ...], _each_once(DEVTEST_LAB.noun)] = ()
    catalog: Text = "images.yaml"
    fact_lookups: Literal["all", "undeclared"] = "all"
    target_regions: TargetRegions = "geography"
    exclude_regions: Regions = ()
    include_regions_without_labs: Flag = False
    replicas_per_region: Replicas = 1
    storage_account_type: StorageAccountType = "Standard_LRS"
    protect: Flag = True
    import_existing: Flag = False
    role_assignments: Annotated[tuple[RoleSetting, ...], AfterValidator(each_once)] = ()
    lock: Lock | None = None
    soft_delete: Flag | None = None
    tags: Tags = Field(default={})

    @property
    def owner_tag(self) -> tuple[str, str]:
        """Name and value of the tag on everything that this stack declares."""
        return OWNER_TAG, f"{self.project}/{self.stack}"

    def lab_ids(self, kind: AttachmentKind) -> tuple[str, ...]:
        """Ids of the labs of a service that the gallery is attached to."""
        ids: tuple[str, ...] = getattr(self, kind.setting)
        return ids

    @property
    def lab_services(self) -> frozenset[str]:
        """The kinds of lab service that the gallery is attached to, for `geography.target_regions`."""
        accounts = {"accounts"} if self.lab_account_ids else set()
        plans = {"plans"} if self.lab_plan or self.lab_plan_id else set()
        return frozenset(accounts | plans)

    @field_validator("exclude_regions", "target_regions")
    @classmethod
    def _fits_home(cls, value: str | tuple[str, ...], info: ValidationInfo) -> str | tuple[str, ...]:
        """The home region is not excluded, and all targets are in its cloud."""
        home = info.data.get("location")
        if home is not None and info.field_name == "exclude_regions":
            target_regions(home, "home", exclude=value)
        elif home is not None:
            target_regions(home, value)
        return value

    @field_validator("lab_plan")
    @classmethod
    def _in_one_cloud(cls, value: LabPlanSettings | None, info: ValidationInfo) -> LabPlanSettings | None:
        """The regions of the plan's labs are in the gallery's cloud."""
        home = info.data.get("location")
        if home is not None and value is not None and value.allowedRegions:
            try:
                target_regions(home, value.allowedRegions)
            except ValueError as error:
                raise FieldErrors([(("allowedRegions",), str(error))]) from None
        return value

    @field_validator("lab_plan_id")
    @classmethod
    def _one_plan(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("lab_plan") is not None:
            raise field_error(
                "labPlan is set too, and a stack has one lab plan: keep labPlan to have it made here, or labPlanId for "
                "one that exists"
            )
        return value


KEYS: Final[Mapping[str, str]] = {
    to_camel(attribute): attribute
    for attribute in Settings.model_fields
    if attribute not in {"project", "stack", "subscription_id"}
}
"""The project's configuration keys, each with its attribute of Settings."""

_LISTS: Final = {"labAccountIds", "devTestLabIds", "excludeRegions", "targetRegions", "roleAssignments"}
_OBJECTS: Final = {"labPlan", "lock", "tags"}
_INTEGERS: Final = {"replicasPerRegion"}
_FLAGS: Final = {"createResourceGroup", "includeRegionsWithoutLabs", "protect", "importExisting", "softDelete"}

_COMMANDS: Final = {
    "subscriptionId": f"{SUBSCRIPTION_KEY} 00000000-0000-0000-0000-000000000000",
    "galleryName": "galleryName contoso_lab_images",
    "resourceGroupName": "resourceGroupName galleries",
    "location": "location koreacentral",
    "createResourceGroup": "createResourceGroup true",
    "galleryDescription": "galleryDescription 'Images for labs'",
    "labAccountIds": f"--path 'labAccountIds[0]' {example(LAB_ACCOUNT.type)}",
    "labAccountServicePrincipalObjectId": "labAccountServicePrincipalObjectId"
    f' "$(az ad sp show --id {LAB_ACCOUNT_APPLICATION} --query id --output tsv)"',
    "labPlan": "--path labPlan.name contoso-plan",
    "labPlan.resourceGroupName": "--path labPlan.resourceGroupName labs",
    "labPlan.allowedRegions": "--path 'labPlan.allowedRegions[0]' koreacentral",
    "labPlan.supportInfo": "--path labPlan.supportInfo.email it@contoso.example",
    "labPlan.tags": "--path labPlan.tags.costCenter 4711",
    "labPlanId": f"labPlanId {example(LAB_PLAN)}",
    "labPlanServicePrincipalObjectId": "labPlanServicePrincipalObjectId"
    f' "$(az ad sp show --id {LAB_PLAN_APPLICATION} --query id --output tsv)"',
    "devTestLabIds": f"--path 'devTestLabIds[0]' {example(DEVTEST_LAB.type)}",
    "catalog": "catalog images.yaml",
    "factLookups": "factLookups all",
    "targetRegions": "targetRegions geography",
    "excludeRegions": "--path 'excludeRegions[0]' koreasouth",
    "includeRegionsWithoutLabs": "includeRegionsWithoutLabs true",
    "replicasPerRegion": "replicasPerRegion 1",
    "storageAccountType": "storageAccountType Standard_LRS",
    "protect": "protect true",
    "importExisting": "importExisting true",
    "roleAssignments": "--path 'roleAssignments[0].role' Reader",
    "lock": "lock CanNotDelete",
    "softDelete": "softDelete true",
    "tags": "--path tags.costCenter 4711",
}
"""What follows `pulumi config set` to set each key, or a key inside another."""


class SettingsError(Exception):
    """A stack's configuration cannot be used; `problems` are all findings."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(problem) for problem in self.diagnostics))


def read_settings(values: Mapping[str, object], *, project: str, stack: str) -> Settings:
    """The settings in configuration values.

    Keys are `lab-image-gallery:galleryName` or `galleryName`, and `azure-native:subscriptionId`; values are plain or,
    as the engine passes them, text (`"true"`, `"3"`, a list or object as JSON). A list may also be a text with commas,
    since a configuration key has one type and `targetRegions` is a word or a list. Other keys are not looked at:
    `check_stack_file` tells of unknown ones.

    Raises SettingsError with everything that is wrong.
    """
    given: dict[str, object] = {"project": project, "stack": stack}
    for key, attribute in {"subscriptionId": "subscription_id", **KEYS}.items():
        value = _plain(key, values.get(_full(key), values.get(key)))
        if value is not None:
            given[attribute] = value
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        complaints = dict.fromkeys(field_errors_of(error, Settings, lambda _: None))
        raise SettingsError(_problem(f"Pulumi.{stack}.yaml", *complaint) for complaint in complaints) from None


def _full(key: str) -> str:
    return SUBSCRIPTION_KEY if key == "subscriptionId" else f"{NAMESPACE}:{key}"


def _plain(key: str, value: object) -> object:
    """A value in its own type; None when it is not set."""
    if isinstance(value, str):
        value = _from_text(key, value.strip())
    return None if value in ("", [], {}, ()) else value


def _from_text(key: str, text: str) -> object:
    if key in _FLAGS and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if key in _INTEGERS and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    if (key in _LISTS and text.startswith("[")) or (key in _OBJECTS and text.startswith("{")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    if key in _LISTS and text and text not in SCOPES:
        return [item.strip() for item in text.split(",") if item.strip()]
    return text


def _problem(file: str, path: tuple[str | int, ...], message: str) -> Diagnostic:
    key = to_camel(str(path[0]))
    inner = "".join(f"[{step}]" if isinstance(step, int) else f".{printable(step)}" for step in path[1:])
    inside = f"{key}.{path[1]}" if len(path) > 1 else key
    command = f"; set it with: pulumi config set {_COMMANDS.get(inside, _COMMANDS[key])}"
    return Diagnostic(file, None, f"{_full(key)}{inner}", message + command)


def check_stack_file(path: Path) -> list[Diagnostic]:
    """What is wrong with the keys in a `Pulumi.<stack>.yaml`: unknown, misspelt, in a misspelt namespace, twice.

    Keys of other programs and providers are left alone; values are not judged, and secret ones not read.
    Raises InvalidFile when the file is no YAML that can be read.
    """
    document = read(path, least="config:")
    if not isinstance(document.value, dict):
        return [document.diagnostic((), "a stack file is keys with values, such as config:")]
    config = document.value.get("config") or {}
    if not isinstance(config, dict):
        return [document.diagnostic(("config",), "must be keys with values, such as lab-image-gallery:galleryName")]
    found = list(document.diagnostics)
    for full in config:
        namespace, colon, key = full.partition(":")
        message = _key_problem(namespace if colon else NAMESPACE, key if colon else full)
        if message is None and not colon and f"{NAMESPACE}:{full}" in config:
            message = f"this key stands here twice, also as {NAMESPACE}:{full}; keep one"
        if message is not None:
            found.append(replace(document.diagnostic(("config", full), message), key=printable(full)))
    return found


def _key_problem(namespace: str, key: str) -> str | None:
    known = {NAMESPACE: tuple(KEYS), "azure-native": _PROVIDER_KEYS}
    if namespace not in known:
        near = nearest(namespace, known, likeness=0.85)
        return f"there is no such namespace; write {near[0]}:{printable(key)}" if near else None
    if key in known[namespace]:
        return None
    near = nearest(key, known[namespace])
    if near:
        return f"there is no such key; write {namespace}:{near[0]}"
    if namespace == NAMESPACE:
        return f"there is no such key; known are {', '.join(KEYS)}"
    return None
