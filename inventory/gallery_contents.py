"""Everything that is in a gallery, whoever made it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from inventory.arm.client import Arm
from inventory.arm.error import ErrorKind
from inventory.arm.pipeline import THREADS
from inventory.gallery import look_up_gallery
from plan.observed import ObservedGallery


def gallery_contents(arm: Arm, gallery_id: str) -> ObservedGallery | None:
    """The gallery with every version of every definition in it, None when it is gone. Raises ArmError."""
    arm.sign_in()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="look-up") as pool:
        gallery, failures = look_up_gallery(arm, pool, gallery_id, None)
    for failure in failures:
        if failure.kind is not ErrorKind.NO_RESOURCE_GROUP:
            raise failure
    return gallery
