"""The engine's side: the remote procedure calls of a Pulumi resource provider."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent import futures
from functools import wraps
from importlib.metadata import version
from typing import Any

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from sandbox.provider.arm import ArmClient, ArmError, Deadline
from sandbox.provider.difference import Change, differences, top_level
from sandbox.provider.identity import IdentityError, ManagedIdentity
from sandbox.provider.lifecycle import DEFAULT_TIMEOUT, InitFailedError, Lifecycle, RefusedError
from sandbox.provider.pool import Pool
from sandbox.provider.progress import EngineLog, reporter
from sandbox.provider.resource_type import PATHS, ResourceType, UnknownResourceTypeError, resource_type
from sandbox.provider.shape import UnreadableIdError, missing_inputs, preview_outputs, resource_id
from sandbox.provider.values import UNKNOWN, from_struct, has_unknown, to_struct

MOST_CALLS = 128  # at once; each may wait for hours, so none may block the others

_KINDS = {
    Change.ADD: (provider_pb2.PropertyDiff.ADD, provider_pb2.PropertyDiff.ADD_REPLACE),
    Change.UPDATE: (provider_pb2.PropertyDiff.UPDATE, provider_pb2.PropertyDiff.UPDATE_REPLACE),
    Change.DELETE: (provider_pb2.PropertyDiff.DELETE, provider_pb2.PropertyDiff.DELETE_REPLACE),
}


_FOR_THE_USER = (ArmError, IdentityError, RefusedError, UnknownResourceTypeError, UnreadableIdError)
"""Errors whose text says everything; any other is a defect and shows as such."""


class ConfigurationError(Exception):
    """The provider was started without what it needs."""


def package_version() -> str:
    """The version of azure-native that is imitated: the installed SDK's."""
    return version("pulumi-azure-native")


def client_from_environment() -> ArmClient:
    """A client of the sandbox. Raises `ConfigurationError`: without an endpoint nothing real is ever asked instead."""
    needed = ("ARM_ENDPOINT", "IDENTITY_ENDPOINT", "IDENTITY_HEADER")
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        raise ConfigurationError(
            f"{', '.join(missing)} not set, so the sandbox's provider does not know where the sandbox is; it never "
            "asks the real Azure. Run the command as sandbox/pulumi …"
        )
    endpoint, identity, header = (os.environ[name] for name in needed)
    pool = Pool()
    return ArmClient(endpoint, pool, ManagedIdentity(pool, identity, header, f"{endpoint.rstrip('/')}/"))


