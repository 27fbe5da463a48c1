"""The commands that work on one stack, as messages name them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from catalog.fields.api_versions import API_VERSIONS
from catalog.fields.resource_id import parse
from catalog.stacks.settings import PRETEND, Settings

_GROUPS: Final = "Microsoft.Resources/resourceGroups"
_GROUP: Final = re.compile("/subscriptions/[^/]+/resourceGroups/[^/]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands for a stack: those of the sandbox for one on a pretend subscription, which only the sandbox has."""

    stack: str
    pretend: bool
    program: str = ""
    """Path of the program's folder with a slash at its end; empty where commands are called in that folder."""

    @classmethod
    def of(cls, settings: Settings, program: str = "") -> Self:
        """The commands for the stack with these settings."""
        return cls(settings.stack, settings.is_pretend, program)

    def pulumi(self, arguments: str) -> str:
        """A command of the engine, such as `pulumi up --stack prod`."""
        return f"{self.engine} {arguments} --stack {self.stack}"

    @property
    def engine(self) -> str:
        """How the engine is called for the stack."""
        return f"{self.program}sandbox/pulumi" if self.pretend else "pulumi"

    def set(self, command: str) -> str:
        """The command that sets a configuration key, from `settings.command_of`, for this stack."""
        return self.pulumi(command.removeprefix("pulumi "))

    def labs(self, arguments: str) -> str:
        """A command of labs that works on the stack, such as `./labs status --stack prod`."""
        return f"{self.labs_program} {arguments} --stack {self.stack}"

    @property
    def labs_program(self) -> str:
        """How labs is called where it asks Azure about the stack."""
        return f"{self.program}sandbox/labs" if self.pretend else f"{self.program or './'}labs"

    def rest(self, method: str, url: str, body: str = "") -> str:
        """The command that sends one request to the Azure that the stack is in; `body` is JSON."""
        if self.pretend:
            return " ".join([f'{self.program}sandbox/arm {method.upper()} "{url}"', *([f"'{body}'"] if body else [])])
        return " ".join([f'az rest --method {method} --url "{url}"', *([f"--body '{body}'"] if body else [])])

    def make_group(self, name: str, location: str, subscription: str) -> str:
        """The command that makes a resource group."""
        if not self.pretend:
            return f"az group create --name {name} --location {location} --subscription {subscription}"
        path = f"/subscriptions/{subscription}/resourceGroups/{name}?api-version={API_VERSIONS[_GROUPS]}"
        return self.rest("put", path, json.dumps({"location": location}))

    def tag(self, resource_id: str, tags: Mapping[str, str]) -> str:
        """The command that gives a resource or a resource group these tags, in place of those that it has.

        Raises ValueError if it is neither, or of a type that the program does not know.
        """
        body = json.dumps({"tags": tags}).replace("'", "\\u0027")  # a shell ends the text at an apostrophe
        version = _api_version(resource_id)
        if version is None:
            raise ValueError(f"the api-version of {resource_id} is not known")
        return self.rest("patch", f"{resource_id}?api-version={version}", body)

    def generalize(self, machine_id: str) -> str:
        """The commands, one after the other, that mark a virtual machine as generalized for good."""
        if self.pretend:
            return self.rest("post", f"{machine_id}/generalize?api-version={_api_version(machine_id)}")
        return f"az vm deallocate --ids {machine_id} && az vm generalize --ids {machine_id}"

    def show(self, resource_id: str) -> str:
        """The command that shows a resource."""
        version = _api_version(resource_id) if self.pretend else None
        if version is None:
            return f"az resource show --ids {resource_id}"
        return self.rest("get", f"{resource_id}?api-version={version}")


def listing(resource_type: str, subscription: str) -> str:
    """The command that lists the resources of a type that the program knows in a subscription."""
    if subscription.startswith(PRETEND):
        path = f"/subscriptions/{subscription}/providers/{resource_type}?api-version={API_VERSIONS[resource_type]}"
        return Commands("", pretend=True).rest("get", path)
    return f"az resource list --resource-type {resource_type} --subscription {subscription} --output table"


def _api_version(resource_id: str) -> str | None:
    """That of the type of a resource or resource group, None for one that the program does not know."""
    return API_VERSIONS.get(_GROUPS if _GROUP.fullmatch(resource_id) else parse(resource_id).type)
