"""Which Marketplace images labs offer: the whole list of the stack, in each of its lab accounts and its lab plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.fields import resource_id
from catalog.fields.api_versions import API_VERSIONS
from catalog.files.similar import nearest
from catalog.stacks.attachment import LAB_ACCOUNT
from catalog.stacks.marketplace import ACCOUNT_IMAGES
from catalog.stacks.settings import LAB_PLAN
from plan.conflict import Conflict
from plan.lab_plan import lab_plan_id
from plan.observed import ObservedMarketplace
from plan.planned import PlannedMarketplace, PlannedMarketplaceImage
from plan.stack import Stack

KEY = "marketplaceImages"
_LABS = "one of labAccountIds, labPlan and labPlanId"


@dataclass(frozen=True, slots=True)
class MarketplaceLab:
    """A lab account or lab plan (`type`) with its list; `listed` None: it was not asked, or does not exist yet."""

    id: str
    type: str
    listed: ObservedMarketplace | None

    @property
    def path(self) -> str:
        """What the list of its images is asked for with, with the api-version."""
        is_plan = self.type == LAB_PLAN
        images, kind = ("images", LAB_PLAN) if is_plan else ("galleryImages", ACCOUNT_IMAGES)
        return f"{self.id}/{images}?api-version={API_VERSIONS[kind]}"


def marketplace_labs(stack: Stack) -> Iterator[MarketplaceLab]:
    """The labs of the stack whose Marketplace images can be switched: those of Azure Lab Services."""
    for lab in stack.settings.lab_account_ids:
        account = stack.observed.labs.get(lab.lower())
        yield MarketplaceLab(lab, LAB_ACCOUNT.type, account.marketplace if account else None)
    plan = lab_plan_id(stack.settings)
    if plan is not None:
        seen = stack.observed.lab_plan
        yield MarketplaceLab(plan, LAB_PLAN, seen.marketplace if seen else None)


def plan_marketplace(stack: Stack, conflicts: list[Conflict]) -> tuple[PlannedMarketplace, ...]:
    """The switches of each lab; none without the key. Appends what keeps them from being declared."""
    wanted = stack.settings.marketplace_images
    if wanted is None:
        return ()
    labs = list(marketplace_labs(stack))
    if not labs:
        conflicts.append(
            Conflict(
                KEY,
                "the stack has neither a lab account nor a lab plan",
                "Nobody would be offered these images, so the list says something that never happens",
                f"Set {_LABS}, or take the list out with `{stack.commands.pulumi(f'config rm {KEY}')}`",
            )
        )
    names = [image.name for image in wanted]
    return tuple(_planned(lab, names, stack, conflicts) for lab in labs)


def _planned(lab: MarketplaceLab, names: list[str], stack: Stack, conflicts: list[Conflict]) -> PlannedMarketplace:
    """Switches of the images in the list, of those that are offered, and of those that anybody ever switched.

    An image that has been switched off stays declared, so that an update without a change has the same switches as
    the one before. Images that nobody ever switched, hundreds, are in no plan.
    """
    parsed = resource_id.parse(lab.id)
    key = f"{parsed.subscription}/{parsed.resource_group}/{parsed.name}".lower()
    # A plan and an account of one group may have one name.
    digits = hashlib.sha256(f"{lab.type}/{key}".lower().encode()).hexdigest()[:6]
    return PlannedMarketplace(
        lab=lab.id,
        type=lab.type,
        name=f"marketplace:{parsed.name.lower()}-{digits}",
        images=tuple(_images(lab, names, stack, conflicts)),
    )


def _images(
    lab: MarketplaceLab, names: list[str], stack: Stack, conflicts: list[Conflict]
) -> Iterator[PlannedMarketplaceImage]:
    if lab.listed is None:
        # An account that cannot be seen is a conflict of its own; of a plan that is made here, the ids are known.
        child = lab.path.partition("?")[0]
        yield from (PlannedMarketplaceImage(name, f"{child}/{name}", offered=True) for name in sorted(names))
        return
    if lab.listed.failure is not None:
        conflicts.append(
            Conflict(
                lab.id,
                f"its Marketplace images cannot be listed: {lab.listed.failure}",
                "What it offers besides the list cannot be seen, so nothing of it can be switched off",
                f"Mend the access, or take the list out with `{stack.commands.pulumi(f'config rm {KEY}')}`",
            )
        )
        return
    there = lab.listed.images
    conflicts += [_unknown(lab, name, place, stack) for place, name in enumerate(names) if name not in there]
    for name, image in sorted(there.items()):
        if name in names or image.switched:
            yield PlannedMarketplaceImage(name, image.id, offered=name in names)


def _unknown(lab: MarketplaceLab, name: str, place: int, stack: Stack) -> Conflict:
    known = lab.listed.images if lab.listed else {}
    near = nearest(name, known, likeness=0.8)
    removal = f"config rm --path '{KEY}[{place}]'"
    instead = f"Write {near[0]} there, in its three parts" if near else "Write one that the lab lists"
    return Conflict(
        f"{KEY}[{place}]",
        f"{lab.id} lists no Marketplace image {name}",
        "Lab Services makes the list, so nobody could switch the image on there",
        f"{instead} (`{stack.commands.rest('get', lab.path)}` shows the list), or take the entry out with "
        f"`{stack.commands.pulumi(removal)}`",
    )
