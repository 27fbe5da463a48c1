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
from lab_image_policies.translation import N_, _

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

_SUBJECT: Final = N_("replicas of this stack")
_REFUSED: Final = N_("They may cost more than the limit, so they are refused")


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
            _(_SUBJECT),
            _(
                "nobody can tell what they cost, for {fault}, and the limit is below {limit} a month",
                fault=prices.fault,
                limit=agreed,
            ),
            _(_REFUSED),
            _("Run `./labs prices --refresh --currency {currency}`", currency=limit.currency),
        )
    if prices.currency != limit.currency:
        return message(
            _(_SUBJECT),
            _(
                "the limit is below {limit} a month, and the prices are in {currency}, so nobody can compare them",
                limit=agreed,
                currency=prices.currency,
            ),
            _(_REFUSED),
            _(
                "Run `./labs prices --refresh --currency {wanted}`, or write monthlyLimit in {currency}, and currency, "
                "in {file}",
                wanted=limit.currency,
                currency=prices.currency,
                file=FILE,
            ),
        )
    if cost.month >= limit.amount:
        return message(
            _(_SUBJECT),
            _(
                "they cost {sum}, and the limit is below {limit} (most for {images})",
                sum=sum_of(cost, prices, today),
                limit=agreed,
                images=_largest(cost, prices),
            ),
            _("Every replica is billed each month, so they are refused"),
            _(
                "Lower replicas, narrow target regions, or retire old versions; if it is meant to be, raise "
                "monthlyLimit of {policy} in {file}",
                policy=COST_POLICY,
                file=FILE,
            ),
        )
    if cost.not_counted:
        advice = "; ".join(_(text) for text in dict.fromkeys(one.gap.advice for one in cost.not_counted))
        return message(
            _(_SUBJECT),
            _("they cost {sum}, and the limit is below {limit}", sum=sum_of(cost, prices, today), limit=agreed),
            _(_REFUSED),
            advice[0].upper() + advice[1:],
        )
    return None


def notice_of(cost: Cost, prices: PriceTable, today: date) -> str:
    """The text of a notice where no limit is agreed on."""
    if prices.fault:
        return message(
            _(_SUBJECT),
            _("nobody can tell what they cost, for {fault}", fault=prices.fault),
            _("A change that makes them dearer goes through unseen"),
            _("Run `./labs prices --refresh`"),
        )
    return _(
        "replicas of this stack cost {sum}. monthlyLimit and currency of {policy} in {file} set a limit.",
        sum=sum_of(cost, prices, today),
        policy=COST_POLICY,
        file=FILE,
    )


def sum_of(cost: Cost, prices: PriceTable, today: date) -> str:
    """The sum with what it rests on: `at most 61.20 USD a month (prices of 2026-11-29; koreacentral as eastus)`."""
    basis = [_("prices of {day}", day=prices.day)]
    if prices.is_old(today):
        basis = [_("prices of {day}, which are old: `./labs prices --refresh`", day=prices.day)]
    if cost.borrowed:
        basis.append(_("{regions} as {fallback}", regions=named(cost.borrowed), fallback=FALLBACK))
    if cost.not_counted:
        versions = named((one.text for one in cost.not_counted), "; ")
        basis.append(_("not counted: {versions}", versions=versions))
    words = {"amount": money(cost.month, prices.currency), "basis": "; ".join(basis)}
    if not cost.by_image:
        return _("an unknown amount ({basis})", **words)
    if cost.not_counted:
        return _("at least {amount} a month ({basis})", **words)
    return _("at most {amount} a month ({basis})", **words)


def _largest(cost: Cost, prices: PriceTable) -> str:
    """The images that cost most, the dearest first."""
    dearest = sorted(cost.by_image.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
    return ", ".join(f"{shown_text(name)} {money(month, prices.currency)}" for name, month in dearest)
