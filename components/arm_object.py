"""One object of Azure Resource Manager, by id and api-version: for types that azure-native does not know.

azure-native's generic `Resource` does not serve: before it creates an object, it asks for it with an api-version of
its own, which `labaccounts` does not have.

The stack's state stores the provider by reference, as `components.arm_object.ArmObjectProvider`: earlier states need
this module and class under these names, and a change of their code changes no resource. The state also stores the
inputs: `resourceId`, `apiVersion` and `body` always, the others only if they have a value.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi import Output, ResourceOptions
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from components.dynamic_host import tell_refusals_plainly
from components.own_resource import OwnResource
from inventory.arm.error import ArmError, ErrorKind

if TYPE_CHECKING:
    from inventory.arm.client import Arm

Inputs = dict[str, Any]

OPTIONAL = ("location", "initial", "updateOnly", "whenAbsent", "givenBack")
# A service makes its objects some time after the resource that they belong to: how often to ask, with which pause.
TRIES = 25
PAUSE_SECONDS = 5.0


class ArmObjectProvider(ResourceProvider):
    """Makes, reads, changes and deletes objects. Holds nothing: every value is in the resource's own inputs."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:  # noqa: ARG002 - the SDK's signature
        """Prepare the process that this provider runs in."""
        tell_refusals_plainly()

    def check(self, _olds: Inputs, news: Inputs) -> CheckResult:
        """Refuse an id that does not start with a subscription."""
        resource_id = news.get("resourceId")
        if isinstance(resource_id, str) and resource_id.startswith("/subscriptions/"):
            return CheckResult(news, [])
        reason = f"{resource_id!r} is no resource id; write one that starts with /subscriptions/"
        return CheckResult(news, [CheckFailure("resourceId", reason)])

    def diff(self, _id: str, _olds: Inputs, _news: Inputs) -> DiffResult:
        """A changed id replaces the object; a changed body or api-version updates it."""
        if not _same(_olds.get("resourceId"), _news.get("resourceId")):
            return DiffResult(changes=True, replaces=["resourceId"], delete_before_replace=True)
        changed = not _same(_olds.get("body"), _news.get("body"))
        return DiffResult(changes=changed or _olds.get("apiVersion") != _news.get("apiVersion"))

    def create(self, props: Inputs) -> CreateResult:
        """Make the object. One with the same content is taken over; one with other content is an error."""
        resource_id, body = props["resourceId"], props["body"]
        arm = _arm(resource_id)
        if props.get("updateOnly"):
            return CreateResult(resource_id, _outputs(props, _changed(arm, props)))
        there = arm.get(resource_id, props["apiVersion"])
        if there is None:
            answer = arm.put(resource_id, props["apiVersion"], _envelope(props))
        elif _same(_as_declared(there, body), body):
            answer = there
        else:
            raise ArmError(
                ErrorKind.REFUSED,
                f"{resource_id} exists already with other content ({_as_declared(there, body)}), so it is not ours to "
                "overwrite",
                "remove it in Azure if nobody needs it, or take it out of the stack's configuration",
            )
        return CreateResult(resource_id, _outputs(props, answer))

    def read(self, id_: str, props: Inputs) -> ReadResult:
        """The object as it is in Azure; an empty id if it is gone, or its whole service."""
        try:
            answer = _arm(id_).get(id_, props["apiVersion"])
        except ArmError as error:
            _forget_if_service_is_gone(id_, error)
            answer = None
        if answer is None:
            return ReadResult("", {})
        found = _outputs(props, answer)
        return ReadResult(id_, found, dict(found))

    def update(self, _id: str, _olds: Inputs, _news: Inputs) -> UpdateResult:
        """Write the object as declared now."""
        arm = _arm(_id)
        if _news.get("updateOnly"):
            return UpdateResult(_outputs(_news, _changed(arm, _news)))
        answer = arm.put(_id, _news["apiVersion"], _envelope(_news))
        return UpdateResult(_outputs(_news, answer))

    def delete(self, _id: str, _props: Inputs) -> None:
        """Delete the object, or undo the change of one that is not ours. It is no error if it is gone."""
        try:
            if _props.get("updateOnly"):
                _give_back(_arm(_id), _id, _props)
            else:
                _arm(_id).delete(_id, _props["apiVersion"])
        except ArmError as error:
            if error.kind is not ErrorKind.NO_RESOURCE_GROUP:  # with its group, what was changed is gone too
                _forget_if_service_is_gone(_id, error)


