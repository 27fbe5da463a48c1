"""Shows a refusal of Azure in a dynamic resource by its text; the SDK's host would print a traceback."""

from __future__ import annotations

import sys
import traceback
from types import SimpleNamespace

from inventory.arm.error import ArmError
from plan.destroy import DestroyRefused


def tell_refusals_plainly() -> None:
    """Make the process that hosts our dynamic resources report an ArmError or DestroyRefused by its text alone.

    `pulumi.dynamic` hands `traceback.format_exc()` of whatever a provider raises to the engine, which prints it. Only
    the name `traceback` in that host's own module is replaced; in any other process nothing happens.
    """
    host = sys.modules["__main__"]
    if getattr(host, "traceback", None) is traceback and hasattr(host, "DynamicResourceProviderServicer"):
        host.traceback = SimpleNamespace(format_exc=_format_exc)  # type: ignore[attr-defined]


def _format_exc() -> str:
    error = sys.exc_info()[1]
    return str(error) if isinstance(error, ArmError | DestroyRefused) else traceback.format_exc()
