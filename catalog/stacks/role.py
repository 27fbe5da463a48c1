"""A role assignment that a stack declares: one entry of `roleAssignments`."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, ConfigDict
from pydantic.alias_generators import to_camel

from catalog.fields.fields import CatalogueModel, Text, checked_text
from catalog.fields.resource_id import is_guid
from catalog.files.diagnostic import shown
from catalog.files.field_error import each_once, field_error
from catalog.files.similar import nearest

ROLES: Final = {
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    "Compute Gallery Sharing Admin": "1ef6a3be-d0ac-425d-8c01-acb62866290b",
    "Compute Gallery Artifacts Publisher": "85a2d0d9-2eba-4c9c-b355-11c2cc0788ab",
    "Compute Gallery Image Reader": "cf7c76d2-98a3-4358-a134-615aa78bf44d",
}
"""Roles by name, with the ids that they have in every tenant. Source: "Azure built-in roles"."""

LAB_ACCOUNT_APPLICATION: Final = "1a14be2a-e903-4cec-99cf-b2e209259a0f"
LAB_PLAN_APPLICATION: Final = "c7bb12bf-0b39-4f7f-9171-f418ff39b76a"


def object_id_problem(text: str) -> str | None:
    """What is wrong with the object id of a principal."""
    if text.lower() in {LAB_ACCOUNT_APPLICATION, LAB_PLAN_APPLICATION}:
        return (
            f"{text} is the application's id; wanted is the object id of its service principal in your tenant, which"
            f" this prints: az ad sp show --id {text.lower()} --query id --output tsv"
        )
    return None if is_guid(text) else f"must be an object id (a GUID), not {shown(text)}"


def _as_role_id(text: str) -> str:
    """The id of a role definition, from the id itself or the role's name."""
    if is_guid(text):
        return text.lower()
    by_name = {name.lower(): guid for name, guid in ROLES.items()}
    if text.lower() in by_name:
        return by_name[text.lower()]
    near = nearest(text, ROLES)
    advice = f"write {near[0]}" if near else f"known are {', '.join(ROLES)}"
    raise field_error(
        f"{shown(text)} is no role known by name; {advice}, or the id of its definition, which this prints: az role"
        ' definition list --name "ROLE" --query "[].name" --output tsv'
    )


class RoleSetting(CatalogueModel):
    """Who (`principal_id`, an object id) gets which role (`role`, a role definition's GUID) on what.

    `image` is the name of an image that the catalogue has; without it the role is on the whole gallery.
    """

    model_config = ConfigDict(alias_generator=to_camel)

    principal_id: Annotated[str, checked_text(object_id_problem), AfterValidator(str.lower)]
    principal_type: Literal["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"]
    role: Annotated[str, AfterValidator(_as_role_id)]
    image: Text | None = None
    description: Text | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Principal, role and scope: unique in Azure."""
        return self.principal_id, self.role, (self.image or "").lower()


EACH_ROLE_ONCE: Final = AfterValidator(
    each_once(lambda role: role.key, "entry {} gives the same role to the same principal as entry {}; keep one")
)
"""A validator of `roleAssignments`."""
