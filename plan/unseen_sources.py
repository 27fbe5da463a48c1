"""Sources in subscriptions that the sign-in does not see: one conflict for each subscription, however many versions.

That Azure publishes from another tenant only for a request with a token of each tenant is in "Authenticate requests
across tenants" of Azure Resource Manager, and in public threads on `LinkedAuthorizationFailed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from catalog.fields.resource_id import parse
from catalog.files.diagnostic import some_of
from catalog.images.image import Image
from catalog.images.version_number import listing_key
from plan.conflict import Conflict
from plan.observed import ObservedSource, Unseen
from plan.stack import Stack

FEW: Final = 3
"""More versions than this are counted instead of named."""
_DECLARE: Final = "os_disk_size_gb and data_disk_count"
_UNKNOWN: Final = (
    "Nobody can tell the size and number of their disks, so nobody can tell whether teachers would see the images; the "
    "identity that publishes must be able to read them too"
)
_CONSEQUENCES: Final[Mapping[Unseen, str]] = {
    "tenant": "Azure publishes from another tenant only if the request carries a sign-in of that tenant too",
    "subscription": _UNKNOWN,
    "forbidden": _UNKNOWN,
}


def unseen_conflicts(images: Mapping[str, Image], stack: Stack) -> Iterator[Conflict]:
    """The conflicts of versions that are to be published from where the sign-in sees nothing.

    Declared sizes excuse a source that another identity may see, but not one of another tenant.
    """
    groups: dict[tuple[str, Unseen], dict[str, ObservedSource]] = {}
    for place, version_source, declared in _to_publish(images, stack):
        unseen = version_source.unseen
        if unseen is not None and not (declared and unseen != "tenant"):
            subscription = parse(version_source.id).subscription
            groups.setdefault((subscription.lower(), unseen), {})[place] = version_source
    for (subscription, unseen), sources in groups.items():
        yield _conflict(subscription, unseen, sources)


def unseen_notices(images: Mapping[str, Image], stack: Stack) -> Iterator[str]:
    """Versions whose source was not seen and whose declared sizes excuse that, in a sentence for each subscription.

    Each is without a full stop. The update fails if whoever publishes does not see the source either.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    failures: dict[tuple[str, str], str] = {}
    for place, source, declared in _to_publish(images, stack):
        if declared and source.failure is not None and not source.missing and source.unseen != "tenant":
            key = parse(source.id).subscription.lower(), source.unseen or source.failure
            groups.setdefault(key, []).append(f"{place} from {source.id}")
            failures.setdefault(key, source.failure)
    for key, places in groups.items():
        sources = "the source is" if len(places) == 1 else f"the sources of {len(places)} versions are"
        yield (
            f"{sources} in subscription {key[0]} and cannot be read ({some_of(places, FEW)}): {failures[key]}. The "
            "declared sizes are judged instead, and an update fails if the identity that publishes cannot read it"
        )


def _to_publish(images: Mapping[str, Image], stack: Stack) -> Iterator[tuple[str, ObservedSource, bool]]:
    """Image and version (`gis:1.0.0`), the source that was not seen, and whether sizes are declared.

    As a rule there is none, and then no version is looked at.
    """
    if all(source.failure is None for source in stack.observed.sources.values()):
        return
    for name, image in images.items():
        definition = stack.definition(name)
        for number in sorted(image.versions, key=listing_key):
            version = image.versions[number]
            source = stack.observed.sources.get((version.source.id or "").lower())
            if source is not None and not (definition and definition.number_of(number)):
                declared = version.os_disk_size_gb is not None and version.data_disk_count is not None
                yield f"{name}:{number}", source, declared


def _conflict(subscription: str, unseen: Unseen, sources: Mapping[str, ObservedSource]) -> Conflict:
    places = list(sources)
    image, _, number = places[0].partition(":")
    first, more = sources[places[0]], len(places) - 1
    which = ", ".join(f"{place} from {sources[place].id}" for place in places[:FEW])
    if len(places) > FEW:
        which += f", and {len(places) - FEW} more"
    counted = f"the sources of {len(places)} versions" if more else "its source"
    return Conflict(
        f"images.{image}.versions.{number}" + (f" and {more} more" if more else ""),
        f"{counted} in subscription {subscription} cannot be read ({which}): {first.failure}",
        _CONSEQUENCES[unseen] if more else _CONSEQUENCES[unseen].replace("their", "its").replace("them", "it"),
        way_out(unseen, subscription, several=more > 0),
    )


def way_out(unseen: Unseen, subscription: str, *, several: bool = False) -> str:
    """What to do about a source in `subscription`, or `several`, of which nothing is seen."""
    copy = "copy what is there into a subscription of the gallery's tenant and name the copy"
    if unseen == "tenant":
        return (
            f"Correct the id, or {copy}; only if the application that publishes has a role in both tenants and "
            f"ARM_AUXILIARY_TENANT_IDS names the other one, declare {_DECLARE} and set factLookups to undeclared"
        )
    declare = f"or {copy}; or, if another identity publishes, declare {_DECLARE}"
    if unseen == "forbidden":
        for_all = f" for all of them with --scope /subscriptions/{subscription}" if several else ""
        return f"Correct the id, or get that role{for_all}; {declare}"
    return (
        "Correct the id, or let the owner of the subscription grant Reader with `az role assignment create --assignee "
        f"YOUR-OBJECT-ID --role Reader --scope /subscriptions/{subscription}`; {declare}"
    )
