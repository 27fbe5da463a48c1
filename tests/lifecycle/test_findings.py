"""What is said about offers."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks.commands import Commands
from lifecycle.findings import changes, findings, headline, labels, named
from lifecycle.offer import Offer
from lifecycle.place import Place
from lifecycle.reason import Reason, ReasonKind
from lifecycle.remedy import remedies, remedies_of_all
from tests.support import builders as inputs
from tests.support import ids

LABS = f"/subscriptions/{ids.SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts"


def place(name: str = "contoso-labs", region: str = "koreacentral", group: str = "labs") -> Place:
    return Place("lab account", "teachers", "lab_services", f"{LABS}/{name}".replace("/labs/", f"/{group}/"), region)


def offer(image: str = "gis", where: Place | None = None, *reasons: Reason, version: str = "1.0.0") -> Offer:
    return Offer(image, where or place(), True, version, version, reasons)


LARGE = Reason("os_disk_size", "its OS disk has 200 GB")
NEWER = Reason("newer_version", "version 1.0.1 has taken the place of 1.0.0", "replaces")


def test_the_headline_counts_what_is_seen() -> None:
    assert headline([offer(), offer("cad")]) == "teachers see 2 of 2 images in contoso-labs"
    two = [offer(), offer("cad", None, LARGE), offer("gis", place("b")), offer("cad", place("b"))]
    assert headline(two) == "teachers see 1 of 2 images in contoso-labs; teachers see 2 of 2 images in b"
    assert headline([offer("gis", place(f"lab-{number}")) for number in range(20)]) == (
        "teachers see 1 of 1 image in 20 labs"
    )
    unknown = offer("ros", None, Reason("unreadable", "the lab account could not be read", "may_hide"))
    assert headline([offer(), unknown, two[1]]) == "teachers see 1, perhaps 2, of 3 images in contoso-labs"
    assert headline([]) == "the stack has no lab, or its catalogue no image, so nobody sees one"
    assert headline([replace(offer(), wanted=False)]) == "teachers see 0 of 0 images in contoso-labs"


def test_what_is_equal_is_one_finding() -> None:
    labs = [place("a"), place("b")]
    found = findings([offer(image, lab, LARGE) for lab, image in product(labs, ("gis", "cad"))])
    assert [(item.images, item.places) for item in found] == [(("gis", "cad"), ("a", "b"))]
    assert found[0].text == "gis, cad are hidden in a and b: their OS disk has 200 GB"
    assert findings([offer(), replace(offer("cad", None, LARGE), wanted=False)]) == []
    (replaced,) = findings([offer("gis", None, NEWER, version="1.0.1")])
    assert replaced.text == ("gis is offered as 1.0.1 in contoso-labs: version 1.0.1 has taken the place of 1.0.0")


@pytest.mark.parametrize(
    ("text", "plural"),
    [
        ("it is disabled in the lab plan", "they are disabled in the lab plan"),
        ("it has no version in the gallery", "they have no version in the gallery"),
        ("each of its versions is excluded from latest", "each of their versions is excluded from latest"),
        ("the lab account does not list it", "the lab account does not list them"),
        ("its replication to koreacentral failed: its disk", "their replication to koreacentral failed: its disk"),
        ("the lab account has no gallery", "the lab account has no gallery"),
    ],
)
def test_reasons_of_several_images_speak_of_several(text: str, plural: str) -> None:
    def clauses(*images: str) -> tuple[str, ...]:
        (finding,) = findings([offer(image, None, Reason("disabled", text)) for image in images])
        return finding.clauses

    assert clauses("gis") == (text,)
    assert clauses("gis", "cad") == (plural,)


def test_a_list_that_does_not_fit_is_said_so() -> None:
    absent = replace(offer("gis", None, Reason("not_listed", "it is not there")), listed=False, disagrees=True)
    (finding,) = findings([absent])
    assert finding.text == ("gis is not in the list of contoso-labs, against what Azure says of it: it is not there")
    there = replace(offer("gis", None, LARGE), listed=True, disagrees=True)
    assert findings([there])[0].head == "gis is in the list of contoso-labs, against what Azure says of it"


def test_reasons_that_stand_alone_elsewhere_are_said_there_only() -> None:
    detached = Reason("not_attached", "the lab account has no gallery")
    good, bad = place("good"), place("bad")
    names = ["gis", "cad", "ros", "ml"]
    states = [offer("gis", good, LARGE), *(offer(name, good) for name in names[1:])]
    states += [offer("gis", bad, detached, LARGE), *(offer(name, bad, detached) for name in names[1:])]
    assert [finding.text for finding in findings(states)] == [
        "gis is hidden in good: its OS disk has 200 GB",
        "all 4 images are hidden in bad: the lab account has no gallery",
    ]
    # What makes an image surely hidden stays beside what may hide it.
    closed = Reason("unreadable", "the lab account could not be read", "may_hide")
    (_, still) = findings([offer("gis", good, LARGE), offer("gis", bad, closed, LARGE)])
    assert still.text == "gis is hidden in bad: the lab account could not be read; its OS disk has 200 GB"


REASONS = st.lists(st.sampled_from([LARGE, NEWER, Reason("unreadable", "403", "may_hide")]), unique=True, max_size=3)


@given(st.dictionaries(st.tuples(st.sampled_from(["gis", "cad"]), st.sampled_from(["a", "b", "c"])), REASONS))
def test_no_reason_and_no_certainty_is_lost(states: dict[tuple[str, str], list[Reason]]) -> None:
    wrong = [offer(image, place(lab), *reasons) for (image, lab), reasons in states.items()]
    found = findings(wrong)
    for item in wrong:
        said = [finding for finding in found if item.image in finding.images]
        assert set(item.reasons) <= {reason for finding in said for reason in finding.reasons}
        here = [finding for finding in said if item.place.name in finding.places]
        assert [finding.offers[0].status for finding in here] == ([] if item.is_good else [item.status])


def test_of_many_images_what_to_do_is_said_once() -> None:
    on_stack = Commands.of(inputs.settings())
    few = [offer(name, None, LARGE) for name in ("a", "b", "c")]
    assert len(remedies_of_all(few, on_stack)) == 3
    many = [offer(f"image-{number}", None, LARGE, Reason("not_attached", "why")) for number in range(20)]
    rebuild, attach = remedies_of_all(many, on_stack)
    assert rebuild.endswith("; likewise for the other 19 images")
    assert "add-version image-0 " in rebuild
    assert attach.endswith("makes what is missing in Azure")


def test_places_of_one_name_are_told_apart() -> None:
    same = [place("a", group="one"), place("a", group="two"), place("p", "koreasouth"), place("p", "koreacentral")]
    names = list(labels([offer("gis", where) for where in same]).values())
    assert names == ["one/a", "two/a", "p (koreasouth)", "p (koreacentral)"]
    assert named(["a", "b", "c"]) == "a, b and c"


def test_changes_are_sentences() -> None:
    newer = replace(offer(), latest="1.2.0")
    assert changes([offer()], [newer]) == ["gis: new labs in contoso-labs get 1.2.0 instead of 1.0.0"]
    gone = [offer("gis", None, LARGE), offer("cad", None, LARGE)]
    assert changes([offer(), offer("cad")], gone) == ["gis, cad: disappear from contoso-labs"]
    assert changes([], [offer()]) == ["gis: new labs in contoso-labs get 1.0.0, which is new there"]
    assert changes([offer()], []) == ["gis: disappears from contoso-labs"]
    assert changes([offer()], [offer()]) == []
    unknown = offer("gis", None, Reason("unreadable", "the lab account could not be read", "may_hide"))
    assert changes([offer()], [unknown]) == changes([unknown], [offer()]) == []


KINDS: list[ReasonKind] = list(ReasonKind.__args__)  # type: ignore[attr-defined]


@given(st.sampled_from(KINDS), st.sampled_from(["hides", "may_hide", "replaces"]), st.booleans())
def test_for_every_reason_there_is_something_to_do(kind: ReasonKind, effect: str, switches: bool) -> None:
    where = replace(place(), switches=switches)
    reason = Reason(kind, "why", effect)  # type: ignore[arg-type]
    assert remedies(offer("gis", where, reason), Commands.of(inputs.settings()))


STATES = st.lists(st.tuples(st.sampled_from(["gis", "cad", "ros"]), st.sampled_from(["a", "b"]), st.booleans()))


@given(STATES)
def test_every_offer_that_is_wrong_is_in_exactly_one_finding(states: list[tuple[str, str, bool]]) -> None:
    wrong = {(image, lab): bad for image, lab, bad in states}
    given_offers = [offer(image, place(lab), *([LARGE] if bad else [])) for (image, lab), bad in wrong.items()]
    told = [(image, lab) for item in findings(given_offers) for image in item.images for lab in item.places]
    assert sorted(told) == sorted(key for key, bad in wrong.items() if bad)
