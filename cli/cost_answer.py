"""The cost of a gallery in JSON.

Money is a JSON number with all its decimals, in the currency of the whole; what is not known is null and in no sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cli.answer import number
from lifecycle.cost_report import CostReport, ImageCost, VersionCost
from plan.cost import Cost, ReplicaCost


def cost_answer(report: CostReport, today: date) -> dict[str, Any]:
    """All figures of a report. `today` decides whether its prices are old."""
    return {
        "planned": report.planned,
        "currency": report.prices.currency or None,
        "prices": {
            "date": report.prices.day or None,
            "source": report.prices.source or None,
            "borrowed": list(report.cost.borrowed),
            "old": report.prices.is_old(today),
        },
        "month": number(report.month),
        "gb": report.gb,
        "upper_bound": report.upper_bound,
        "keeps_deleted": report.keeps_deleted,
        "images": [_image(image) for image in report.images],
        "regions": [
            {
                "region": name,
                "replicas": sum(part.of.replicas for part in cost.parts),
                **_sums(cost),
                "has_lab": report.has_lab(name),
            }
            for name, cost in report.by_region.items()
        ],
        "savings": _savings(report),
        "transfer": [
            {"image": image.name, "version": image.latest.number, "once": number(image.latest.once)}
            for image in report.images
        ],
        "unknown": [
            {"image": each.image, "version": each.version, "region": each.region, "why": each.why}
            for each in report.unknown
        ],
    }


def _sums(cost: Cost) -> dict[str, Any]:
    return {"month": number(cost.known_month), "gb": cost.known_gb}


def _image(image: ImageCost) -> dict[str, Any]:
    return {
        "name": image.name,
        "managed": image.managed,
        "month": number(image.month),
        "gb": image.gb,
        "versions": [_version(version) for version in image.versions],
    }


def _version(version: VersionCost) -> dict[str, Any]:
    return {
        "version": version.number,
        "managed": version.managed,
        "month": number(version.month),
        "gb": version.gb,
        "regions": [_part(part) for part in version.cost.parts],
    }


def _part(part: ReplicaCost) -> dict[str, Any]:
    return {
        "region": part.of.region,
        "storage_account_type": part.of.storage_account_type,
        "replicas": part.of.replicas,
        "gb": part.of.gb,
        "price": number(part.price.amount) if part.price else None,
        "price_of": part.price.region if part.price else None,
        "month": number(part.month),
    }


def _savings(report: CostReport) -> dict[str, Any]:
    saved, without = report.pruned, report.without_labs
    return {
        "keep": report.keep,
        **({"month": None, "gb": None} if saved is None else _sums(saved)),
        "versions": [] if saved is None else _versions(saved),
        "without_labs": None
        if without is None
        else {"month": number(without.known_month), "regions": _regions(without)},
    }


def _versions(cost: Cost) -> list[dict[str, str]]:
    pairs = dict.fromkeys((part.of.image, part.of.version) for part in cost.parts)
    return [{"image": image, "version": version} for image, version in pairs]


def _regions(cost: Cost) -> Sequence[str]:
    return sorted({part.of.region for part in cost.parts})
