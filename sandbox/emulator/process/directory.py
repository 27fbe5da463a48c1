"""Where the sandbox keeps its state."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]


def sandbox_directory() -> Path:
    """Return `LAB_SANDBOX_DIR`, or `.sandbox` in the repository root when that variable is not set."""
    chosen = os.environ.get("LAB_SANDBOX_DIR")
    return Path(chosen).expanduser().resolve() if chosen else REPOSITORY / ".sandbox"
