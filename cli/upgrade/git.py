"""Git, as the upgrade calls it: the same on every machine, whatever the user has configured.

No hook runs, nothing is signed, no maintenance starts, a repository of another owner is no obstacle (whoever calls
`./labs` in it runs its code anyway), and variables with which git calls a hook do not lead to another repository. What
the user needs to reach a remote stays: credentials, proxies, ssh, rewritten addresses. `core.autocrlf` stays as well,
since the working tree was written with it.

Uses nothing beyond the standard library, as `version` does.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SETTINGS: Final = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "fetch.recurseSubmodules": "false",
    "submodule.recurse": "false",
    "advice.detachedHead": "false",
}
# Variables that choose a repository, an index or a reading of paths. Source: git rev-parse --local-env-vars, and
# "git", section "Environment Variables".
_DROPPED: Final = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
}
_NOBODY: Final = {"NAME": "labs upgrade", "EMAIL": "labs@localhost"}
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/@\s]+@")


class GitError(Exception):
    """Git refused; the message is its own, without credentials."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree: its mode as git writes it (`100644`, `100755`, `120000` a link) and its blob's id."""

    mode: str
    blob: str


Tree = Mapping[str, Entry]
"""Every file of a commit by its path."""


@dataclass(frozen=True, slots=True)
class Git:
    """The repository that `folder` is in."""

    folder: Path

    def run(self, *arguments: str, stdin: bytes = b"", **variables: str) -> bytes:
        """What a git command prints. Raises GitError with what it says when it fails."""
        done = self.attempt(*arguments, stdin=stdin, **variables)
        if done.returncode != 0:
            raise GitError(_said(done))
        return done.stdout

    def attempt(self, *arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
        """A git command that may fail. Raises GitError if there is no git at all."""
        settings = {**_SETTINGS, "safe.directory": str(self.folder.resolve())}
        chosen = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        try:
            return subprocess.run(
                ["git", *chosen, *arguments],
                cwd=self.folder,
                env={**_environment(), **variables},
                input=stdin,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            raise GitError("there is no git on PATH") from None

    def text(self, *arguments: str) -> str:
        """What a command prints, without the line break at its end."""
        return os.fsdecode(self.run(*arguments)).rstrip("\n")

    def names(self, *arguments: str) -> list[str]:
        """The names that a command prints with `-z`."""
        return [os.fsdecode(name) for name in self.run(*arguments).split(b"\0") if name]

    def commit_id(self, name: str) -> str | None:
        """The id of a commit by any of its names; None if there is no such commit."""
        done = self.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def tree(self, commit: str) -> dict[str, Entry]:
        """Every file of a commit."""
        found = {}
        for line in self.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            if line:
                about, _, path = line.partition(b"\t")
                mode, _, blob = about.decode().split(" ")
                found[os.fsdecode(path)] = Entry(mode, blob)
        return found

    def blob(self, blob: str) -> bytes:
        """The content of a file by its id."""
        return self.run("cat-file", "blob", blob)

    def write_blob(self, content: bytes) -> str:
        """Store a content; its id."""
        return self.run("hash-object", "-w", "--stdin", stdin=content).decode().strip()

    def merged(self, ours: str, base: str, theirs: str) -> str | None:
        """The blob with the changes of two others since `base`; None if they change the same lines, or are binary."""
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / name for name in ("ours", "base", "theirs")]
            for file, blob in zip(files, (ours, base, theirs), strict=True):
                file.write_bytes(self.blob(blob))
            done = self.attempt("merge-file", "-p", "-q", *map(str, files))
        return self.write_blob(done.stdout) if done.returncode == 0 else None

    def commit(self, parent: str, changes: Mapping[str, Entry | None], message: str) -> str:
        """A commit on `parent` with these files changed (None: deleted); its id. Index, files and HEAD stay.

        Without a configured name, the commit is by `labs upgrade`.
        """
        lines = [f"0 {'0' * len(parent)}\t{path}\0" for path, entry in changes.items() if entry is None]
        lines += [f"{entry.mode} {entry.blob}\t{path}\0" for path, entry in changes.items() if entry is not None]
        with tempfile.TemporaryDirectory() as folder:
            index = str(Path(folder) / "index")
            self.run("read-tree", parent, GIT_INDEX_FILE=index)
            self.run("update-index", "-z", "--index-info", stdin=os.fsencode("".join(lines)), GIT_INDEX_FILE=index)
            tree = self.run("write-tree", GIT_INDEX_FILE=index).decode().strip()
        arguments = ("commit-tree", tree, "-p", parent, "-F", "-")
        return self.run(*arguments, stdin=message.encode(), **self._identity()).decode().strip()

    def _identity(self) -> dict[str, str]:
        # user.useConfigOnly: else git makes a name up from the machine's, which no reader recognises.
        known = self.attempt("-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT").returncode == 0
        known = known and self.attempt("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT").returncode == 0
        roles = () if known else ("AUTHOR", "COMMITTER")
        return {f"GIT_{role}_{what}": value for role in roles for what, value in _NOBODY.items()}

    def matching(self, patterns: str, paths: Iterable[str]) -> frozenset[str]:
        """The paths that patterns in the syntax of .gitignore match, whatever else this repository ignores."""
        asked = "".join(f"{path}\0" for path in paths)
        with tempfile.TemporaryDirectory() as folder:
            bare = Git(Path(folder))
            bare.run("init", "-q", "--template=", ".")
            (Path(folder) / ".git" / "patterns").write_bytes(os.fsencode(patterns))
            arguments = ("-c", "core.excludesFile=.git/patterns", "check-ignore", "--no-index", "-z", "--stdin")
            done = bare.attempt(*arguments, stdin=os.fsencode(asked))
        if done.returncode not in {0, 1}:
            raise GitError(_said(done))
        return frozenset(os.fsdecode(path) for path in done.stdout.split(b"\0") if path)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    if not sys.stdin.isatty():
        kept["GIT_TERMINAL_PROMPT"] = "0"
    return {**kept, "LC_ALL": "C", "LANGUAGE": ""}


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """What git says of a failure: without hints, and without the credentials in an address."""
    lines = os.fsdecode(done.stderr).splitlines()
    said = " ".join(line.strip() for line in lines if line.strip() and not line.startswith("hint:"))
    return without_credentials(said).rstrip(".") or f"git ended with {done.returncode}"


def without_credentials(text: str) -> str:
    """A text without the user names and passwords in addresses."""
    return _CREDENTIALS.sub("", text)
