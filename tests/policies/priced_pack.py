"""A copy of the pack with prices of the tests: those of the repository are the administrator's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.support.policy_server import PACK, Mode, PolicyServer, policy_server

PRICES: Final[dict[str, Any]] = {
    "currency": "USD",
    "date": "2026-11-01",
    "source": "prices of the tests",
    "storage": {
        "eastus": {"Premium_LRS": 0.132, "Standard_LRS": 0.05, "Standard_ZRS": 0.05},
        "koreacentral": {"Standard_LRS": 0.06},
    },
    "transfer": {},
}


@contextmanager
def priced_server(folder: Path, content: str | None = None, mode: Mode = Mode.PREVIEW) -> Iterator[PolicyServer]:
    """A server of a copy of the pack in `folder` with this text as its prices; None: it has no file of them."""
    copy = folder / "policies"
    shutil.copytree(PACK, copy, ignore=shutil.ignore_patterns(".venv", "__pycache__", "generate.py"))
    (copy / ".venv").symlink_to(PACK / ".venv")
    prices = copy / "lab_image_policies" / "prices.json"
    if content is None:
        prices.unlink()
    else:
        prices.write_text(content, encoding="utf-8")
    with policy_server(copy, mode) as server:
        yield server


def prices(**changes: Any) -> str:
    """The text of the prices of the tests, with changes."""
    return json.dumps({**PRICES, **changes})
