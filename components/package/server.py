"""The process that the engine starts for the package: it declares the component, and runs our own resources."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import grpc
import pulumi
from pulumi import Output
from pulumi.dynamic import ResourceProvider
from pulumi.errors import InputPropertiesError
from pulumi.provider import server as stable
from pulumi.provider.experimental import provider as api
from pulumi.provider.experimental import server
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.resource import DependencyProviderResource
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc
from pulumi.runtime.rpc import UNKNOWN

from catalog.files.diagnostic import InvalidFile
from components.arm_object import ArmObjectProvider
from components.destroy_guard import DestroyGuardProvider
from components.own_resource import serving
from components.package.arguments import ArgumentsError, plain_value
from components.package.claims import run
from components.package.composed import Constructed, construct_part
from components.package.lab_image_gallery import construct
from components.package.parts import PARTS, WHOLE
from components.package.schema import NO_VERSION, schema
from inventory.arm.error import ArmError
from plan.conflict import PlanRefused
from plan.destroy import DestroyRefused

OPERATIONS: Final[dict[str, ResourceProvider]] = {
    "ArmObject": ArmObjectProvider(),
    "DestroyGuard": DestroyGuardProvider(),
}
_OWN_THREADS: Final = ThreadPoolExecutor(thread_name_prefix="operation")
"""Not the loop's own: there the SDK waits in each thread for a registration, and the engine ends none of our resources
before this process has answered. On a machine with few processors both would wait for ever."""
COMMANDS: Final = (
    "Where a text above names `pulumi config set KEY` or a key of a stack's configuration, set the argument of that "
    "name in your program."
)


class LabProvider(api.Provider):
    """One process of the package. `folder` is where the program runs; relative paths start there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reference: str | None = None
        """How the engine names this provider, so that children of the component get it, too."""

    async def configure(self, request: api.ConfigureRequest) -> api.ConfigureResponse:  # noqa: ARG002
        """What the engine may send: no outputs, which the SDK cannot read while they are unknown."""
        return api.ConfigureResponse(accept_secrets=True)

    async def get_schema(self, request: api.GetSchemaRequest) -> api.GetSchemaResponse:  # noqa: ARG002
        """The schema, made only for who asks."""
        return api.GetSchemaResponse(json.dumps(schema()))

    async def construct(self, request: api.ConstructRequest) -> api.ConstructResponse:
        """Declare the component. A refusal is one text without a traceback."""
        part = PARTS.get(request.resource_type)
        if part is None and request.resource_type != WHOLE.token:
            raise _refusal(f"the package has no component {request.resource_type}")
        if self.reference is not None:
            serving.set(DependencyProviderResource(self.reference))
        try:
            if part is None:
                whole = await construct(request.name, request.inputs, self.folder, request.options)
                made = Constructed(whole, whole.declared.outputs)
            else:
                made = await construct_part(part, request.name, request.inputs, self.folder, request.options)
        except (ArgumentsError, InvalidFile) as error:
            raise _refusal(f"\n{error}") from error
        except PlanRefused as error:
            raise _refusal(f"\n{error}\n{COMMANDS}") from error
        urn = await made.component.urn.future()
        return api.ConstructResponse(str(urn), await _state(made.outputs), {})

    async def check(self, request: api.CheckRequest) -> api.CheckResponse:
        """Check the inputs of one of our own resources."""
        checked = await _run(request.type, "check", _plain(request.old_inputs), _plain(request.new_inputs))
        failures = [api.CheckFailure(each.property, each.reason) for each in checked.failures]
        return api.CheckResponse(_values(checked.inputs), failures)

    async def diff(self, request: api.DiffRequest) -> api.DiffResponse:
        """Compare, as the dynamic resource does."""
        olds, news = _plain(request.old_state), _plain(request.new_inputs)
        found = await _run(request.type, "diff", request.resource_id, olds, news)
        return api.DiffResponse(
            changes=found.changes, replaces=found.replaces, delete_before_replace=bool(found.delete_before_replace)
        )

    async def create(self, request: api.CreateRequest) -> api.CreateResponse:
        """Make what the resource stands for."""
        made = await _run(request.type, "create", _plain(request.properties))
        return api.CreateResponse(made.id, _values(made.outs or {}))

    async def read(self, request: api.ReadRequest) -> api.ReadResponse:
        """What is there now."""
        found = await _run(request.type, "read", request.resource_id, _plain(request.properties or request.inputs))
        return api.ReadResponse(found.id, _values(found.outs), _values(found.inputs or found.outs))

    async def update(self, request: api.UpdateRequest) -> api.UpdateResponse:
        """Change what is there."""
        olds, news = _plain(request.olds), _plain(request.news)
        changed = await _run(request.type, "update", request.resource_id, olds, news)
        return api.UpdateResponse(_values(changed.outs or {}))

    async def delete(self, request: api.DeleteRequest) -> None:
        """Delete what is there."""
        await _run(request.type, "delete", request.resource_id, _plain(request.properties))


