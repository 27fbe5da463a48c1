"""The settings of a stack, as Pulumi's configuration has them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel

from catalog.fields.arm_id import ArmId, example
from catalog.fields.fields import (
    Flag,
    RegionName,
    Regions,
    Replicas,
    StorageAccountType,
    Tags,
    TargetRegions,
    Text,
    checked_text,
)
from catalog.fields.resource_id import is_guid
from catalog.fields.tags import OWNER_TAG, joined_tags_problem
from catalog.files.diagnostic import Diagnostic, printable, shown
from catalog.files.field_error import FieldError, FieldErrors, each_once, field_error
from catalog.files.pydantic_errors import field_at, field_errors_of, without_twins
from catalog.regions.geography import SCOPES, target_regions
from catalog.regions.region import LabService
from catalog.stacks.attachment import DEVTEST_LAB, LAB_ACCOUNT, AttachmentKind
from catalog.stacks.example import Example, set_command
from catalog.stacks.lab_plan import LabPlanSettings, resource_group_problem
from catalog.stacks.lock import Lock
from catalog.stacks.marketplace import EACH_IMAGE_ONCE, MarketplaceImage
from catalog.stacks.role import (
    EACH_ROLE_ONCE,
    LAB_ACCOUNT_APPLICATION,
    LAB_PLAN_APPLICATION,
    RoleSetting,
    object_id_problem,
)

SUBSCRIPTION_KEY: Final = "azure-native:subscriptionId"
"""The provider's own key: no stack depends on the subscription that the user is logged in to."""

PRETEND: Final = "00000000-0000-0000-0000-"
"""Prefix of the sandbox's subscription ids. Pipelines never deploy to them, and Azure has none of them."""

LAB_PLAN: Final = "Microsoft.LabServices/labPlans"


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
    return AfterValidator(each_once(str.lower, f"entry {{}} is the same {what} as entry {{}}; keep one"))


_ObjectId = Annotated[str, checked_text(object_id_problem), AfterValidator(str.lower)]


def _object_id_of(application: str) -> Example:
    return Example(f'"$(az ad sp show --id {application} --query id --output tsv)"')


