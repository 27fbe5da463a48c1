"""Steps in words; similar ones share a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cli.report.difference import differences, region_list
from cli.report.event_log import text
from cli.report.line import Line, joined, listed
from cli.report.step import Step

VERSION: Final = "azure-native:compute:GalleryImageVersion"
DEFINITION: Final = "azure-native:compute:GalleryImage"
KINDS: Final[Mapping[str, str]] = {
    DEFINITION: "image definition ",
    "azure-native:compute:Gallery": "gallery ",
    "azure-native:authorization:RoleAssignment": "role assignment ",
    "azure-native:authorization:ManagementLockByScope": "",
    "azure-native:labservices:LabPlan": "",
    "azure-native:resources:ResourceGroup": "resource group ",
    "pulumi-python:dynamic/lab-image-gallery:DestroyGuard": "",
}
PREFIXES: Final[Mapping[str, str]] = {
    "attachment:": "attachment to lab account ",
    "devtest:": "attachment to DevTest lab ",
    "lab-plan:": "switch in the lab plan of image ",
}
VERBS: Final[Mapping[str, str]] = {
    "create": "create ",
    "update": "change ",
    "delete": "delete ",
    "replace": "delete and recreate ",
    "import": "take over ",
    "empty": "deleted and not recreated: ",
}
LET_GO: Final = "let go of (it stays in Azure) "
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


def _entry(step: Step, *, found: bool) -> Entry | tuple[str, Entry]:
    """The step's entry; for a version with its number, which its words do not contain yet."""
    if step.kind == VERSION:
        image, _, number = step.name.rpartition(":")
        return number, Entry((_verb(step, found=found),), (image,), _after(step, found=found))
    what, name = _named(step)
    return Entry((_verb(step, found=found), what), (name,), _after(step, found=found))


def _verb(step: Step, *, found: bool) -> str:
    if found:
        return {"delete": "gone: "}.get(step.action, "")
    if step.action == "delete" and step.retained:
        return LET_GO
    return "publish " if step.kind == VERSION and step.action == "create" else VERBS[step.action]


def _named(step: Step) -> tuple[str, str]:
    for prefix, what in PREFIXES.items():
        if step.name.startswith(prefix):
            return what, _lab_of(step) or step.name.removeprefix(prefix)
    if step.kind in KINDS:
        return KINDS[step.kind], text((step.new or step.old).get("roleAssignmentName")) or step.name.removeprefix(
            "role:"
        )
    return "", f"{step.name} ({step.kind})"


def _lab_of(step: Step) -> str:
    """`<subscription>/<resource group>/<lab>` of an attachment by its id, "" for another step."""
    lab, child, _ = text((step.new or step.old).get("resourceId")).lower().partition("/sharedgalleries/")
    parts = lab.split("/")
    return f"{parts[2]}/{parts[4]}/{parts[-1]}" if child and len(parts) > 8 else ""


def _after(step: Step, *, found: bool) -> Line:
    if step.action == "create" and step.kind == VERSION:
        return (" in ", *region_list(step.new))
    if step.action not in {"update", "replace"} or not step.new:
        return ()
    changes = list(differences(step.old, step.new, found=found))
    return (": ", *(joined(changes, "; ") if changes else listed(step.changed) or ("its settings",)))


def _versions_together(found: Iterable[Entry | tuple[str, Entry]]) -> list[Entry]:
    """Merges equal entries for versions of one image into one, in the place of the first."""
    together: dict[object, tuple[Entry, list[str]]] = {}
    for item in found:
        entry, numbers = (item, []) if isinstance(item, Entry) else (item[1], [item[0]])
        together.setdefault((bool(numbers), entry), (entry, []))[1].extend(numbers)
    return [
        replace(entry, before=(*entry.before, *listed(sorted(numbers, key=_by_number)), " of ")) if numbers else entry
        for entry, numbers in together.values()
    ]


def _by_number(version: str) -> tuple[tuple[int, str], ...]:
    return tuple((len(part), part) for part in version.split("."))


def _grouped(found: list[Entry]) -> list[Entry]:
    """More than MANY entries: similar ones merged into one with all their subjects."""
    if len(found) <= MANY:
        return found
    alike: dict[tuple[Line, Line], list[str]] = {}
    for entry in found:
        alike.setdefault((entry.before, entry.after), []).extend(entry.subjects)
    return [Entry(before, tuple(subjects), after) for (before, after), subjects in alike.items()]
