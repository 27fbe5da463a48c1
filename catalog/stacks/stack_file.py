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
from catalog.stacks.settings import KEYS, NAMESPACE, SUBSCRIPTION_KEY, Settings, SettingsError, read_settings

CATALOG_KEY: Final = "catalog"
DEFAULT_CATALOGUE: Final = "images.yaml"
PATTERN: Final = "Pulumi.*.yaml"
PRETEND: Final = "00000000-0000-0000-0000-"
"""Prefix of the sandbox's subscription ids. Pipelines never deploy to them."""

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""Names of stacks that the engine accepts. Source: "Stacks", create a stack."""

_PROVIDER_KEYS: Final = (
    "auxiliaryTenantIds",
    "clientCertificatePassword",
    "clientCertificatePath",
    "clientId",
    "clientSecret",
    "disableInstanceDiscovery",
    "disablePulumiPartnerId",
    "environment",
    "location",
    "metadataHost",
    "msiEndpoint",
    "oidcRequestToken",
    "oidcRequestUrl",
    "oidcToken",
    "oidcTokenFilePath",
    "partnerId",
    "subscriptionId",
    "tenantId",
    "useDefaultAzureCredential",
    "useMsi",
    "useOidc",
)


def is_stack_file(path: Path) -> bool:
    """Whether a path has a stack file's name."""
    return path.match(PATTERN)


def stack_name_problem(name: str) -> str | None:
    """What is wrong with a stack's name; None if the engine accepts it."""
    if _NAME.fullmatch(name):
        return None
    return "a stack's name is made of letters, digits, -, _ and . and has 100 characters at most"


def stack_files(folder: Path | None = None) -> list[Path]:
    """The stack files in a folder (the current one by default), by name."""
    return sorted((folder or Path()).glob(PATTERN))


@dataclass(frozen=True, slots=True)
class Stack:
    """The content of one stack file.

    `catalogue` and `document` are None if the file is unreadable, `settings` also if a value in it is wrong;
    `diagnostics` are the reasons.
    """

    path: Path
    diagnostics: tuple[Diagnostic, ...]
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

    def catalogue_problem(self, message: str) -> Diagnostic:
        """A finding about the catalogue that this stack names."""
        problem = Diagnostic(str(self.path), None, f"{NAMESPACE}:{CATALOG_KEY}", message)
        return _with_line(problem, self.document) if self.document else problem


def read_stack(path: Path) -> Stack:
    """The stack file at `path`, with all its problems."""
    try:
        document = read(path, least="config:")
    except InvalidFile as error:
        return Stack(path, error.diagnostics)
    diagnostics, config = key_problems(document), _config(document)
    encrypted = {key if ":" in key else f"{NAMESPACE}:{key}" for key, value in config.items() if _is_encrypted(value)}
    values = {key: value for key, value in config.items() if not _is_encrypted(value)}
    named = values.get(f"{NAMESPACE}:{CATALOG_KEY}", values.get(CATALOG_KEY))
    catalogue = _project_folder(path) / (named if isinstance(named, str) and named else DEFAULT_CATALOGUE)
    settings = None
    try:
        settings = read_settings(values, project=NAMESPACE, stack=stack_name(path))
    except SettingsError as error:
        # A required key with an encrypted value is not missing.
        diagnostics += [_with_line(problem, document) for problem in error.diagnostics if problem.key not in encrypted]
    return Stack(path, tuple(diagnostics), catalogue, settings, document)


def key_problems(document: Document) -> list[Diagnostic]:
    """What is wrong with the keys of a stack file: unknown, misspelt, in a misspelt namespace, twice.

    Keys of other programs and providers are left alone; values are not checked, and secret ones not read.
    """
    if not isinstance(document.value, dict):
        return [document.diagnostic((), "a stack file is keys with values, such as config:")]
    if not isinstance(document.value.get("config") or {}, dict):
        return [document.diagnostic(("config",), "must be keys with values, such as lab-image-gallery:galleryName")]
    found, config = list(document.diagnostics), _config(document)
    for full in config:
        namespace, colon, key = full.partition(":")
        message = _key_problem(namespace if colon else NAMESPACE, key if colon else full)
        if message is None and not colon and f"{NAMESPACE}:{full}" in config:
            message = f"this key stands here twice, also as {NAMESPACE}:{full}; keep one"
        if message is not None:
            found.append(replace(document.diagnostic(("config", full), message), key=printable(full)))
    return found


def _key_problem(namespace: str, key: str) -> str | None:
    known = {NAMESPACE: tuple(KEYS), "azure-native": _PROVIDER_KEYS}
    if namespace not in known:
        near = nearest(namespace, known, likeness=0.85)
        return f"there is no such namespace; write {near[0]}:{printable(key)}" if near else None
    if key in known[namespace]:
        return None
    near = nearest(key, known[namespace])
    if near:
        return f"there is no such key; write {namespace}:{near[0]}"
    if namespace == NAMESPACE:
        return f"there is no such key; known are {', '.join(KEYS)}"
    return None


def _config(document: Document) -> Mapping[str, Any]:
    config = document.value.get("config") if isinstance(document.value, dict) else None
    return config if isinstance(config, dict) else {}


def _with_line(problem: Diagnostic, document: Document) -> Diagnostic:
    """A finding about a setting, with file and line. In its own namespace a key may stand without it."""
    key = re.split(r"[.\[]", problem.key)[0]
    places = (("config", key), ("config", key.removeprefix(f"{NAMESPACE}:")))
    return replace(problem, file=document.file, line=max(map(document.line_of, places)))


def stack_name(path: Path) -> str:
    """The name of the stack that a file configures."""
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
