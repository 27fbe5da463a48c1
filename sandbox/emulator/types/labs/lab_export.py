"""The action saveImage of lab plans: the image of a lab's machine, saved into the plan's gallery."""

from __future__ import annotations

import re

from sandbox.emulator.arm_path import parse
from sandbox.emulator.replication import RegionCopy
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.compute.image_definition import ImageDefinition
from sandbox.emulator.types.compute.image_source import TYPICAL_SIZE_GB, SourceFacts
from sandbox.emulator.types.compute.image_version import ImageVersion, copies_of
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import ActionResult, Context, WriteRequest

LAB_MACHINE = "microsoft.labservices/labs/virtualmachines"
"""The type of a lab's machine, in lower case."""
MACHINES = "labMachines"
"""The setting with the machines of labs by id in lower case: osType, sizeGB."""

EXPORT_SPECIALIZED = rule(
    "export-specialized",
    "saveImage of a lab plan saves a machine as Specialized, in the plan's region alone, into its gallery.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services, approaches for custom image creation and use of a shared image gallery",
)
EXPORT_NUMBERED = rule(
    "export-numbered",
    "A definition that the gallery has gets a new version, the latest with its last part plus one; another name gets "
    "a new definition with version 1.0.0. Neither has tags.",
    evidence=Evidence.UNVERIFIED,
    where="Azure Lab Services numbers them; how, and that characters a definition cannot have become '-', is a guess",
    question="an exported version, and its definition, have no tags",
)
EXPORT_PLACE = rule(
    "export-place",
    "A lab plan without a gallery saves nothing.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services, use of a shared image gallery: a gallery is attached first",
)
EXPORT_MACHINE = rule(
    "export-machine",
    "The machine that is saved is one of a lab; labs are not imitated, so any id of the right form is taken.",
    evidence=Evidence.DOCUMENT,
    where="OpenAPI of Azure Lab Services, Lab Plans - Save Image; a machine counts as Windows on 127 GB unless POST "
    "/sandbox/seed says otherwise under labMachines",
)


def save_image(plan: Resource, body: Json, context: Context) -> ActionResult:
    """Store the image of the machine that `body` names as a new version; the operation ends with its copies."""
    gallery = context.state.find(plan.properties.get("sharedGalleryId"))
    if gallery is None:
        raise EXPORT_PLACE.unknown_answer(
            f"The lab plan '{plan.path.name}' has no compute gallery to which an image can be saved."
        )
    machine = _machine(str(body.get("labVirtualMachineId") or ""), context)
    definition = _definition(gallery, str(body.get("name") or ""), machine, context)
    return ActionResult(copies=_publish(definition, plan.location, machine, context))


@EXPORT_MACHINE.applies
def _machine(machine_id: str, context: Context) -> Json:
    path = parse(machine_id) if machine_id.startswith("/subscriptions/") else None
    if path is None or path.type.lower() != LAB_MACHINE or path.is_collection:
        raise EXPORT_MACHINE.unknown_answer(f"'{machine_id}' is not the id of a lab's virtual machine.")
    known: Json = context.state.setting(MACHINES, {}).get(path.key, {})
    return {"osType": "Windows", "sizeGB": TYPICAL_SIZE_GB} | known | {"id": machine_id}


def _definition(gallery: Resource, name: str, machine: Json, context: Context) -> Resource:
    """Return the definition of that name, made when the gallery has none."""
    spelled = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-_.")[:80] or "image"
    path = gallery.path.child("images", spelled)
    existing = context.state.get(path.key)
    if existing is not None:
        return existing
    properties = {
        "osType": machine["osType"],
        "osState": "Specialized",
        "identifier": {"publisher": "AzureLabServices", "offer": spelled, "sku": spelled[:64]},
    }
    body = {"location": gallery.location, "properties": properties}
    made = ImageDefinition().store(WriteRequest(context.state, path, body, None, context.now))
    context.state.put(made)
    return made


@EXPORT_SPECIALIZED.applies
@EXPORT_NUMBERED.applies
def _publish(definition: Resource, location: str, machine: Json, context: Context) -> list[RegionCopy]:
    """Store the next version of the definition and return its copies."""
    there = context.state.of_type(ImageVersion.type, container=definition.path.key)
    numbers = sorted([int(part) for part in version.path.name.split(".")] for version in there)
    number = [*numbers[-1][:2], numbers[-1][2] + 1] if numbers else [1, 0, 0]
    path = definition.path.child("versions", ".".join(map(str, number)))
    profile = {"source": {"virtualMachineId": machine["id"]}}
    body = {"location": location, "properties": {"storageProfile": profile}}
    # Labs are not imitated, so there is no machine from which a version would read its facts.
    facts = SourceFacts(id=machine["id"], size_gb=machine["sizeGB"])
    made = ImageVersion().publish(WriteRequest(context.state, path, body, None, context.now), facts)
    context.state.put(made)
    return copies_of(made)