class Servicer(server.ProviderServicer):
    """The SDK's server, with three repairs.

    It does not pass on how the engine names the provider, hands aliases of a component on in a form that the SDK itself
    does not take, and sends a traceback for every refusal.
    """

    def __init__(self, provider: LabProvider, engine_address: str) -> None:
        super().__init__([], NO_VERSION, provider, engine_address)
        self._lab_provider = provider

    async def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802
        """As the SDK's; note which deployment it is for."""
        run.set(request.monitorEndpoint)
        return await super().Construct(request, context)

    async def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's names
        """Note how the engine names this provider."""
        self._lab_provider.reference = f"{request.urn}::{request.id}"
        return await super().Configure(request, context)

    @staticmethod
    def _construct_options(request: Any) -> pulumi.ResourceOptions:
        return stable.ProviderServicer._construct_options(request)

    async def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """As the SDK's; a refusal is its text."""
        return await _plainly(super().Create, request, context)

    async def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """As the SDK's; a refusal is its text."""
        return await _plainly(super().Update, request, context)

    async def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """As the SDK's; a refusal is its text."""
        return await _plainly(super().Read, request, context)

    async def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """As the SDK's; a refusal is its text."""
        return await _plainly(super().Delete, request, context)


def serve() -> None:
    """Serve the engine whose address is the first argument, until it ends this process."""
    asyncio.run(_serve(sys.argv[1]))


async def _serve(engine_address: str) -> None:
    listener = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    servicer = Servicer(LabProvider(Path.cwd()), engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, listener)
    port = listener.add_insecure_port("127.0.0.1:0")
    await listener.start()
    print(port, flush=True)
    await listener.wait_for_termination()


async def _run(resource_type: str, operation: str, *arguments: Any) -> Any:
    """One operation of our own resources, which ask Azure and wait for it, beside the others."""
    operations = OPERATIONS[resource_type.rpartition(":")[2]]
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_OWN_THREADS, getattr(operations, operation), *arguments)


def _plain(properties: Mapping[str, PropertyValue]) -> dict[str, Any]:
    return {name: plain_value(value) for name, value in properties.items()}


async def _plainly(method: Any, request: Any, context: Any) -> Any:
    """The answer of the SDK's method; a refusal of Azure or of ours without the traceback that the SDK adds to it."""
    try:
        return await method(request, context)
    except Exception as error:
        cause = error.__context__
        if not isinstance(cause, (ArmError, DestroyRefused)):
            raise
        await context.abort(grpc.StatusCode.UNKNOWN, str(cause))


async def _state(outputs: Mapping[str, Any]) -> dict[str, PropertyValue]:
    """Outputs as the engine takes them; what a preview does not know yet is unknown."""
    return {name: await _known(Output.from_input(value)) for name, value in outputs.items()}


async def _known(output: Output[Any]) -> PropertyValue:
    value = _value(await output.future()) if await output.is_known() else PropertyValue(UNKNOWN)
    urns = [await resource.urn.future() for resource in await output.resources()]
    return value.with_dependencies(urn for urn in urns if urn is not None)


def _refusal(text: str) -> InputPropertiesError:
    """An error that the engine shows as it is; without a list, be it empty, the SDK fails at it."""
    return InputPropertiesError(text, [])


def _values(found: Mapping[str, Any]) -> dict[str, PropertyValue]:
    return {name: _value(each) for name, each in found.items()}


def _value(found: Any) -> PropertyValue:
    if isinstance(found, Mapping):
        return PropertyValue(_values(found))
    if isinstance(found, list | tuple):
        return PropertyValue([_value(each) for each in found])
    return PropertyValue(float(found) if isinstance(found, int) and not isinstance(found, bool) else found)
