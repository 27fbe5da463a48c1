"""The language host of programs in YAML, for an engine that comes without it."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sandbox.engine.get.engine import Engine
from sandbox.engine.get.go_program import GoProgram

YAML_HOST: Final = GoProgram(
    name="pulumi-language-yaml",
    what="the host of programs in YAML",
    module=Path(__file__).parent / "yaml",
    package="github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    pinned="github.com/pulumi/pulumi-yaml",
)


def with_yaml(engine: Engine, environ: Mapping[str, str]) -> Engine:
    """The engine with a host for programs in YAML: its own, else one that is built here, once.

    Raises:
        EngineError: the host cannot be built; CacheError for the folder.
    """
    name = YAML_HOST.name
    if any(os.access(folder / name, os.X_OK) for folder in (engine.executable.parent, engine.tools)):
        return engine
    if shutil.which(name, path=environ.get("PATH")):
        return engine
    return replace(engine, plugins={**engine.plugins, "language-yaml": [str(YAML_HOST.built(environ))]})
