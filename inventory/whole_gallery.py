"""The gallery with everything in it, whoever made it, the lab accounts, and how far replication has come."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from catalog.stacks.settings import Settings
from inventory.arm.client import Arm
from inventory.arm.error import ArmError
from inventory.arm.pipeline import THREADS
from inventory.gallery import is_settled, look_up_gallery, look_up_progress
from inventory.labs import look_up_lab_accounts
from inventory.observe import gallery_failure
from inventory.side_by_side import side_by_side
from plan.observed import Observed, ObservedGallery, RegionProgress
from plan.plan import gallery_id

Told = dict[str, tuple[RegionProgress, ...]]
"""Progress by version id in lower case."""


class WholeGallery:
    """Looks at the gallery of a stack as often as asked, over one connection. Make it with `signed_in`."""

    def __init__(self, settings: Settings, arm: Arm, pool: Executor) -> None:
        self._settings, self._arm, self._pool = settings, arm, pool

    @classmethod
    @contextmanager
    def signed_in(cls, settings: Settings) -> Iterator[WholeGallery]:
        """For as long as the block lasts. Raises ArmError where there is no sign-in."""
        arm = Arm()
        try:
            arm.sign_in()
            with ThreadPoolExecutor(THREADS, thread_name_prefix="look-up") as pool:
                yield cls(settings, arm, pool)
        finally:
            arm.close()

    def look(self) -> Observed:
        """The gallery with all definitions and all their versions, and the lab accounts; failures as `observe` has."""
        gallery, failed = look_up_gallery(self._arm, self._pool, gallery_id(self._settings), None)
        accounts, others = look_up_lab_accounts(self._arm, self._pool, self._settings.lab_account_ids)
        told = [gallery_failure(error, self._settings) for error in failed] + [str(error) for error in others]
        failures = tuple(dict.fromkeys(failure for failure in told if failure))
        return Observed(gallery=gallery, lab_accounts=accounts, failures=failures)

    def progress(self, gallery: ObservedGallery, before: Told) -> tuple[Told, list[ArmError]]:
        """How far each version has come, and the look-ups that failed.

        One question for each version, since lists do not tell it; none for what was whole `before`. A version that
        was deleted meanwhile is left out.
        """
        versions = [version for item in gallery.definitions.values() for version in item.versions.values()]
        known = {
            key: before[key]
            for version in versions
            if (key := version.id.lower()) in before and is_settled(version, before[key])
        }
        wanted = {version.id.lower(): version.id for version in versions if version.id.lower() not in known}
        answers = side_by_side(self._pool, {key: partial(look_up_progress, self._arm, wanted[key]) for key in wanted})
        failures = [answer for answer in answers.values() if isinstance(answer, ArmError)]
        told = {key: answer for key, answer in answers.items() if isinstance(answer, tuple)}
        return known | told, failures
