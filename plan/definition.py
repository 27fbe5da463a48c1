"""An image definition: the properties that Azure keeps of one, and which of them it never changes.

Catalogue, plan and gallery have the same record, so that no list of its properties stands anywhere else. Name, tags and
versions are not part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from catalog.images.features import SECURITY_TYPE
from catalog.images.image import Image

FIXED: Final = (
    "os_type",
    "os_state",
    "hyper_v_generation",
    "architecture",
    "security_type",
    "features",
    "publisher",
    "offer",
    "sku",
    "purchase_plan",
    "eula",
    "privacy_statement_uri",
)
"""What Azure never changes on a definition that exists.

Source: "Store and share images in an Azure Compute Gallery", section on updating resources, and the refusals of the
service (`PropertyChangeNotAllowed`).
"""

STANDARD: Final = "Standard"
"""The security type of a definition without that feature; Azure is never sent it (see `features_of`)."""

IDENTIFIER: Final = ("publisher", "offer", "sku")
"""The three that name the image; the catalogue has them under `identifier`."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of an image definition; `starts_at_version` is the first version that has it, None if all have it."""

    name: str
    value: str
    starts_at_version: str | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """The properties of an image definition. Ranges are (min, max); memory in GB.

    `purchase_plan` is (name, product, publisher); `end_of_life` a day, or a moment in UTC. `features` lack the security
    type, which has a field of its own; those that a catalogue leaves out are as the gallery has them.
    """

    os_type: str
    os_state: str
    hyper_v_generation: str
    architecture: str
    security_type: str
    publisher: str
    offer: str
    sku: str
    purchase_plan: tuple[str, str, str] | None = None
    eula: str | None = None
    privacy_statement_uri: str | None = None
    description: str | None = None
    recommended_vcpus: tuple[int, int] | None = None
    recommended_memory_gb: tuple[int, int] | None = None
    disallowed_disk_types: tuple[str, ...] = ()
    release_note_uri: str | None = None
    end_of_life: date | datetime | None = None
    features: tuple[Feature, ...] = ()

    @property
    def identifier(self) -> tuple[str, str, str]:
        """Publisher, offer and SKU as Azure compares them: in lower case."""
        return self.publisher.lower(), self.offer.lower(), self.sku.lower()

    def fixed_changes(self, wanted: Definition) -> Iterator[tuple[str, object, object]]:
        """What would have to change for `wanted` and cannot: key in the catalogue, value here, value wanted."""
        for name in FIXED:
            if name == "features":
                yield from self._feature_changes(wanted)
                continue
            here, there = getattr(self, name), getattr(wanted, name)
            if here != there:
                yield f"identifier.{name}" if name in IDENTIFIER else name, here, there

    def _feature_changes(self, wanted: Definition) -> Iterator[tuple[str, object, object]]:
        here = {feature.name.lower(): feature.value for feature in self.features}
        for feature in wanted.features:
            value = here.get(feature.name.lower())
            if value != feature.value:
                yield f"features.{feature.name}", value, feature.value


def further_features(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """The features of a definition without its security type."""
    return tuple(feature for feature in features if feature.name.lower() != SECURITY_TYPE.lower())


def features_of(definition: Definition) -> tuple[Feature, ...]:
    """The features with which Azure makes `definition`; the security type Standard is none of them.

    With api-version 2024-03-03 a definition without features is Standard. Microsoft's own clients never name it: the
    Azure CLI drops it, and the Azure Verified Module of image definitions sends other types only.
    """
    if definition.security_type == STANDARD:
        return definition.features
    return (Feature(SECURITY_TYPE, definition.security_type), *definition.features)


def definition_of(image: Image) -> Definition:
    """The definition that the catalogue wants for `image`."""
    recommended = image.recommended
    return Definition(
        os_type=image.os_type,
        os_state=image.os_state,
        hyper_v_generation=image.hyper_v_generation,
        architecture=image.architecture,
        security_type=image.security_type,
        publisher=image.identifier.publisher,
        offer=image.identifier.offer,
        sku=image.identifier.sku,
        purchase_plan=image.purchase_plan.key if image.purchase_plan else None,
        eula=image.eula,
        privacy_statement_uri=image.privacy_statement_uri,
        description=image.description,
        recommended_vcpus=recommended.vcpus if recommended else None,
        recommended_memory_gb=recommended.memory_gb if recommended else None,
        disallowed_disk_types=tuple(image.disallowed_disk_types),
        release_note_uri=image.release_note_uri,
        end_of_life=image.end_of_life,
        features=tuple(Feature(name, value) for name, value in image.features.items()),
    )
