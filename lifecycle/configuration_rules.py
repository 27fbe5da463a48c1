"""The rules of policy-config.json: levels, keys and exemptions, as data and pure functions on plain values.

The policy pack and the program have this file byte for byte: `make generated` copies it from the pack into `lifecycle`,
so that `./labs check` refuses what the pack refuses. It needs the standard library only, and knows neither the engine
nor a file.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final, NamedTuple

LEVELS: Final = ("mandatory", "advisory", "disabled")
"""The levels of a policy, the strictest first."""

LEVEL: Final = "enforcementLevel"
EXEMPTIONS: Final = "exemptions"
REASON: Final = "reason"
EXPIRES: Final = "expires"
IMAGE: Final = "image"
EXEMPTION_KEYS: Final = (IMAGE, REASON, EXPIRES)
MONTHLY_LIMIT: Final = "monthlyLimit"
CURRENCY: Final = "currency"
CURRENCY_PATTERN: Final = "^([A-Za-z]{3})?$"
"""A currency, or none."""

# Ours: what holds for longer than anybody's plans has no end.
LAST_YEAR: Final = 2100

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_SHOWN: Final = 60
_LONGEST_REGION: Final = 100
_MOST_NAMED: Final = 3
# Letters and symbols by their Unicode category that nobody sees: fillers of Hangul, the blank of Braille.
_INVISIBLE: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Separators, control and format characters, unassigned ones; marks without a letter.
_INVISIBLE_CATEGORIES: Final = ("Z", "C", "M")

Schema = Mapping[str, Any]
"""JSON schema of one key, with its `default`."""


class Words(str):
    """A text in English that keeps its template and the values of its places, for whoever translates it."""

    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, values: Mapping[str, object] | None = None) -> Words:
        """The text, with the values in its places."""
        made = super().__new__(cls, text.format(**values) if values else text)
        made.text, made.values = text, values or {}
        return made


def N_(text: str, /, **values: object) -> Words:  # noqa: N802 - gettext's name
    """Mark a text for translation; whoever shows it looks it up."""
    return Words(text, values)


class Finding(NamedTuple):
    """What is wrong at `path` below a policy (empty: the policy itself). `fault` follows the name of that place."""

    path: tuple[str | int, ...]
    fault: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption of `image` from `policy`; `expires` is the last day on which it holds.

    `position` is its place among the policy's exemptions, from 0.
    """

    policy: str
    position: int
    image: str
    reason: str
    expires: date

    def is_for(self, image: str) -> bool:
        """Whether it names this image. Azure compares names without regard to case."""
        return self.image.lower() == image.lower()

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return today > self.expires

    def holds(self, image: str, today: date) -> bool:
        """Whether it excuses this image today."""
        return self.is_for(image) and not self.is_over(today)


@dataclass(frozen=True, slots=True)
class LoweredLevel:
    """A level below the policy's own; `expires` is the last day on which it holds."""

    policy: str
    level: str
    reason: str
    expires: date

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return today > self.expires


class PolicyRule(NamedTuple):
    """What a configuration may do to the level of a policy; `level` is the policy's own.

    A level below it is refused if the policy `is_locked`, allowed if it `is_free`, and else needs reason and expires.
    """

    name: str
    level: str
    is_locked: bool
    is_free: bool

    @property
    def needs_term(self) -> bool:
        """Whether a level below the policy's own needs reason and expires."""
        return not self.is_locked and not self.is_free

    def lowers(self, level: str) -> bool:
        """Whether a level is below the policy's own."""
        return LEVELS.index(level) > LEVELS.index(self.level)

    def allowed(self) -> tuple[str, ...]:
        """The levels that a configuration may give, whatever else they need."""
        return LEVELS[:1] if self.is_locked else LEVELS


class Exemptions(NamedTuple):
    """The exemptions that can be read, and what is wrong with the others, which excuse nothing."""

    entries: tuple[Exemption, ...]
    findings: tuple[Finding, ...]


