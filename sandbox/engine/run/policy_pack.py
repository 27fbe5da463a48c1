"""The repository's policy pack, which every preview and update of the sandbox uses."""

import fcntl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.errors import EngineError
from sandbox.engine.get.engine import Engine
from sandbox.engine.placeholders.documents import load_mapping, mapping
from sandbox.engine.run.home import Home

STAMP = ".stamp-requirements"


@dataclass(frozen=True)
class PolicyPack:
    """The pack in `folder`, and the file that configures it."""

    folder: Path
    config: Path

    @property
    def exists(self) -> bool:
        """Whether there is a pack at all."""
        return (self.folder / "PulumiPolicy.yaml").is_file()

    def variables(self) -> dict[str, str]:
        """Variables that stand for the flags `--policy-pack` and `--policy-pack-config`."""
        variables = {"PULUMI_OPTION_POLICY_PACK": str(self.folder)}
        if self.config.is_file():
            variables["PULUMI_OPTION_POLICY_PACK_CONFIG"] = str(self.config)
        return variables

    def install(self, home: Home, engine: Engine, environment: Mapping[str, str]) -> None:
        """Install the pack's packages into its own virtual environment, if missing or out of date.

        Raises:
            EngineError: the packages cannot be installed.
        """
        virtualenv = self._own_virtualenv()
        if virtualenv is None or self._is_current(virtualenv):
            return
        with (home.folder / "policy-pack.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._is_current(virtualenv):
                return
            print("sandbox: installing what the policy pack needs (once)", file=sys.stderr, flush=True)
            command = [str(engine.executable), "install", "--non-interactive"]
            made = subprocess.run(
                command, cwd=self.folder, env=dict(environment), capture_output=True, text=True, check=False
            )
            if made.returncode != 0:
                raise EngineError(
                    f"the policy pack cannot run, so nothing was: `pulumi install` in {self.folder} failed:\n"
                    f"{(made.stdout + made.stderr).strip()}"
                )
            # Last, so that an interrupted installation is repeated.
            (virtualenv / STAMP).write_bytes(self._requirements())

    def _own_virtualenv(self) -> Path | None:
        """The environment that PulumiPolicy.yaml names below the pack's folder; None if it is elsewhere."""
        runtime = mapping(load_mapping(self.folder / "PulumiPolicy.yaml").get("runtime"))
        named = mapping(runtime.get("options")).get("virtualenv")
        if not isinstance(named, str):
            return None
        virtualenv = (self.folder / named).resolve()
        return virtualenv if self.folder.resolve() in virtualenv.parents else None

    def _is_current(self, virtualenv: Path) -> bool:
        stamp = virtualenv / STAMP
        return (
            (virtualenv / "bin" / "python").exists() and stamp.exists() and stamp.read_bytes() == self._requirements()
        )

    def _requirements(self) -> bytes:
        file = self.folder / "requirements.txt"
        return file.read_bytes() if file.exists() else b""
