"""What each service demands of an image: the pack's own copy of the catalogue's table, which it does not believe.

`consumers.json` beside this file has the rules that are certain; `generate.py` writes it and a test keeps it equal.
What only the inside of a disk shows is not in it, and Lab Services has policies of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from lab_image_policies.model.fault import Fault
from lab_image_policies.rules import LAB_SERVICES, is_one_of, number

FILE: Final = Path(__file__).with_name("consumers.json")
REGION: Final = "region"
"""The property of a demand for a replica, which `lab-regions-covered` and `image-complete-in-stack` judge."""


class Demand(NamedTuple):
    """One rule: what a property of the catalogue's name may be, and the document that says it, with its day.

    `accepted` are words in any case; `least` and `most` bound a number, both included.
    """

    property: str
    source: str
    dated: str
    accepted: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


class Service(NamedTuple):
    """A service with its rules."""

    name: str
    demands: tuple[Demand, ...]


@cache
def services() -> Mapping[str, Service]:
    """Every consumer of the catalogue, by its name there."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        key: Service(entry["name"], tuple(Demand(**{**each, "accepted": tuple(each["accepted"])}) for each in rules))
        for key, entry in content.items()
        for rules in [entry["demands"]]
    }


def judged_services(consumers: object) -> list[str]:
    """The consumers in a list that have rules here, each once: none of a list that cannot be read, nor Lab Services."""
    names = consumers if isinstance(consumers, (list, tuple)) else ()
    known = services()
    listed = [name for name in names if isinstance(name, str) and name in known and name != LAB_SERVICES]
    return [name for name in dict.fromkeys(listed) if known[name].demands]


def fulfils(value: object, demand: Demand) -> bool:
    """Whether a value is one that the demand accepts. What is missing or not known is none."""
    if demand.accepted:
        return is_one_of(value, demand.accepted)
    found = number(value)
    if isinstance(found, Fault):
        return False
    return (demand.least is None or found >= demand.least) and (demand.most is None or found <= demand.most)
