"""The stubs of Pulumi's protocol without the rest of its SDK."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

PACKAGES = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def without_the_sdk() -> None:
    """Let this process import `pulumi.runtime.proto.*` alone: the packages around it are found, but not run.

    What runs when they are imported is the whole SDK for programs, which takes longer than all that a plugin on the
    stubs does otherwise. For a process that runs no program, and before it imports anything of Pulumi.
    """
    spec = importlib.util.find_spec(PACKAGES[0])
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named {PACKAGES[0]!r}", name=PACKAGES[0])
    installed = Path(spec.origin).parents[1]
    for name in PACKAGES:
        package = ModuleType(name)
        package.__path__ = [str(installed.joinpath(*name.split(".")))]
        sys.modules[name] = package
