"""Where a running emulator is found: the address file, which may be out of date."""

from __future__ import annotations

import json
import os
from pathlib import Path

ADDRESS_FILE = "address.json"
LEASE_PATH = "/sandbox/lease"


def last_address(home: Path) -> dict[str, int | str]:
    """Return port, key and process id of the last server, or nothing when there is no file that can be read."""
    try:
        address = json.loads((home / ADDRESS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return address if isinstance(address, dict) else {}


def write_address(home: Path, port: int, key: str) -> None:
    """Write where this process serves; a reader sees the old file or the new one, never half of one."""
    fresh = home / f"{ADDRESS_FILE}.new"
    fresh.write_text(json.dumps({"port": port, "key": key, "pid": os.getpid()}), encoding="utf-8")
    fresh.replace(home / ADDRESS_FILE)
