"""The policy `image-replicas-within-geography`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lab_image_policies.config.setting import EXEMPTIONS, Setting
from lab_image_policies.image_check import Finding, differing, disagreement, for_every_image, unreadable_list
from lab_image_policies.messages import shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.from_child import regions_of
from lab_image_policies.reading.image_of import WITH_VERSIONS
from lab_image_policies.rules import MOST_REPLICAS, RegionFinding, region_findings
from lab_image_policies.translation import N_, _

ONLY = Setting(
    "onlyRegions",
    "Regions that replicas may lie in, narrower than the geography; empty: the whole geography.",
    [],
    {"type": "array", "items": {"type": "string"}},
)
MOST = Setting(
    "maximumReplicas",
    "The most replicas of one version, over all its regions. It can only be lowered.",
    MOST_REPLICAS,
    {"type": "integer", "minimum": 1, "maximum": MOST_REPLICAS},
)

_REGIONS: Final = (
    N_("its target regions are not known yet"),
    N_("its target regions are missing"),
    N_("its target regions are not a list"),
)
_TEXTS: Final = {
    "home": (
        N_("its home region is no Azure region ({value})"),
        N_("Nobody can tell which geography its replicas belong in, so it is refused"),
        N_("Set the stack's location, or the location of the version, to an Azure region"),
    ),
    "no region": (
        N_("{value} is no Azure region"),
        N_("Azure refuses the version, or the replica lies where nobody looked"),
        N_(
            "Correct the target regions of {place}; a region that Azure has opened lately is missing in the policy "
            "pack's regions.json"
        ),
    ),
    "outside": (
        N_("{region} is not in {geography}, the geography of its home region {home}"),
        N_("The image with its data would leave the geography, where no lab account looks for it"),
        N_("Take {region} out of the target regions of {place}, or exempt the image in policy-config.json until a day"),
    ),
    "not allowed": (
        N_("{region} is not among onlyRegions in policy-config.json"),
        N_("Replicas are wanted in those regions only"),
        N_("Take {region} out of the target regions of {place}, or add it to onlyRegions"),
    ),
    "twice": (
        N_("{region} stands twice among its target regions, once as {value}"),
        N_("Azure answers “Duplicate regions are not allowed” and publishes nothing"),
        N_("Keep one of the two in the target regions of {place}"),
    ),
    "replicas": (
        N_("{value} is no number of replicas in {region}; write 1 or more"),
        N_("Azure refuses the version, or no lab could be made in that region"),
        N_("Correct the replicas of {place}"),
    ),
    "home missing": (
        N_("its home region {region} is not among its target regions"),
        N_("Azure requires a replica there and refuses the version"),
        N_("Add {region} to the target regions of {place}"),
    ),
    "too many": (
        N_("it would have {value} replicas over all regions; {most} are allowed"),
        N_("Azure refuses versions with more than {bound} replicas"),
        N_("Lower the replicas of {place}; one serves about 20 machines that are made at once"),
    ),
}


@for_every_image
def validate(given: PolicyInput, image: Image) -> Iterator[Finding]:
    """Refuse replicas outside the geography of the home region, doubled regions, and impossible replica counts."""
    refused = set()
    for version in image.readable_versions:
        for found in _version(given, image, version):
            refused.add(version.number)
            yield found
    for version, entry in differing(image, regions_of):
        if version.number not in refused:
            yield disagreement(version, N_("target regions or replicas"), entry)


def _version(given: PolicyInput, image: Image, version: Version) -> Iterator[Finding]:
    only, most = given.setting(ONLY.key), given.setting(MOST.key)
    if version.edge_zones not in (None, []):
        yield Finding(
            version.number,
            _("it has target extended locations ({value})", value=shown(version.edge_zones)),
            _("Labs are made in regions, not in edge zones, and nobody looked in which geography those lie"),
            _("Take targetExtendedLocations out of {place}", place=version.place),
        )
    if isinstance(version.target_regions, Fault):
        yield Finding(
            version.number,
            unreadable_list(version.target_regions, *_REGIONS),
            _("Nobody can tell where the replicas would lie, so it is refused"),
            _("Name the target regions of {place} as plain values", place=version.place),
        )
    else:
        targets = [(region.name, region.replicas) for region in version.target_regions]
        for finding in region_findings(image.home_region, targets, only, most):
            yield _finding(image, version, finding, most)


def _finding(image: Image, version: Version, finding: RegionFinding, most: float) -> Finding:
    home = image.home_region
    words = {
        "region": shown_text(finding.region),
        "value": shown(finding.value),
        "geography": shown_text(str(finding.value)),
        "home": shown_text(home) if isinstance(home, str) else shown(home),
        "place": version.place,
        "most": shown(most),
        "bound": MOST_REPLICAS,
    }
    cause, consequence, advice = (_(text, **words) for text in _TEXTS[finding.problem])
    return Finding(version.number, cause, consequence, advice)


POLICY = Policy(
    name="image-replicas-within-geography",
    title="Replicas within the geography",
    severity="high",
    description="Every replica of an image lies in the geography of its home region.",
    refuses="a target region in another geography or cloud, an unknown or doubled one, a missing home region, and "
    "replica counts that Azure does not take",
    why="Lab accounts use images within one geography only, and course data must not leave it unnoticed; the pack "
    "looks regions up in a map of its own",
    fix="Take the region out of `target_regions`, or correct `replicas_per_region`",
    url="https://learn.microsoft.com/azure/virtual-machines/azure-compute-gallery",
    kinds=WITH_VERSIONS,
    validate=validate,
    settings=(ONLY, MOST, EXEMPTIONS),
    locked=True,
)
