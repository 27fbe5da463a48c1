"""The interpreter and packages with which a program or a policy pack runs."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ProgramEnvironment:
    """Folders of a program, and its virtual environment if Pulumi.yaml or PulumiPolicy.yaml names one."""

    program: Path
    virtualenv: Path | None

    @classmethod
    def of(cls, info: Any, default_virtualenv: str = "") -> "ProgramEnvironment":
        """Read the engine's `ProgramInfo`; a relative `virtualenv` starts at the project's root, as in the CLI."""
        options = info.options.fields
        named = options["virtualenv"].string_value if "virtualenv" in options else default_virtualenv
        root = Path(info.root_directory)
        return cls(Path(info.program_directory), root / named if named else None)

    @property
    def python(self) -> str:
        """The interpreter to start."""
        if self.virtualenv is None:
            return os.environ.get("PULUMI_PYTHON_CMD") or "python3"
        return str(self.virtualenv / "bin" / "python")

    def problem(self) -> str:
        """Why nothing can run here, and what to do; empty when it can."""
        if self.virtualenv is None or Path(self.python).exists():
            return ""
        return (
            f"the virtual environment {self.virtualenv} does not exist or has no bin/python, "
            f"so {self.program} cannot run. Make it with `pulumi install` in that folder."
        )

    def variables(self) -> dict[str, str]:
        """This process's environment, with the virtual environment activated."""
        variables = dict(os.environ)
        if self.virtualenv is not None:
            variables["VIRTUAL_ENV"] = str(self.virtualenv)
            variables["PATH"] = f"{self.virtualenv / 'bin'}{os.pathsep}{variables.get('PATH', '')}"
            variables.pop("PYTHONHOME", None)
        return variables

    def install_commands(self) -> list[list[str]]:
        """Commands that make the environment, in order; without a named one, packages go to the interpreter's own."""
        commands = []
        if self.virtualenv is not None and not Path(self.python).exists():
            commands.append([os.environ.get("PULUMI_PYTHON_CMD") or "python3", "-m", "venv", str(self.virtualenv)])
        if (self.program / "requirements.txt").exists():
            pip = [self.python, "-m", "pip", "--disable-pip-version-check"]
            commands.append([*pip, "install", "-r", "requirements.txt"])
        return commands
