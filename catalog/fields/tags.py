"""Azure's rules for tags, and the tag that names the stack of an object."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from catalog.files.diagnostic import printable

OWNER_TAG: Final = "lab-image-gallery"
"""The tag on everything that a stack declares; its value is `<project>/<stack>`."""

REPUBLISHED_TAG: Final = "lab-image-gallery-republished"
"""The tag on a version that an update has published again; its value is the moment."""

PROGRAM_TAGS: Final = frozenset({OWNER_TAG, REPUBLISHED_TAG})

MOST_TAGS: Final = 50 - len(PROGRAM_TAGS)
"""Azure allows 50 on an object."""

_LONGEST_NAME: Final = 512
_LONGEST_VALUE: Final = 256
_FORBIDDEN: Final = "<>%&\\?/"


def tag_name_problem(name: str) -> str | None:
    """What is wrong with a tag's name. Source: "Use tags to organize your Azure resources", limitations."""
    if not name.strip() or len(name) > _LONGEST_NAME:
        return f"a tag's name has 1 to {_LONGEST_NAME} characters"
    if any(char in _FORBIDDEN or not char.isprintable() for char in name):
        return f"a tag's name has none of {' '.join(_FORBIDDEN)} and no control characters"
    if name.lower() == OWNER_TAG:
        return "this tag is set by the program, so that it knows what is its own; take it out"
    if name.lower() == REPUBLISHED_TAG:
        return "this tag is set by the program on a version that it publishes again; take it out"
    return None


def tag_value_problem(value: str) -> str | None:
    """What is wrong with a tag's value. Source as above."""
    if len(value) <= _LONGEST_VALUE:
        return None
    return f"a tag's value has at most {_LONGEST_VALUE} characters, this one has {len(value)}"


def tags_problem(names: Iterable[str]) -> str | None:
    """What is wrong with the tags of an object taken together. Source as above."""
    earlier: dict[str, str] = {}
    for name in names:
        first = earlier.setdefault(name.lower(), name)
        if first != name:
            both = f"{printable(first)} and {printable(name)}"
            return f"{both} are one tag: Azure compares names of tags without regard to case; keep one"
    if len(earlier) > MOST_TAGS:
        return f"are {len(earlier)} tags; at most {MOST_TAGS} are possible beside {OWNER_TAG} and {REPUBLISHED_TAG}"
    return None


def joined_tags_problem(levels: Iterable[tuple[str, Collection[str]]]) -> str | None:
    """What is wrong with the tags of an object that come from several levels, each a name for messages and its tags.

    Only what the last level adds to those before it is a finding: the others have their own. Source as above.
    """
    *before, (last, added) = levels
    earlier = {name.lower(): (name, level) for level, names in before for name in names}
    for name in added:
        first, level = earlier.get(name.lower(), (name, last))
        if first != name and first not in added:
            return (
                f"{printable(name)} of {last} and {printable(first)} of {level} are one tag: Azure compares names of"
                " tags without regard to case; write both in the same way, and the value here is taken"
            )
    in_all = {name.lower() for name in added} | earlier.keys()
    if len(in_all) <= MOST_TAGS or len(earlier) > MOST_TAGS:
        return None
    counts = ", ".join(f"{len(names)} of {level}" for level, names in (*before, (last, added)) if names)
    return (
        f"are {len(in_all)} tags together ({counts}); at most {MOST_TAGS} are possible beside {OWNER_TAG} and"
        f" {REPUBLISHED_TAG}: take {len(in_all) - MOST_TAGS} out"
    )
