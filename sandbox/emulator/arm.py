"""Azure Resource Manager: from a request to what the resource types answer."""

from __future__ import annotations

import re
from typing import Any, NoReturn
from urllib.parse import quote

from sandbox.emulator import operations
from sandbox.emulator.arm_path import ArmPath, parse
from sandbox.emulator.message import Answer, Request
from sandbox.emulator.operations import Polling
from sandbox.emulator.rules import ArmError, Evidence, Json, rule
from sandbox.emulator.state import State
from sandbox.emulator.types.management_lock import check_locks
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_group import ResourceGroup
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest, check_shape, check_tags
from sandbox.emulator.types.type_table import PROVIDER_GONE, TYPES, find_type

RESOURCE_TYPE_FILTER = re.compile(r"resourceType\s+eq\s+'([^']*)'", re.IGNORECASE)

TOKEN_NEEDED = rule(
    "token-needed",
    "A request without a bearer token is answered with 401. Any token is taken.",
    evidence=Evidence.DOCUMENT,
    where="Azure Resource Manager, common errors (AuthenticationFailed)",
)
FOUND = rule(
    "found",
    "What is not there is answered with 404: SubscriptionNotFound, ResourceGroupNotFound, "
    "ParentResourceNotFound for a child of a missing parent, ResourceNotFound. A deletion of it gets 204.",
    evidence=Evidence.DOCUMENT,
    where="Azure Resource Manager, common errors, with codes and texts",
)
NESTED_FIRST = rule(
    "nested-first",
    "A gallery with definitions and a definition with versions cannot be deleted.",
    evidence=Evidence.QUOTED,
    where="gardenlinux/gardenlinux issue 2036 (2024) for a gallery, with code and text; jenkins-infra/azure pull "
    "request 1544 (2026) for a definition, with status too; until 2023 the text named no child",
)
MISSING_PLAN = rule(
    "missing-plan",
    "A missing lab plan or image of one is answered with 404 in the form of problem+json: type, title, status and "
    "traceId, neither code nor message.",
    evidence=Evidence.RECORDED,
    where="azure-sdk-for-net, LabPlanTests, for a lab plan; for an image it is UNVERIFIED",
    question="a missing image of a lab plan",
)
CASE_KEPT = rule(
    "case-kept",
    "Ids, names and types compare without regard to case; the spelling of the first PUT is shown.",
    evidence=Evidence.DOCUMENT,
    where="Azure Resource Manager, REST reference",
)
SLASHES = rule(
    "slashes",
    "Several slashes in a row in a path count as one.",
    evidence=Evidence.PROVIDER_SOURCE,
    where="azure-mgmt-resource puts '/' before the scope of a lock, which its documentation starts with a slash",
)
CREATED_OR_UPDATED = rule(
    "created-or-updated",
    "PUT answers 201 for a new resource and 200 for an existing one; the answer to a long-running write shows "
    "Creating or Updating as provisioningState, but Succeeded for the update of a gallery or lab plan. The same body "
    "again changes nothing.",
    evidence=Evidence.RECORDED,
    where="azure-cli (test_gallery_e2e), azure-sdk-for-net (GalleryTests, LabPlanTests)",
)
PATCH_MERGES = rule(
    "patch-merges",
    "PATCH replaces tags, merges properties, and replaces lists.",
    evidence=Evidence.EXAMPLE,
    where="Gallery_Update, GalleryImageVersion_Update",
)
LIST_PAGES = rule(
    "list-pages",
    "A list has at most 200 entries a page for images of a lab plan, 100 for others, and then a nextLink with "
    "$skipToken, whose address names the port even where Azure's clients need none.",
    evidence=Evidence.RECORDED,
    where="azure-powershell, Get-AzLabServicesPlanImage; for others the service decides how many (Azure "
    "Resource Manager, REST reference), and here the sandbox does",
)


