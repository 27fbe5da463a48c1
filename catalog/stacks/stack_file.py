"""A stack file, `Pulumi.<stack>.yaml`: its settings, its catalogue, and everything wrong in it.

Needs no engine and no credentials: encrypted values stay unread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from catalog.files.diagnostic import Diagnostic, InvalidFile, printable
from catalog.files.document import Document, read
from catalog.files.similar import nearest
from catalog.stacks.project import PROJECT_FILE, STACK_FILES, Project, find_project
from catalog.stacks.provider_keys import NAMESPACE, PROVIDER_KEYS, unread_keys
from catalog.stacks.settings import KEYS, SUBSCRIPTION_KEY, Settings, SettingsError, read_settings

CATALOG_KEY: Final = "catalog"
DEFAULT_CATALOGUE: Final = "images.yaml"
FIRST_NAME: Final = "lab-image-gallery"
"""The project's name as long as nobody gives it another one."""


def is_stack_file(path: Path) -> bool:
    """Whether a path has a stack file's name."""
    return path.match(STACK_FILES)


@dataclass(frozen=True, slots=True)
class Stack:
    """The content of one stack file.

    `project`, `catalogue` and `document` are None if the file or its project's is unreadable, `settings` also if a
    value in it is wrong; `diagnostics` are the reasons.
    """

    path: Path
    diagnostics: tuple[Diagnostic, ...]
    project: Project | None = None
    catalogue: Path | None = None
    settings: Settings | None = None
    document: Document | None = None

    @property
    def subscription(self) -> str:
        """The id of the subscription as it is written; "" if the file does not set it."""
        found = _config(self.document).get(SUBSCRIPTION_KEY) if self.document else None
        return found.strip() if isinstance(found, str) else ""

    @property
    def name(self) -> str:
        """The stack's name."""
        return stack_name(self.path)

    @property
    def names_catalogue(self) -> bool:
        """Whether the file sets the catalogue; else it is the usual one."""
        config = _config(self.document) if self.document else {}
        return CATALOG_KEY in config or self._catalog_key in config

    @property
    def _catalog_key(self) -> str:
        return f"{self.project.name}:{CATALOG_KEY}" if self.project else CATALOG_KEY

    @property
    def unread(self) -> tuple[Diagnostic, ...]:
        """The keys of the azure-native provider that sign in, which this program's provider does not read."""
        if self.document is None:
            return ()
        unread = unread_keys(_config(self.document))
        return tuple(
            replace(self.document.diagnostic(("config", key), message), key=key) for key, message in unread.items()
        )

    def catalogue_problem(self, message: str) -> Diagnostic:
        """A finding about the catalogue of this stack, where the file sets it."""
        if not self.names_catalogue:
            return Diagnostic(str(self.path), None, "", message)
        problem = Diagnostic(str(self.path), None, self._catalog_key, message)
        return _with_line(problem, self.document) if self.document else problem


def read_stack(path: Path) -> Stack:
    """The stack file at `path`, with all its problems, and those of its project's file.

    A file outside any project is one of the current folder's project, as with the engine's `--config-file`.
    """
    try:
        document = read(path, least="config:")
        project = find_project(path.parent) or find_project(Path())
    except InvalidFile as error:
        return Stack(path, error.diagnostics)
    if project is None:
        message = f"there is no {PROJECT_FILE} in its folder or above it, so it belongs to no project; move it to one"
        return Stack(path, (Diagnostic(str(path), None, "", message),))
    namespace = f"{project.name}:"
    diagnostics, config = key_problems(document, project.name), _config(document)
    encrypted = {key if ":" in key else namespace + key for key, value in config.items() if _is_encrypted(value)}
    values = {key: value for key, value in config.items() if not _is_encrypted(value)}
    named = values.get(namespace + CATALOG_KEY, values.get(CATALOG_KEY))
    catalogue = project.folder / (named if isinstance(named, str) and named else DEFAULT_CATALOGUE)
    settings = None
    try:
        settings = read_settings(values, project=project.name, stack=stack_name(path))
    except SettingsError as error:
        # A required key with an encrypted value is not missing, nor is one that is misspelt or has an earlier name of
        # the project: these are findings of their own.
        there = encrypted | {namespace + key.partition(":")[2] for key in _of_earlier_names(config, project.name)}
        there |= {meant for full in config if (meant := _spelling(full, project.name)) and meant not in values}
        diagnostics += [_with_line(problem, document) for problem in error.diagnostics if problem.key not in there]
    return Stack(path, tuple(diagnostics), project, catalogue, settings, document)


