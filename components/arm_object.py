"""One object of Azure Resource Manager, by id and api-version: for types that azure-native does not know.

azure-native's generic `Resource` cannot stand in: before creating, it asks for the object with an api-version of its
own, which `labaccounts` does not have.

The provider is stored in the stack's state by reference, as `components.arm_object.ArmObjectProvider`: an earlier
state needs this module and class under these names, and a change of their code is no change of any resource.
"""

from __future__ import annotations

from collections.abc import Mapping
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

from components.plain_refusals import tell_refusals_plainly
from inventory.arm_error import ArmError, Kind

if TYPE_CHECKING:
    from inventory.arm import Arm

Inputs = dict[str, Any]


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
        there = arm.get(resource_id, props["apiVersion"])
        if there is None:
            answer = arm.put(resource_id, props["apiVersion"], {"properties": body})
        elif _same(_as_declared(there, body), body):
            answer = there
        else:
            raise ArmError(
                Kind.REFUSED,
                f"{resource_id} exists already with other content ({_as_declared(there, body)}), so it is not ours to "
                "overwrite",
                "remove it in Azure if nobody needs it, or take it out of the stack's configuration",
            )
        return CreateResult(resource_id, _outputs(props, answer))

    def read(self, id_: str, props: Inputs) -> ReadResult:
        """The object as it is in Azure; an empty id when it is gone."""
        answer = _arm().get(id_, props["apiVersion"])
        if answer is None:
            return ReadResult("", {})
        found = _outputs(props, answer)
        return ReadResult(id_, found, dict(found))

    def update(self, _id: str, _olds: Inputs, _news: Inputs) -> UpdateResult:
        """Write the object as declared now."""
        answer = _arm().put(_id, _news["apiVersion"], {"properties": _news["body"]})
        return UpdateResult(_outputs(_news, answer))

    def delete(self, _id: str, _props: Inputs) -> None:
        """Delete the object; one that is gone already is no error."""
        _arm().delete(_id, _props["apiVersion"])


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
        opts: ResourceOptions | None = None,
    ) -> None:
        inputs = {"resourceId": resource_id, "apiVersion": api_version, "body": dict(body)}
        super().__init__(ArmObjectProvider(), name, inputs, opts)


def _arm() -> Arm:
    """The client, imported only in the process that needs it: a preview of the program never does."""
    from inventory.arm import Arm  # noqa: PLC0415

    return Arm()


def _outputs(props: Inputs, answer: Mapping[str, Any]) -> Inputs:
    body = _as_declared(answer, props["body"])
    return {"resourceId": props["resourceId"], "apiVersion": props["apiVersion"], "body": body}


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
