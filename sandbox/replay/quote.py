"""Requests rebuilt from errors that people quoted: what must have been sent for Azure to answer so.

The path of a quote is a placeholder such as `(galleries/images)`, with or without names. Names, ids and regions that
the error repeats are those of the request; what it does not say is made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sandbox.emulator.rules import Json
from sandbox.replay.example import SUBSCRIPTION, Example, NotReplayable

REGION, OTHER_REGION = "westus", "eastus"
ROLE = "f1a07417-d97a-45cb-824c-7a7467783830"
PRINCIPAL = "00000000-0000-0000-0000-0000000000ef"
ASSIGNMENT = "00000000-0000-0000-0000-0000000000e1"
CHANGED: dict[str, object] = {"hyperVGeneration": "V2", "osType": "Linux", "osState": "Specialized"}
"""Values that a definition of the replay does not have."""
TYPES = ("galleries", "images", "versions")
GALLERY, DEFINITION, VERSION = TYPES
OTHER_TYPE = "applications"
"""The type in galleries that is not imitated; without names it reads like the name of a gallery."""
ENDED = "2020-01-31T00:00:00Z"
NESTED = re.compile(r"nested resource IDs include: '?Microsoft\.Compute/galleries/([\w.-]+(?:/[a-z]+/[\w.-]+)*)")
"""The first of the children that a refused deletion names."""
STATED = (
    re.compile(
        r"The scope '/subscriptions/(?P<subscription>[\w-]+)/resourceGroups/(?P<group>[\w.()-]+)/providers/"
        r"Microsoft\.Compute/galleries/(?P<names>[\w./-]+)' cannot perform"
    ),
    re.compile(
        r"The Resource 'Microsoft\.Compute/galleries/(?P<names>[\w./-]+)' under resource group "
        r"'(?P<group>[\w.()-]+)' was not found"
    ),
    re.compile(r"Parent resource '(?P<parents>[\w./-]+)' not found"),
    re.compile(r"Resource group '(?P<group>[\w.()-]+)' could not be found"),
)
"""Errors that say which resource, parent or group they are of, unless that is left out."""
API_VERSIONS = {"Compute": "2024-03-03", "Authorization": "2022-04-01", "LabServices": "2022-08-01"}


@dataclass
class Rebuilt:
    """A request while it is rebuilt: where it goes, and its body."""

    subscription: str = SUBSCRIPTION
    group: str = "quoted"
    names: dict[str, str] = field(default_factory=lambda: {GALLERY: "quoted", DEFINITION: "quoted", VERSION: "1.0.0"})
    properties: Json = field(default_factory=dict)
    location: str | None = REGION

    def id_of(self, kind: str, name: str) -> str:
        """Return an id of Compute in the same resource group."""
        return f"{self.scope}/providers/Microsoft.Compute/{kind}/{name}"

    @property
    def scope(self) -> str:
        """The id of the resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"


def rebuilt(quote: Example) -> Example:
    """Return a request that is answered so. Raises NotReplayable when the quote does not say what was sent."""
    error = (quote.documented.get("error") or {}) if quote.documented else {}
    message = str(error.get("message") or "")
    request = Rebuilt()
    placeholder = quote.path.strip("() ")
    if placeholder.lower().startswith("microsoft.authorization/roleassignments"):
        return _of_role(quote, request, message)
    nested = NESTED.search(message)
    if nested:
        request.names |= dict(zip(TYPES, nested[1].split("/")[0::2], strict=False))
    _state(message, request)
    types = _types(placeholder, request)
    if quote.method in ("PUT", "PATCH"):
        _fill(types[-1], message, request)
    path = "/".join(part for kind in types for part in (kind, request.names[kind]))
    body: Json = {"properties": request.properties}
    if request.location is not None:
        body["location"] = request.location
    return replace(
        quote,
        path=f"{request.scope}/providers/Microsoft.Compute/{path}",
        query={"api-version": API_VERSIONS["Compute"]},
        body=body if quote.method in ("PUT", "PATCH") else None,
    )


def _state(message: str, request: Rebuilt) -> None:
    """Take over what the error says of the place of the request."""
    for pattern in STATED:
        found = pattern.search(message)
        if found:
            said = found.groupdict()
            request.subscription = said.get("subscription") or request.subscription
            request.group = said.get("group") or request.group
            names = said["names"].split("/")[0::2] if said.get("names") else (said.get("parents") or "").split("/")
            request.names |= {kind: name for kind, name in zip(TYPES, names, strict=False) if name}
            return


