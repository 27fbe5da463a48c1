"""What the emulator knows of one resource type; the types derive from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.form import Form
from sandbox.emulator.message import bad_body
from sandbox.emulator.operations import Polling
from sandbox.emulator.regions import available_to, region, regions
from sandbox.emulator.replication import RegionCopy
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.state import State
from sandbox.emulator.types.resource import Resource

LINGERS = rule(
    "lingers",
    "A deleted version holds up its definition, and a deleted definition its gallery, for some seconds more (409), "
    "though asking for it is answered with 404 at once. Here for as long as POST /sandbox/replication says.",
    evidence=Evidence.RECORDED,
    where="azure-cli, test_gallery_e2e: 10 to 20 seconds",
)
LOCATION_REQUIRED = rule(
    "location-required",
    "A tracked resource needs a location when it is created.",
    evidence=Evidence.QUOTED,
    where="azure-powershell's tests for Azure Stack, with code and text; status 400 as for every missing parameter",
)
LOCATION_KNOWN = rule(
    "location-known",
    "A location must be a region of the cloud.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting",
)
LOCATION_FIXED = rule(
    "location-fixed",
    "The location of a resource cannot be changed.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting",
)
PROPERTY_FIXED = rule(
    "property-fixed",
    "An immutable property cannot be changed: 409 PropertyChangeNotAllowed, with the property as target.",
    evidence=Evidence.QUOTED,
    where="answers quoted in public threads, with status, code, text and target; Azure Compute Gallery troubleshooting",
)
READ_ONLY = rule(
    "read-only",
    "Properties that the service works out are ignored when they are sent.",
    evidence=Evidence.DOCUMENT,
    where="OpenAPI of the types (readOnly)",
)
VALUE_ALLOWED = rule(
    "value-allowed",
    "A property with a fixed set of values takes no other.",
    evidence=Evidence.QUOTED,
    where="Azure/azure-powershell pull request 26509, with code and text; OpenAPI of the types for the values",
)


TAGS_MOST = 50
TAGS_COUNT = rule(
    "tags-count",
    f"A resource has at most {TAGS_MOST} tags.",
    evidence=Evidence.DOCUMENT,
    where="Use tags to organize your Azure resources, limitations",
)
TAGS_CASE = rule(
    "tags-case",
    "Names of tags compare without regard to case, so no resource has two that differ in case alone.",
    evidence=Evidence.DOCUMENT,
    where="Use tags to organize your Azure resources, limitations; in MicrosoftDocs/azure-docs issue 57888 one of the "
    "two is kept and the other lost without a word, which is refused here",
)


@dataclass(frozen=True)
class WriteRequest:
    """A PUT, or a PATCH already merged with what was there."""

    state: State
    path: ArmPath
    body: Json
    existing: Resource | None
    now: float
    api_version: str = ""
    """That of the request; the empty string, before every date, for what the service does by itself."""

    @property
    def properties(self) -> Json:
        """The `properties` sent, without null values."""
        sent = self.body.get("properties")
        return {key: value for key, value in sent.items() if value is not None} if isinstance(sent, dict) else {}

    @property
    def location(self) -> str:
        """The canonical region of a tracked resource, once the location sent is checked."""
        return self.existing.location if self.existing else canonical(self.body["location"])


@dataclass(frozen=True)
class Context:
    """What a request brings beside path and body: the store, the query parameters and the time."""

    state: State
    query: dict[str, str]
    now: float
    write_state: str = ""
    """Creating or Updating in the answer to a write that goes on, else empty."""

    @property
    def api_version(self) -> str:
        """The api-version of the request, in which the answer is shown."""
        return self.query.get("api-version", "").lower()


@dataclass(frozen=True)
class ActionResult:
    """What an action answers: a body, or the copies that its long-running operation waits for."""

    body: Json | None = None
    copies: list[RegionCopy] | None = None
    """None for an action that is done when it is answered."""


class ResourceType:
    """One resource type; methods raise ArmError for what Azure refuses."""

    type: ClassVar[str]
    route: ClassVar[str] = ""
    """The type as the path spells it, where answers show another."""
    api_versions: ClassVar[tuple[str, ...]]
    tracked: ClassVar[bool] = True
    """Whether it has location and tags."""
    has_state: ClassVar[bool] = True
    """Whether it shows a provisioning state."""
    extension: ClassVar[bool] = False
    """Whether it stands on any scope, as role assignments and locks do."""
    keeps_scope: ClassVar[bool] = False
    """Whether its id keeps the spelling of the scope that it was made with."""
    polling: ClassVar[Polling | None] = None
    """How writes and deletions are followed up; None when they are done once answered."""
    updates_at_once: ClassVar[bool] = False
    """Whether the answer to a write of an existing resource shows it as Succeeded, not as Updating."""
    updates_polled: ClassVar[bool] = True
    """Whether a write of an existing resource is followed up as one of a new resource is."""
    page_size: ClassVar[int] = 100
    """How many entries of a list come on one page."""
    problem_json: ClassVar[bool] = False
    """Whether a missing resource is answered by the service itself, in the form of problem+json."""
    nested: ClassVar[str] = ""
    """The child type that must be gone before the resource can be deleted."""
    immutable: ClassVar[tuple[str, ...]] = ()
    """Dotted paths of properties that cannot change; `error_name` stands before them in messages."""
    error_name: ClassVar[str] = ""
    objects: ClassVar[tuple[str, ...]] = ()
    """Dotted paths of properties that are objects."""
    lists: ClassVar[tuple[str, ...]] = ()
    """Dotted paths of properties that are lists of objects."""
    read_only: ClassVar[tuple[str, ...]] = ("provisioningState",)
    """Dotted paths of properties that the service works out."""
    read_only_beside: ClassVar[tuple[str, ...]] = ()
    """Names beside `properties` that the service works out, in addition to ENVELOPE_COMPUTED."""
    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "PUT", "PATCH", "DELETE")
    """HTTP methods of a resource of this type."""
    create_status: ClassVar[int] = 201
    """What a write of a new resource is answered with."""

    actions: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Actions on a resource: method, and name in lower case."""
    seeded: ClassVar[Json | None] = None
    """Properties that seed.yaml may leave out; None for a type that it cannot have. A resource group of seed.yaml
    lists a type under the last part of its name."""
    seed_form: ClassVar[Form] = {}
    """The keys of an entry in seed.yaml."""

    def check_place(self, write: WriteRequest) -> None:
        """Refuse a missing, unknown or changed location."""
        check_location(self, write)

    def check(self, write: WriteRequest) -> None:
        """Refuse what Azure refuses of a name and a body; called after the checks that all types share."""

    def store(self, write: WriteRequest) -> Resource:
        """Return what a write leaves behind."""
        return Resource(
            write.existing.path if write.existing else write.path,
            self.envelope(write) | {"properties": self.properties(write)},
            (write.existing.hidden if write.existing else {"created": write.now}) | {"changed": write.now},
        )

    def properties(self, write: WriteRequest) -> Json:
        """Return the stored properties: those sent, less read-only ones."""
        return writable(write.properties, self.read_only)

    def envelope(self, write: WriteRequest) -> Json:
        """Return what stands beside `properties`, as sent."""
        rest = {
            key: value for key, value in write.body.items() if key not in (*ENVELOPE_COMPUTED, *self.read_only_beside)
        }
        if self.tracked:
            rest["location"] = write.location
        return rest

    def show(self, resource: Resource, context: Context) -> Json:
        """Return the resource as ARM shows it."""
        shown = {"id": resource.id, "name": resource.path.name, "type": self.type, **resource.body}
        shown["properties"] = resource.properties | self.computed(resource, context)
        return shown

    def computed(self, resource: Resource, context: Context) -> Json:
        """Return the properties that are computed when the resource is shown."""
        return {"provisioningState": context.write_state or "Succeeded"} if self.has_state else {}

    def found(self, path: ArmPath, context: Context) -> Resource | None:
        """Return the resource with that path, None when there is none."""
        return context.state.get(path.key)

    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return a list, oldest first, for a collection's path."""
        if path.parent is None and path.subscription and not path.resource_group:
            found = context.state.of_type(self.type, below=path.scope.lower())
        else:
            found = context.state.of_type(self.type, container=path.container)
        return [self.show(resource, context) for resource in found]

    def copies(self, resource: Resource) -> list[RegionCopy]:
        """Return the copies that a write of the resource has to wait for."""
        return []

    def restored(self, path: ArmPath, body: Json, context: Context) -> Resource | None:
        """Return the deleted resource that a write brings back; None when it makes a new one."""
        return None

    def act(self, name: str, resource: Resource, body: Json, context: Context) -> ActionResult:
        """Carry out one of `actions` on a resource, with the body sent."""
        raise LookupError(name)

    def from_seed(self, group_id: str, entry: Json) -> Json:
        """Return the body of a resource that seed.yaml describes, less its location."""
        return {"properties": {name: entry.get(name, default) for name, default in (self.seeded or {}).items()}}

    def check_delete(self, resource: Resource, context: Context) -> None:
        """Refuse a deletion that Azure refuses; locks and children are already checked."""

    @LINGERS.applies
    def deleted(self, resource: Resource, context: Context) -> None:
        """Leave a remnant of a child when ARM is set to lag behind."""
        lingers = float(context.state.setting("deletedVersionsLingerSeconds", 0))
        if lingers and resource.path.parent:
            context.state.leave_remnant(resource.path, context.now + lingers)


