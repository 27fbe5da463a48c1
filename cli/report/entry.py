"""Steps in words; similar ones share a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from catalog.images.version_number import listing_key
from catalog.stacks.role import ROLES
from catalog.texts.translation import N_, _, p_
from cli.report.difference import differences, region_differences, region_list, setting_differences
from cli.report.event_log import text
from cli.report.line import Line, Quoted, filled, joined, listed
from cli.report.step import DEFINITION, VERSION, Step

ROLE: Final = "azure-native:authorization:RoleAssignment"
_ALONE: Final = "{names}"
KINDS: Final[Mapping[str, str]] = {
    DEFINITION: N_("image definition {names}"),
    "azure-native:compute:Gallery": N_("gallery {names}"),
    ROLE: N_("role assignment {names}"),
    "azure-native:authorization:ManagementLockByScope": _ALONE,
    "azure-native:labservices:LabPlan": N_("lab plan {names}"),
    "azure-native:resources:ResourceGroup": N_("resource group {names}"),
}
NAMES: Final[Mapping[str, str]] = {
    "azure-native:compute:Gallery": "galleryName",
    "azure-native:labservices:LabPlan": "labPlanName",
    "azure-native:resources:ResourceGroup": "resourceGroupName",
}
"""The input with the name in Azure, of kinds whose logical names are words of ours."""
PREFIXES: Final[Mapping[str, str]] = {
    "attachment:": N_("attachment to lab account {names}"),
    "devtest:": N_("attachment to DevTest lab {names}"),
    "lab-plan:": N_("switch in the lab plan of image {names}"),
    "marketplace:": N_("switch of Marketplace image {names}"),
}
VERBS: Final[Mapping[str, str]] = {
    "create": N_("create {what}"),
    "update": N_("change {what}"),
    "delete": N_("delete {what}"),
    "replace": N_("delete and recreate {what}"),
    "import": N_("take over {what}"),
    "empty": N_("deleted and not recreated: {what}"),
}
MANY: Final = 20
"""A section with more lines than this groups similar ones."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A text with a place {names} for its subjects, and others for `places`.

    Entries that differ only in their subjects can be merged.
    """

    text: str
    subjects: tuple[str, ...]
    places: tuple[tuple[str, Line], ...] = ()

    @property
    def line(self) -> Line:
        """The whole line."""
        return filled(self.text, names=listed(self.subjects), **dict(self.places))


def entries(steps: Iterable[Step], *, found: bool = False) -> list[Entry]:
    """The steps in words. `found`: somebody else made these changes in Azure."""
    return _grouped(_versions_together([_entry(step, found=found) for step in steps]))


def settings(steps: Iterable[Step]) -> list[Entry]:
    """What steps change beside regions and replicas, in words; nothing for one that changes only those."""
    changed = [step for step in steps if step.action in {"update", "import"} and _settings(step)]
    return _grouped(_versions_together([_entry(step, changes=_settings(step)) for step in changed]))


def _entry(step: Step, *, found: bool = False, changes: Line | None = None) -> Entry | tuple[str, Entry]:
    """The step's entry; for a version with its number, whose place is not filled yet."""
    places: dict[str, Line] = {}
    number = ""
    if step.kind == VERSION:
        name, _colon, number = step.name.rpartition(":")
        what = _("{versions} of {names}")
    elif step.kind == ROLE and step.inputs:
        role, name = _role(step)
        what, places["role"] = _("role {role} of {names}"), (Quoted(role),)
    else:
        what, name = _named(step)
    text = _verb(step, what, found=found)
    if changes is None and step.action == "create" and step.kind == VERSION:
        text, places["regions"] = _("{what} in {regions}", what=text, regions="{regions}"), region_list(step.new)
    elif changes := _changes(step, found=found) if changes is None else changes:
        text, places["changes"] = p_("a change", "{what}: {changes}", what=text, changes="{changes}"), changes
    entry = Entry(text, (name,), tuple(places.items()))
    return (number, entry) if step.kind == VERSION else entry


