"""What was changed in Azure behind the stack's back: shown, refused or mended, as docs/run/drift.md says."""

from __future__ import annotations

import re
from typing import Any

from tests.support.project import CATALOGUE, COMPUTE, GALLERY, LAB_ACCOUNT, LABS, Project

WIDENED = f"{GALLERY}/images/debian-12-databases/versions/1.0.0"
NARROWED = f"{GALLERY}/images/rocky-9-hpc/versions/1.0.0"
DELETED = f"{GALLERY}/images/ubuntu-2204-python/versions/1.0.0"
TAGGED = f"{GALLERY}/images/windows-2022-cad"
ATTACHMENT = f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images"


def set_regions(project: Project, version: str, *names: str) -> None:
    body = project.arm("GET", f"{version}?{COMPUTE}")
    properties: dict[str, Any] = body["properties"]
    properties["publishingProfile"]["targetRegions"] = [{"name": name} for name in names]
    properties["safetyProfile"] = {"allowDeletionOfReplicatedLocations": True}
    project.arm("PUT", f"{version}?{COMPUTE}", {key: body[key] for key in ("location", "tags", "properties")})


def drifted(project: Project) -> set[str]:
    """Logical names of what `refresh --preview-only` finds changed or gone."""
    shown = project.refused("refresh", "--preview-only", "--expect-no-changes")
    return set(re.findall(r"^ +[~-] +\S+:\S+ (\S+) (?:update|delete)", shown, flags=re.MULTILINE))


def test_drift_is_shown_and_mended(deployed: Project) -> None:
    set_regions(deployed, WIDENED, "Korea Central", "Korea South", "Japan East")
    set_regions(deployed, NARROWED, "Korea Central")
    deployed.arm("PATCH", f"{TAGGED}?{COMPUTE}", {"tags": {"lab-image-gallery": "lab-image-gallery/dev", "by": "hand"}})
    deployed.arm("DELETE", f"{ATTACHMENT}?{LABS}")
    deployed.arm("DELETE", f"{DELETED}?{COMPUTE}")
    changed = {"debian-12-databases:1.0.0", "rocky-9-hpc:1.0.0", "windows-2022-cad"}
    gone = {"attachment:contoso-labs-8797f2", "ubuntu-2204-python:1.0.0"}
    assert drifted(deployed) == changed | gone

    assert "its replicas in japaneast would be deleted" in deployed.refused("up", "--yes", "--refresh")

    source = "snapshots/debian-12-databases-100"
    accepted = f"{source}\n        target_regions: [koreacentral, koreasouth, japaneast]"
    deployed.edit(CATALOGUE, (source, accepted))
    deployed.let_abroad("debian-12-databases")
    deployed.up("--refresh")
    assert deployed.regions(WIDENED) == ["Korea Central", "Japan East", "Korea South"]
    assert deployed.regions(NARROWED) == ["Korea Central", "Korea South"]
    assert deployed.arm("GET", f"{TAGGED}?{COMPUTE}")["tags"] == {"lab-image-gallery": "lab-image-gallery/dev"}
    assert deployed.arm("GET", f"{ATTACHMENT}?{LABS}")["properties"]["galleryId"] == GALLERY
    assert deployed.arm("GET", f"{DELETED}?{COMPUTE}")["properties"]["provisioningState"] == "Succeeded"
    deployed.pulumi("refresh", "--preview-only", "--expect-no-changes")
    deployed.up("--expect-no-changes")