@dataclass(frozen=True, slots=True)
class ArmOptions:
    """What only some objects need.

    `location` is for types that require one. `initial` are properties that every write sends with `body` and nothing
    compares, so that somebody may change them later.

    With `update_only` the object is somebody else's: the provider waits for it and changes it (PATCH), and never makes
    or deletes it. `when_absent` then explains why it may be missing. When the resource is deleted, properties in
    `given_back` are emptied if they still have the declared value; the others stay as they are.
    """

    location: str = ""
    initial: Mapping[str, Any] = field(default_factory=dict)
    update_only: bool = False
    when_absent: str = ""
    given_back: tuple[str, ...] = ()

    def inputs(self) -> Inputs:
        """The options as inputs, without those that have no value."""
        values = (self.location, dict(self.initial), self.update_only, self.when_absent, list(self.given_back))
        return {key: value for key, value in zip(OPTIONAL, values, strict=True) if value}


class ArmObject(OwnResource, module="lab-image-gallery", name="ArmObject"):
    """An object with the properties in `body`; its other properties are neither compared nor overwritten.

    `resource_id` is absolute. `id` is the same id once the object exists.
    """

    resourceId: Output[str]  # noqa: N815 - the names of the outputs are those of the state
    body: Output[dict[str, Any]]

    def __init__(
        self,
        name: str,
        *,
        resource_id: str,
        api_version: str,
        body: Mapping[str, Any],
        options: ArmOptions | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        inputs: Inputs = {"resourceId": resource_id, "apiVersion": api_version, "body": dict(body)}
        if options is not None:
            inputs |= options.inputs()
        super().__init__(ArmObjectProvider(), name, inputs, opts)


def _arm(resource_id: str) -> Arm:
    """The client of an object's subscription.

    It is imported only in the process that needs it: a preview of the program does not.
    """
    from inventory.arm.client import Arm  # noqa: PLC0415

    return Arm(subscription=resource_id.split("/")[2])


def _envelope(props: Inputs) -> Inputs:
    """What is sent to make or replace the object."""
    location = {"location": props["location"]} if props.get("location") else {}
    return {**location, "properties": {**props.get("initial", {}), **props["body"]}}


def _changed(arm: Arm, props: Inputs) -> Mapping[str, Any]:
    """Somebody else's object with the declared properties; it is written only if they differ."""
    resource_id, body = props["resourceId"], props["body"]
    there = _appeared(arm, props)
    if _same(_as_declared(there, body), body):
        return there
    return arm.patch(resource_id, props["apiVersion"], {"properties": body})


def _appeared(arm: Arm, props: Inputs) -> Mapping[str, Any]:
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        there = arm.get(props["resourceId"], props["apiVersion"])
        if there is not None:
            return there
    raise ArmError(
        ErrorKind.NOT_FOUND,
        f"{props['resourceId']} is not there (asked {TRIES} times), and only its service can make it",
        str(props.get("whenAbsent") or "run it again when it is"),
    )


def _give_back(arm: Arm, resource_id: str, props: Inputs) -> None:
    """Empty the properties to give back, except those that somebody has changed since."""
    body = props["body"]
    given_back = {key: body[key] for key in props.get("givenBack") or [] if key in body}
    there = arm.get(resource_id, props["apiVersion"]) if given_back else None
    if there is None:
        return
    still = [key for key, value in _as_declared(there, given_back).items() if _same(value, given_back[key])]
    if still:
        arm.patch(resource_id, props["apiVersion"], {"properties": dict.fromkeys(still)})


def _forget_if_service_is_gone(resource_id: str, error: ArmError) -> None:
    """Print that the object counts as gone if its service no longer exists; raise any other error.

    The engine shows what a provider prints.
    """
    if error.kind is not ErrorKind.NO_PROVIDER:
        raise error
    # In one write, because other threads of the host may print at the same time.
    sys.stderr.write(
        f"{resource_id} counts as gone, because its service no longer exists in Azure ({error.code}: {error.message})\n"
    )


def _outputs(props: Inputs, answer: Mapping[str, Any]) -> Inputs:
    body = _as_declared(answer, props["body"])
    options = {key: props[key] for key in OPTIONAL if key in props}
    return {"resourceId": props["resourceId"], "apiVersion": props["apiVersion"], "body": body, **options}


def _as_declared(answer: Mapping[str, Any], body: Mapping[str, Any]) -> Inputs:
    """Azure's values of the declared properties, in our spelling if they mean the same."""
    there = answer.get("properties") or {}
    return {key: body[key] if _same(there.get(key), body[key]) else there.get(key) for key in body}


def _same(one: object, other: object) -> bool:
    """Equality that compares resource ids without regard to case, as Azure does."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or (one.startswith("/") and one.lower() == other.lower())
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return one == other