class Arm:
    """The Resource Manager on a store; methods raise ArmError for what is refused."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer(self, request: Request, now: float) -> Answer:
        """Return the answer to a request."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TOKEN_NEEDED.refusal(
                401,
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing or has no bearer token.",
            )
        path = _path(request.path)
        if path is None:
            raise ArmError(404, "InvalidResourcePath", f"'{request.path}' is not a path of Azure Resource Manager.")
        self._check_provider(path)
        context = Context(self._state, request.query, now)
        special = self._special(request, path, context)
        if special is not None:
            return special
        kind = find_type(path.type, request.query.get("api-version", ""), self._location(path))
        self._check_surroundings(path, kind)
        handler = {
            "GET": self._get,
            "HEAD": self._get,
            "PUT": self._put,
            "PATCH": self._put,
            "DELETE": self._delete,
        }.get(request.method)
        allowed = ("GET", "HEAD") if path.is_collection else kind.methods
        if handler is None or request.method not in allowed:
            raise _not_allowed(request)
        return handler(request, path, kind, context)

    def _special(self, request: Request, path: ArmPath, context: Context) -> Answer | None:
        """Answer paths that are not resources: operations, all resources of a group, actions."""
        full_type = path.type.lower()
        if full_type in operations.POLLED and not path.is_collection:
            return operations.poll(self._state, request, path, context.now, lambda text: self._shown(text, context))
        if full_type == "microsoft.resources/subscriptions/resourcegroups/resources" and path.parent:
            find_type(path.parent.type, request.query.get("api-version", ""), "global")
            self._require(path.parent)
            return self._page(request, self._resources(path.parent, context), ResourceType.page_size)
        kind = TYPES.get(path.parent.type.lower()) if path.parent else None
        if kind and path.parent and path.types[-1].lower() in {name for _, name in kind.actions}:
            return self._act(request, path.types[-1].lower(), path.parent, kind, context)
        return None

    def _act(self, request: Request, name: str, path: ArmPath, kind: ResourceType, context: Context) -> Answer:
        find_type(kind.type, request.query.get("api-version", ""), self._location(path))
        self._check_surroundings(path, kind)
        resource = self._require(path)
        if (request.method, name) not in kind.actions:
            raise _not_allowed(request)
        result = kind.act(name, resource, request.body, context)
        if result.copies is None:
            return Answer(200, result.body)
        polling = kind.polling or Polling.RESOURCE_GROUPS
        started = operations.start(self._state, request, resource, polling, result.copies, context.now)
        return Answer(202, started.body, started.headers)

    def _check_provider(self, path: ArmPath) -> None:
        gone = self._state.setting("providersGone", [])
        if path.namespace.lower() in gone:
            raise PROVIDER_GONE.refusal(
                404, "InvalidResourceNamespace", f"The resource namespace '{path.namespace}' is invalid."
            )

    def _get(self, request: Request, path: ArmPath, kind: ResourceType, context: Context) -> Answer:
        if path.is_collection:
            return self._page(request, kind.listed(path, context), kind.page_size)
        found = kind.found(path, context) or self._missing(path)
        if request.method == "HEAD" and isinstance(kind, ResourceGroup):
            return Answer(204)
        return Answer(200, kind.show(found, context))

    @CREATED_OR_UPDATED.applies
    def _put(self, request: Request, path: ArmPath, kind: ResourceType, context: Context) -> Answer:
        check_locks(self._state, path, "write")
        check_shape(kind, request.body.get("properties") or {})
        existing = kind.found(path, context) or kind.restored(path, request.body, context)
        if request.method == "PATCH" and existing is None:
            self._missing(path)
        body = _patched(existing, request.body) if existing and request.method == "PATCH" else request.body
        shown_path = self._display(path, kind)
        write = WriteRequest(self._state, shown_path, body, existing, context.now, context.api_version)
        kind.check_place(write)
        check_tags(body)
        kind.check(write)
        resource = kind.store(write)
        self._state.put(resource)
        shown = self._written(kind, resource, context, updated=existing is not None)
        status = 200 if existing else kind.create_status
        if kind.polling is None or (existing and not kind.updates_polled):
            return Answer(status, shown)
        copies = kind.copies(resource)
        started = operations.start(self._state, request, resource, kind.polling, copies, context.now)
        return Answer(status, shown, started.headers)

    def _written(self, kind: ResourceType, resource: Resource, context: Context, *, updated: bool) -> Json:
        """Return the resource as the answer to a write shows it."""
        query = {"api-version": context.api_version}
        if kind.polling is None or (updated and kind.updates_at_once):
            return kind.show(resource, Context(self._state, query, context.now))
        state = "Updating" if updated else "Creating"
        return kind.show(resource, Context(self._state, query, context.now, write_state=state))

    def _delete(self, request: Request, path: ArmPath, kind: ResourceType, context: Context) -> Answer:
        check_locks(self._state, path, "delete")
        resource = self._state.get(path.key)
        if resource is None:
            return Answer(204)
        nested = self._state.child_ids(path.key, kind.nested, context.now) if kind.nested else []
        if nested:
            raise NESTED_FIRST.refusal(409, "CannotDeleteResource", _nested(nested))
        kind.check_delete(resource, context)
        self._state.remove(path.key)
        kind.deleted(resource, context)
        polling = Polling.RESOURCE_GROUPS if isinstance(kind, ResourceGroup) else kind.polling
        if polling is None:
            return Answer(200)
        started = operations.start(self._state, request, resource, polling, [], context.now)
        return Answer(202, started.body, started.headers)

    def _check_surroundings(self, path: ArmPath, kind: ResourceType) -> None:
        """Refuse a missing subscription, resource group, parent or scope."""
        subscription = f"/subscriptions/{path.subscription}"
        if path.subscription and path.key != subscription and not self._state.exists(subscription):
            raise _no_subscription(path.subscription)
        if path.group_key and path.key != path.group_key and not self._state.exists(path.group_key):
            raise _no_group(path.resource_group)
        parent = path.parent
        while parent and parent.type.lower() not in TYPES:  # a step of the path that is no resource
            parent = parent.parent
        if parent and path.namespace != "Microsoft.Resources" and not self._state.exists(parent.key):
            raise FOUND.refusal(
                404,
                "ParentResourceNotFound",
                "Can not perform requested operation on nested resource. Parent resource "
                f"'{'/'.join(parent.names)}' not found.",
            )
        if kind.extension:
            self._check_scope(path.scope)

    def _check_scope(self, scope: str) -> None:
        """Refuse a scope that does not exist; one of a type that the emulator does not have is taken on trust."""
        place = parse(scope)
        known = place is None or place.is_collection or place.type.lower() in TYPES
        if known and not self._state.exists(scope.lower()):
            raise _not_found(scope, "")

    def _require(self, path: ArmPath) -> Resource:
        return self._state.get(path.key) or self._missing(path)

    def _missing(self, path: ArmPath) -> NoReturn:
        if path.namespace == "Microsoft.Resources":
            if len(path.names) == 1:
                raise _no_subscription(path.name)
            raise _no_group(path.name)
        kind = TYPES.get(path.type.lower())
        if kind and kind.problem_json:
            raise MISSING_PLAN.problem()
        pairs = "/".join(part for pair in zip(path.types, path.names, strict=True) for part in pair)
        raise _not_found(f"{path.namespace}/{pairs}", path.resource_group)

    @CASE_KEPT.applies
    def _display(self, path: ArmPath, kind: ResourceType) -> ArmPath:
        """Return the path as the new resource's id shows it: types and group as Azure spells them."""
        if isinstance(kind, ResourceGroup):
            return ArmPath("", path.namespace, ("subscriptions", "resourceGroups"), path.names)
        namespace, *types = kind.type.split("/")
        scope = None if kind.keeps_scope else self._state.get(path.scope.lower())
        return ArmPath(scope.id if scope else path.scope, namespace, tuple(types), path.names)

    def _location(self, path: ArmPath) -> str:
        group = self._state.get(path.group_key) if path.group_key else None
        return group.location if group else "global"

    def _shown(self, text: str, context: Context) -> Json | None:
        path = parse(text)
        resource = self._state.get(path.key) if path else None
        if path is None or resource is None:
            return None
        query = {"api-version": context.api_version}
        return TYPES[path.type.lower()].show(resource, Context(self._state, query, context.now))

    def _resources(self, group: ArmPath, context: Context) -> list[Json]:
        wanted = RESOURCE_TYPE_FILTER.search(context.query.get("$filter", ""))
        shown = ("id", "name", "type", "location", "tags")
        found = []
        for resource in self._state.below(group.key):
            kind = TYPES[resource.path.type.lower()]
            if kind.tracked and (wanted is None or wanted[1].lower() == kind.type.lower()):
                entry = kind.show(resource, context)
                found.append({key: entry[key] for key in shown if key in entry})
        return found

    @LIST_PAGES.applies
    def _page(self, request: Request, entries: list[Json], size: int) -> Answer:
        token = request.query.get("$skiptoken", "0")
        first = int(token) if token.isdecimal() else 0
        body: Json = {"value": entries[first : first + size]}
        if len(entries) > first + size:
            kept = {name: value for name, value in request.query.items() if name != "$skiptoken"}
            query = kept | {"$skipToken": str(first + size)}
            pairs = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
            body = {"nextLink": f"{request.origin}{quote(request.path)}?{pairs}"} | body
        return Answer(200, body)


