"""What is said about offers: how many images are seen where, what is wrong, and what an update changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.files.diagnostic import some_of
from lifecycle.offer import Offer
from lifecycle.place import Place
from lifecycle.reason import Reason

MANY_PLACES = 3
"""More places than this are counted instead of named."""
MANY_IMAGES = 8
"""In a sentence, images beyond this number are counted instead of named."""
FEW_IMAGES = 3
"""More images than this are counted instead of named, if they are all there are."""


_STATES: Mapping[str, str] = {
    "hidden": "hidden",
    "unknown": "perhaps hidden",
    "replaced": "offered as {}",
    "seen": "seen",
}


_PLURALS: Mapping[str, str] = {
    r"^it is\b": "they are",
    r"^it has\b": "they have",
    r"^its\b": "their",
    r"\bof its\b": "of their",
    r"\b(lists?|takes?) it\b": r"\1 them",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Images that are wrong in the same places for the same reasons. `offers` has one offer for each image.

    `everything` is whether these are all images of the catalogue for these places.
    """

    offers: tuple[Offer, ...]
    places: tuple[str, ...]
    everything: bool = False

    @property
    def images(self) -> tuple[str, ...]:
        """Names of the images."""
        return tuple(offer.image for offer in self.offers)

    @property
    def all_images(self) -> bool:
        """Whether the images are counted in place of being named."""
        return self.everything and len(self.images) > FEW_IMAGES

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every reason."""
        return self.offers[0].reasons

    @property
    def clauses(self) -> tuple[str, ...]:
        """The reasons in words; their subject are the images."""
        return tuple(_plural(reason.text) if len(self.images) > 1 else reason.text for reason in self.reasons)

    @property
    def text(self) -> str:
        """The finding in one sentence, without a full stop."""
        return f"{self.head}: {'; '.join(self.clauses)}"

    @property
    def head(self) -> str:
        """What is wrong, without the reasons."""
        first = self.offers[0]
        word = "being published" if first.is_being_published else _STATES[first.status].format(first.version)
        state = f"{word} in {named(self.places)}"
        if first.disagrees:
            state = (
                f"{'' if first.listed else 'not '}in the list of {named(self.places)}, against what Azure says of it"
            )
        images = f"all {len(self.images)} images" if self.all_images else named_images(self.images)
        return f"{images} {'are' if len(self.images) > 1 else 'is'} {state}"


def _plural(text: str) -> str:
    """A reason of several images; what Azure has said, which follows a colon, stays."""
    own, colon, quoted = text.partition(": ")
    for pattern, words in _PLURALS.items():
        own = re.sub(pattern, words, own)
    return own + colon + quoted


def labels(offers: Iterable[Offer]) -> dict[Place, str]:
    """A name for each place: the lab's, with its resource group or region where others have the same name."""
    places = list(dict.fromkeys(offer.place for offer in offers))
    regions: dict[str, int] = {}
    ids: dict[str, set[str]] = {}
    for place in places:
        regions[place.id.lower()] = regions.get(place.id.lower(), 0) + 1
        ids.setdefault(place.name.lower(), set()).add(place.id.lower())
    found: dict[Place, str] = {}
    for place in places:
        label = place.name if len(ids[place.name.lower()]) == 1 else _with_group(place.id)
        found[place] = f"{label} ({place.region})" if regions[place.id.lower()] > 1 else label
    return found


def named(places: Sequence[str]) -> str:
    """Places in words: `contoso-labs`, `a and b`, or `20 labs`."""
    if len(places) > MANY_PLACES:
        return f"{len(places)} labs"
    return ", ".join(places[:-1]) + " and " + places[-1] if len(places) > 1 else "".join(places)


def named_images(images: Sequence[str]) -> str:
    """Images in words: `gis, cad`, or the first of them `and 12 more`."""
    return some_of(images, MANY_IMAGES)


@dataclass(frozen=True, slots=True)
class SeenCount:
    """How many of the images that labs are to have are seen there: `seen` for sure, `unknown` more perhaps.

    `users` are those who choose images there, `places` the names of the labs of which the same is to be said.
    """

    users: str
    seen: int
    unknown: int
    wanted: int
    places: tuple[str, ...]


def seen_counts(offers: Sequence[Offer]) -> list[SeenCount]:
    """How many images of the catalogue are seen where; labs with equal numbers together."""
    counts: dict[tuple[str, int, int, int], list[str]] = {}
    wanted = Counter(offer.place for offer in offers if offer.wanted)
    seen = Counter(offer.place for offer in offers if offer.wanted and offer.version is not None)
    unknown = Counter(offer.place for offer in offers if offer.wanted and offer.status == "unknown")
    for place, label in labels(offers).items():
        counts.setdefault((place.users, seen[place], unknown[place], wanted[place]), []).append(label)
    return [SeenCount(*numbers, tuple(places)) for numbers, places in counts.items()]