def answers(call: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    """Turns the expected errors of a remote procedure call into gRPC statuses.

    An object that exists without being ready goes out as `ErrorResourceInitFailed`, which keeps its id in the state.
    """

    @wraps(call)
    def answered(provider: Any, request: Any, context: Any) -> Any:
        try:
            return call(provider, request, context)
        except InitFailedError as error:
            detail = provider_pb2.ErrorResourceInitFailed(
                id=error.identifier,
                properties=to_struct(error.state),
                reasons=[str(error)],
                inputs=request.properties if isinstance(request, provider_pb2.CreateRequest) else request.news,
            )
            packed = any_pb2.Any()
            packed.Pack(detail)
            status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error), details=[packed])
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
            return context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except _FOR_THE_USER as error:
            return context.abort(grpc.StatusCode.UNKNOWN, str(error))

    return answered


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Stands in for azure-native. `log` is the engine's display.

    Refusals of the engine's requests go out as gRPC errors whose text is for the administrator.
    """

    def __init__(self, log: EngineLog) -> None:
        self._log = log
        self._subscription_id = ""
        self._location = ""
        self._client: ArmClient | None = None

    # What the plugin is

    def Handshake(self, request: Any, context: Any) -> Any:
        """Says that secrets, outputs and resources are unwrapped by the engine and marked again in answers."""
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """The version."""
        return plugin_pb2.PluginInfo(version=package_version())

    def GetSchema(self, request: Any, context: Any) -> Any:
        """The types that are imitated, with the names of their properties."""
        anything = {"$ref": "pulumi.json#/Any"}
        kinds = {f"azure-native:{name}": resource_type(f"azure-native:{name}") for name in PATHS}
        resources = {
            token: {
                "inputProperties": dict.fromkeys(kind.inputs["properties"], anything),
                "properties": dict.fromkeys(kind.outputs, anything),
                "requiredInputs": kind.inputs.get("required", []),
            }
            for token, kind in kinds.items()
        }
        schema = {"name": "azure-native", "version": package_version(), "resources": resources}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    # Configuration

    def CheckConfig(self, request: Any, context: Any) -> Any:
        """Wants a subscription: the sandbox has no `az login` to take one from."""
        news = from_struct(request.news)
        failures = []
        if not news.get("subscriptionId") and not os.environ.get("ARM_SUBSCRIPTION_ID"):
            reason = (
                "no subscription, so the ids of resources cannot be made. Set it with "
                "`pulumi config set azure-native:subscriptionId <id>` or in the provider's arguments."
            )
            failures = [provider_pb2.CheckFailure(property="subscriptionId", reason=reason)]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        """Leaves the comparison to the engine, as azure-native does."""
        return provider_pb2.DiffResponse()

    def Configure(self, request: Any, context: Any) -> Any:
        """Takes subscription and default location."""
        config = from_struct(request.args)
        if not config:
            config = {name.rpartition(":")[2]: value for name, value in request.variables.items()}
        self._subscription_id = str(config.get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID", ""))
        self._location = str(config.get("location") or "")
        try:
            self._client = client_from_environment()
        except ConfigurationError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    # The life of a resource

    @answers
    def Check(self, request: Any, context: Any) -> Any:
        """Fills in location and api-version and reports every required input that is missing."""
        kind = _kind(request)
        olds, news = from_struct(request.olds), from_struct(request.news)
        if "location" in kind.inputs["properties"] and "location" not in news:
            location = olds.get("location") or self._location or self._location_of_group(news)
            news |= {"location": location} if location else {}
        news.setdefault("azureApiVersion", kind.api_version)
        failures = [
            provider_pb2.CheckFailure(property=path, reason=reason) for path, reason in missing_inputs(kind, news)
        ]
        return provider_pb2.CheckResponse(inputs=to_struct(news), failures=failures)

    @answers
    def Diff(self, request: Any, context: Any) -> Any:
        """Compares the new inputs with the old ones; the parts of an id and the location are replaced, not changed."""
        kind = _kind(request)
        state, olds = from_struct(request.olds), from_struct(request.old_inputs)
        if "azureApiVersion" in state:
            olds.setdefault("azureApiVersion", state["azureApiVersion"])
        changes = differences(olds, from_struct(request.news), kind.identifiers)
        replaced = sorted({top_level(path) for path in changes} & kind.immutable)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changes else provider_pb2.DiffResponse.DIFF_NONE,
            replaces=replaced,
            deleteBeforeReplace=bool(replaced),
            diffs=sorted({top_level(path) for path in changes}),
            detailedDiff={
                path: provider_pb2.PropertyDiff(kind=_KINDS[change][top_level(path) in replaced], inputDiff=True)
                for path, change in changes.items()
            },
            hasDetailedDiff=True,
        )

    @answers
    def Create(self, request: Any, context: Any) -> Any:
        """Makes the resource, or foresees its outputs."""
        kind, inputs = _kind(request), from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=to_struct(preview_outputs(kind, inputs)))
        lifecycle = self._lifecycle(kind, request)
        identifier, state = lifecycle.create(inputs, lambda made: self._reporter(kind, made, request.urn))
        return provider_pb2.CreateResponse(id=identifier, properties=to_struct(state))

    @answers
    def Read(self, request: Any, context: Any) -> Any:
        """Reads the resource for a refresh or an import."""
        lifecycle = self._lifecycle(_kind(request), request)
        found = lifecycle.read(request.id, from_struct(request.properties), from_struct(request.inputs))
        if found is None:
            return provider_pb2.ReadResponse()
        state, inputs = found
        return provider_pb2.ReadResponse(id=request.id, properties=to_struct(state), inputs=to_struct(inputs))

    @answers
    def Update(self, request: Any, context: Any) -> Any:
        """Puts the new inputs, or foresees the outputs: those of a creation, with what never changes."""
        kind, inputs = _kind(request), from_struct(request.news)
        if request.preview:
            olds = from_struct(request.olds)
            stable = {name: olds[name] for name in ("name", "location") if name in olds}
            return provider_pb2.UpdateResponse(properties=to_struct(preview_outputs(kind, inputs) | stable))
        reporting = self._reporter(kind, request.id, request.urn)
        state = self._lifecycle(kind, request).update(request.id, inputs, reporting)
        return provider_pb2.UpdateResponse(properties=to_struct(state))

    @answers
    def Delete(self, request: Any, context: Any) -> Any:
        """Deletes the resource."""
        self._lifecycle(_kind(request), request).delete(request.id)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        """Knows `getClientConfig` only: look-ups of a program go to Resource Manager directly."""
        if request.tok != "azure-native:authorization:getClientConfig":
            message = (
                f"The sandbox does not imitate the look-up {request.tok!r}, so its answer is not known. Look resources "
                "up through Resource Manager at ARM_ENDPOINT instead."
            )
            return context.abort(grpc.StatusCode.UNIMPLEMENTED, message)
        nobody = "00000000-0000-0000-0000-000000000000"
        config = dict.fromkeys(("clientId", "objectId", "tenantId"), nobody)
        answer = {"subscriptionId": self._subscription_id} | config
        return provider_pb2.InvokeResponse(**{"return": to_struct(answer)})

    def Cancel(self, request: Any, context: Any) -> Any:
        """Ends every wait; what Resource Manager has accepted goes on there."""
        if self._client is not None:
            self._client.cancelled.set()
        return empty_pb2.Empty()

    def _connected(self) -> ArmClient:
        if self._client is None:
            raise RefusedError("The provider was asked for a resource before it was configured.")
        return self._client

    def _lifecycle(self, kind: ResourceType, request: Any) -> Lifecycle:
        return Lifecycle(
            client=self._connected(),
            kind=kind,
            subscription_id=self._subscription_id,
            deadline=Deadline(request.timeout or DEFAULT_TIMEOUT),
            warn=lambda message: self._log.warning(request.urn, message),
        )

    def _reporter(self, kind: ResourceType, identifier: str, urn: str) -> Callable[[], None]:
        return reporter(self._connected(), kind, identifier, self._log, urn)

    def _location_of_group(self, inputs: dict[str, Any]) -> str:
        """Where the resource group of the inputs is, azure-native's default location; "" when it cannot be had."""
        if "resourceGroupName" not in inputs or self._client is None:
            return ""
        if has_unknown(inputs["resourceGroupName"]):
            return UNKNOWN
        group = resource_type("azure-native:resources:ResourceGroup")
        identifier = resource_id(group, inputs, self._subscription_id)
        answer = self._client.get(identifier, group.api_version, Deadline(DEFAULT_TIMEOUT))
        return str(answer.body.get("location", "")) if answer.ok else ""


def _kind(request: Any) -> ResourceType:
    """The type that a request is about, from its URN: `urn:pulumi:stack::project::parent$type::name`."""
    return resource_type(request.urn.split("::")[2].rpartition("$")[2])


def serve(engine_address: str) -> None:
    """Print the port of a provider for this engine, and serve it until the process is ended."""
    server = grpc.server(futures.ThreadPoolExecutor(MOST_CALLS), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(EngineLog(engine_address)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()