class Values(NamedTuple):
    """The values of a policy's keys: the default if there is none or an invalid one, and what is wrong."""

    values: Mapping[str, Any]
    exemptions: tuple[Exemption, ...]
    findings: tuple[Finding, ...]


class GivenLevel(NamedTuple):
    """A level from a configuration: the policy's own if there is anything wrong with it.

    `lowered` is the reason and last day of a level that needs them; its last day may have passed.
    """

    level: str
    findings: tuple[Finding, ...] = ()
    lowered: LoweredLevel | None = None


def is_blank(text: str) -> bool:
    """Whether nobody sees anything of a text: spaces, control characters, zero-width ones, marks without a letter."""
    return all(char in _INVISIBLE or unicodedata.category(char)[0] in _INVISIBLE_CATEGORIES for char in text)


def day_of(value: object) -> date | None:
    """A calendar day written as 2027-01-31, no later than LAST_YEAR; else None. A moment is none."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.year <= LAST_YEAR else None


def read_values(
    policy: str, schemas: Mapping[str, Schema], given: Mapping[str, object], is_region: Callable[[str], bool]
) -> Values:
    """The values of the keys of `schemas`. An invalid value is a finding, and never makes a rule milder."""
    findings = [
        Finding((key,), N_("is no key of this policy and does nothing; {advice}", advice=_advice(key, schemas)))
        for key in given
        if key not in schemas
    ]
    values: dict[str, Any] = {}
    for key, schema in schemas.items():
        value = given.get(key, schema["default"])
        fault = value_fault(schema, value, is_region)
        values[key] = schema["default"] if fault else value
        if fault:
            findings.append(Finding((key,), fault))
    # Of an amount and its currency neither means anything alone.
    if {MONTHLY_LIMIT, CURRENCY} <= schemas.keys() and bool(values[MONTHLY_LIMIT]) != bool(values[CURRENCY]):
        for key in (MONTHLY_LIMIT, CURRENCY):
            values[key] = schemas[key]["default"]
        findings += _without_other(given, findings)
    read = read_exemptions(policy, values.get(EXEMPTIONS, ()))
    return Values(values, read.entries, (*findings, *read.findings))


def value_fault(schema: Schema, value: object, is_region: Callable[[str], bool]) -> str | None:
    """What is wrong with the value of a key, or None. A list of texts is a list of regions, a pattern a currency's."""
    kind, *others = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if value is None and "null" in others:
        return None
    match kind:
        case "string":
            if not isinstance(value, str):
                return N_("must be a text, not {value}", value=shown(value))
            if re.fullmatch(schema.get("pattern", ".*"), value, re.DOTALL):
                return None
            return N_("must be a currency of three letters such as USD, not {value}", value=shown(value))
        case "array":
            return _list_fault(schema, value, is_region)
        case kind:
            return _number_fault(schema, value, kind)


def read_exemptions(policy: str, entries: Sequence[object]) -> Exemptions:
    """The exemptions among `entries`. Two of one image excuse nothing, since nobody can tell which is meant."""
    found: list[Exemption] = []
    findings: list[Finding] = []
    for position, entry in enumerate(entries):
        faults = tuple(_entry_findings(position, entry))
        findings += faults
        if not faults and isinstance(entry, Mapping):
            expires = day_of(entry[EXPIRES])
            assert expires is not None  # noqa: S101 - else there is a finding
            found.append(Exemption(policy, position, entry[IMAGE], entry[REASON], expires))
    positions: dict[str, list[int]] = {}
    for one in found:
        positions.setdefault(one.image.lower(), []).append(one.position)
    for first, *others in positions.values():
        findings += (
            Finding(
                (EXEMPTIONS, other),
                N_("exempts the image of exemption {first} again, so neither holds; keep one", first=first),
            )
            for other in others
        )
    return Exemptions(tuple(one for one in found if len(positions[one.image.lower()]) == 1), tuple(findings))


