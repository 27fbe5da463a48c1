"""Stacks in the sandbox's state, made from the stack files of a project, which are not changed."""

import fcntl
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.engine.errors import EngineError
from sandbox.engine.files import write_whole
from sandbox.engine.get.engine import Engine
from sandbox.engine.placeholders.documents import load_mapping, mapping
from sandbox.engine.run.arguments import Arguments
from sandbox.engine.run.home import Home

# Keys of a stack file by which the engine finds what encrypts the stack's secrets.
SECRETS_KEYS = ("secretsprovider", "encryptedkey", "encryptionsalt")


@dataclass(frozen=True)
class Project:
    """A project's folder, the file that describes it, its name, the folder of its stack files, and its language."""

    folder: Path
    file: Path
    name: str
    stack_folder: Path
    runtime: str = ""

    @classmethod
    def find(cls, start: Path) -> "Project | None":
        """The project that `start` is in, found upwards as the CLI does; None if there is none or it has no name."""
        for folder in (start, *start.parents):
            for file in (folder / "Pulumi.yaml", folder / "Pulumi.yml"):
                if file.is_file():
                    content = load_mapping(file)
                    name, stack_folder = content.get("name"), content.get("stackConfigDir")
                    if not isinstance(name, str):
                        return None
                    files = folder / stack_folder if isinstance(stack_folder, str) else folder
                    runtime = content.get("runtime")
                    named = runtime if isinstance(runtime, str) else mapping(runtime).get("name")
                    return cls(folder, file, name, files, str(named or ""))
        return None

    def stack_file(self, stack: str) -> Path:
        """`Pulumi.STACK.yaml` of this project, whether it exists or not."""
        return self.stack_folder / f"Pulumi.{stack}{self.file.suffix}"


@dataclass(frozen=True)
class Stacks:
    """The stacks of one project in the sandbox."""

    home: Home
    project: Project
    engine: Engine
    environment: Mapping[str, str]

    def chosen(self, arguments: Arguments) -> str | None:
        """The stack that is named, else the selected one, else the only one with a file; None if there are several."""
        named = arguments.stack or self._selected()
        if named:
            return named.rpartition("/")[2]
        pattern = f"Pulumi.*{self.project.file.suffix}"
        files = [file for file in self.project.stack_folder.glob(pattern) if file.name.count(".") == 2]
        return files[0].name.split(".")[1] if len(files) == 1 else None

    def require_file(self, stack: str) -> None:
        """Refuse a stack that the sandbox knows and whose file is gone: the engine would write one without settings.

        Raises:
            EngineError: the file is missing.
        """
        file = self.project.stack_file(stack)
        if not file.is_file() and self._is_made(stack):
            raise EngineError(
                f"{file.name}: there is no such stack file any more, and the sandbox still has the stack {stack}, so "
                "nothing was run.\n"
                f"Put the file back, such as with git restore {file.name}; or forget the stack with "
                f"sandbox/pulumi stack rm {stack} --force."
            )

    def ensure(self, stack: str) -> Path | None:
        """Make a stack that has a file but is not in the sandbox's state yet.

        Returns None to use the project's own file. If its secrets have another passphrase or key, returns a copy
        without them, so that a stack of a real subscription can be previewed without its keys.

        Raises:
            EngineError: the engine refuses to make it.
        """
        own = self.project.stack_file(stack)
        if not own.is_file():
            return None
        twin = self._twin_folder / own.name
        self._twin_folder.mkdir(parents=True, exist_ok=True)
        with (self._twin_folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_made(stack) or not twin.is_file():
                self._initialise(stack, own, twin)
        salt, content = load_mapping(twin).get("encryptionsalt"), load_mapping(own)
        if content.get("encryptionsalt") == salt and "secretsprovider" not in content:
            return None
        usable = _without_secrets(content)
        left_out = sorted(set(content.get("config") or {}) - set(usable.get("config") or {}))
        if left_out:
            names = ", ".join(left_out)
            print(f"sandbox: {own.name} is encrypted with a key of its own; without {names}", file=sys.stderr)
        copy = self._twin_folder / "config" / own.name
        _write(copy, usable | {"encryptionsalt": salt})
        return copy

    def _is_made(self, stack: str) -> bool:
        state = self.home.state / ".pulumi" / "stacks" / self.project.name / stack
        return any(state.with_name(stack + end).exists() for end in (".json", ".json.gz"))

    @property
    def _twin_folder(self) -> Path:
        return self.home.folder / "projects" / self.project.name

    def _initialise(self, stack: str, own: Path, twin: Path) -> None:
        """Let the engine make the stack beside a copy of its file, because the engine writes into that file."""
        _write(self._twin_folder / "Pulumi.yaml", {"name": self.project.name, "runtime": "python"})
        content = load_mapping(own)
        attempts = [_without_secrets(content)]
        if "encryptionsalt" in content and "secretsprovider" not in content:
            attempts.insert(0, content)
        failure = ""
        for attempt in attempts:
            _write(twin, attempt)
            command = [str(self.engine.executable), "stack", "init", stack, "--no-select", "--non-interactive"]
            made = subprocess.run(
                command,
                cwd=self._twin_folder,
                env=self._without_options(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if made.returncode == 0 or "already exists" in made.stderr:
                return
            failure = made.stderr.strip()
        twin.unlink()
        raise EngineError(f"the stack {stack} could not be made in the sandbox:\n{failure}")

    def _without_options(self) -> dict[str, str]:
        # Options of the user's command (a stack, a folder) are not for the command that makes the stack.
        return {
            name: value
            for name, value in self.environment.items()
            if not name.startswith("PULUMI_OPTION_") and name != "PULUMI_STACK"
        }

    def _selected(self) -> str | None:
        # `pulumi stack select` writes the file workspaces/PROJECT-SHA1(path of Pulumi.yaml)-workspace.json: a stack for
        # each backend, of which the sandbox has one, or the only stack, as older engines did.
        digest = hashlib.sha1(str(self.project.file).encode(), usedforsecurity=False).hexdigest()
        file = self.home.pulumi_home / "workspaces" / f"{self.project.name}-{digest}-workspace.json"
        if not file.is_file():
            return None
        try:
            content = mapping(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError) as error:
            raise EngineError(
                f"{file} cannot be read ({error}), so the selected stack is not known.\n"
                "Remove that file, and select a stack with sandbox/pulumi stack select."
            ) from error
        stack = mapping(content.get("stacks")).get(self.home.state.as_uri(), content.get("stack"))
        return stack if isinstance(stack, str) else None


def _without_secrets(content: Mapping[str, Any]) -> dict[str, Any]:
    config = content.get("config")
    kept = {key: value for key, value in content.items() if key not in SECRETS_KEYS}
    if isinstance(config, dict):
        kept["config"] = {key: value for key, value in config.items() if not _is_encrypted(value)}
    return kept


def _is_encrypted(value: object) -> bool:
    if isinstance(value, dict):
        return set(value) == {"secure"} or any(map(_is_encrypted, value.values()))
    return isinstance(value, list) and any(map(_is_encrypted, value))


def _write(file: Path, content: Mapping[str, Any]) -> None:
    write_whole(file, yaml.safe_dump(dict(content), sort_keys=False))
