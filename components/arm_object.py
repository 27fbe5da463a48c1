"""One object of Azure Resource Manager, by id and api-version: for types that azure-native does not know.

azure-native's generic `Resource` cannot stand in: before creating, it asks for the object with an api-version of its
own, which `labaccounts` does not have.

The provider is stored in the stack's state by reference, as `components.arm_object.ArmObjectProvider`: an earlier
state needs this module and class under these names, and a change of their code is no change of any resource. So are
the inputs: `resourceId`, `apiVersion` and `body` are always there, the others only where they say something.
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
    Resource,
    ResourceProvider,
    UpdateResult,
)

from components.dynamic_host import tell_refusals_plainly
from inventory.arm.error import ArmError, ErrorKind

if TYPE_CHECKING:
    from inventory.arm.client import Arm

Inputs = dict[str, Any]

OPTIONAL = ("location", "initial", "updateOnly", "whenAbsent", "givenBack")
# A service makes its own objects some time after what they are made for: asked for this often, with this pause.
TRIES = 25
PAUSE_SECONDS = 5.0


class ArmObjectProvider(ResourceProvider):
    """Makes, reads, changes and deletes objects. Holds nothing: every value is in the resource's own inputs."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:  # noqa: ARG002 - the SDK's signature
        """Prepare the process that this provider runs in."""
        tell_refusals_plainly()

    def check(self, _olds: Inputs, news: Inputs) -> CheckResult:
        """Refuse an id that is none."""
        resource_id = news.get("resourceId")
        if isinstance(resource_id, str) and resource_id.startswith("/subscriptions/"):
            return CheckResult(news, [])
        reason = f"{resource_id!r} is no resource id; write one that starts with /subscriptions/"
        return CheckResult(news, [CheckFailure("resourceId", reason)])

    def diff(self, _id: str, _olds: Inputs, _news: Inputs) -> DiffResult:
        """Another id is another object; another body is a change of this one; another api-version is written anew."""
        if not _same(_olds.get("resourceId"), _news.get("resourceId")):
            return DiffResult(changes=True, replaces=["resourceId"], delete_before_replace=True)
        changed = not _same(_olds.get("body"), _news.get("body"))
        return DiffResult(changes=changed or _olds.get("apiVersion") != _news.get("apiVersion"))

    def create(self, props: Inputs) -> CreateResult:
        """Make the object; one that is there with the same content is taken over, any other is left alone."""
        resource_id, body = props["resourceId"], props["body"]
        arm = _arm()
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
        """The object as it is in Azure; an empty id when it is gone, or its whole service is."""
        try:
            answer = _arm().get(id_, props["apiVersion"])
        except ArmError as error:
            _forget_if_service_is_gone(id_, error)
            answer = None
        if answer is None:
            return ReadResult("", {})
        found = _outputs(props, answer)
        return ReadResult(id_, found, dict(found))

    def update(self, _id: str, _olds: Inputs, _news: Inputs) -> UpdateResult:
        """Write the object as declared now."""
        arm = _arm()
        if _news.get("updateOnly"):
            return UpdateResult(_outputs(_news, _changed(arm, _news)))
        answer = arm.put(_id, _news["apiVersion"], _envelope(_news))
        return UpdateResult(_outputs(_news, answer))

    def delete(self, _id: str, _props: Inputs) -> None:
        """Delete the object, or give back what was changed in one that is not ours; one that is gone is no error."""
        try:
            if _props.get("updateOnly"):
                _give_back(_arm(), _id, _props)
            else:
                _arm().delete(_id, _props["apiVersion"])
        except ArmError as error:
            if error.kind is not ErrorKind.NO_RESOURCE_GROUP:  # with its group, what was changed is gone too
                _forget_if_service_is_gone(_id, error)


@dataclass(frozen=True, slots=True)
class ArmOptions:
    """What some objects need besides.

    `location` is for types that want one. `initial` are properties sent with `body` whenever the object is written, and
    never compared: what somebody makes of them later is left alone.

    With `update_only` the object is somebody else's: it is waited for and changed (PATCH), never made and never
    deleted. `when_absent` then tells people why it may not be there; properties in `given_back` are emptied when the
    resource goes, if they still are as declared, and the others stay as they are.
    """

    location: str = ""
    initial: Mapping[str, Any] = field(default_factory=dict)
    update_only: bool = False
    when_absent: str = ""
    given_back: tuple[str, ...] = ()

    def inputs(self) -> Inputs:
        """The inputs that these options are, without those that say nothing."""
        values = (self.location, dict(self.initial), self.update_only, self.when_absent, list(self.given_back))
        return {key: value for key, value in zip(OPTIONAL, values, strict=True) if value}


class ArmObject(Resource, module="lab-image-gallery", name="ArmObject"):
    """An object with `properties` equal to `body`; what else Azure keeps in it is neither compared nor overwritten.

    `resource_id` is absolute. `id` is the same id once the object is there.
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


def _arm() -> Arm:
    """The client, imported only in the process that needs it: a preview of the program never does."""
    from inventory.arm.client import Arm  # noqa: PLC0415

    return Arm()


def _envelope(props: Inputs) -> Inputs:
    """What is sent to make or replace the object."""
    location = {"location": props["location"]} if props.get("location") else {}
    return {**location, "properties": {**props.get("initial", {}), **props["body"]}}


def _changed(arm: Arm, props: Inputs) -> Mapping[str, Any]:
    """An object of somebody else's as declared; nothing is written when it is so already."""
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
    """Empty what is to be given back; what somebody has changed since is theirs."""
    body = props["body"]
    given_back = {key: body[key] for key in props.get("givenBack") or [] if key in body}
    there = arm.get(resource_id, props["apiVersion"]) if given_back else None
    if there is None:
        return
    still = [key for key, value in _as_declared(there, given_back).items() if _same(value, given_back[key])]
    if still:
        arm.patch(resource_id, props["apiVersion"], {"properties": dict.fromkeys(still)})


def _forget_if_service_is_gone(resource_id: str, error: ArmError) -> None:
    """Say that the object counts as gone when its service no longer exists; any other error is raised again.

    The engine shows what a provider prints as a message of the run.
    """
    if error.kind is not ErrorKind.NO_PROVIDER:
        raise error
    # In one write: others of the host's threads may say something at the same time.
    sys.stderr.write(
        f"{resource_id} counts as gone, because its service no longer exists in Azure ({error.code}: {error.message})\n"
    )


def _outputs(props: Inputs, answer: Mapping[str, Any]) -> Inputs:
    body = _as_declared(answer, props["body"])
    said = {key: props[key] for key in OPTIONAL if key in props}
    return {"resourceId": props["resourceId"], "apiVersion": props["apiVersion"], "body": body, **said}


def _as_declared(answer: Mapping[str, Any], body: Mapping[str, Any]) -> Inputs:
    """What Azure has for the declared properties, in our spelling where it means the same."""
    there = answer.get("properties") or {}
    return {key: body[key] if _same(there.get(key), body[key]) else there.get(key) for key in body}


def _same(one: object, other: object) -> bool:
    """Equality in which resource ids differ in case only by spelling, as they do for Azure."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or (one.startswith("/") and one.lower() == other.lower())
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return one == other
