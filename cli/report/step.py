"""The change of one resource that the engine makes, or would make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from catalog.texts.translation import N_
from cli.report.event_log import mapping, text

Action = Literal["create", "update", "delete", "replace", "import", "same", "empty"]
"""`empty` is a replacement that deleted the old object and did not create the new one."""

# sdk/go/common/apitype/updates.go, OpType; operations that are not here change nothing.
ACTIONS: Final[Mapping[str, Action]] = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "import": "import",
    "same": "same",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
}
VERSION: Final = "azure-native:compute:GalleryImageVersion"
DEFINITION: Final = "azure-native:compute:GalleryImage"
PROTECTED: Final = N_("not deleted, as it is protected: {what}")
LET_GO: Final = N_("let go of (it stays in Azure) {what}")
BOOKKEEPING: Final = "pulumi-python:dynamic/lab-image-gallery:DestroyGuard"
"""The one resource of the program that is no object in Azure."""


@dataclass(frozen=True, slots=True)
class Step:
    """One resource's change; `name` is the logical one, `old` and `new` are its inputs before and after.

    `retained` is whether the object stays in Azure when it leaves the stack, `protected` whether the engine refuses to
    delete it, so that the run fails. `id` is its id in Azure, empty for one
    that does not exist yet.
    """

    action: Action
    urn: str
    kind: str
    name: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    changed: tuple[str, ...] = ()
    retained: bool = False
    id: str = ""
    protected: bool = False

    @property
    def stays(self) -> str:
        """Why a deletion deletes nothing in Azure, as a text with a place for it; empty if it does."""
        if self.action != "delete":
            return ""
        return PROTECTED if self.protected else LET_GO if self.retained else ""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The inputs after the step, or before it if there are none after."""
        return self.new or self.old


def step_of(metadata: Mapping[str, Any]) -> Step | None:
    """The step of an event; None for a stack, component or provider, which is no object in Azure."""
    action = ACTIONS.get(text(metadata.get("op")))
    old, new = mapping(metadata.get("old")), mapping(metadata.get("new"))
    urn, kind = text(metadata.get("urn")), text(metadata.get("type"))
    if action is None or not (new or old).get("custom") or kind.startswith("pulumi:providers:"):
        return None
    diffs = metadata.get("diffs")
    return Step(
        action,
        urn,
        kind,
        name_of(urn),
        mapping(old.get("inputs")),
        mapping(new.get("inputs")),
        tuple(map(str, diffs)) if isinstance(diffs, list) else (),
        bool(old.get("retainOnDelete")),
        text(old.get("id")) or text(new.get("id")),
        bool(old.get("protect")),
    )


def name_of(urn: str) -> str:
    """The logical name in `urn:pulumi:<stack>::<project>::<types>::<name>`."""
    return urn.split("::", 3)[-1]


def stack_of(urn: str) -> str:
    """The stack's name in a URN."""
    return urn.split("::", 1)[0].removeprefix("urn:pulumi:")
