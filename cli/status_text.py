"""What one look at a gallery shows: as text, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from catalog.files.diagnostic import escaped
from cli.chosen_stack import ChosenStack
from lifecycle.progress import VersionProgress
from plan.observed import COMPLETED, FAILED, Observed, RegionProgress

BAR: Final = 20  # characters of a progress bar


@dataclass(frozen=True, slots=True)
class Status:
    """One look."""

    stack: ChosenStack
    observed: Observed
    versions: list[VersionProgress]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is going on."""
        return all(version.stage != "replicating" for version in self.versions)

    @property
    def has_failed(self) -> bool:
        """Whether some version, or a part of it, failed."""
        return any(version.stage == "failed" for version in self.versions)


def status_answer(found: Status) -> dict[str, Any]:
    """The JSON of one look."""
    gallery = found.observed.gallery
    return {
        "ok": not found.has_failed,
        "gallery": gallery.id if gallery else None,
        "labAccounts": [
            {
                "id": item.id,
                "region": item.region,
                "galleries": sorted(item.attachments.values()),
                "failure": item.failure,
            }
            for item in found.observed.lab_accounts.values()
        ],
        "versions": [{"name": version.name, "stage": version.stage, **asdict(version)} for version in found.versions],
    }


def status_lines(found: Status, *, bars: bool) -> Iterator[str]:
    """The text of one look."""
    settings = found.stack.settings
    yield f"{settings.gallery_name} in {settings.location}, stack {found.stack.name}"
    yield from _accounts(found)
    yield ""
    if not found.versions:
        yield "The gallery has no version."
    for version in found.versions:
        yield from _version(version, bars=bars)
    strangers = [version.name for version in found.versions if not version.managed]
    if strangers:
        yield ""
        yield f"Not in {escaped(str(found.stack.file.path))}: {escaped(', '.join(strangers))}"
        yield f"./labs list-unmanaged --stack {found.stack.name} says more of them."


def _accounts(found: Status) -> Iterator[str]:
    ours = found.observed.gallery.id.lower() if found.observed.gallery else ""
    for account in found.observed.lab_accounts.values():
        name = escaped(account.id.rpartition("/")[2])
        if account.failure:
            yield f"lab account {name} could not be read: {escaped(account.failure)}"
            continue
        attached = list(account.attachments.values())
        if ours in map(str.lower, attached):
            yield f"attached to lab account {name} in {account.region}"
        elif attached:
            yield f"lab account {name} in {account.region} has another gallery: {escaped(', '.join(attached))}"
        else:
            yield f"lab account {name} in {account.region} has no gallery; `pulumi up` attaches this one"


def _version(version: VersionProgress, *, bars: bool) -> Iterator[str]:
    name = escaped(version.name)
    if version.stage == "ready":
        yield f"{name}: ready in {', '.join(region.region for region in version.regions)}"
        return
    yield f"{name}: {version.stage}"
    if version.stage == "failed" and not any(region.state == FAILED for region in version.regions):
        yield "  the service gives no reason"
    for region in version.regions:
        yield f"  {region_line(region, bars=bars)}"


def region_line(region: RegionProgress, *, bars: bool) -> str:
    """How far the replication to one region is, with a bar for a terminal."""
    done = 100 if region.state == COMPLETED else max(0, min(region.percent, 100))
    full = done * BAR // 100
    bar = f" [{'#' * full}{'-' * (BAR - full)}]" if bars else ""
    line = f"{region.region}{bar} {done} %, {region.state}"
    return f"{line}: {escaped(region.details)}" if region.details else line