def _types(placeholder: str, request: Rebuilt) -> tuple[str, ...]:
    """Return the types of a placeholder, and take over its names where it has any."""
    words = placeholder.removeprefix("Microsoft.Compute/").split("/")
    if tuple(words) == TYPES[: len(words)]:
        return TYPES[: len(words)]
    if OTHER_TYPE in words:
        raise NotReplayable(f"type not imitated ({placeholder})")
    types = tuple(words[0::2])
    if types != TYPES[: len(types)] or len(words) % 2:
        raise NotReplayable(f"type not imitated ({placeholder})")
    given = zip(types, words[1::2], strict=True)
    request.names |= {kind: name for kind, name in given if re.fullmatch(r"[\w.-]+", name)}
    return types


def _fill(kind: str, message: str, request: Rebuilt) -> None:
    """Fill in what was sent: something in order, and in it what the message complains of."""
    defaults: dict[str, Json] = {GALLERY: {}, DEFINITION: _definition(), VERSION: _version(request)}
    request.properties = defaults[kind]
    for (kinds, pattern), change in COMPLAINTS.items():
        found = re.search(pattern, message)
        if found and kind in kinds:
            change(request, found)
            return
    raise NotReplayable(f"the quoted answer does not say what was sent: {message or 'it has no message'}")


def _definition() -> Json:
    identifier = {"publisher": "quoted", "offer": "quoted", "sku": "quoted"}
    return {"osType": "Windows", "osState": "Generalized", "hyperVGeneration": "V1", "identifier": identifier}


def _version(request: Rebuilt) -> Json:
    return {"storageProfile": {"source": {"id": request.id_of("images", "quoted")}}}


def _of_role(quote: Example, request: Rebuilt, message: str) -> Example:
    named = re.search(r"Principal (\w{32}) does not", message)
    principal = re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", named[1]) if named else PRINCIPAL
    role = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ROLE}"
    return replace(
        quote,
        path=f"{request.scope}/providers/Microsoft.Authorization/roleAssignments/{ASSIGNMENT}",
        query={"api-version": API_VERSIONS["Authorization"]},
        body=None if quote.method == "DELETE" else {"properties": {"roleDefinitionId": role, "principalId": principal}},
    )


def _feature(request: Rebuilt, found: re.Match[str]) -> None:
    request.properties["features"] = [{"name": found[2], "value": found[1]}]


def _changed_source(request: Rebuilt, _found: re.Match[str]) -> None:
    request.properties["storageProfile"] = {"source": {"id": request.id_of("images", "another")}}


def _changed(request: Rebuilt, found: re.Match[str]) -> None:
    *parents, last = found[1].split(".")
    place = request.properties
    for name in parents:
        place = place.setdefault(name, {})
    place[last] = CHANGED.get(last, "another")


def _taken_triple(request: Rebuilt, found: re.Match[str]) -> None:
    request.properties["identifier"] = {"publisher": found[1], "offer": found[2], "sku": found[3]}


def _taken_name(request: Rebuilt, found: re.Match[str]) -> None:
    request.names[GALLERY] = found[1]
    if re.fullmatch(r"[0-9a-fA-F-]{36}", found[2]):
        request.subscription = found[2]


def _elsewhere(request: Rebuilt, found: re.Match[str]) -> None:
    request.names |= dict(zip(TYPES, found[1].split("/"), strict=False))
    request.group, request.location = found[2], found[3]


def _regions(*names: str) -> Callable[[Rebuilt, re.Match[str]], None]:
    def change(request: Rebuilt, _found: re.Match[str]) -> None:
        request.properties["publishingProfile"] = {"targetRegions": [{"name": name} for name in names]}

    return change


def _without_home(request: Rebuilt, found: re.Match[str]) -> None:
    names = [name.strip(" '") for name in found[1].split(",") if name.strip(" '.…<>")]
    request.location = found[2].strip(" '.") or REGION
    request.properties["publishingProfile"] = {"targetRegions": [{"name": name} for name in names]}


def _missing_source(request: Rebuilt, found: re.Match[str]) -> None:
    source = found[1] if found[1].startswith("/subscriptions/") else request.id_of("images", "missing")
    single = re.search(r"/(disks|snapshots)/", source)
    profile: Json = {"osDiskImage": {"source": {"id": source}}} if single else {"source": {"id": source}}
    request.properties["storageProfile"] = profile


