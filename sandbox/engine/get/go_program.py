"""A program that is built from a Go module of ours that pins it, once for every checkout on this machine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.errors import EngineError
from sandbox.engine.get import build
from sandbox.engine.get.cache import EngineCache


@dataclass(frozen=True)
class GoProgram:
    """`name` is that of the file; `package` is compiled in the folder `module`, whose go.mod has `pinned` by version.

    `what` says for people what is built.
    """

    name: str
    what: str
    module: Path
    package: str
    pinned: str

    def built(self, environ: Mapping[str, str]) -> Path:
        """The executable, which the first command builds.

        Raises:
            EngineError: it cannot be built; CacheError for the folder.
        """
        cache, version = EngineCache.of(environ), self._version()
        entry = cache.entry_of(f"{self.name}-v{version}", build.WAY, self.module)
        target = entry / self.name
        if not target.exists():
            self._build(cache, entry, environ, f"{self.what} v{version}")
        if not target.exists():
            raise EngineError(f"the build left no {target}. Remove {entry} and repeat the command.")
        return target

    def _build(self, cache: EngineCache, entry: Path, environ: Mapping[str, str], what: str) -> None:
        variables = build.go_environment(environ, cache)
        go = build.find_go(variables)
        with cache.making(entry) as workplace:
            if workplace is not None:
                source = build.GoSource(self.package, what, self.module)
                build.compile_program(go, source, workplace / self.name, variables, cache)

    def _version(self) -> str:
        pins = (self.module / "go.mod").read_text()
        found = re.search(rf"^\s*{re.escape(self.pinned)} v(\S+)", pins, re.MULTILINE)
        if found is None:
            raise EngineError(f"{self.module / 'go.mod'} does not pin {self.pinned}. Put it back: git restore.")
        return found[1]
