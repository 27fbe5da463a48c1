"""Microsoft.Authorization/locks: management locks on any scope."""

from __future__ import annotations

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.rules import Evidence, rule
from sandbox.emulator.state import State
from sandbox.emulator.types.resource_type import ResourceType, WriteRequest, check_value

LOCKED = rule(
    "locked",
    "A lock on a scope or above it forbids deletions (CanNotDelete) or also writes (ReadOnly).",
    evidence=Evidence.QUOTED,
    where="Lock your resources, Azure Resource Manager documentation; code and text from answers quoted in "
    "public threads",
)


LOCK_SCOPE = rule(
    "lock-scope",
    "The id of a lock keeps the spelling of the scope that it was made with; empty notes are shown.",
    evidence=Evidence.RECORDED,
    where="azure-cli, test_lock_commands_with_ids",
)


@LOCK_SCOPE.applies
class ManagementLock(ResourceType):
    """A management lock."""

    type = "Microsoft.Authorization/locks"
    api_versions = ("2016-09-01", "2020-05-01")
    tracked = False
    has_state = False
    extension = True
    keeps_scope = True

    def check(self, write: WriteRequest) -> None:
        """Refuse an unknown level."""
        check_value(write.properties.get("level"), ("CanNotDelete", "ReadOnly"), "properties.level", required=True)


def check_locks(state: State, path: ArmPath, operation: str) -> None:
    """Refuse a `write` or `delete` of a resource that a lock forbids; locks themselves are free to change."""
    if path.type.lower() == ManagementLock.type.lower():
        return
    forbidding = ("CanNotDelete", "ReadOnly") if operation == "delete" else ("ReadOnly",)
    scopes = []
    for lock in state.of_type(ManagementLock.type, below=f"/subscriptions/{path.subscription}"):
        scope = lock.path.scope.lower()
        above = path.key == scope or path.key.startswith(f"{scope}/")
        inside = operation == "delete" and scope.startswith(f"{path.key}/")
        if (above or inside) and lock.properties["level"] in forbidding:
            scopes.append(lock.path.scope)
    if scopes:
        raise LOCKED.refusal(
            409,
            "ScopeLocked",
            f"The scope '{path.text}' cannot perform {operation} operation because following scope(s) are locked: "
            f"'{','.join(scopes)}'. Please remove the lock and try again.",
        )
