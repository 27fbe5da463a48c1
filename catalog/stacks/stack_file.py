"""A stack file, `Pulumi.<stack>.yaml`, as the check needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from catalog.files.diagnostic import Diagnostic, InvalidFile
from catalog.files.document import Document, read
from catalog.stacks.settings import NAMESPACE, Settings, SettingsError, check_stack_file, read_settings

CATALOG_KEY: Final = "catalog"
DEFAULT_CATALOGUE: Final = "images.yaml"


def is_stack_file(path: Path) -> bool:
    """Whether a path has a stack file's name."""
    return path.match("Pulumi.*.yaml")


@dataclass(frozen=True, slots=True)
class Stack:
    """What one stack file says.

    `catalogue` is None when the file cannot be read at all, `settings` when something in it is wrong; `problems` then
    says what.
    """

    path: Path
    diagnostics: tuple[Diagnostic, ...]
    catalogue: Path | None = None
    settings: Settings | None = None
    document: Document | None = None

    @property
    def name(self) -> str:
        """The stack's name."""
        return _name(self.path)

    def catalogue_problem(self, message: str) -> Diagnostic:
        """A finding about the catalogue that this stack names."""
        problem = Diagnostic(str(self.path), None, f"{NAMESPACE}:{CATALOG_KEY}", message)
        return _with_line(problem, self.document) if self.document else problem


def read_stack(path: Path) -> Stack:
    """Everything that can be told of the stack file at `path` without the engine and without credentials."""
    try:
        diagnostics = check_stack_file(path)
        document = read(path, least="config:")
    except InvalidFile as error:
        return Stack(path, error.diagnostics)
    config = document.value.get("config") if isinstance(document.value, dict) else None
    config = config if isinstance(config, dict) else {}
    encrypted = {key if ":" in key else f"{NAMESPACE}:{key}" for key, value in config.items() if _is_encrypted(value)}
    values = {key: value for key, value in config.items() if not _is_encrypted(value)}
    named = values.get(f"{NAMESPACE}:{CATALOG_KEY}", values.get(CATALOG_KEY))
    catalogue = _project_folder(path) / (named if isinstance(named, str) and named else DEFAULT_CATALOGUE)
    settings = None
    try:
        settings = read_settings(values, project=NAMESPACE, stack=_name(path))
    except SettingsError as error:
        # A required key whose value is encrypted is not missing; what it says, only the engine can read.
        diagnostics += [_with_line(problem, document) for problem in error.diagnostics if problem.key not in encrypted]
    return Stack(path, tuple(diagnostics), catalogue, settings, document)


def _with_line(problem: Diagnostic, document: Document) -> Diagnostic:
    """A finding about a setting, with file and line. In its own namespace a key may stand without it."""
    key = re.split(r"[.\[]", problem.key)[0]
    places = (("config", key), ("config", key.removeprefix(f"{NAMESPACE}:")))
    return replace(problem, file=document.file, line=max(map(document.line_of, places)))


def _name(path: Path) -> str:
    return path.name.removeprefix("Pulumi.").removesuffix(".yaml")


def _is_encrypted(value: object) -> bool:
    """Whether a value is encrypted, or something in it, which nobody can read here."""
    if isinstance(value, dict):
        return "secure" in value or any(map(_is_encrypted, value.values()))
    return isinstance(value, list) and any(map(_is_encrypted, value))


def _project_folder(stack_file: Path) -> Path:
    """The folder that a stack's paths start from: the nearest one upwards with a Pulumi.yaml, as the engine has it."""
    folder = stack_file.parent
    climbing = Path()
    for candidate in (folder.absolute(), *folder.absolute().parents):
        if (candidate / "Pulumi.yaml").is_file():
            return folder / climbing
        climbing /= ".."
    return folder