def read_level(rule: PolicyRule, level: object, values: Mapping[str, object]) -> GivenLevel:
    """The level that a configuration gives a policy, with the values of its keys."""
    if level not in LEVELS or not isinstance(level, str):
        return _refused(rule, _no_level(rule, level))
    if not rule.lowers(level):
        return GivenLevel(level)
    if rule.is_locked:
        return _refused(
            rule,
            N_(
                "cannot be {level}: this policy is always mandatory, since images that no teacher sees would pass "
                "silently; exempt single images instead, with reason and expires",
                level=level,
            ),
        )
    return GivenLevel(level) if rule.is_free else _with_term(rule, level, values)


def over(rule: PolicyRule, lowered: LoweredLevel) -> Finding:
    """The finding of a lowered level whose last day has passed."""
    return Finding(
        (EXPIRES,),
        N_(
            "is past: {level} ended on {expires} (reason: {reason}), so the policy is {own} again; take the level out, "
            "or agree on a later expires",
            level=lowered.level,
            expires=lowered.expires,
            reason=_printable(lowered.reason),
            own=rule.level,
        ),
    )


def shown(value: object) -> str:
    """A value in a message: on one line, bounded, texts in quotes."""
    text: str
    match value:
        case None:
            text = "null"
        case bool():
            text = str(value).lower()
        case str():
            text = f'"{_printable(value)}"'
        case int() | float():
            text = _number_text(value)
        case Mapping() | list() | tuple():
            text = N_("an object") if isinstance(value, Mapping) else N_("a list")
        case _:
            text = N_("an unreadable value")
    return text


def _without_other(given: Mapping[str, object], findings: Sequence[Finding]) -> Iterator[Finding]:
    """The finding of an amount without its currency, or the other way round, unless the other is wrong itself."""
    if not any(finding.path in ((MONTHLY_LIMIT,), (CURRENCY,)) for finding in findings):
        there, lacking = (MONTHLY_LIMIT, CURRENCY) if given.get(MONTHLY_LIMIT) else (CURRENCY, MONTHLY_LIMIT)
        yield Finding(
            (there,),
            N_(
                "means nothing without {lacking}, so there is no limit; write both, such as 400 and USD, or neither",
                lacking=lacking,
            ),
        )


def _with_term(rule: PolicyRule, level: str, values: Mapping[str, object]) -> GivenLevel:
    given = {key: values[key] for key in (REASON, EXPIRES) if values.get(key, "") != ""}
    missing = [key for key in (REASON, EXPIRES) if key not in given]
    if missing:
        return _refused(
            rule,
            N_(
                "is {level} without {missing}, so the policy stays {own}; write reason and expires (the last day) "
                "beside it, as for an exemption",
                level=level,
                missing=_all_of(missing),
                own=rule.level,
            ),
        )
    expires = day_of(given[EXPIRES])
    findings = tuple(_term_findings(given))
    if findings or expires is None:
        return GivenLevel(rule.level, findings)
    return GivenLevel(level, (), LoweredLevel(rule.name, level, str(given[REASON]), expires))


def _refused(rule: PolicyRule, fault: str) -> GivenLevel:
    return GivenLevel(rule.level, (Finding((LEVEL,), fault),))


def _term_findings(entry: Mapping[str, object]) -> Iterator[Finding]:
    """What is wrong with the reason and the last day of an exemption or a lowered level that has both."""
    if REASON in entry and not _is_text(entry[REASON]):
        yield Finding((REASON,), N_("must say why, not {value}", value=shown(entry[REASON])))
    if EXPIRES in entry and day_of(entry[EXPIRES]) is None:
        yield Finding(
            (EXPIRES,),
            N_(
                "must be a day such as 2027-01-31, in the year {year} at the latest, not {value}",
                year=LAST_YEAR,
                value=shown(entry[EXPIRES]),
            ),
        )


