"""Executables that stand in for `pulumi` and `go`, and a machine with nothing but those."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.get.pinned import pinned_version


def script(file: Path, body: str) -> Path:
    """Write an executable shell script."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


@dataclass(frozen=True)
class Machine:
    """A PATH and a cache folder of its own below `root`."""

    root: Path

    @property
    def bin(self) -> Path:
        """The first folder on PATH."""
        return self.root / "bin"

    @property
    def cache(self) -> Path:
        """Where engines are kept."""
        return self.root / "cache" / "lab-image-gallery"

    def environ(self, **more: str) -> dict[str, str]:
        """Variables of a command on this machine; the system's tools are at hand, a real pulumi or go is not."""
        tools = self.root / "tools"
        tools.mkdir(exist_ok=True)
        for name in ("sh", "cat", "cp", "mkdir", "sleep", "env", "touch", "echo", "dirname"):
            link = tools / name
            if not link.is_symlink():
                link.symlink_to(_real(name))
        base = {"PATH": f"{self.bin}{os.pathsep}{tools}", "HOME": str(self.root)}
        return {**base, "XDG_CACHE_HOME": str(self.root / "cache"), **more}

    def pulumi(self, version: str, folder: str = "bin", *, host: bool = True) -> Path:
        """An official `pulumi` of a version, that writes down each start."""
        home = self.root / folder
        if host:
            script(home / "pulumi-language-python", "exit 1")
        return script(home / "pulumi", f'echo "$@" >> {self.root}/pulumi.calls\n[ "$1" = version ] && echo v{version}')

    def go(self, version: str = "1.26.8", build: str = "", fetch: str = "", packages: str = ":") -> Path:
        """A `go` whose `build` writes an engine; `build` is what it does before.

        `packages` is what it does when asked for the packages that are to be compiled. `fetch` is what it
        does to get the newer Go that the module asks for, unless GOTOOLCHAIN forbids that.
        """
        module = self.root / "sdk" / "python" / "cmd"
        script(module / "pulumi-language-python-exec", "exit 0")
        return script(
            self.bin / "go",
            f"""echo "$1" >> {self.root}/go.calls
case $1 in
version)
    used={version}
    if [ "$GOTOOLCHAIN" != local ]; then :; {fetch or ":"}; fi
    echo go version go$used os/arch ;;
env) echo "${{GOTOOLCHAIN:-auto}}" ;;
list)
    case "$*" in
    *-deps*) {packages} ;;
    *) echo {self.root}/sdk ;;
    esac ;;
build)
    while [ "$1" != -o ]; do shift; done
    {build}
    cp {script(self.root / "built", f"echo v{pinned_version()}")} "$2" ;;
esac""",
        )

    def calls(self, program: str) -> list[str]:
        """The first argument of each start of `go`, or all arguments of each start of `pulumi`."""
        file = self.root / f"{program}.calls"
        return file.read_text().splitlines() if file.exists() else []


def _real(name: str) -> Path:
    for folder in ("/bin", "/usr/bin"):
        if (Path(folder) / name).exists():
            return Path(folder) / name
    raise FileNotFoundError(name)
