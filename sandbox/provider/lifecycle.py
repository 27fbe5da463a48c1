"""Create, read, update and delete, step by step as the azure-native provider does them.

Source: pulumi/pulumi-azure-native, provider/pkg/provider/provider.go (`defaultCreate`, `Read`, `defaultUpdate`,
`Delete`) and provider/pkg/azure/client_azcore.go (`CanCreate`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.provider.arm import ArmClient, ArmError, Deadline, UnfinishedError
from sandbox.provider.difference import applied
from sandbox.provider.identity import IdentityError
from sandbox.provider.resource_type import ResourceType
from sandbox.provider.shape import body, imported_inputs, input_projection, outputs, resource_id

DEFAULT_TIMEOUT = 2 * 60 * 60.0  # seconds, azure-native's own


class RefusedError(Exception):
    """A resource cannot be created; the message says why."""


class InitFailedError(Exception):
    """An object exists now but is not as it should be: the state has to keep it."""

    def __init__(self, identifier: str, state: dict[str, Any], reason: str) -> None:
        super().__init__(reason)
        self.identifier = identifier
        self.state = state


@dataclass(frozen=True)
class Lifecycle:
    """The life of one resource in Resource Manager. `warn` gets what is odd but no reason to stop."""

    client: ArmClient
    kind: ResourceType
    subscription_id: str
    deadline: Deadline
    warn: Callable[[str], None]

    def create(
        self, inputs: dict[str, Any], reporting: Callable[[str], Callable[[], None]]
    ) -> tuple[str, dict[str, Any]]:
        """Makes the resource; its id and state. `reporting` gives, for the id, what to call while waiting.

        Raises `RefusedError`, `ArmError`, `InitFailedError`.
        """
        identifier = resource_id(self.kind, inputs, self.subscription_id)
        self._refuse_existing(identifier)
        answer = self._put(identifier, inputs, reporting(identifier))
        identifier = str(answer.get("id") or identifier)
        return identifier, self._state_after_write(identifier, answer, "Create")

    def update(self, identifier: str, inputs: dict[str, Any], waiting: Callable[[], None]) -> dict[str, Any]:
        """Puts the new inputs; the new state. Raises `ArmError`, `InitFailedError`."""
        answer = self._put(identifier, inputs, waiting)
        return self._state_after_write(identifier, answer, "Update")

    def read(
        self, identifier: str, state: dict[str, Any], inputs: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """State and inputs as Azure has them now; `None` when it has nothing under this id.

        Without old inputs (an import) they are rebuilt from the answer. Otherwise the old ones get what changed in
        Azure between the old state and the new one. Raises `ArmError`.
        """
        try:
            new = self._read(identifier)
        except ArmError as error:
            if error.gone:
                return None
            raise
        if not inputs:
            return new, imported_inputs(self.kind, identifier, new)
        return new, applied(inputs, input_projection(self.kind, state), input_projection(self.kind, new))

    def delete(self, identifier: str) -> None:
        """Deletes the resource; a 404 of any code is no error. Raises `ArmError`."""
        self.client.delete(identifier, self.kind.api_version, self.deadline, lambda: None)

    def _refuse_existing(self, identifier: str) -> None:
        answer = self.client.get(identifier, self.kind.api_version, self.deadline)
        if answer.status == 200 and answer.body:
            raise RefusedError(f"cannot create already existing resource {identifier!r}")
        if answer.status not in {200, 204, 404}:
            cause = ArmError.of(answer.status, answer.body)
            raise RefusedError(f"cannot check existence of resource {identifier!r}: {cause}")

    def _put(self, identifier: str, inputs: dict[str, Any], waiting: Callable[[], None]) -> dict[str, Any]:
        request = body(self.kind, inputs)
        try:
            return self.client.put(identifier, self.kind.api_version, request, self.deadline, waiting)
        except UnfinishedError as error:
            raise self._half_done(identifier, error) from error

    def _half_done(self, identifier: str, error: UnfinishedError) -> Exception:
        """What to report of a PUT that Resource Manager accepted and that failed, was cancelled, or timed out.

        One look at the object, within the same deadline, gives the state. If the object is not there, nothing is kept.
        If it cannot be seen, as after a cancellation or a timeout, its id and inputs are kept without any output.
        Source: pulumi/pulumi-azure-native, provider/pkg/provider/crud/crud.go (`HandleErrorWithCheckpoint`) and pull
        request 4804.
        """
        try:
            return InitFailedError(identifier, self._read(identifier), str(error))
        except (ArmError, IdentityError) as failure:
            if isinstance(failure, ArmError) and failure.gone:
                return error.cause
            known = str(failure) == str(error)  # both ran into the same end
            reason = str(error) if known else f"resource created but read failed {failure}: {error}"
            return InitFailedError(identifier, {}, reason)

    def _read(self, identifier: str) -> dict[str, Any]:
        answer = self.client.get(identifier, self.kind.api_version, self.deadline)
        if not answer.ok:
            raise ArmError.of(answer.status, answer.body)
        return outputs(self.kind, answer.body)

    def _state_after_write(self, identifier: str, answer: dict[str, Any], operation: str) -> dict[str, Any]:
        """The state as a later refresh will see it; when that cannot be read, what the write answered."""
        read = self._state_if_readable(identifier)
        if not read:
            self.warn(f"{identifier} could not be read after {operation}; the state holds what {operation} answered.")
        return read or outputs(self.kind, answer)

    def _state_if_readable(self, identifier: str) -> dict[str, Any]:
        try:
            return self._read(identifier)
        except (ArmError, IdentityError):
            return {}
