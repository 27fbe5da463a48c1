"""What is said about offers: how many images are seen where, what is wrong, and what an update changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.files.diagnostic import some_of
from catalog.texts.joined import all_of, clauses
from catalog.texts.translation import _, current, n_
from lifecycle.offer import Offer
from lifecycle.place import Place
from lifecycle.reason import Reason

MANY_PLACES = 3
"""More places than this are counted instead of named."""
MANY_IMAGES = 8
"""In a sentence, images beyond this number are counted instead of named."""
FEW_IMAGES = 3
"""More images than this are counted instead of named, if they are all there are."""


_PLURALS: Mapping[str, str] = {
    r"^it is\b": "they are",
    r"^it has\b": "they have",
    r"^its\b": "their",
    r"\bof its\b": "of their",
    r"\b(lists?|takes?) it\b": r"\1 them",
}
"""What becomes of an English reason if its subject are several images; other languages say it in the same words."""


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
        several = len(self.images) > 1 and current() == "en"
        return tuple(_plural(reason.text) if several else reason.text for reason in self.reasons)

    @property
    def text(self) -> str:
        """The finding in one sentence, without a full stop."""
        return _("{finding}: {reasons}", finding=self.head, reasons=clauses(self.clauses))

    @property
    def head(self) -> str:
        """What is wrong, without the reasons."""
        number = len(self.images)
        images = _("all {n} images", n=number) if self.all_images else named_images(self.images)
        return _head(self.offers[0], number, images, named(self.places))


def _head(offer: Offer, number: int, images: str, labs: str) -> str:
    """What is wrong with a number of images, which are so called, in labs; `offer` is that of one of them."""
    values = {"images": images, "labs": labs}
    if offer.disagrees:
        return _against_list(offer, number, values)
    if offer.is_being_published:
        text = n_("{images} is being published in {labs}", "{images} are being published in {labs}", number, **values)
    elif offer.status == "hidden":
        text = n_("{images} is hidden in {labs}", "{images} are hidden in {labs}", number, **values)
    elif offer.status == "unknown":
        text = n_("{images} is perhaps hidden in {labs}", "{images} are perhaps hidden in {labs}", number, **values)
    elif offer.status == "replaced":
        text = n_(
            "{images} is offered as {version} in {labs}",
            "{images} are offered as {version} in {labs}",
            number,
            version=offer.version,
            **values,
        )
    else:
        text = n_("{images} is seen in {labs}", "{images} are seen in {labs}", number, **values)
    return text


def _against_list(offer: Offer, number: int, values: Mapping[str, str]) -> str:
    if offer.listed:
        return n_(
            "{images} is in the list of {labs}, against what Azure says of it",
            "{images} are in the list of {labs}, against what Azure says of it",
            number,
            **values,
        )
    return n_(
        "{images} is not in the list of {labs}, against what Azure says of it",
        "{images} are not in the list of {labs}, against what Azure says of it",
        number,
        **values,
    )


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
        return n_("{n} lab", "{n} labs", len(places), n=len(places))
    return all_of(places)


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
        return _("the stack has no lab, or its catalogue no image, so nobody sees one")
    return clauses(map(_seen, counts))


def _seen(count: SeenCount) -> str:
    users, labs = _(count.users), named(count.places)
    if count.unknown:
        return n_(
            "{users} see {seen}, perhaps {most}, of {n} image in {labs}",
            "{users} see {seen}, perhaps {most}, of {n} images in {labs}",
            count.wanted,
            n=count.wanted,
            users=users,
            seen=count.seen,
            most=count.seen + count.unknown,
            labs=labs,
        )
    return n_(
        "{users} see {seen} of {n} image in {labs}",
        "{users} see {seen} of {n} images in {labs}",
        count.wanted,
        n=count.wanted,
        users=users,
        seen=count.seen,
        labs=labs,
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
    for (_image, *what), found in by_image.items():
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
    found: dict[_Change, dict[str, list[str]]] = {}
    for offer in after:
        earlier = old.pop((offer.image.lower(), offer.place.id.lower(), offer.place.region), None)
        if offer.status == "unknown" or (earlier is not None and earlier.status == "unknown"):
            continue
        _add(found, (earlier.version if earlier else None, offer.version), offer.image, names[offer.place])
    for offer in old.values():
        _add(found, (offer.version, None), offer.image, names[offer.place])
    return list(_sentences(found))


_Change = tuple[str | None, str | None]
"""The version that was offered before and the one that is offered after; which one is lost is not said."""


def _change(change: _Change, images: Sequence[str], labs: str) -> str:
    before, after = change
    names = named_images(images)
    if after is None:
        return n_(
            "{images}: disappears from {labs}",
            "{images}: disappear from {labs}",
            len(images),
            images=names,
            labs=labs,
        )
    if before is None:
        return _("{images}: new labs in {labs} get {after}, which is new there", images=names, labs=labs, after=after)
    return _(
        "{images}: new labs in {labs} get {after} instead of {before}",
        images=names,
        labs=labs,
        after=after,
        before=before,
    )


def _add(found: dict[_Change, dict[str, list[str]]], change: _Change, image: str, place: str) -> None:
    before, after = change
    if before != after:
        found.setdefault(("", None) if after is None else change, {}).setdefault(image, []).append(place)


def _sentences(found: Mapping[_Change, Mapping[str, Sequence[str]]]) -> Iterator[str]:
    """A sentence for images of which the same is to be said."""
    for change, images in found.items():
        together: dict[tuple[str, ...], list[str]] = {}
        for image, places in images.items():
            together.setdefault(tuple(places), []).append(image)
        for places, names in together.items():
            yield _change(change, names, named(places))


def _with_group(resource_id: str) -> str:
    parts = resource_id.split("/")
    return f"{parts[4]}/{parts[-1]}" if len(parts) > 8 else resource_id