ENVELOPE_COMPUTED = ("id", "name", "type", "location", "properties", "systemData", "etag")


@READ_ONLY.applies
def writable(properties: Json, read_only: Iterable[str]) -> Json:
    """Return properties less those at the dotted paths that the service works out."""
    kept = dict(properties)
    for dotted in read_only:
        head, _, rest = dotted.partition(".")
        if not rest:
            kept.pop(head, None)
        elif isinstance(kept.get(head), dict):
            kept[head] = writable(kept[head], [rest])
    return kept


def check_tags(body: Json) -> None:
    """Refuse more tags than a resource can have, and two whose names are one."""
    tags = body.get("tags")
    names = [str(name) for name in tags] if isinstance(tags, dict) else []
    first: dict[str, str] = {}
    for name in names:
        if first.setdefault(name.lower(), name) != name:
            raise TAGS_CASE.unknown_answer(f"The tags '{first[name.lower()]}' and '{name}' differ in case alone.")
    if len(names) > TAGS_MOST:
        raise TAGS_COUNT.unknown_answer(f"The resource has {len(names)} tags; at most {TAGS_MOST} are allowed.")


def canonical(location: str) -> str:
    """Return the canonical name of a location that is already checked."""
    found = region(location)
    return found.name if found else location


def check_shape(kind: ResourceType, properties: Json) -> None:
    """Refuse a property that is not the object, or the list of objects, that it should be."""
    for dotted in kind.objects:
        if not isinstance(pick(properties, dotted), dict | None):
            raise bad_body(f"'properties.{dotted}' is not an object")
    for dotted in kind.lists:
        value = pick(properties, dotted)
        is_list = isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
        if value is not None and not is_list:
            raise bad_body(f"'properties.{dotted}' is not a list of objects")


