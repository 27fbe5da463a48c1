"""What the stack's own outputs say that it has: the only way in which a program learns how its state spells names.

Nothing is declared for it, so the state has no resource of it, unlike a stack reference.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pulumi

from plan.observed import Deployed, Observed

TRIES: Final = 20
PAUSE_SECONDS: Final = 0.1


def with_own_outputs(observed: Observed) -> Observed:
    """`observed` with the names and ids of the last deployment that reached its end.

    What keeps the engine from reading the outputs is one of the failures.
    """
    name = "/".join((pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()))
    try:
        outputs = _read(name)
    except Exception as error:  # noqa: BLE001 - the SDK raises nothing narrower
        reason = " ".join(str(error).split())
        return replace(observed, failures=(*observed.failures, f"the outputs of {name} cannot be read: {reason}"))
    return replace(observed, deployed=deployed(outputs))


def deployed(outputs: Mapping[str, Any]) -> Deployed:
    """What the outputs of a program, or of a component, say of its last deployment."""
    gallery, attachments = outputs.get("galleryId"), outputs.get("attachments") or []
    return Deployed(
        images=tuple(outputs.get("imageDefinitionIds") or {}),
        ids=tuple(each for each in (gallery, *attachments) if isinstance(each, str)),
        versions={name: tuple(numbers) for name, numbers in (outputs.get("targetRegions") or {}).items()},
    )


def _read(name: str, tries: int = TRIES) -> Mapping[str, Any]:
    """The outputs of a stack, tried again for some seconds.

    An update writes the state meanwhile, and a backend of files shows it empty for a moment ("failed to load
    checkpoint: EOF").
    """
    try:
        answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name}).value or {}
    except Exception:
        if tries == 1:
            raise
        time.sleep(PAUSE_SECONDS)
        return _read(name, tries - 1)
    return answer.get("outputs") or {}
