"""What of a Korean or Japanese message is still English."""

from __future__ import annotations

import json
import re
from typing import Final

from tests.policies.findings import NAMES

_CODE: Final = re.compile(r"`[^`]*`|\"[^\"]*\"|“Duplicate regions are not allowed”|\(\w+Error: [^)]*\)")
"""Commands, values in quotes, and what others answer: Azure, and the SDK in an exception."""
_LETTERS: Final = re.compile(r"[a-z]+")
_PLACE: Final = re.compile(r"\{\w*\}")
_WORD: Final = re.compile(r"[A-Za-z][\w./:+-]*", re.ASCII)
_KEY: Final = re.compile(r"[a-z][A-Z]|[\d_.:/+-]")
"""What only names and keys have: `limitGb`, `lab_services`, `regions.json`."""
_NAMED: Final = frozenset(
    (
        # Names as Azure, Microsoft and Pulumi write them in every language.
        *(
            "Azure",
            "Lab",
            "Labs",
            "Services",
            "Microsoft",
            "Trusted",
            "Launch",
            "Standard",
            "Generalized",
            "Specialized",
        ),
        *("Reader", "GB", "OS", "VHD", "ID", "sysprep", "waagent", "deprovision", "geography", "transformation"),
        # Keys and values of the catalogue, of resources and of policy-config.json.
        *("image", "images", "versions", "external", "consumers", "location", "features", "restore", "other"),
        *("reason", "expires", "exemptions", "currency", "all", "mandatory", "advisory", "disabled", "false"),
        *("USD", "eastus"),
    )
)


def english_in(message: str, *given: object) -> set[str]:
    """Words of a message that are no name, key, command or value; `given` is what its program and configuration say."""
    values = set(_LETTERS.findall(json.dumps(given, ensure_ascii=False, default=str).lower())) | set(NAMES)
    text = _PLACE.sub(" ", _CODE.sub(" ", message))
    return {
        word
        for word in (found.rstrip(".:/+-") for found in _WORD.findall(text))
        if not _KEY.search(word) and word not in _NAMED and word.lower() not in values
    }
