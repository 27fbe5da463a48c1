"""One run with importExisting: after the state was lost, and for a gallery that was made by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.project import BUILD, COMPUTE, GALLERY, GROUP, LAB_ACCOUNT, LABS, Project

BY_HAND = {
    "debian-12-databases": (
        "databases",
        "debian-12",
        "Generalized",
        {"osDiskImage": {"source": {"id": f"{BUILD}/snapshots/DEBIAN-12-databases-100"}}},
    ),
    "ubuntu-2404-ml": (
        "machine-learning",
        "ubuntu-2404",
        "Specialized",
        {"source": {"virtualMachineId": f"{BUILD}/virtualMachines/ubuntu-2404-ml"}},
    ),
}
"""Offer, SKU, state of the operating system, and source as older tools write it."""
FIXED = ("osType", "osState", "identifier", "hyperVGeneration", "architecture", "features")
ACCESS = """\
  lab-image-gallery:lock: {level: CanNotDelete, notes: until the end of term}
  lab-image-gallery:softDelete: true
  lab-image-gallery:roleAssignments:
    - principalId: 0a000000-0000-0000-0000-000000000003
      principalType: Group
      role: Reader
      image: rocky-9-hpc
      description: Teachers"""
ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"


@contextmanager
def importing(project: Project) -> Iterator[None]:
    """The stack with importExisting for as long as the block lasts."""
    with project.edited("Pulumi.dev.yaml", ("config:\n", "config:\n  lab-image-gallery:importExisting: true\n")):
        yield


def published(project: Project) -> dict[str, Any]:
    """When each version of the two images was published, and what their definitions cannot change."""
    found: dict[str, Any] = {}
    for name in BY_HAND:
        definition = project.arm("GET", f"{GALLERY}/images/{name}?{COMPUTE}")["properties"]
        found[name] = {key: definition.get(key) for key in FIXED}
        (version,) = project.listed(f"{GALLERY}/images/{name}/versions", COMPUTE)
        found[version["id"]] = version["properties"]["publishingProfile"]["publishedDate"]
    return found


def writes(project: Project, before: int) -> set[tuple[str, str]]:
    """Method and type of all writes after the first `before` requests."""
    entries = project.requests()[before:]
    paths = [(entry["method"], entry["path"].partition("?")[0]) for entry in entries if entry["method"] != "GET"]
    return {(method, path.split("/")[-2]) for method, path in paths}


def test_everything_is_taken_back_after_the_state_was_lost(fresh: Project) -> None:
    fresh.edit("Pulumi.dev.yaml", ("  protect: false", f"  protect: true\n{ACCESS}"))
    fresh.up()
    requests = len(fresh.requests())
    shutil.rmtree(fresh.path / ".sandbox" / "state")
    with importing(fresh):
        fresh.up()
        assert fresh.steps() == []
    # Regions and dates come back in Azure's own spelling, so versions and images are written once as they are.
    assert writes(fresh, requests) == {("PUT", "versions"), ("PUT", "images")}
    fresh.up("--expect-no-changes")
    fresh.pulumi("refresh", "--preview-only", "--expect-no-changes")
    # Azure may have answered the first creation with another spelling of the id than the import has.
    state = fresh.pulumi("stack", "export").stdout
    fresh.write("state.json", state.replace("resourceGroups/galleries", "resourceGroups/GALLERIES"))
    fresh.pulumi("stack", "import", "--file", "state.json")
    with importing(fresh):
        fresh.up()
    assert {name for method, name in writes(fresh, requests) if method == "DELETE"} <= {"roleAssignments", "locks"}


def make_by_hand(project: Project) -> None:
    """Two images of the catalogue as a person may have made them: other spellings, defaults left out, own tags."""
    mine = {"made-by": "hand"}
    project.arm("PUT", f"{GALLERY}?{COMPUTE}", {"location": "Korea Central", "tags": mine})
    for name, (offer, sku, state, source) in BY_HAND.items():
        identifier = {"publisher": "contoso-university", "offer": offer, "sku": sku}
        properties = {"osType": "Linux", "osState": state, "identifier": identifier}
        image = {"location": "Korea Central", "tags": mine, "properties": properties}
        project.arm("PUT", f"{GALLERY}/images/{name}?{COMPUTE}", image)
        regions = {"targetRegions": [{"name": "Korea South"}, {"name": "Korea Central", "regionalReplicaCount": 1}]}
        version = {"storageProfile": source, "publishingProfile": regions}
        body = {"location": "koreacentral", "properties": version}
        project.arm("PUT", f"{GALLERY}/images/{name}/versions/1.0.0?{COMPUTE}", body)
    project.arm("PUT", f"{LAB_ACCOUNT}/sharedGalleries/by-hand?{LABS}", {"properties": {"galleryId": GALLERY.lower()}})
    role = {"principalId": "0a000000-0000-0000-0000-000000000001", "principalType": "ServicePrincipal"}
    role["roleDefinitionId"] = "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
    name = "99999999-0000-0000-0000-000000000000"
    project.arm("PUT", f"{GALLERY}/{ASSIGNMENTS}/{name}?api-version=2022-04-01", {"properties": role})


def test_a_gallery_made_by_hand_is_taken_over(fresh: Project) -> None:
    fresh.edit("Pulumi.dev.yaml", ("createResourceGroup: false", "createResourceGroup: true"))
    make_by_hand(fresh)
    there = published(fresh)
    with importing(fresh):
        steps = set(fresh.steps())
        ours = ("gallery", "resource-group", "debian-12-databases", "debian-12-databases:1.0.0", "ubuntu-2404-ml:1.0.0")
        assert {("import", name) for name in ours} <= steps
        assert ("create", "rocky-9-hpc:1.0.0") in steps
        assert {operation for operation, _ in steps} == {"import", "update", "create"}
        assert not any(name.startswith("role:") for _, name in steps)
        fresh.up()
    fresh.up("--expect-no-changes")
    assert published(fresh) == there
    assert fresh.names(f"{LAB_ACCOUNT}/sharedGalleries", LABS) == ["by-hand"]
    group = fresh.arm("GET", f"{GROUP}?api-version=2024-03-01")
    assert group["tags"] == {"lab-image-gallery": "lab-image-gallery/dev"}
