"""The lab plan that a stack declares: the configuration key `labPlan`."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import Field

from catalog.fields.fields import CatalogueModel, Regions, Tags, Text, Url, checked_text, not_empty
from catalog.fields.resource_id import RESOURCE_GROUP_RULE, is_resource_group
from catalog.files.diagnostic import shown
from catalog.stacks.example import Example

_NAME: Final = re.compile(r"[-\w.()]{1,100}", re.ASCII)
_PHONE: Final = re.compile(r"\+?[0-9]+([-. ()]+[0-9]+)*")


def _name_problem(text: str) -> str | None:
    """Source: OpenAPI of Azure Lab Services, labPlanName."""
    if _NAME.fullmatch(text):
        return None
    return f"{shown(text)} is no name of a lab plan: 1 to 100 letters, digits, - _ . ( )"


def resource_group_problem(name: str) -> str | None:
    """What is wrong with a resource group's name."""
    if is_resource_group(name):
        return None
    return f"{shown(name)} is no resource group: {RESOURCE_GROUP_RULE}"


def _email_problem(text: str) -> str | None:
    user, at, host = text.partition("@")
    good = bool(user and at) and "." in host.strip(".") and text.isprintable() and not {" ", "@"} & {*host, *user}
    return None if good else f"must be an e-mail address such as it@contoso.example, not {shown(text)}"


def _phone_problem(text: str) -> str | None:
    return None if _PHONE.fullmatch(text) else f"must be a telephone number such as +82-2-1234-5678, not {shown(text)}"


_SOME_REGIONS: Final = not_empty(
    "is an empty list, so nobody could make a lab; leave the key out for the gallery's region"
)


class SupportInfo(CatalogueModel):
    """Contact for teachers and students; shown in every lab of the plan."""

    email: Annotated[str, checked_text(_email_problem)] | None = None
    phone: Annotated[str, checked_text(_phone_problem)] | None = None
    url: Url | None = None
    instructions: Text | None = None


class LabPlanSettings(CatalogueModel):
    """A lab plan to declare. Attributes are the keys as they are written.

    `resourceGroupName` None is the gallery's; `allowedRegions` (canonical) None is the gallery's region.
    """

    name: Annotated[str, checked_text(_name_problem)] = Field(examples=["contoso-plan"])
    resourceGroupName: Annotated[  # noqa: N815 - as written
        Annotated[str, checked_text(resource_group_problem)] | None, Example("labs")
    ] = None
    allowedRegions: Annotated[  # noqa: N815 - as written
        Annotated[
            Regions,
            _SOME_REGIONS,
        ]
        | None,
        Example(["koreacentral"]),
    ] = None
    supportInfo: Annotated[SupportInfo, Example({"email": "it@contoso.example"})] = (  # noqa: N815 - as written
        SupportInfo()
    )
    tags: Annotated[Tags, Example({"costCenter": 4711})] = Field(default={})
