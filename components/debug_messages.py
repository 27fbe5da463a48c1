"""The SDK's debug messages, kept to itself."""

from __future__ import annotations

import pulumi.log


def drop_debug_messages() -> None:
    """Let the SDK's own debug messages cost nothing; those of engine and providers still come with `pulumi --debug`.

    The SDK sends four a resource ("registering resource …") and stops until the engine has taken each in, whether
    somebody wants to see them or not: about a tenth of a preview of hundreds of versions.
    """
    pulumi.log.debug = lambda *_, **__: None