def _from_machine(request: Rebuilt, found: re.Match[str]) -> None:
    source = found[1] if found[1].startswith("/subscriptions/") else request.id_of("virtualMachines", "quoted")
    request.properties["storageProfile"] = {"source": {"virtualMachineId": source}}


def _as_stated(_request: Rebuilt, _found: re.Match[str]) -> None:
    """Leave the request as it is: what is wrong is around it."""


def _named(kind: str, name: str) -> Callable[[Rebuilt, re.Match[str]], None]:
    def change(request: Rebuilt, _found: re.Match[str]) -> None:
        request.names[kind] = name

    return change


def _without_location(request: Rebuilt, _found: re.Match[str]) -> None:
    request.location = None


def _asset(request: Rebuilt, found: re.Match[str]) -> None:
    request.properties["identifier"] |= {found[1]: "quoted."}


def _left_out(request: Rebuilt, found: re.Match[str]) -> None:
    request.properties.pop(found[1], None)


def _too_little(request: Rebuilt, found: re.Match[str]) -> None:
    request.properties["recommended"] = {found[1]: {"min": 2, "max": 1}}


def _machine_as_source(request: Rebuilt, found: re.Match[str]) -> None:
    request.properties["storageProfile"] = {"source": {"id": found[1]}}


def _ended_definition(request: Rebuilt, _found: re.Match[str]) -> None:
    request.properties["endOfLifeDate"] = ENDED


def _ended_version(request: Rebuilt, _found: re.Match[str]) -> None:
    request.properties["publishingProfile"] = {"targetRegions": [{"name": REGION}], "endOfLifeDate": ENDED}


COMPLAINTS: dict[tuple[tuple[str, ...], str], Callable[[Rebuilt, re.Match[str]], None]] = {
    ((DEFINITION,), r"The value '([^']*)' for feature '([^']*)' is invalid"): _feature,
    ((VERSION,), r"Changing property '[\w.]*storageProfile[\w.]*' is not allowed"): _changed_source,
    (TYPES, r"Changing property '\w+\.properties\.([\w.]+)' is not allowed"): _changed,
    (
        (DEFINITION,),
        r"\(publisher: *'?([\w.-]+)'?, *offer: *'?([\w.-]+)'?, *sku: *'?([\w.-]+)'?\) already",
    ): _taken_triple,
    ((GALLERY,), r"gallery name '?([\w.]+)'? is not unique within the subscription '?([^'. ]*)"): _taken_name,
    (
        TYPES,
        r"The resource '([\w./-]+)' already exists in location '\w+' in resource group '([^']+)'.*location '(\w+)'",
    ): _elsewhere,
    ((DEFINITION,), r"EndOfLifeDate must be"): _ended_definition,
    ((VERSION,), r"EndOfLifeDate must be"): _ended_version,
    ((VERSION,), r"Duplicate regions are not allowed"): _regions(REGION, "West US"),
    ((VERSION,), r"publishing profile regions (.*?) must contain the location of image version ([\w ']*)"): (
        _without_home
    ),
    ((VERSION,), r"Source '?(\S+?)'? is not found"): _missing_source,
    ((VERSION,), r"Complete set of target locations not specified"): _regions(REGION),
    ((VERSION,), r"not supported for the source id '([^']*)'"): _from_machine,
    ((VERSION,), r"source id: '(/subscriptions/[^']+)' must be specified in '[\w.]+\.virtualMachineId'"): (
        _machine_as_source
    ),
    ((GALLERY,), r"Gallery name is invalid"): _named(GALLERY, "not-valid"),
    ((DEFINITION,), r"The entity name 'galleryImageName' is invalid"): _named(DEFINITION, "-quoted"),
    ((VERSION,), r"image version name is invalid.* where int is between"): _named(VERSION, "1.0"),
    ((DEFINITION,), r"Asset name galleryImage\.properties\.identifier\.(\w+) is not valid"): _asset,
    ((DEFINITION,), r"Required parameter 'galleryImage\.properties\.(\w+)' is missing"): _left_out,
    ((DEFINITION,), r"The minimum value of (\w+) must not be greater"): _too_little,
    (TYPES, r"The location property is required"): _without_location,
    (TYPES, r"Parent resource '[\w./-]+' not found|Resource group '[^']+' could not be found|are locked"): _as_stated,
}
"""What was sent, by the type that was written and the form of the message."""
