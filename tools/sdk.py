"""The typed code that Pulumi generates for the package: `python -m tools.sdk LANGUAGE FOLDER`.

It is what `pulumi package gen-sdk` writes, made by the generators of the pinned engine, for `nodejs` and `python`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from components.package.schema import schema
from sandbox.engine.get.go_program import GoProgram
from sandbox.engine.get.pinned import MODULE

GENERATOR: Final = GoProgram(
    name="pulumi-sdk",
    what="the generator of typed code",
    module=MODULE,
    package="./sdk",
    pinned="github.com/pulumi/pulumi/pkg/v3",
)


def write(language: str, folder: Path) -> None:
    """Write the code into `folder`. Raises EngineError if the generator cannot be built."""
    generator = GENERATOR.built(os.environ)
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "schema.json"
        file.write_text(json.dumps(schema()), encoding="utf-8")
        subprocess.run([generator, language, file, folder], check=True)


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]))
