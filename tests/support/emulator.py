"""The sandbox's Azure for tests; a plugin, so that test modules name it in `pytest_plugins`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.emulator_client import GALLERIES, Client, definition
from tests.support.emulator_thread import emulator


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulator(tmp_path_factory.mktemp("sandbox")) as running:
        yield running.endpoint


@pytest.fixture
def client(endpoint: str) -> Iterator[Client]:
    """A client of an emulator that has just been reset, with copies that take no time."""
    made = Client(endpoint)
    made.reset()
    made.replication(secondsPerRegion=0)
    yield made
    made.close()


@pytest.fixture
def image(client: Client) -> str:
    """The id of a definition `python` in a gallery `labs_gallery`."""
    assert client.put(f"{GALLERIES}/labs_gallery", {"location": "koreacentral"}).status == 201
    image_id = f"{GALLERIES}/labs_gallery/images/python"
    assert client.put(image_id, definition()).status == 201
    return image_id
