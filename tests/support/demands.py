"""Rules of the services after Azure Lab Services as tests use them: no test hangs on what Microsoft asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final
from unittest.mock import patch

from catalog.images.consumers import SERVICES, Consumer, Demand, Property, Service

PAGE: Final = "A page about images"
ADDRESS: Final = "https://example.org/images"
DAY: Final = date(2025, 4, 1)


def rule(about: Property, *accepted: str, says: str = "something", **changes: Any) -> Demand:
    """A rule of a pretend document."""
    return Demand(about, says, PAGE, ADDRESS, DAY, accepted=accepted, **changes)


WINDOWS: Final = rule("os_type", "Windows", says="Windows")
GENERALIZED: Final = rule("os_state", "Generalized", says="a generalized image")
REGION: Final = rule("region", says="a replica in its region")
RULES: Final[dict[Consumer, Service]] = {
    "devtest_labs": Service(SERVICES["devtest_labs"].name, (REGION,)),
    "virtual_desktop": Service(
        SERVICES["virtual_desktop"].name,
        (WINDOWS, GENERALIZED, REGION, rule("hyper_v_generation", "V2", says="generation 2", certain=False)),
    ),
    "windows_365": Service(
        SERVICES["windows_365"].name,
        (
            WINDOWS,
            GENERALIZED,
            rule("hyper_v_generation", "V2", says="generation 2"),
            rule("security_type", "TrustedLaunch", "TrustedLaunchSupported", says="Trusted Launch"),
            rule("os_disk_size_gb", least=64, most=2048, says="an OS disk of 64 to 2,048 GB"),
            rule("data_disk_count", most=0, says="one disk"),
            rule("guest", says="Windows 11 Enterprise without a recovery partition"),
        ),
    ),
}
"""Rules of each service: none of Azure's, but of the same kinds."""


@contextmanager
def rules_of_tests() -> Iterator[None]:
    """These rules in place of the real ones, until the end of the block."""
    with patch.dict(SERVICES, RULES):
        yield