def key_problems(document: Document, project: str) -> list[Diagnostic]:
    """What is wrong with the keys of a stack file of a project: unknown, misspelt, in a misspelt namespace, twice.

    Keys of other programs and providers are left alone; values are not checked, and secret ones not read.
    """
    if not isinstance(document.value, dict):
        return [document.diagnostic((), "a stack file is keys with values, such as config:")]
    if not isinstance(document.value.get("config") or {}, dict):
        return [document.diagnostic(("config",), f"must be keys with values, such as {project}:galleryName")]
    found, config = list(document.diagnostics), _config(document)
    earlier = _of_earlier_names(config, project)
    for full in config:
        namespace, colon, key = full.partition(":")
        if full in earlier:
            message: str | None = f"the project's name is {project}, so nobody reads this key; write {project}:{key}"
        else:
            message = _key_problem(project, namespace if colon else project, key if colon else full)
        if message is None and not colon and f"{project}:{full}" in config:
            message = f"this key stands here twice, also as {project}:{full}; keep one"
        if message is not None:
            found.append(replace(document.diagnostic(("config", full), message), key=printable(full)))
    return found


def _of_earlier_names(config: Mapping[str, Any], project: str) -> set[str]:
    """The keys that stand in a namespace which is an earlier name of the project, as a renamed one has them."""
    keys = [(full, *full.partition(":")[::2]) for full in config]
    names = {namespace for _, namespace, key in keys if namespace and key == "galleryName"} | {FIRST_NAME}
    return {full for full, namespace, key in keys if namespace in names - {project} and key in KEYS}


def _key_problem(project: str, namespace: str, key: str) -> str | None:
    spelling = _spelling(f"{namespace}:{key}", project)
    if namespace not in _known(project):
        return f"there is no such namespace; write {printable(spelling)}" if spelling else None
    if spelling:
        return f"there is no such key; write {spelling}"
    if namespace == project and key not in KEYS:
        return f"there is no such key; known are {', '.join(KEYS)}"
    return None


def _known(project: str) -> dict[str, tuple[str, ...]]:
    return {project: tuple(KEYS), NAMESPACE: PROVIDER_KEYS}


def _spelling(full: str, project: str) -> str | None:
    """The key that a misspelt one, or one in a misspelt namespace, seems to mean; None for any other key."""
    namespace, colon, key = full.partition(":")
    namespace, key = (namespace, key) if colon else (project, full)
    known = _known(project)
    if namespace not in known:
        near = nearest(namespace, known, likeness=0.85)
        return f"{near[0]}:{key}" if near else None
    near = [] if key in known[namespace] else nearest(key, known[namespace])
    return f"{namespace}:{near[0]}" if near else None


def _config(document: Document) -> Mapping[str, Any]:
    config = document.value.get("config") if isinstance(document.value, dict) else None
    return config if isinstance(config, dict) else {}


def _with_line(problem: Diagnostic, document: Document) -> Diagnostic:
    """A finding about a setting, with file and line. In its own namespace a key may stand without it."""
    namespace, colon, inner = problem.key.partition(":")
    key = re.split(r"[.\[]", inner)[0]
    places = (("config", namespace + colon + key), ("config", key))
    return replace(problem, file=document.file, line=max(map(document.line_of, places)))


def stack_name(path: Path) -> str:
    """The name of the stack that a file configures."""
    return path.name.removeprefix("Pulumi.").removesuffix(".yaml")


def _is_encrypted(value: object) -> bool:
    """Whether a value is encrypted, or something in it, which nobody can read here."""
    if isinstance(value, dict):
        return "secure" in value or any(map(_is_encrypted, value.values()))
    return isinstance(value, list) and any(map(_is_encrypted, value))
