"""A small Pulumi project of a test, run with `sandbox/pulumi` in a sandbox of its own."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = f"""name: small
runtime:
  name: python
  options:
    virtualenv: {ROOT / ".venv"}
"""


@dataclass(frozen=True)
class SmallProject:
    """The project's folder, the sandbox's folder and the home of a user who has a Pulumi of their own."""

    folder: Path
    sandbox: Path
    home: Path

    @classmethod
    def below(cls, root: Path) -> "SmallProject":
        """Make the folders, a project without a program, and a stack `dev`."""
        project = cls(root / "project", root / "sandbox", root / "home")
        project.folder.mkdir()
        project.home.mkdir()
        (project.folder / "Pulumi.yaml").write_text(PROJECT)
        (project.folder / "Pulumi.dev.yaml").write_text("config:\n  small:greeting: hello\n")
        return project

    def write(self, program: str) -> None:
        """Put a program into the project."""
        (self.folder / "__main__.py").write_text(program)

    def environ(self, **more: str) -> dict[str, str]:
        """The variables of this user; the engine itself comes from the machine's own cache."""
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        mine = {"LAB_SANDBOX_DIR": str(self.sandbox), "HOME": str(self.home), "XDG_CACHE_HOME": cache}
        return {**os.environ, **mine, **more}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `sandbox/pulumi` in the project's folder."""
        return subprocess.Popen(
            [str(ROOT / "sandbox" / "pulumi"), *arguments],
            cwd=self.folder,
            env=self.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def pulumi(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run `sandbox/pulumi` to its end."""
        return subprocess.run(
            [str(ROOT / "sandbox" / "pulumi"), *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environ(**environ),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
