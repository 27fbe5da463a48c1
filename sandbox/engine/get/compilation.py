"""How far Go is with a program: what it has still to compile, and what it says of that while it does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

# For `go list -deps`: the packages that are not in Go's cache, each with its folder and the files to compile.
STALE = "{{if .Stale}}{{.ImportPath}}\t{{.Dir}}{{range .GoFiles}}\t{{.}}{{end}}{{end}}"
DOWNLOADING = "go: downloading "
# Linking, of all the time; and what must be over before the rest can be told from it.
LINKING = 0.04
KNOWN_SHARE = 0.03
KNOWN_SECONDS = 5.0
UNKNOWN = "some minutes"
MINUTE = 60


def downloads(said: str, _seconds: float) -> str:
    """From what `go list` says while it gets modules, how many."""
    found = sum(line.startswith(DOWNLOADING) for line in said.splitlines())
    return f"{found} modules" if found else ""


@dataclass(frozen=True)
class Compilation:
    """A build: the bytes of source of each package that is to be compiled, by import path.

    Bytes and not packages are counted: some packages are a thousand times as long as others.
    """

    sizes: Mapping[str, int]

    @classmethod
    def of(cls, listed: str) -> "Compilation":
        """From what `go list -deps -f STALE` has printed."""
        packages = (line.split("\t") for line in listed.splitlines() if "\t" in line)
        return cls({name: _size(Path(folder), files) for name, folder, *files in packages})

    def follow(self, said: str, seconds: float) -> str:
        """From what `go build -v` has said, the name of each package as it comes to it, how far it is."""
        begun = set(said.splitlines()) & self.sizes.keys()
        if len(begun) == len(self.sizes):
            return "linking"
        compiled, total = sum(self.sizes[name] for name in begun), sum(self.sizes.values())
        share = (1 - LINKING) * compiled / max(total, 1)
        if share < KNOWN_SHARE or seconds < KNOWN_SECONDS:
            return UNKNOWN
        return f"{share:.0%}, {_rounded(seconds * (1 - share) / share)} left"

    def messages(self, said: str) -> list[str]:
        """The lines of what `go build -v` has said that are no names of packages: those of an error."""
        return [line for line in said.splitlines() if line not in self.sizes]


def _size(folder: Path, files: Iterable[str]) -> int:
    # A file of a package that was moved or deleted meanwhile is reported by the compiler.
    return sum(file.stat().st_size for file in map(folder.joinpath, files) if file.exists())


def _rounded(seconds: float) -> str:
    minutes = round(seconds / MINUTE)
    return f"{minutes} min" if minutes else "less than a minute"
