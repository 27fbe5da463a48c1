"""What the policies have seen so far in this run.

The engine gives policies one resource at a time, with its inputs, and afterwards the whole stack, with its outputs:
what a resource declares is seen the first time only. Policies of resources run before those of the whole stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lab_image_policies.config.configuration import Configuration
from lab_image_policies.config.exemption import Exemption
from lab_image_policies.config.levels import Level
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.reading.arm_template import Found, MadeImage
from lab_image_policies.reading.from_child import is_raw
from lab_image_policies.reading.from_other_route import images_made_by
from lab_image_policies.reading.image_of import DECLARING, image_of
from lab_image_policies.rules import number
from lab_image_policies.storage_findings import stored_gb


@dataclass(slots=True)
class RunState:
    """What was declared, by URN, the configuration of each policy by its name, and the levels of all policies.

    `images` is what a resource declares as an image: None for a definition or version that is as its component says.
    `made` is what a resource of another route makes. `read` are resources that exist without being declared. `reported`
    is what need not be reported again. `refused` are policies of resources with an image, in lower case, and its
    version that they refuse, None for the whole image. `stored_gb` is what all replicas occupy that are declared so
    far, as far as it is known.
    `language_problem` is why messages are in English, in English; None if nothing is wrong with their language.
    `by_engine` is true if an engine asks, which names every resource that a program declares. `of_state` is true if a
    stored state is judged, without a program.
    """

    by_engine: bool = False
    of_state: bool = False
    configurations: dict[str, Configuration] = field(default_factory=dict)
    levels: list[Level] = field(default_factory=list)
    declared: dict[str, Resource] = field(default_factory=dict)
    images: dict[str, Image | None] = field(default_factory=dict)
    made: dict[str, list[Found]] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    reported: set[object] = field(default_factory=set)
    refused: set[tuple[str, str, str | None]] = field(default_factory=set)
    stored_gb: float = 0
    language_problem: str | None = None

    def declare(self, resource: Resource) -> None:
        """Remember a resource. In a state one without inputs is only read, as `get` does it: nobody declares it."""
        if self.of_state and not resource.properties:
            self.read.add(resource.urn)
            return
        self.declared[resource.urn] = resource
        if resource.kind in DECLARING:
            image = self.images[resource.urn] = image_of(resource, self.component(resource))
            if image is not None and is_raw(image):
                self.stored_gb += sum(map(stored_gb, image.readable_versions))
            if resource.kind is ResourceKind.LAB_IMAGE:  # one whose gallery does not count it
                self._add_stored(resource)
        elif resource.kind is ResourceKind.OTHER_ROUTE:
            self.made[resource.urn] = images_made_by(resource)
        elif resource.kind is ResourceKind.GALLERY:
            self._add_stored(resource)

    def _add_stored(self, resource: Resource) -> None:
        stored = number(resource.properties.get("replicaStorageGb"))
        self.stored_gb += 0 if isinstance(stored, Fault) else stored

    def component(self, resource: Resource) -> Image | None:
        """The image of the component that a resource lies below; None if it lies below none."""
        parent = self.declared.get(parent_urn(resource))
        return self.images[parent.urn] if parent is not None and parent.kind is ResourceKind.LAB_IMAGE else None

    def is_external(self, name: str) -> bool:
        """Whether others publish the versions of the image with this name."""
        return any(
            image is not None and image.is_external and image.known_name == name for image in self.images.values()
        )

    def names(self) -> set[str]:
        """The names of all images that are declared, in lower case."""
        declared = {image.known_name.lower() for image in self.images.values() if image and image.known_name}
        return declared.union(*map(self.names_made, self.made))

    def names_made(self, urn: str) -> set[str]:
        """The names of the images that a resource of another route makes, in lower case, as far as they are known."""
        return {one.image.lower() for one in self.made.get(urn, ()) if isinstance(one, MadeImage) and one.image}

    def exemptions(self) -> Iterator[Exemption]:
        """Every exemption of every policy, in the order of the policies' names."""
        for name in sorted(self.configurations):
            yield from self.configurations[name].exemptions

    def is_refused(self, policy: str, image: str | None, number: str | None) -> bool:
        """Whether a policy of resources refuses an image or a version already, so that others need not."""
        return image is not None and (policy, image.lower(), number) in self.refused

    def first_time(self, finding: object) -> bool:
        """Whether this is asked for the first time in this run."""
        if finding in self.reported:
            return False
        self.reported.add(finding)
        return True


def parent_urn(resource: Resource) -> str:
    """The parent of a resource, empty without one. Older engines do not name it to policies of resources.

    Then it is what the types in the URN and the name say: children of the component are named after it.
    """
    if resource.parent_urn:
        return resource.parent_urn
    stack, project, types, name = (*resource.urn.split("::", 3), "", "", "")[:4]
    parents = types.rpartition("$")[0]
    return f"{stack}::{project}::{parents}::{name.partition(':')[0]}" if parents else ""
