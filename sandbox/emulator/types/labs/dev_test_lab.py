"""Microsoft.DevTestLab/labs: labs of Azure DevTest Labs, as far as a gallery is attached to them."""

from __future__ import annotations

from typing import ClassVar

from sandbox.emulator.form import TEXT, Field, Form
from sandbox.emulator.rules import Json
from sandbox.emulator.types.resource_type import ResourceType


class DevTestLab(ResourceType):
    """A lab of Azure DevTest Labs."""

    type = "Microsoft.DevTestLab/labs"
    api_versions = ("2018-09-15", "2018-10-15-preview")
    seeded: ClassVar[Json] = {"labStorageType": "Premium"}
    seed_form: ClassVar[Form] = {"labStorageType": Field(TEXT)}
