"""What images need after Azure Lab Services, as the answer to a program."""

from __future__ import annotations

from typing import Any

from catalog.images.consumers import SERVICES
from catalog.stacks.commands import Commands
from cli.readiness_text import twin_command
from lifecycle.end_of_life import RETIREMENT_DATE
from lifecycle.readiness import Gap, Readiness
from lifecycle.readiness_report import ReadinessReport


def readiness_answer(report: ReadinessReport, on_stack: Commands) -> dict[str, Any]:
    """Keys and values of the answer, without the stack."""
    images: dict[str, list[Readiness]] = {}
    for each in report.found:
        images.setdefault(each.image, []).append(each)
    return {
        "retirement": str(RETIREMENT_DATE),
        "days_left": report.days_left,
        "regions": list(report.regions),
        "without_service": list(report.without_service),
        "images": [{"name": name, "services": [_of_service(each) for each in found]} for name, found in images.items()],
        "twins": [
            {
                "name": twin.name,
                "like": twin.like,
                "service": twin.service,
                "also": list(twin.also),
                "exists": twin.exists,
                "command": None if twin.exists else twin_command(twin, on_stack),
            }
            for twin in report.twins
        ],
    }


def _of_service(of: Readiness) -> dict[str, Any]:
    return {
        "service": of.service,
        "name": SERVICES[of.service].name,
        "status": of.status,
        "needs": [_need(gap) for gap in of.gaps],
        "advice": [_need(gap) for gap in of.advice],
    }


def _need(gap: Gap) -> dict[str, Any]:
    return {
        "work": gap.work,
        "property": gap.demand.property,
        "found": gap.found,
        "demands": gap.demand.says,
        "source": gap.demand.source,
        "dated": str(gap.demand.dated),
        "url": gap.demand.url,
    }
