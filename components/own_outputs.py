"""What the stack's own outputs say that it has: the only way in which a program learns how its state spells names.

Nothing is declared for it, so the state has no resource of it, unlike a stack reference.
"""

from __future__ import annotations

from dataclasses import replace

import pulumi

from plan.observed import Deployed, Observed


def with_own_outputs(observed: Observed) -> Observed:
    """`observed` with the names and ids of the last deployment that reached its end.

    What keeps the engine from reading the outputs is one of the failures.
    """
    name = "/".join((pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()))
    try:
        answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name}).value or {}
    except Exception as error:  # noqa: BLE001 - the SDK raises nothing narrower
        reason = " ".join(str(error).split())
        return replace(observed, failures=(*observed.failures, f"the outputs of {name} cannot be read: {reason}"))
    outputs = answer.get("outputs") or {}
    gallery, attachments = outputs.get("galleryId"), outputs.get("attachments") or []
    deployed = Deployed(
        images=tuple(outputs.get("imageDefinitionIds") or {}),
        ids=tuple(each for each in (gallery, *attachments) if isinstance(each, str)),
    )
    return replace(observed, deployed=deployed)
