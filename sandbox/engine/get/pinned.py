"""Which Pulumi CLI this repository is pinned to."""

import re
from functools import cache
from pathlib import Path

MODULE = Path(__file__).parent / "cli"
# The first Go that fetches, by itself, the newer one that a module asks for: https://go.dev/doc/toolchain
OLDEST_GO = "1.21"

Version = tuple[int, int, int]


@cache
def pinned_version() -> str:
    """The CLI's version as `3.260.0`, read from the Go module that can build it: the one place where it stands."""
    return _required(r"^\s*github\.com/pulumi/pulumi/pkg/v3 v(\S+)")


@cache
def required_go() -> str:
    """The oldest Go that compiles the CLI's module, as `1.26.6`; an older one, from `OLDEST_GO` on, can fetch it."""
    return _required(r"^go (\S+)")


def parse(text: str) -> Version | None:
    """The first `MAJOR.MINOR[.PATCH]` in a program's answer to `version`, or None."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def parse_known(text: str) -> Version:
    """Like `parse`, for a version of our own. Raises ValueError where there is none."""
    version = parse(text)
    if version is None:
        raise ValueError(f"not a version: {text!r}")
    return version


def _required(pattern: str) -> str:
    found = re.search(pattern, (MODULE / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise ValueError(f"{MODULE / 'go.mod'} has no line like {pattern}")
    return found[1]
