"""The Pulumi project that a folder belongs to: its name, and where its files are.

The name is the namespace of the project's configuration keys. Which keys a project declares is the engine's matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from catalog.files.diagnostic import Diagnostic, InvalidFile, shown
from catalog.files.document import Document, parse, text_of

PROJECT_FILE: Final = "Pulumi.yaml"
STACK_FILES: Final = "Pulumi.*.yaml"
_LEAST: Final = "name:"

_PROJECT_FILES: Final = ("Pulumi.json", PROJECT_FILE, "Pulumi.yml")
"""Names that the engine accepts, in its order."""
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""Names of projects and stacks. Source: the engine, `tokens.ValidateProjectName` and `tokens.ParseStackName`."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project. Paths are relative if the folder that it was looked up from is."""

    name: str
    folder: Path
    """The folder of Pulumi.yaml, which paths in stack files start from."""
    stack_folder: Path
    """The folder of the stack files: `stackConfigDir` of Pulumi.yaml, else the project's own."""
    backend: str = ""
    """The address of the backend that Pulumi.yaml names; empty if it names none."""

    @property
    def file(self) -> Path:
        """Its Pulumi.yaml."""
        return self.folder / PROJECT_FILE

    def stack_file(self, stack: str) -> Path:
        """The file of a stack, whether it exists or not."""
        return self.stack_folder / f"Pulumi.{stack}.yaml"

    def stack_files(self) -> list[Path]:
        """The stack files that exist, by name."""
        return sorted(self.stack_folder.glob(STACK_FILES))


def stack_name_problem(name: str) -> str | None:
    """What is wrong with a stack's name; None if the engine accepts it."""
    if _NAME.fullmatch(name):
        return None
    return "a stack's name is made of letters, digits, -, _ and . and has 100 characters at most"


def find_project(start: Path) -> Project | None:
    """The project that the folder `start` belongs to, found upwards as the engine does; None if there is none.

    Raises InvalidFile if its Pulumi.yaml is unreadable, or has no name that the engine accepts.
    """
    file = _project_file(start)
    if file is None:
        return None
    if file.name != PROJECT_FILE:
        message = f"only {PROJECT_FILE} and Pulumi.<stack>.yaml are read here; rename the file to {PROJECT_FILE}"
        raise InvalidFile([Diagnostic(str(file), None, "", message)])
    return _project(file.parent)


def _project_file(start: Path) -> Path | None:
    climbing = Path()
    for folder in (start.absolute(), *start.absolute().parents):
        for name in _PROJECT_FILES:
            if (folder / name).is_file():
                return start / climbing / name
        climbing /= ".."
    return None


def _project(folder: Path) -> Project:
    return _project_of(folder, text_of(folder / PROJECT_FILE, least=_LEAST))


@lru_cache(maxsize=8)
def _project_of(folder: Path, text: str) -> Project:
    """The project whose Pulumi.yaml has this text: every stack file of a folder leads to the same one."""
    document = parse(text, file=str(folder / PROJECT_FILE), least=_LEAST)
    content = document.value if isinstance(document.value, dict) else {}
    name, stack_folder = content.get("name"), content.get("stackConfigDir")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidFile([_name_problem(document, name)])
    backend = content.get("backend")
    address = backend.get("url") if isinstance(backend, dict) else None
    return Project(
        name,
        folder,
        folder / stack_folder if isinstance(stack_folder, str) else folder,
        address if isinstance(address, str) else "",
    )


def _name_problem(document: Document, name: Any) -> Diagnostic:
    rule = "1 to 100 letters, digits, hyphens, underscores and full stops"
    if name is None:
        return document.diagnostic(("name",), f"the project has no name, so no stack can be used; write name: ({rule})")
    return document.diagnostic(("name",), f"{shown(name)} is no name of a project: {rule}")
