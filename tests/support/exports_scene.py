"""A stack with a gallery in the sandbox's Azure, made without an engine, and exports that labs put into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import Result

from tests.support.commands import run_labs
from tests.support.emulator_client import ACCOUNT, BUILD, GALLERIES, ONE, Client, definition, version

GALLERY = f"{GALLERIES}/contoso_lab_images"
STACK = f"""\
config:
  azure-native:subscriptionId: {ONE.rpartition("/")[2]}
  lab-image-gallery:galleryName: contoso_lab_images
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:location: koreacentral
  lab-image-gallery:labAccountIds: [{ACCOUNT}]
"""
CATALOGUE = f"""\
images:
  # the one that everybody starts from
  python:
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso-university, offer: python, sku: ubuntu-2204}}
    versions:
      1.0.0:
        source: {{snapshot: {BUILD}/snapshots/ubuntu-2204-python-100}}  # built in spring
"""
MACHINE: dict[str, Any] = {
    "storageProfile": {"source": {"virtualMachineId": f"{BUILD}/virtualMachines/ubuntu-2404-ml"}}
}


class Scene:
    """Commands run in `folder`, which holds the stack `dev` and its catalogue."""

    def __init__(self, client: Client, folder: Path) -> None:
        self.client, self.catalogue = client, folder / "images.yaml"
        (folder / "Pulumi.dev.yaml").write_text(STACK, encoding="utf-8")
        self.catalogue.write_text(CATALOGUE, encoding="utf-8")

    def publish(self) -> None:
        """What the stack itself has made."""
        mine = {"tags": {"lab-image-gallery": "lab-image-gallery/dev"}}
        self.made(GALLERY, {"location": "koreacentral", **mine})
        self.made(f"{GALLERY}/images/python", definition() | mine)
        self.made(f"{GALLERY}/images/python/versions/1.0.0", version(regions=("koreacentral", "koreasouth")) | mine)
        self.made(f"{ACCOUNT}/sharedGalleries/labs", {"properties": {"galleryId": GALLERY}})

    def export_image(self, name: str = "Teacher_GIS", regions: tuple[str, ...] = ("koreacentral",)) -> None:
        """A lab's template saved as an image of its own, as Lab Services numbers it."""
        self.made(f"{GALLERY}/images/{name}", definition(name, osState="Specialized"))
        self.made(f"{GALLERY}/images/{name}/versions/0.0.1", version(regions=regions, **MACHINE))

    def export_version(self, number: str = "1.0.1", **changes: Any) -> None:
        """A lab's template saved as a version of an image of the stack."""
        self.made(f"{GALLERY}/images/python/versions/{number}", version(**changes))

    def made(self, path: str, body: dict[str, Any]) -> None:
        reply = self.client.put(path, body)
        assert reply.status in {200, 201}, reply.body

    def fault(self, path: str, status: int, **more: Any) -> None:
        body = {"method": "GET", "path": path, "status": status, "times": 100, **more}
        assert self.client.send("POST", "/sandbox/faults", body).status < 300

    def labs(self, *arguments: str, **options: Any) -> Result:
        """A command of `./labs`, in this process."""
        return run_labs(*arguments, **options)
