"""The stacks of a project: what a pipeline fans out over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from catalog.files.diagnostic import Diagnostic
from catalog.stacks.stack_file import read_stack

PRETEND: Final = "00000000-0000-0000-0000-"
"""What the id of a subscription that is none begins with: nobody deploys to it."""

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""Names that the engine takes. Source: "Stacks", create a stack."""


@dataclass(frozen=True, slots=True)
class StackEntry:
    """One stack file. `subscription` and `catalogue` are "" where the file does not tell them."""

    name: str
    file: str
    subscription: str
    catalogue: str
    diagnostics: tuple[Diagnostic, ...]

    @property
    def is_pretend(self) -> bool:
        """Whether the stack is known to be one of a sandbox. A file that cannot be read is not known to be."""
        return self.subscription.startswith(PRETEND)

    @property
    def leg(self) -> dict[str, Any]:
        """The entry as plain values, as a pipeline's matrix takes them."""
        return {
            "stack": self.name,
            "file": self.file,
            "subscription": self.subscription,
            "catalogue": self.catalogue,
            "pretend": self.is_pretend,
            "problems": [str(problem) for problem in self.diagnostics],
        }


def list_stacks(folder: Path) -> list[StackEntry]:
    """Every stack that a file in `folder` configures, by name. A file with problems is listed with them."""
    return sorted((_entry(path) for path in folder.glob("Pulumi.*.yaml")), key=lambda entry: entry.name)


def github_matrix(entries: Sequence[StackEntry]) -> dict[str, Any]:
    """The matrix of a GitHub job. Source: "Running variations of jobs in a workflow", `include`."""
    return {"include": [entry.leg for entry in entries]}


def azure_legs(entries: Sequence[StackEntry]) -> dict[str, Any]:
    """The matrix of an Azure Pipelines job: values by a name of letters, digits and `_` that begins with a letter.

    Source: "jobs.job.strategy definition", matrix.
    """
    return {
        f"{re.sub('[^A-Za-z0-9]', '_', f'stack_{entry.name}')}_{number}": {"stack": entry.name}
        for number, entry in enumerate(entries, start=1)
    }


def _entry(path: Path) -> StackEntry:
    stack = read_stack(path)
    diagnostics = stack.diagnostics
    if not _NAME.fullmatch(stack.name):
        message = (
            "a stack's name is made of letters, digits, -, _ and . and has 100 characters at most, so the engine "
            "would refuse this one; rename the file"
        )
        diagnostics = (Diagnostic(str(path), None, "", message), *diagnostics)
    config = stack.document.value.get("config") if stack.document and isinstance(stack.document.value, dict) else None
    subscription = config.get("azure-native:subscriptionId") if isinstance(config, dict) else None
    return StackEntry(
        name=stack.name,
        file=str(path),
        subscription=subscription.strip() if isinstance(subscription, str) else "",
        catalogue=str(stack.catalogue) if stack.catalogue else "",
        diagnostics=diagnostics,
    )