def _entry_findings(position: int, entry: object) -> Iterator[Finding]:
    place = (EXEMPTIONS, position)
    if not isinstance(entry, Mapping):
        fault = N_("must be an object with image, reason and expires, not {value}", value=shown(entry))
        yield Finding(place, fault)
        return
    unknown = [key for key in entry if key not in EXEMPTION_KEYS]
    for key in unknown:
        yield Finding((*place, key), N_("is no key of an exemption; {advice}", advice=_advice(key, EXEMPTION_KEYS)))
    meant = {_near(key, EXEMPTION_KEYS) for key in unknown}
    missing = [key for key in EXEMPTION_KEYS if key not in entry and key not in meant]
    if missing:
        fault = N_("lacks {missing}; an exemption has image, reason and expires", missing=_all_of(missing))
        yield Finding(place, fault)
    if IMAGE in entry and not _is_text(entry[IMAGE]):
        yield Finding((*place, IMAGE), N_("must name an image, not {value}", value=shown(entry[IMAGE])))
    for finding in _term_findings(entry):
        yield Finding((*place, *finding.path), finding.fault)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not is_blank(value)


def _list_fault(schema: Schema, value: object, is_region: Callable[[str], bool]) -> str | None:
    if not isinstance(value, (list, tuple)):
        return N_("must be a list, not {value}", value=shown(value))
    if schema["items"]["type"] != "string":
        return None
    strange = (
        shown(entry)
        for entry in value
        if not isinstance(entry, str) or len(entry) > _LONGEST_REGION or not is_region(entry)
    )
    # Looking a stranger up may be slow.
    first = list(islice(strange, _MOST_NAMED + 1))
    if not first:
        return None
    names = _row(first[:_MOST_NAMED])
    if len(first) > _MOST_NAMED:
        return N_("names {names} and more, which is no Azure region", names=names)
    return N_("names {names}, which is no Azure region", names=names)


def _number_fault(schema: Schema, value: object, kind: str) -> str | None:
    number = _finite(value)
    if number is None or (kind == "integer" and not number.is_integer()):
        if kind == "integer":
            return N_("must be a whole number, not {value}", value=shown(value))
        return N_("must be a number, not {value}", value=shown(value))
    if number < schema.get("minimum", number):
        return N_("must be at least {least}, not {value}", least=schema["minimum"], value=shown(value))
    if number > schema.get("maximum", number):
        return N_(
            "must be at most {most}, not {value}; it can be made stricter only",
            most=schema["maximum"],
            value=shown(value),
        )
    return None


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _number_text(value: float) -> str:
    number = _finite(value)
    return N_("a number without bounds") if number is None else f"{number:.15g}"


def _printable(text: str) -> str:
    cut = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in cut)


def _near(word: str, known: Collection[str]) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and needed only for mistakes

    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(word.lower()[:_LONGEST_SHOWN], by_lower, n=1)
    return by_lower[near[0]] if near else None


def _advice(key: str, known: Collection[str]) -> str:
    near = _near(key, known)
    if near:
        return N_("write {key}", key=near)
    return N_("known are {keys}", keys=", ".join(known)) if known else N_("known are none")


def _row(values: Sequence[str]) -> str:
    """Values in a message, one after the other; each may be words itself."""
    first, *others = values
    return N_("{first}, {rest}", first=first, rest=_row(others)) if others else first


def _all_of(keys: Sequence[str]) -> str:
    """Keys in a message: `image and reason`."""
    first, *others = keys
    return N_("{first} and {second}", first=first, second=_all_of(others)) if others else first


def _no_level(rule: PolicyRule, level: object) -> Words:
    if rule.is_locked:
        return N_("must be {level}, not {value}", level=LEVELS[0], value=shown(level))
    return N_("must be mandatory or advisory or disabled, not {value}", value=shown(level))
