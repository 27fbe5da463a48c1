"""A small Pulumi program of a test, run by `sandbox/pulumi` with its own language host in a sandbox of its own."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sandbox.engine.get import build
from sandbox.engine.get.cache import EngineCache
from sandbox.engine.get.choose import choose
from sandbox.engine.get.engine import Engine
from tests.support.project import ROOT, Project
from tests.support.running import Running

PULUMI = str(ROOT / "sandbox" / "pulumi")
DESCRIPTION = f"""name: small
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
    engine = None if build.cached(own) else engine_to_copy(os.environ)
    if engine is None or build.cached(own):
        return own.folder.parent
    entry = EngineCache.of({"XDG_CACHE_HOME": str(folder)}).entry(build.WAY)
    entry.mkdir(parents=True)
    runner = shutil.which(build.RUNNER, path=f"{engine.tools}{os.pathsep}{os.environ['PATH']}")
    assert runner is not None, f"{engine.executable} comes without {build.RUNNER}"
    shutil.copy(runner, entry)
    shutil.copy(engine.executable, entry / "pulumi")
    return folder


def engine_to_copy(environ: Mapping[str, str]) -> Engine:
    """The first engine whose executable is the CLI itself.

    A version manager's shim, a script or a link to the manager, works only where it is and brings the official
    language host along: the folders of such shims are left out of PATH. Raises EngineError if there is nothing else.
    """
    engine = choose(environ)
    file = engine.executable.resolve()
    with file.open("rb") as content:
        if file.name == "pulumi" and content.read(2) != b"#!":
            return engine
    folders = [each for each in environ["PATH"].split(os.pathsep) if Path(each) != engine.executable.parent]
    return engine_to_copy({**environ, "PATH": os.pathsep.join(folders)})


class Program(Project):
    """A project `small` with a stack `dev`; its user has a home of their own, beside the project."""

    @classmethod
    def below(cls, root: Path, cache: Path) -> "Program":
        """Make the folders below `root`; `cache` has the engine, an official one is not used: it has its own host."""
        home = root / "home"
        home.mkdir()
        variables = {"LAB_SANDBOX_DIR": str(root / "sandbox"), "HOME": str(home), "XDG_CACHE_HOME": str(cache)}
        program = cls(root / "project", variables | {"LAB_ENGINE": build.WAY})
        program.path.mkdir()
        program.write("Pulumi.yaml", DESCRIPTION)
        program.write("Pulumi.dev.yaml", "config:\n  small:greeting: hello\n")
        return program

    @property
    def home(self) -> Path:
        """The user's home."""
        return self.path.parent / "home"

    def set_program(self, code: str) -> None:
        """Give the project this program."""
        self.write("__main__.py", code)

    def pulumi(self, *arguments: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """`sandbox/pulumi`, without naming a stack."""
        return self.run(PULUMI, *arguments, "--non-interactive", check=check, **env)

    def start_pulumi(self, *arguments: str) -> Running:
        """Start `sandbox/pulumi` without waiting for it."""
        return self.start(PULUMI, *arguments, "--non-interactive")
