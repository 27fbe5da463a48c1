"""The language host of programs in YAML, built from its Go module for an engine that comes without it."""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sandbox.engine.errors import EngineError
from sandbox.engine.get import build
from sandbox.engine.get.cache import EngineCache
from sandbox.engine.get.engine import Engine

MODULE: Final = Path(__file__).parent / "yaml"
HOST: Final = "pulumi-language-yaml"
PROGRAM: Final = f"github.com/pulumi/pulumi-yaml/cmd/{HOST}"


def with_yaml(engine: Engine, environ: Mapping[str, str]) -> Engine:
    """The engine with a host for programs in YAML: its own, else one that is built here, once.

    Raises:
        EngineError: the host cannot be built; CacheError for the folder.
    """
    if any(os.access(folder / HOST, os.X_OK) for folder in (engine.executable.parent, engine.tools)):
        return engine
    if shutil.which(HOST, path=environ.get("PATH")):
        return engine
    host = _built(EngineCache.of(environ), environ)
    return replace(engine, plugins={**engine.plugins, "language-yaml": [str(host)]})


def _built(cache: EngineCache, environ: Mapping[str, str]) -> Path:
    version = _version()
    entry = cache.entry_of(f"{HOST}-v{version}", build.WAY, MODULE)
    if not (entry / HOST).exists():
        variables = build.go_environment(environ, cache)
        go = build.find_go(variables)
        with cache.making(entry) as workplace:
            if workplace is not None:
                target = workplace / HOST
                task = f"building the host of programs in YAML v{version} (some minutes, once)"
                made = build.run_go([*build.go_build(go, "", target), PROGRAM], variables, task, MODULE)
                build.require_built(made, target, cache)
    if not (entry / HOST).exists():
        raise EngineError(f"the build left no {entry / HOST}. Remove {entry} and repeat the command.")
    return entry / HOST


def _version() -> str:
    found = re.search(r"^\s*github\.com/pulumi/pulumi-yaml v(\S+)", (MODULE / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise EngineError(f"{MODULE / 'go.mod'} pins no version of {PROGRAM}. Put the file back: git restore it.")
    return found[1]
