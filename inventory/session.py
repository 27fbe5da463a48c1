"""Signed in to Azure once: one client, and the threads in which it asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from catalog.stacks.settings import PRETEND
from inventory.arm.asked_once import AskedOnce
from inventory.arm.client import Arm
from inventory.arm.error import pretend_subscription
from inventory.arm.pipeline import THREADS
from inventory.shared_session import shared_clients


@dataclass(frozen=True, slots=True)
class Session:
    """`arm` is the client, `pool` the threads. A task of the pool must not wait for another one of it."""

    arm: Arm
    pool: Executor


def refuse_pretend(subscription: str) -> None:
    """Raises ArmError for a subscription that only the sandbox has, unless ARM_ENDPOINT names the sandbox's Azure.

    Asked before any sign-in, which a pretend subscription does not need.
    """
    if subscription.startswith(PRETEND) and not os.environ.get("ARM_ENDPOINT"):
        raise pretend_subscription(subscription)


@contextmanager
def signed_in(subscription: str, arm: Arm | None = None) -> Iterator[Session]:
    """A session in the tenant of a subscription for as long as the block lasts. Raises ArmError if signing in fails.

    `arm` is a client that stays open afterwards, as one of `shared_session` does; None makes one from the environment.
    """
    shared = shared_clients() if arm is None else None
    if shared is not None:
        arm = shared[subscription] = shared.get(subscription) or AskedOnce(subscription=subscription)
    client = arm or Arm(subscription=subscription)
    try:
        client.sign_in()
        with ThreadPoolExecutor(THREADS, thread_name_prefix="look-up") as pool:
            yield Session(client, pool)
    finally:
        if arm is None:
            client.close()
