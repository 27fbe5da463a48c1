"""Microsoft.Compute/galleries/softDeletedArtifactTypes/artifacts/versions: versions kept for a while once deleted."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.emulator.arm_path import ArmPath, parse
from sandbox.emulator.rules import ArmError, Evidence, Json, rule
from sandbox.emulator.state import State
from sandbox.emulator.types.resource import Resource, stamp
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest

SOFT_DELETED_LISTED = rule(
    "soft-deleted-listed",
    "A gallery lists the soft-deleted versions of an image, each with the id that it had and the time of deletion; "
    "from api-version 2026-03-03 on also with the end of its retention (consumptionEndTime) and of its grace period "
    "(hardDeletionTargetTime).",
    evidence=Evidence.RECORDED,
    where="azure-cli, test_gallery_soft_delete_policy_and_recycle_bin",
)
SOFT_DELETED_HARD = rule(
    "soft-deleted-hard",
    "Deleting a soft-deleted version deletes it for good; it no longer holds up its definition.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery, soft delete (preview)",
)


TIMES_SHOWN = "2026-03-03"
"""The first api-version with the times at which the keeping of a version ends."""
DAY = 24 * 3600.0


@dataclass(frozen=True)
class Keeping:
    """How long a deleted version is kept, in seconds: to be restored, and after that until it is gone for good."""

    retention: float
    grace: float

    @property
    def seconds(self) -> float:
        """How long it is kept in all."""
        return self.retention + self.grace


def keeping(policy: Json) -> Keeping:
    """Return how long a gallery's soft-delete policy keeps versions: 7 days unless it says otherwise."""
    return Keeping(policy.get("retentionPeriodInDays", 7) * DAY, policy.get("gracePeriodInDays", 0) * DAY)


class SoftDeletedVersion(ResourceType):
    """A soft-deleted version of an image; deleting the version makes it, restoring the version takes it away."""

    type = "Microsoft.Compute/galleries/softDeletedArtifactTypes/artifacts/versions"
    api_versions = ("2024-03-03", "2025-03-03", "2026-03-03")
    tracked = False
    has_state = False

    def check(self, write: WriteRequest) -> None:
        """Refuse every write."""
        raise ArmError(405, "MethodNotAllowed", "A soft-deleted version is made by deleting a version.")

    def computed(self, resource: Resource, context: Context) -> Json:
        """Return the ends of the keeping."""
        if context.api_version < TIMES_SHOWN:
            return {}
        hidden = resource.hidden
        return {"consumptionEndTime": stamp(hidden["usable"]), "hardDeletionTargetTime": stamp(hidden["until"])}

    @SOFT_DELETED_HARD.applies
    def deleted(self, resource: Resource, context: Context) -> None:
        """Stop the version from holding up the deletion of its definition."""
        version = parse(str(resource.properties["resourceArmId"]))
        if version is not None:
            context.state.forget_remnants(version.key)

    @SOFT_DELETED_LISTED.applies
    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return those that are still kept."""
        found = context.state.of_type(self.type, container=path.container)
        return [self.show(resource, context) for resource in found if resource.hidden["until"] > context.now]


def keep(state: State, version: Resource, now: float, kept: Keeping) -> None:
    """Keep a version that has just been deleted."""
    shown = {
        "resourceArmId": version.id,
        "softDeletedArtifactType": "Images",
        "softDeletedTime": stamp(now),
    }
    hidden: Json = {
        "usable": now + kept.retention,
        "until": now + kept.seconds,
        "body": version.body,
        "hidden": version.hidden,
    }
    state.put(Resource(_kept_as(version.path), {"location": version.location, "properties": shown}, hidden))


def is_kept(state: State, path: ArmPath, now: float) -> bool:
    """Whether the version that had that path is soft-deleted."""
    kept = state.get(_kept_as(path).key)
    return kept is not None and bool(kept.hidden["until"] > now)


def take_back(state: State, path: ArmPath, now: float) -> Resource | None:
    """Return the soft-deleted version that had that path, no longer kept; None when there is none."""
    kept = state.get(_kept_as(path).key)
    if kept is None:
        return None
    state.remove(kept.path.key)
    return Resource(path, kept.hidden["body"], kept.hidden["hidden"]) if kept.hidden["usable"] > now else None


def _kept_as(version: ArmPath) -> ArmPath:
    gallery, image, number = version.names
    types = ("galleries", "softDeletedArtifactTypes", "artifacts", "versions")
    return ArmPath(version.scope, version.namespace, types, (gallery, "Images", image, number))
