"""A Pulumi engine that can run."""

from dataclasses import dataclass
from pathlib import Path

# The sandbox's own plugin for dynamic resources in Python, which ends with its engine.
DYNAMIC_RESOURCES = {"resource-pulumi-python": [str(Path(__file__).parents[1] / "host" / "dynamic-resources")]}


@dataclass(frozen=True)
class Engine:
    """An executable and where it came from, for people.

    `plugins` are commands of bundled plugins that do not lie beside the executable, by `KIND-NAME`; `tools` is a
    folder of programs that those expect on PATH.
    """

    executable: Path
    origin: str
    plugins: dict[str, list[str]]
    tools: Path
