"""The end of life of an image or version: what Azure has stays to the moment, as long as the catalogue names it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from catalog.fields.moment import day_of, shortest, start_of
from plan.conflict import Conflict
from plan.stack import Stack


def is_kept(wanted: date | None, there: datetime | None, text: str | None) -> bool:
    """Whether the catalogue names `there`, the end of life that Azure has: its day, or the moment itself.

    `text` is Azure's own, where that says more than `there`: its day may be another one than that in UTC.
    """
    if wanted is None or there is None:
        return False
    if isinstance(wanted, datetime):
        return wanted == there
    return wanted == day_of(there) or (text is not None and wanted == datetime.fromisoformat(text).date())


def end_of_life_conflicts(subject: str, new: date | None, there: datetime | None, stack: Stack) -> Iterator[Conflict]:
    """Why `new`, an end of life that Azure does not have yet, cannot be set; `there` is the one that it has.

    Azure refuses one that is not in the future when it is set (recorded for definitions and versions). What has passed
    is known from the moment of the look. Without one, as in a preview without credentials, and where the look failed,
    nobody knows what is new.
    """
    now = stack.observed.moment
    if new is None or not now or stack.observed.failures or start_of(new) > datetime.fromisoformat(now):
        return
    has = f", and the gallery has {shortest(there).isoformat()}" if there else ""
    else_write = f"write {shortest(there).isoformat()} again, which Azure has" if there else "take the key out"
    yield Conflict(
        subject,
        f"end_of_life is {new.isoformat()}, which is not in the future{has}",
        "Azure refuses to set an end of life that has passed or is today, so the update would fail half-way",
        f"Write a day after {now[:10]}, or {else_write}",
    )
