"""Steps in words; similar ones share a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from catalog.images.version_number import listing_key
from catalog.stacks.role import ROLES
from cli.report.difference import differences, region_differences, region_list, setting_differences
from cli.report.event_log import text
from cli.report.line import Line, Quoted, joined, listed
from cli.report.step import DEFINITION, VERSION, Step

ROLE: Final = "azure-native:authorization:RoleAssignment"
KINDS: Final[Mapping[str, str]] = {
    DEFINITION: "image definition ",
    "azure-native:compute:Gallery": "gallery ",
    ROLE: "role assignment ",
    "azure-native:authorization:ManagementLockByScope": "",
    "azure-native:labservices:LabPlan": "lab plan ",
    "azure-native:resources:ResourceGroup": "resource group ",
}
NAMES: Final[Mapping[str, str]] = {
    "azure-native:compute:Gallery": "galleryName",
    "azure-native:labservices:LabPlan": "labPlanName",
    "azure-native:resources:ResourceGroup": "resourceGroupName",
}
"""The input with the name in Azure, of kinds whose logical names are words of ours."""
PREFIXES: Final[Mapping[str, str]] = {
    "attachment:": "attachment to lab account ",
    "devtest:": "attachment to DevTest lab ",
    "lab-plan:": "switch in the lab plan of image ",
    "marketplace:": "switch of Marketplace image ",
}
VERBS: Final[Mapping[str, str]] = {
    "create": "create ",
    "update": "change ",
    "delete": "delete ",
    "replace": "delete and recreate ",
    "import": "take over ",
    "empty": "deleted and not recreated: ",
}
MANY: Final = 20
"""A section with more lines than this groups similar ones."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line `before` + subjects + `after`; entries that differ only in their subjects can be merged."""

    before: Line
    subjects: tuple[str, ...]
    after: Line = ()

    @property
    def line(self) -> Line:
        """The whole line."""
        return (*self.before, *listed(self.subjects), *self.after)


def entries(steps: Iterable[Step], *, found: bool = False) -> list[Entry]:
    """The steps in words. `found`: somebody else made these changes in Azure."""
    return _grouped(_versions_together([_entry(step, found=found) for step in steps]))


def settings(steps: Iterable[Step]) -> list[Entry]:
    """What steps change beside regions and replicas, in words; nothing for one that changes only those."""
    changed = [step for step in steps if step.action in {"update", "import"} and _settings(step)]
    return _grouped(_versions_together([_entry(step, after=(": ", *_settings(step))) for step in changed]))


def _entry(step: Step, *, found: bool = False, after: Line | None = None) -> Entry | tuple[str, Entry]:
    """The step's entry; for a version with its number, which its words do not contain yet."""
    verb, after = _verb(step, found=found), _after(step, found=found) if after is None else after
    if step.kind == VERSION:
        image, _, number = step.name.rpartition(":")
        return number, Entry((verb,), (image,), after)
    if step.kind == ROLE and step.inputs:
        role, principal = _role(step)
        return Entry((verb, "role ", Quoted(role), " of "), (principal,), after)
    what, name = _named(step)
    return Entry((verb, what), (name,), after)


def _verb(step: Step, *, found: bool) -> str:
    if found:
        return {"delete": "gone: "}.get(step.action, "")
    if step.stays:
        return step.stays
    return "publish " if step.kind == VERSION and step.action == "create" else VERBS[step.action]


def _role(step: Step) -> tuple[str, str]:
    """Role and principal of an assignment; the role's id if it is none of the well-known ones."""
    role = text(step.inputs.get("roleDefinitionId")).rpartition("/")[2]
    names = {known: name for name, known in ROLES.items()}
    kind, principal = text(step.inputs.get("principalType")), text(step.inputs.get("principalId"))
    return names.get(role.lower(), role), f"{kind} {principal}" if kind else principal


def _named(step: Step) -> tuple[str, str]:
    """What the step is about. The id in its inputs names a lab or image, whatever the logical name is."""
    parts = text(step.inputs.get("resourceId")).split("/")
    for prefix, what in PREFIXES.items():
        if step.name.startswith(prefix):
            # …/labaccounts/NAME/sharedGalleries/GALLERY, …/labPlans/NAME/images/IMAGE
            lab = "/".join((*parts[4:5], *parts[-3:-2]))
            name = {"lab-plan:": parts[-1], "marketplace:": f"{parts[-1]} in {lab}"}.get(prefix, lab)
            return what, name if len(parts) > 8 else step.name.removeprefix(prefix)
    if step.kind in KINDS:
        name = text(step.inputs.get(NAMES.get(step.kind, "")))
        return KINDS[step.kind], name or step.name.removeprefix("role:")
    if step.name == "lab-plan":
        return "attachment to lab plan ", parts[-1] if len(parts) > 8 else step.name
    return "", f"{step.name} ({step.kind})"


def _lab_of(step: Step) -> str:
    """`<subscription>/<resource group>/<lab>` of an attachment by its id, "" for another step."""
    lab, child, _ = text((step.new or step.old).get("resourceId")).lower().partition("/sharedgalleries/")
    parts = lab.split("/")
    return f"{parts[2]}/{parts[4]}/{parts[-1]}" if child and len(parts) > 8 else ""


def _after(step: Step, *, found: bool) -> Line:
    if step.action == "create" and step.kind == VERSION:
        return (" in ", *region_list(step.new))
    if step.action not in {"update", "replace", "import"} or not step.new:
        return ()
    if step.action == "import":  # before it, the stack has nothing to compare with
        changes = list(differences(step.old, step.new)) if step.old else []
        return (": ", *joined(changes, "; ")) if changes else ()
    changes = list(differences(step.old, step.new, found=found))
    return (": ", *(joined(changes, "; ") if changes else listed(step.changed) or ("its settings",)))


def _settings(step: Step) -> Line:
    """What the step changes beside regions and replicas; empty if nothing is known of that."""
    if not step.old:
        return ()
    changes = list(setting_differences(step.old, step.new))
    if changes or step.action == "import" or list(region_differences(step.old, step.new)):
        return joined(changes, "; ")
    return listed(step.changed) or ("its settings",)


def _versions_together(found: Iterable[Entry | tuple[str, Entry]]) -> list[Entry]:
    """Merges equal entries for versions of one image into one, in the place of the first."""
    together: dict[object, tuple[Entry, list[str]]] = {}
    for item in found:
        entry, numbers = (item, []) if isinstance(item, Entry) else (item[1], [item[0]])
        together.setdefault((bool(numbers), entry), (entry, []))[1].extend(numbers)
    return [
        replace(entry, before=(*entry.before, *listed(sorted(numbers, key=listing_key)), " of ")) if numbers else entry
        for entry, numbers in together.values()
    ]


def _grouped(found: list[Entry]) -> list[Entry]:
    """More than MANY entries: similar ones merged into one with all their subjects."""
    if len(found) <= MANY:
        return found
    alike: dict[tuple[Line, Line], list[str]] = {}
    for entry in found:
        alike.setdefault((entry.before, entry.after), []).extend(entry.subjects)
    return [Entry(before, tuple(subjects), after) for (before, after), subjects in alike.items()]