@SLASHES.applies
def _path(text: str) -> ArmPath | None:
    return parse(re.sub("/{2,}", "/", text))


def _not_allowed(request: Request) -> ArmError:
    return ArmError(405, "MethodNotAllowed", f"The method {request.method} is not allowed on '{request.path}'.")


def _no_subscription(name: str) -> ArmError:
    return FOUND.refusal(404, "SubscriptionNotFound", f"The subscription '{name}' could not be found.")


def _no_group(name: str) -> ArmError:
    return FOUND.refusal(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def _nested(nested: list[str]) -> str:
    some = ", ".join(text.split("/providers/")[-1] for text in nested[:5])
    return (
        f"Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '{some}'. "
        "Please delete all nested resources before deleting this resource."
    )


def _not_found(resource: str, group: str) -> ArmError:
    under = f" under resource group '{group}'" if group else ""
    return FOUND.not_found(
        f"The Resource '{resource}'{under} was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix"
    )


@PATCH_MERGES.applies
def _patched(existing: Resource, patch: Json) -> Json:
    merged = {**existing.body, **patch}
    merged["properties"] = _merge(existing.properties, patch.get("properties") or {})
    return merged


def _merge(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    every = old | {key: _merge(old.get(key), value) for key, value in new.items()}
    return {key: value for key, value in every.items() if value is not None}
