"""The overview of the sandbox's own stack, as `sandbox/labs overview` writes it, opened in a browser.

The gallery is filled by requests, as a deployment leaves it: that `make up` writes the page is tested with the engine.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sandbox.emulator.process.lease import lease
from tests.browser.opened import Screen, opened
from tests.support.emulator_client import Client
from tests.support.project import CATALOGUE, COMPUTE, GALLERY, LAB_ACCOUNT, Project

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REGIONS = ("koreacentral", "koreasouth")
MINE = {"tags": {"lab-image-gallery": "lab-image-gallery/dev"}}


def test_it_shows_the_images_the_regions_the_cost_and_what_ends(browser: Browser, tmp_path: Path) -> None:
    project = Project.copy_to(tmp_path / "project")
    images = yaml.safe_load(project.read(CATALOGUE))["images"]
    assert len(images) == 8
    fill(project, images)
    written = project.run("sandbox/labs", "overview", "--stack", "dev", "--out", "page.html")
    assert "page.html is written" in written.stdout
    said = project.run("sandbox/labs", "overview", "--stack", "dev", "--json")
    assert '"ok": true' in said.stdout
    path = project.path / "page.html"
    with opened(browser, path, Screen(1280)) as there:
        there.keep("dev-stack")
        assert there.asked_for == [path.as_uri()]
        assert (there.complaints, there.too_wide()) == ([], [])
        shown = there.page.locator("main").inner_text()
        assert "Teachers see 8 of 8 images in contoso-labs" in shown
        assert [name for name in images if name not in shown] == []
        offered = there.page.get_by_role("table", name="The version of each image that each lab offers")
        assert offered.get_by_role("row").count() == 1 + len(images)
        drawn = there.page.locator("svg.map text").all_text_contents()
        assert [text.partition(" · ")[0] for text in drawn] == ["Korea Central", "Korea South"]
        # 9 versions of 64, 64, 64, 100, … GB, one with two replicas: some money, in the currency of the prices.
        assert there.page.locator(".facts dd").last.inner_text().endswith(" USD")
        assert there.page.locator("svg.line").count() == 1
        assert "Azure Lab Services" in there.page.get_by_role("table", name="Dates in order").inner_text()


def fill(project: Project, images: dict[str, Any]) -> None:
    """Publish the images of the catalogue over both regions, and attach the gallery to the lab account."""
    with lease(project.path / ".sandbox") as held, closing(Client(held.endpoint)) as client:

        def put(path: str, body: dict[str, Any]) -> None:
            reply = client.put(path, body)
            assert reply.status in {200, 201}, reply.body

        put(f"{GALLERY}?{COMPUTE}", {"location": REGIONS[0], **MINE})
        for name, image in images.items():
            put(
                f"{GALLERY}/images/{name}?{COMPUTE}", {"location": REGIONS[0], "properties": _definition(image), **MINE}
            )
            for number, version in image["versions"].items():
                properties = _version(version["source"], version.get("replicas_per_region", {}))
                path = f"{GALLERY}/images/{name}/versions/{number}?{COMPUTE}"
                put(path, {"location": REGIONS[0], "properties": properties, **MINE})
        put(f"{LAB_ACCOUNT}/sharedGalleries/contoso_lab_images", {"properties": {"galleryId": GALLERY}})


def _definition(image: dict[str, Any]) -> dict[str, Any]:
    return {
        "osType": image["os_type"],
        "osState": image["os_state"],
        "hyperVGeneration": image.get("hyper_v_generation", "V1"),
        "identifier": image["identifier"],
    }


def _version(source: dict[str, str], replicas: dict[str, int]) -> dict[str, Any]:
    ((kind, found),) = source.items()
    storage = {
        "vm": {"source": {"virtualMachineId": found}},
        "managed_image": {"source": {"id": found}},
    }.get(kind, {"osDiskImage": {"source": {"id": found}}})
    targets = [{"name": name, "regionalReplicaCount": replicas.get(name, 1)} for name in REGIONS]
    return {"publishingProfile": {"targetRegions": targets}, "storageProfile": storage}
