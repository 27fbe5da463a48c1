"""What replicas cost a month, and its limit: texts of the policy and of the notice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from lab_image_policies.config import configuration_rules
from lab_image_policies.config.exemption import FILE
from lab_image_policies.config.setting import Setting
from lab_image_policies.messages import message, money, named, shown_text
from lab_image_policies.names import COST_POLICY
from lab_image_policies.prices import FALLBACK, PriceTable
from lab_image_policies.replica_cost import Cost

LIMIT: Final = Setting(
    configuration_rules.MONTHLY_LIMIT,
    "The replicas of one stack must cost less than this a month, in `currency`, counted as OS disk size × replicas × "
    "price; without it there is no limit.",
    0,
    {"type": ["number", "null"], "minimum": 0},
)
CURRENCY: Final = Setting(
    configuration_rules.CURRENCY,
    "The currency of `monthlyLimit`, such as USD; compulsory beside it.",
    "",
    {"type": ["string", "null"], "pattern": configuration_rules.CURRENCY_PATTERN},
)

_SUBJECT: Final = "replicas of this stack"
_REFUSED: Final = "They may cost more than the limit, so they are refused"
_REFRESH: Final = "`./labs prices --refresh`"


class Limit(NamedTuple):
    """The agreed limit: an amount above 0 a month, and its currency in capitals."""

    amount: Decimal
    currency: str


def limit_of(amount: object, currency: object) -> Limit | None:
    """The limit that the values of a configuration mean; None if they mean none."""
    if not isinstance(amount, (int, float)) or not isinstance(currency, str) or not (amount and currency):
        return None
    return Limit(Decimal(repr(amount)), currency.upper())


def above_limit(cost: Cost, prices: PriceTable, limit: Limit, today: date) -> str | None:
    """The text of a violation if replicas cost the limit or more, or nobody can tell; None if they cost less."""
    agreed = money(limit.amount, limit.currency)
    if prices.fault:
        return message(
            _SUBJECT,
            f"nobody can tell what they cost, for {prices.fault}, and the limit is below {agreed} a month",
            _REFUSED,
            f"Run `./labs prices --refresh --currency {limit.currency}`",
        )
    if prices.currency != limit.currency:
        return message(
            _SUBJECT,
            f"the limit is below {agreed} a month, and the prices are in {prices.currency}, so nobody can compare them",
            _REFUSED,
            f"Run `./labs prices --refresh --currency {limit.currency}`, or write {LIMIT.key} in {prices.currency}, "
            f"and {CURRENCY.key}, in {FILE}",
        )
    if cost.month >= limit.amount:
        return message(
            _SUBJECT,
            f"they cost {sum_of(cost, prices, today)}, and the limit is below {agreed}{_largest(cost, prices)}",
            "Every replica is billed each month, so they are refused",
            "Lower replicas, narrow target regions, or retire old versions; if it is meant to be, raise "
            f"{LIMIT.key} of {COST_POLICY} in {FILE}",
        )
    if cost.not_counted:
        advice = "; ".join(dict.fromkeys(one.gap.advice for one in cost.not_counted))
        return message(
            _SUBJECT,
            f"they cost {sum_of(cost, prices, today)}, and the limit is below {agreed}",
            _REFUSED,
            advice[0].upper() + advice[1:],
        )
    return None


def notice_of(cost: Cost, prices: PriceTable, today: date) -> str:
    """The text of a notice where no limit is agreed on."""
    if prices.fault:
        return message(
            _SUBJECT,
            f"nobody can tell what they cost, for {prices.fault}",
            "A change that makes them dearer goes through unseen",
            f"Run {_REFRESH}",
        )
    return (
        f"{_SUBJECT} cost {sum_of(cost, prices, today)}. "
        f"{LIMIT.key} and {CURRENCY.key} of {COST_POLICY} in {FILE} set a limit."
    )


def sum_of(cost: Cost, prices: PriceTable, today: date) -> str:
    """The sum with what it rests on: `at most 61.20 USD a month (prices of 2026-11-29; koreacentral as eastus)`."""
    old = f", which are old: {_REFRESH}" if prices.is_old(today) else ""
    basis = [f"prices of {prices.day}{old}"]
    if cost.borrowed:
        basis.append(f"{named(cost.borrowed)} as {FALLBACK}")
    if cost.not_counted:
        basis.append(f"not counted: {named((one.text for one in cost.not_counted), '; ')}")
    bound = "at least" if cost.not_counted else "at most"
    month = f"{bound} {money(cost.month, prices.currency)} a month" if cost.by_image else "an unknown amount"
    return f"{month} ({'; '.join(basis)})"


def _largest(cost: Cost, prices: PriceTable) -> str:
    """The images that cost most, the dearest first."""
    dearest = sorted(cost.by_image.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
    return f" (most for {', '.join(f'{shown_text(name)} {money(month, prices.currency)}' for name, month in dearest)})"