class Settings(BaseModel):
    """The settings of a stack. Attributes are the configuration's keys in snake case; regions are canonical.

    `subscription_id` comes from `azure-native:subscriptionId`. Unset or empty keys have their defaults; None in
    `soft_delete` leaves the gallery's setting unchanged, and in `marketplace_images` what labs offer of the
    Marketplace; its empty list has them offer nothing of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # A key is a field here and an entry of Pulumi.yaml. Its type determines how a text is read, its example (or
    # default) the command that sets it.
    project: str
    stack: str
    gallery_name: Annotated[str, checked_text(_gallery_name_problem), Example("contoso_lab_images")]
    resource_group_name: Annotated[str, checked_text(resource_group_problem), Example("galleries")]
    location: Annotated[RegionName, Example("koreacentral")]
    subscription_id: Annotated[
        str,
        checked_text(_subscription_problem),
        AfterValidator(str.lower),
        Example("00000000-0000-0000-0000-000000000000"),
    ]
    create_resource_group: Flag = False
    gallery_description: Annotated[str | None, Example("Images for labs")] = None
    lab_account_ids: Annotated[
        tuple[Annotated[str, ArmId(LAB_ACCOUNT.type)], ...],
        _each_once(LAB_ACCOUNT.noun),
        Example([example(LAB_ACCOUNT.type)]),
    ] = ()
    lab_account_service_principal_object_id: Annotated[_ObjectId | None, _object_id_of(LAB_ACCOUNT_APPLICATION)] = None
    lab_plan: Annotated[LabPlanSettings | None, Example({"name": "contoso-plan"})] = None
    lab_plan_id: Annotated[Annotated[str, ArmId(LAB_PLAN)] | None, Example(example(LAB_PLAN))] = None
    lab_plan_service_principal_object_id: Annotated[_ObjectId | None, _object_id_of(LAB_PLAN_APPLICATION)] = None
    dev_test_lab_ids: Annotated[
        tuple[Annotated[str, ArmId(DEVTEST_LAB.type)], ...],
        _each_once(DEVTEST_LAB.noun),
        Example([example(DEVTEST_LAB.type)]),
    ] = ()
    marketplace_images: Annotated[
        Annotated[tuple[MarketplaceImage, ...], EACH_IMAGE_ONCE] | None, Example([{"publisher": "canonical"}])
    ] = None
    catalog: Text = "images.yaml"
    fact_lookups: Literal["all", "undeclared"] = "all"
    target_regions: TargetRegions = "geography"
    exclude_regions: Annotated[Regions, Example(["koreasouth"])] = ()
    include_regions_without_labs: Flag = False
    replicas_per_region: Replicas = 1
    storage_account_type: StorageAccountType = "Standard_LRS"
    protect: Flag = True
    import_existing: Flag = False
    role_assignments: Annotated[tuple[RoleSetting, ...], EACH_ROLE_ONCE, Example([{"role": "Reader"}])] = ()
    lock: Annotated[Lock | None, Example("CanNotDelete")] = None
    soft_delete: Flag | None = None
    tags: Annotated[Tags, Example({"costCenter": 4711})] = Field(default={})

    @property
    def owner_tag(self) -> tuple[str, str]:
        """Name and value of the tag on everything that this stack declares."""
        return OWNER_TAG, f"{self.project}/{self.stack}"

    @property
    def is_pretend(self) -> bool:
        """Whether the subscription is one of the sandbox's."""
        return self.subscription_id.startswith(PRETEND)

    def lab_ids(self, kind: AttachmentKind) -> tuple[str, ...]:
        """Ids of the labs of a service that the gallery is attached to."""
        ids: tuple[str, ...] = getattr(self, kind.setting)
        return ids

    @property
    def lab_services(self) -> frozenset[LabService]:
        """The lab services that the gallery is attached to, for `geography.target_regions`."""
        attached = {LabService.ACCOUNTS: self.lab_account_ids, LabService.PLANS: self.lab_plan or self.lab_plan_id}
        return frozenset(service for service, labs in attached.items() if labs)

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

    @field_validator("storage_account_type")
    @classmethod
    def _of_home_cloud(cls, value: str | dict[str, str], info: ValidationInfo) -> str | dict[str, str]:
        """The regions of a map are in the gallery's cloud; versions may add regions to the stack's own."""
        home = info.data.get("location")
        if home is not None and isinstance(value, dict):
            target_regions(home, tuple(value))
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

    @field_validator("tags")
    @classmethod
    def _with_those_of_the_plan(cls, value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        """The stack's tags fit those of the lab plan that it makes."""
        made = info.data.get("lab_plan")
        problem = joined_tags_problem([("labPlan", made.tags), ("the stack", value)]) if made is not None else None
        if problem is not None:
            raise field_error(problem)
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


_EMPTY_LIST_COUNTS: Final = frozenset({"marketplace_images"})
"""Attributes of which an empty list says something else than a key that is not set."""

KEYS: Final[Mapping[str, str]] = {
    to_camel(attribute): attribute
    for attribute in Settings.model_fields
    if attribute not in {"project", "stack", "subscription_id"}
}
"""The project's configuration keys, each with its attribute of Settings."""


class SettingsError(Exception):
    """A stack's configuration cannot be used.

    `errors` are all findings, each with the path of its key as it is written; `diagnostics` are the same for `file`,
    each with the command that sets the key.
    """

    def __init__(self, project: str, file: str, errors: Iterable[FieldError]) -> None:
        self.errors: tuple[FieldError, ...] = tuple(
            ((to_camel(str(path[0])), *path[1:]), message) for path, message in errors
        )
        self.diagnostics = tuple(_problem(project, file, *each) for each in self.errors)
        super().__init__("\n".join(str(problem) for problem in self.diagnostics))


def read_settings(values: Mapping[str, object], *, project: str, stack: str) -> Settings:
    """The settings in configuration values.

    Keys are `galleryName`, with or without the project's name and a colon before it, and `azure-native:subscriptionId`;
    values are plain or, as the engine passes them, text (`"true"`, `"3"`, a list or object as JSON). A list may also be
    a text with commas, since a configuration key has one type and `targetRegions` is a word or a list. Unknown keys are
    ignored here; `stack_file.key_problems` finds them.

    Raises SettingsError with everything that is wrong.
    """
    given: dict[str, object] = {"project": project, "stack": stack}
    for key, attribute in {"subscriptionId": "subscription_id", **KEYS}.items():
        value = _plain(attribute, values.get(_full(project, key), values.get(key)))
        if value is not None:
            given[attribute] = value
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        found = without_twins(dict.fromkeys(field_errors_of(error, Settings, lambda _: None)))
        raise SettingsError(project, f"Pulumi.{stack}.yaml", found) from None


def command_of(key: str, *inner: str | int) -> str:
    """The command that sets a key, such as `pulumi config set protect true`, or one inside it if it has an example."""
    attribute = "subscription_id" if key == "subscriptionId" else KEYS[key]
    nested = field_at(Settings, (attribute, inner[0])) if inner else None
    if nested is not None and Example.of(nested) is not None:
        return set_command(f"{key}.{inner[0]}", Example.of(nested))
    field = Settings.model_fields[attribute]
    usual = True if bool in _types(field.annotation) else field.default
    return set_command(SUBSCRIPTION_KEY if key == "subscriptionId" else key, Example.of(field) or usual)


def types_of(attribute: str) -> frozenset[Any]:
    """The plain types of the values that a field takes: str, int, bool, tuple or dict."""
    field = Settings.model_fields[attribute]
    return _types(field.annotation) | {type(Example.of(field))}


def _full(project: str, key: str) -> str:
    return SUBSCRIPTION_KEY if key == "subscriptionId" else f"{project}:{key}"


def _plain(attribute: str, value: object) -> object:
    """A value in the type of its field; None if it is not set."""
    if isinstance(value, str):
        value = _from_text(_types(Settings.model_fields[attribute].annotation), value.strip())
    if value == [] and attribute in _EMPTY_LIST_COUNTS:
        return value
    return None if value in ("", [], {}, ()) else value


def _from_text(types: frozenset[Any], text: str) -> object:
    if bool in types and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if int in types and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    if (tuple in types and text.startswith("[")) or (dict in types and text.startswith("{")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    if tuple in types and text and text not in SCOPES:
        return [item.strip() for item in text.split(",") if item.strip()]
    return text


def _types(annotation: Any) -> frozenset[Any]:
    """The plain types that a field takes; a model counts as dict."""
    if hasattr(annotation, "__metadata__"):
        return _types(get_args(annotation)[0])
    origin = get_origin(annotation) or annotation
    if origin in {Union, UnionType}:
        return frozenset().union(*map(_types, get_args(annotation)))
    return frozenset({dict if isinstance(origin, type) and issubclass(origin, BaseModel) else origin})


def _problem(project: str, file: str, path: tuple[str | int, ...], message: str) -> Diagnostic:
    key = str(path[0])
    inner = "".join(f"[{step}]" if isinstance(step, int) else f".{printable(step)}" for step in path[1:])
    advice = _advice(key, path[1:])
    # To set one more would not mend tags of which there are too many or two alike, nor a region that is none.
    if (key, len(path)) == ("tags", 1) and ("one tag" in message or message.startswith("are ")):
        advice = "take one out with: pulumi config rm --path tags.NAME"
    elif key == "storageAccountType" and len(path) > 1:
        advice = f"take it out with: pulumi config rm --path {shlex.quote(f'{key}.{path[1]}')}"
    return Diagnostic(file, None, f"{_full(project, key)}{inner}", f"{message}; {advice}")


def _advice(key: str, inner: tuple[str | int, ...]) -> str:
    """The commands that mend a value: for a later entry of a list those that leave the other entries as they are."""
    command = command_of(key, *inner)
    place = next((place for place, step in enumerate(inner) if isinstance(step, int) and step > 0), None)
    if place is None:
        return f"set it with: {command}"
    entries = ".".join((key, *map(str, inner[:place])))
    entry = f"{entries}[{inner[place]}]"
    removal = f"take it out with: pulumi config rm --path {shlex.quote(entry)}"
    first = f"{entries}[0]"
    return f"set it with: {command.replace(first, entry)}; or {removal}" if first in command else removal
