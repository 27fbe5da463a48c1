"""What is in Azure of some images, and of sources that are not in the catalogue yet: for commands on single images."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from catalog.stacks.settings import Settings
from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind
from inventory.arm.pipeline import THREADS
from inventory.gallery import look_up_gallery
from inventory.sources import look_up_sources
from plan.observed import Observed
from plan.plan import gallery_id


def observe_images(settings: Settings, images: Collection[str], sources: Collection[tuple[str, str]] = ()) -> Observed:
    """The stack's gallery with the versions of `images`, and `sources` (kind, id), of the kinds that can be asked.

    Lab accounts, roles and the resource group are not looked up; a gallery that does not exist yet is None. Failures as
    in `inventory.observe.observe`. Raises nothing for a refusal.
    """
    client: Arm | None = None
    try:
        client = Arm()
        client.sign_in()
        with ThreadPoolExecutor(THREADS, thread_name_prefix="look-up") as pool:
            gallery, failures = look_up_gallery(client, pool, gallery_id(settings), images)
            found, more = look_up_sources(client, pool, sources)
    except ArmError as error:
        return Observed(failures=(str(error),))
    finally:
        if client is not None:
            client.close()
    told = [str(error) for error in (*failures, *more) if error.kind is not ErrorKind.NO_RESOURCE_GROUP]
    return Observed(gallery=gallery, sources=found, failures=tuple(dict.fromkeys(told)))