def check_location(kind: ResourceType, write: WriteRequest) -> None:
    """Refuse a missing, unknown or changed location of a tracked resource."""
    sent = write.body.get("location")
    if not kind.tracked or (write.existing and sent is None):
        return
    if not isinstance(sent, str) or not sent.strip():
        raise LOCATION_REQUIRED.refusal(
            400, "LocationRequired", "The location property is required for this definition."
        )
    if region(sent) is None:
        raise location_refusal(sent, kind.type, sorted(regions()))
    if write.existing and canonical(sent) != write.existing.location:
        path = write.existing.path
        raise LOCATION_FIXED.refusal(
            409,
            "InvalidResourceLocation",
            f"The resource '{'/'.join(path.names)}' already exists in location '{write.existing.location}' in "
            f"resource group '{path.resource_group}'. A resource with the same name cannot be created in "
            f"location '{canonical(sent)}'. Please select a new resource name.",
        )


def location_refusal(location: str, resource_type: str, available: Iterable[str]) -> Exception:
    """Return the refusal of a region that a type does not have."""
    return LOCATION_KNOWN.refusal(
        400,
        "LocationNotAvailableForResourceType",
        f"The provided location '{location}' is not available for resource type '{resource_type}'. List of "
        f"available regions for the resource type is '{','.join(available)}'.",
    )


def check_target_cloud(name: str, home: str, resource_type: str) -> None:
    """Refuse a region of another cloud than the home region's."""
    if canonical(name) not in available_to(home):
        raise location_refusal(name, resource_type, available_to(home))


def check_immutable(kind: ResourceType, existing: Json, wanted: Json) -> None:
    """Refuse a change of an immutable property; both sides in stored form, defaults filled in."""
    for dotted in kind.immutable:
        if pick(existing, dotted) != pick(wanted, dotted):
            raise property_refusal(f"{kind.error_name}.properties.{dotted}")


def property_refusal(target: str) -> Exception:
    """Return the refusal of a changed immutable property."""
    return PROPERTY_FIXED.refusal(
        409, "PropertyChangeNotAllowed", f"Changing property '{target}' is not allowed.", target=target
    )


def check_value(value: Any, allowed: tuple[str, ...], target: str, *, required: bool = False) -> None:
    """Refuse a value that is not one of those allowed."""
    if value is None and not required:
        return
    if value is None:
        raise VALUE_ALLOWED.invalid(f"Required parameter '{target}' is missing (null).", target=target)
    if value not in allowed:
        raise VALUE_ALLOWED.invalid(
            f"The value '{value}' of parameter '{target}' is not allowed. Allowed values are: {', '.join(allowed)}.",
            target=target,
        )


def pick(value: Any, dotted: str) -> Any:
    """Return the value at a dotted path, or None."""
    for part in dotted.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
