"""A lab plan whose service principal the stack does not name: the stack then gives it no role on the gallery.

Source: "Attach or detach an Azure Compute Gallery" of lab plans, which asks for Owner. The portal assigns the role when
a gallery is attached there, and somebody may have assigned it by hand: what this stack lacks is no error. Of
lab accounts Microsoft documents that attaching itself gives the role, so nothing is said of them.
"""

from __future__ import annotations

from typing import Final

from catalog.stacks.commands import Commands
from catalog.stacks.settings import Settings, command_of

KEY: Final = "labPlanServicePrincipalObjectId"


def unnamed_principal(settings: Settings) -> str | None:
    """That the principal of lab plans is not named, without a full stop; None if it is, or if there is no lab plan."""
    has_plan = settings.lab_plan is not None or settings.lab_plan_id is not None
    if not has_plan or settings.lab_plan_service_principal_object_id is not None:
        return None
    return (
        f"{KEY} is not set, and the stack has a lab plan: Azure Lab Services reads images for its labs with the role "
        "Owner on the gallery, which this stack then does not assign; unless somebody else has, set it with "
        f"`{Commands.of(settings).set(command_of(KEY))}`"
    )
