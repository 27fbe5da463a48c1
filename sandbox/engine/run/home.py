"""The engine's home, plugins, state and variables in the sandbox, apart from the user's own."""

import importlib.metadata
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.errors import EngineError
from sandbox.engine.files import write_whole
from sandbox.engine.get.engine import Engine
from sandbox.engine.get.official import RUNNING_VARIABLE
from sandbox.engine.get.pinned import pinned_version

SANDBOX_VARIABLE = "LAB_SANDBOX_DIR"
# Of the secrets of sandbox stacks, which are no real ones; `encryptionsalt` in Pulumi.dev.yaml belongs to it.
PASSPHRASE = "sandbox"  # noqa: S105
FOREIGN_PREFIXES = ("ARM_", "AZURE_", "MSI_", "IDENTITY_")
# The user's variables that are kept: how the engine runs. Others say with which login and state.
KEPT_PULUMI = (
    "PULUMI_OPTION_",
    "PULUMI_STACK",
    "PULUMI_PARALLEL",
    "PULUMI_DEBUG_COMMANDS",
    "PULUMI_DEBUG_GRPC",
    "PULUMI_CONTINUE_ON_ERROR",
    "PULUMI_SKIP_CONFIRMATIONS",
    "PULUMI_SKIP_CHECKPOINTS",
)
PROVIDER_START = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module('sandbox.provider', run_name='__main__', alter_sys=True)"
)
LOOPBACK = "127.0.0.1,localhost"


@dataclass(frozen=True)
class Home:
    """What lies below the sandbox's folder for the engine; `repository` is where this code and `.venv` are."""

    folder: Path
    repository: Path

    @classmethod
    def of(cls, environ: Mapping[str, str], repository: Path) -> "Home":
        """`$LAB_SANDBOX_DIR`, else `.sandbox` in the repository."""
        named = environ.get(SANDBOX_VARIABLE)
        return cls(Path(named).expanduser().resolve() if named else repository / ".sandbox", repository)

    @property
    def pulumi_home(self) -> Path:
        """The engine's PULUMI_HOME."""
        return self.folder / "home"

    @property
    def state(self) -> Path:
        """The folder of the file backend."""
        return self.folder / "state"

    def prepare(self, engine: Engine) -> None:
        """Make the folders, and plugins as if they were installed; switch the engine's log of every run off.

        Raises:
            EngineError: the sandbox's folder cannot be written.
        """
        provider = f"resource-azure-native-v{importlib.metadata.version('pulumi_azure_native')}"
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            self._keep_no_logs()
            self._install(provider, [sys.executable, "-u", "-P", "-c", PROVIDER_START, str(self.repository)])
            for plugin, command in engine.plugins.items():
                self._install(f"{plugin}-v{pinned_version()}", command)
        except OSError as error:
            raise EngineError(
                f"{self.folder} cannot be written ({(error.strerror or str(error)).lower()}), so the sandbox has no "
                f"place for its state.\nMake room or give write permission there, or name another folder with "
                f"{SANDBOX_VARIABLE}=/path/to/folder."
            ) from error

    def _keep_no_logs(self) -> None:
        """Put a file where the engine would make the folder of its logs: it then goes on without.

        Into its log go the properties of every step, a third of the engine's processor time. It has no other switch;
        `--verbose` and `--logtostderr` work as ever.
        """
        logs = self.pulumi_home / "logs"
        if logs.is_dir():
            # A command that runs may still be writing there: the next one takes the rest away.
            shutil.rmtree(logs, ignore_errors=True)
        if not logs.exists():
            write_whole(logs, "A file and not a folder, so that the engine keeps no log of every run.\n")

    def _install(self, plugin: str, command: list[str]) -> None:
        """Write a plugin as `pulumi plugin install` leaves it; its executable starts `command`."""
        executable = self.pulumi_home / "plugins" / plugin / f"pulumi-{plugin.rpartition('-v')[0]}"
        script = f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n'
        if not executable.exists() or executable.read_text() != script:
            write_whole(executable, script, mode=0o777)

    def environment(self, environ: Mapping[str, str], engine: Engine) -> dict[str, str]:
        """The user's variables without those for Azure and Pulumi, and with the sandbox's own."""
        kept = {name: value for name, value in environ.items() if not _is_foreign(name)}
        kept |= {
            "PULUMI_HOME": str(self.pulumi_home),
            "PULUMI_BACKEND_URL": self.state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # `stack rm` would otherwise remove the committed file of the stack.
            "PULUMI_OPTION_PRESERVE_CONFIG": "true",
            # The engine would prefer a plugin on the user's PATH, such as the real azure-native.
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            RUNNING_VARIABLE: str(engine.executable),
            "PATH": f"{engine.tools}{os.pathsep}{kept.get('PATH', os.defpath)}",
        }
        # gRPC and HTTP between the engine, its plugins and the emulator must not go through a proxy.
        for name in ("NO_PROXY", "no_proxy"):
            kept[name] = f"{kept[name]},{LOOPBACK}" if kept.get(name) else LOOPBACK
        return kept


def _is_foreign(name: str) -> bool:
    if name.startswith("PULUMI_"):
        return not name.startswith(KEPT_PULUMI)
    return name.startswith(FOREIGN_PREFIXES)