def _verb(step: Step, what: str, *, found: bool) -> str:
    """What happens to `what`, a text whose own places stay."""
    if found:
        return _("gone: {what}", what=what) if step.action == "delete" else what
    publishes = step.kind == VERSION and step.action == "create"
    return _(step.stays or (N_("publish {what}") if publishes else VERBS[step.action]), what=what)


def _role(step: Step) -> tuple[str, str]:
    """Role and principal of an assignment; the role's id if it is none of the well-known ones."""
    role = text(step.inputs.get("roleDefinitionId")).rpartition("/")[2]
    names = {known: name for name, known in ROLES.items()}
    kind, principal = text(step.inputs.get("principalType")), text(step.inputs.get("principalId"))
    return names.get(role.lower(), role), f"{kind} {principal}" if kind else principal


def _named(step: Step) -> tuple[str, str]:
    """What the step is about, as a text with its place, and the name for that.

    The id in its inputs names a lab or image, whatever the logical name is.
    """
    parts = text(step.inputs.get("resourceId")).split("/")
    for prefix, what in PREFIXES.items():
        if step.name.startswith(prefix):
            # …/labaccounts/NAME/sharedGalleries/GALLERY, …/labPlans/NAME/images/IMAGE
            lab = "/".join((*parts[4:5], *parts[-3:-2]))
            name = {"lab-plan:": parts[-1], "marketplace:": f"{parts[-1]} / {lab}"}.get(prefix, lab)
            return _(what), name if len(parts) > 8 else step.name.removeprefix(prefix)
    if step.kind in KINDS:
        name = text(step.inputs.get(NAMES.get(step.kind, "")))
        return _(KINDS[step.kind]), name or step.name.removeprefix("role:")
    if step.name == "lab-plan":
        return _("attachment to lab plan {names}"), parts[-1] if len(parts) > 8 else step.name
    return _ALONE, f"{step.name} ({step.kind})"


def _lab_of(step: Step) -> str:
    """`<subscription>/<resource group>/<lab>` of an attachment by its id, "" for another step."""
    lab, child, _ = text((step.new or step.old).get("resourceId")).lower().partition("/sharedgalleries/")
    parts = lab.split("/")
    return f"{parts[2]}/{parts[4]}/{parts[-1]}" if child and len(parts) > 8 else ""


def _changes(step: Step, *, found: bool) -> Line:
    """What the step changes; empty if that is all or nothing."""
    if step.action not in {"update", "replace", "import"} or not step.new:
        return ()
    if step.action == "import":  # before it, the stack has nothing to compare with
        changes = list(differences(step.old, step.new)) if step.old else []
        return joined(changes, "; ")
    changes = list(differences(step.old, step.new, found=found))
    return joined(changes, "; ") if changes else listed(step.changed) or (_("its settings"),)


def _settings(step: Step) -> Line:
    """What the step changes beside regions and replicas; empty if nothing is known of that."""
    if not step.old:
        return ()
    changes = list(setting_differences(step.old, step.new))
    if changes or step.action == "import" or list(region_differences(step.old, step.new)):
        return joined(changes, "; ")
    return listed(step.changed) or (_("its settings"),)


def _versions_together(found: Iterable[Entry | tuple[str, Entry]]) -> list[Entry]:
    """Merges equal entries for versions of one image into one, in the place of the first."""
    together: dict[object, tuple[Entry, list[str]]] = {}
    for item in found:
        entry, numbers = (item, []) if isinstance(item, Entry) else (item[1], [item[0]])
        together.setdefault((bool(numbers), entry), (entry, []))[1].extend(numbers)
    return [
        replace(entry, places=(*entry.places, ("versions", listed(sorted(numbers, key=listing_key)))))
        if numbers
        else entry
        for entry, numbers in together.values()
    ]


def _grouped(found: list[Entry]) -> list[Entry]:
    """More than MANY entries: similar ones merged into one with all their subjects."""
    if len(found) <= MANY:
        return found
    alike: dict[Entry, list[str]] = {}
    for entry in found:
        alike.setdefault(replace(entry, subjects=()), []).extend(entry.subjects)
    return [replace(entry, subjects=tuple(subjects)) for entry, subjects in alike.items()]
