"""End a plugin together with the engine that started it."""

import os
import threading
import time
from collections.abc import Callable

POLL_SECONDS = 0.5


def watch_parent(on_death: Callable[[], None]) -> None:
    """Call `on_death` in a thread once this process's parent is gone.

    The engine ends its plugins with a signal, but an engine killed with SIGKILL cannot: its plugins then get another
    parent. Polling for that works on Linux and macOS.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL_SECONDS)
        on_death()

    threading.Thread(target=watch, daemon=True, name="watch-parent").start()
