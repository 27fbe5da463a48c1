"""A small Pulumi project of a test, run with `sandbox/pulumi` and its own language host in a sandbox of its own."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.get import build
from sandbox.engine.get.cache import EngineCache
from sandbox.engine.get.choose import choose

ROOT = Path(__file__).parents[2]
PROJECT = f"""name: small
runtime:
  name: python
  options:
    virtualenv: {ROOT / ".venv"}
"""


def cache_of_build(folder: Path) -> Path:
    """A cache folder with an engine as a build leaves it: the CLI without the official language host.

    It is the machine's own where that has one. Else the CLI of an official engine is put below `folder`, so that the
    sandbox's language host can be tested where there is no Go.
    """
    own = EngineCache.of(os.environ)
    if build.cached(own):
        return own.folder.parent
    engine = choose(os.environ)
    entry = EngineCache.of({"XDG_CACHE_HOME": str(folder)}).entry(build.WAY)
    if not entry.exists():
        entry.mkdir(parents=True)
        runner = shutil.which(build.RUNNER, path=f"{engine.tools}{os.pathsep}{os.environ['PATH']}")
        assert runner is not None, f"{engine.executable} comes without {build.RUNNER}"
        shutil.copy(runner, entry)
        shutil.copy(engine.executable, entry / "pulumi")
    return folder


@dataclass(frozen=True)
class SmallProject:
    """The project's folder, the sandbox's folder and the home of a user who has a Pulumi of their own."""

    folder: Path
    sandbox: Path
    home: Path
    cache: Path

    @classmethod
    def below(cls, root: Path, cache: Path) -> "SmallProject":
        """Make the folders, a project without a program, and a stack `dev`; `cache` has the engine."""
        project = cls(root / "project", root / "sandbox", root / "home", cache)
        project.folder.mkdir()
        project.home.mkdir()
        (project.folder / "Pulumi.yaml").write_text(PROJECT)
        (project.folder / "Pulumi.dev.yaml").write_text("config:\n  small:greeting: hello\n")
        return project

    def write(self, program: str) -> None:
        """Put a program into the project."""
        (self.folder / "__main__.py").write_text(program)

    def environ(self, **more: str) -> dict[str, str]:
        """The variables of this user; an official engine, which would bring its own language host, is not taken."""
        mine = {"LAB_SANDBOX_DIR": str(self.sandbox), "HOME": str(self.home), "XDG_CACHE_HOME": str(self.cache)}
        return {**os.environ, **mine, "LAB_ENGINE": build.WAY, **more}

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
