from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.flows.cloud.world import World
from troubleshooter.cloud.azure import Azure
from troubleshooter.settings import CloudSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.simulator.server import Simulator


@pytest.fixture
def scenario() -> str:
    """The broken world; a test asks for another with parametrize."""
    return "vault-rbac-denied"


@pytest.fixture
def world(scenario: str, simulator: Callable[..., Simulator], monkeypatch: pytest.MonkeyPatch) -> World:
    connection = simulator(scenario).connection
    for name in ("tenant_id", "client_id", "client_secret"):
        monkeypatch.setenv(f"AZURE_{name.upper()}", connection[name])
    return World(connection)


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
def cancel() -> threading.Event:
    return threading.Event()


@pytest.fixture
def azure(reading: Azure) -> Iterator[Azure]:
    """One that may change what it likes."""
    with reading.changing():
        yield reading


@pytest.fixture
def reading(world: World, cancel: threading.Event, troubles: list[str]) -> Iterator[Azure]:
    """One for which no change is declared."""
    connection = world.connection
    settings = CloudSettings(
        connection["subscription_id"],
        connection["arm_endpoint"],
        connection["authority"],
        Path(connection["ca_file"]),
    )
    with Azure(settings, cancel, troubles.append) as azure:
        yield azure