def headline(offers: Sequence[Offer]) -> str:
    """How many images of the catalogue are seen where, in one sentence without a full stop."""
    counts = seen_counts(offers)
    if not counts:
        return "the stack has no lab, or its catalogue no image, so nobody sees one"
    return "; ".join(
        f"{each.users} see {each.seen}{f', perhaps {each.seen + each.unknown},' if each.unknown else ''} of "
        f"{each.wanted} {'image' if each.wanted == 1 else 'images'} in {named(each.places)}"
        for each in counts
    )


def findings(offers: Sequence[Offer]) -> list[Finding]:
    """Everything that is wrong, what is equal together, in the order of the offers.

    Reasons that an image has in another place alone are said there, and not again beside further ones.
    """
    names = labels(offers)
    by_image: dict[tuple[object, ...], list[Offer]] = {}
    for offer in _said_once([offer for offer in offers if not offer.is_good]):
        key = (offer.image, offer.status, offer.version, offer.disagrees, offer.reasons)
        by_image.setdefault(key, []).append(offer)
    together: dict[tuple[object, ...], list[Offer]] = {}
    where: dict[tuple[object, ...], list[Place]] = {}
    for (_, *what), found in by_image.items():
        whole = (*what, tuple(offer.place for offer in found))
        together.setdefault(whole, []).append(found[0])
        where[whole] = [offer.place for offer in found]
    wanted = Counter(offer.place for offer in offers if offer.wanted)
    return [
        Finding(
            tuple(found),
            tuple(names[place] for place in where[key]),
            everything=all(offer.wanted for offer in found) and {wanted[place] for place in where[key]} == {len(found)},
        )
        for key, found in together.items()
    ]


def _said_once(wrong: Sequence[Offer]) -> Iterator[Offer]:
    """The offers without the reasons that are all that another offer of the image has, if their status stays."""
    sets: dict[str, set[tuple[Reason, ...]]] = {}
    for offer in wrong:
        if not offer.disagrees:
            sets.setdefault(offer.image, set()).add(offer.reasons)
    for offer in wrong:
        smaller = [reasons for reasons in sets.get(offer.image, ()) if set(reasons) < set(offer.reasons)]
        said = max(smaller, key=lambda reasons: (len(reasons), [reason.text for reason in reasons]), default=())
        left = replace(offer, reasons=tuple(reason for reason in offer.reasons if reason not in said))
        yield left if left.status == offer.status and not offer.disagrees else offer


def changes(before: Sequence[Offer], after: Sequence[Offer]) -> list[str]:
    """What an update changes for those who choose images, a sentence each without a full stop.

    What is offered before or after has to be known: what was or becomes unreadable is no change.
    """
    old = {(offer.image.lower(), offer.place.id.lower(), offer.place.region): offer for offer in before}
    names = labels(after) | {place: label for place, label in labels(before).items() if place not in labels(after)}
    found: dict[str, dict[str, list[str]]] = {}
    for offer in after:
        earlier = old.pop((offer.image.lower(), offer.place.id.lower(), offer.place.region), None)
        if offer.status == "unknown" or (earlier is not None and earlier.status == "unknown"):
            continue
        _add(found, _change(earlier.version if earlier else None, offer.version), offer.image, names[offer.place])
    for offer in old.values():
        _add(found, _change(offer.version, None), offer.image, names[offer.place])
    return list(_sentences(found))


def _change(before: str | None, after: str | None) -> str:
    if before == after:
        return ""
    if after is None:
        return "disappears from {}"
    return f"new labs in {{}} get {after}" + (f" instead of {before}" if before else ", which is new there")


def _add(found: dict[str, dict[str, list[str]]], change: str, image: str, place: str) -> None:
    if change:
        found.setdefault(change, {}).setdefault(image, []).append(place)


def _sentences(found: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[str]:
    for change, images in found.items():
        together: dict[tuple[str, ...], list[str]] = {}
        for image, places in images.items():
            together.setdefault(tuple(places), []).append(image)
        for places, names in together.items():
            text = change.format(named(places))
            if len(names) > 1 and text.startswith("disappears"):
                text = text.replace("disappears", "disappear", 1)
            yield f"{named_images(names)}: {text}"


def _with_group(resource_id: str) -> str:
    parts = resource_id.split("/")
    return f"{parts[4]}/{parts[-1]}" if len(parts) > 8 else resource_id
