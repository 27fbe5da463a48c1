"""The package's process: operations of our own resources are not held up by registrations."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from components.package import server


def test_an_operation_ends_while_every_thread_of_the_loop_waits_for_a_registration() -> None:
    async def check() -> None:
        answered, loop = Event(), asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(max_workers=1))
        registration = loop.run_in_executor(None, answered.wait, 20)
        try:
            await asyncio.wait_for(server._run("lab-image-gallery:index:DestroyGuard", "check", {}, {}), timeout=5)
        finally:
            answered.set()
            await registration

    asyncio.run(check())
