"""A filter of `tools/pipeline/find-secrets`: what Pulumi itself encrypts in a stack file is no secret.

A value passes only under the key that Pulumi writes it under and in the form that Pulumi gives it. Everything else in a
stack file is looked at as in any other file, a plain password under `secure:` too.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final

BASE64: Final = r"[A-Za-z0-9+/]+={0,2}"
SEALED: Final = rf"v1:[A-Za-z0-9+/]{{16}}:{BASE64}"
"""Nonce of 12 bytes and ciphertext. Source: pkg `resource/config`, `symmetricCrypter` of Pulumi."""
FORMS: Final = {
    # The data key, encrypted by a key vault: far longer than any key in plain text.
    "encryptedkey": re.compile(r"[A-Za-z0-9+/_-]{120,}={0,2}"),
    "encryptionsalt": re.compile(rf"v1:[A-Za-z0-9+/]*={{0,2}}:{SEALED}"),
    # With a passphrase or key vault; else as Pulumi Cloud writes it.
    "secure": re.compile(rf"{SEALED}|AAABA{BASE64}"),
    # No value but an address; one with a user name or password in it does not pass.
    "secretsprovider": re.compile(r"passphrase|default|(azurekeyvault|awskms|gcpkms|hashivault)://[^\s@'\"]+"),
}
"""The keys that Pulumi writes, and the form of their values."""


def is_encrypted(filename: str, line: str, secret: str) -> bool:
    """Whether `secret`, found in `line` as `key: "value"`, is a value that Pulumi has encrypted in a stack file."""
    key, _, value = line.strip().partition(": ")
    form = FORMS.get(key)
    return (
        PurePath(filename).match("Pulumi.*.yaml")
        and form is not None
        and form.fullmatch(secret) is not None
        and value.lstrip("\"'").startswith(secret)
    )
