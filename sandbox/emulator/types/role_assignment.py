"""Microsoft.Authorization/roleAssignments: role assignments on any scope."""

from __future__ import annotations

import re

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest

GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
DIRECTORY = "00000000-0000-0000-0000-00000000dddd"
PRINCIPAL_FILTER = re.compile(r"principalId\s+eq\s+'([^']*)'", re.IGNORECASE)

ROLE_PRINCIPAL = rule(
    "role-principal",
    "principalId is the object id of a principal in the directory; an application id is refused.",
    evidence=Evidence.QUOTED,
    where="answers quoted in public threads, with status, code and text; that the same holds when principalType "
    "is sent is UNVERIFIED",
)
ROLE_NAME = rule(
    "role-name",
    "The name of a role assignment is a GUID.",
    evidence=Evidence.DOCUMENT,
    where="Azure role assignments, REST reference; the error code is UNVERIFIED",
)
ROLE_ONCE = rule(
    "role-once",
    "One assignment of a role to a principal on a scope: a second one, under another name, is refused.",
    evidence=Evidence.DOCUMENT,
    where="Azure role-based access control troubleshooting",
)
ROLE_FIXED = rule(
    "role-fixed",
    "Role, principal and scope of an assignment cannot change.",
    evidence=Evidence.QUOTED,
    where="answers quoted in public threads, with status, code and text",
)
ROLE_SHOWN = rule(
    "role-shown",
    "An assignment shows its scope, and its role definition id without the subscription.",
    evidence=Evidence.EXAMPLE,
    where="RoleAssignments_CreateForResourceGroup",
)
ROLE_LISTED = rule(
    "role-listed",
    "The list at a scope has assignments at, above and below it; with $filter=atScope() those below are left "
    "out; principalId eq '...' keeps those of one principal.",
    evidence=Evidence.DOCUMENT,
    where="Azure role assignments, list with the REST API",
)


class RoleAssignment(ResourceType):
    """A role assignment."""

    type = "Microsoft.Authorization/roleAssignments"
    api_versions = ("2020-10-01-preview", "2022-04-01")
    tracked = False
    has_state = False
    extension = True

    def check(self, write: WriteRequest) -> None:
        """Refuse bad names, unknown principals, a second assignment and changes."""
        if not GUID.fullmatch(write.path.name):
            raise ROLE_NAME.refusal(
                400,
                "InvalidRoleAssignmentId",
                f"The role assignment ID '{write.path.name}' is not valid. The role assignment ID must be a GUID.",
            )
        wanted = self.properties(write)
        if write.existing:
            if _identity(write.existing.properties) != _identity(wanted):
                raise ROLE_FIXED.refusal(
                    400,
                    "RoleAssignmentUpdateNotPermitted",
                    "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
                )
            return
        _check_principal(write, str(wanted.get("principalId") or ""))
        for other in write.state.of_type(self.type, container=write.path.container):
            if _identity(other.properties) == _identity(wanted):
                raise ROLE_ONCE.refusal(
                    409,
                    "RoleAssignmentExists",
                    "The role assignment already exists. The ID of the existing role assignment is "
                    f"{other.path.name.replace('-', '').lower()}.",
                )

    @ROLE_SHOWN.applies
    def properties(self, write: WriteRequest) -> Json:
        """Return the properties in the form that is shown."""
        sent = super().properties(write)
        role = str(sent.get("roleDefinitionId") or "")
        cut = role.lower().find("/providers/microsoft.authorization/roledefinitions/")
        kind = write.state.setting("principals", {}).get(str(sent.get("principalId")).lower(), {}).get("type")
        scope = write.existing.path.scope if write.existing else write.path.scope
        return {
            "principalType": kind or "ServicePrincipal",
            **sent,
            "roleDefinitionId": role[max(cut, 0) :],
            "scope": scope,
        }

    @ROLE_LISTED.applies
    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return the assignments that a scope's list has."""
        scope, wanted = path.scope.lower(), context.query.get("$filter", "")
        principal = PRINCIPAL_FILTER.search(wanted)
        found = []
        for resource in context.state.of_type(self.type, below=f"/subscriptions/{path.subscription}"):
            other = resource.path.scope.lower()
            at_or_above = scope == other or scope.startswith(f"{other}/")
            below = other.startswith(f"{scope}/") and "atscope()" not in wanted.lower()
            mine = str(resource.properties["principalId"]).lower()
            if (at_or_above or below) and (principal is None or principal[1].lower() == mine):
                found.append(self.show(resource, context))
        return found


def _check_principal(write: WriteRequest, principal: str) -> None:
    if principal.lower() in write.state.setting("principals", {}):
        return
    raise ROLE_PRINCIPAL.refusal(
        400,
        "PrincipalNotFound",
        f"Principal {principal.replace('-', '')} does not exist in the directory {DIRECTORY}. Check that you have "
        "the correct principal ID. If you are creating this principal and then immediately assigning a role, this "
        "error might be related to a replication delay. In this case, set the role assignment principalType "
        "property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
    )


def _identity(properties: Json) -> tuple[str, str]:
    role = str(properties.get("roleDefinitionId") or "").rsplit("/", 1)[-1]
    return role.lower(), str(properties.get("principalId") or "").lower()
