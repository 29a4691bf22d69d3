from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.client import Client
from tests.unit.cli.conftest import invoke  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Ended
    from troubleshooter.simulator.scenarios import Scene
    from troubleshooter.simulator.server import Simulator


class Azure:
    """A simulated Azure, and the program that is signed in to it."""

    def __init__(self, connection: dict[str, Any], run: Callable[..., Ended]) -> None:
        self.connection = connection
        self.client = Client(connection)
        self.run = run

    def json(self, *arguments: str) -> Any:
        return self.run(*arguments, "--output", "json").document

    def calls(self) -> list[dict[str, Any]]:
        return [
            call
            for call in self.client.control("GET", "/calls")["calls"]
            if "/oauth2/" not in call["path"] and "/.well-known/" not in call["path"]
        ]

    def fault(self, **fault: Any) -> None:
        self.client.control("POST", "/fault", fault)


@pytest.fixture
def azure(
    simulator: Callable[..., Simulator],
    invoke: Callable[..., Ended],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Azure]:
    """Start it with these worlds, and sign in."""

    def start(*scenes: Scene) -> Azure:
        connection = simulator(scenes).connection
        environ = {
            **{
                f"AZURE_{name.upper()}": connection[name]
                for name in ("tenant_id", "client_id", "client_secret")
            },
            "AZURE_AUTHORITY_HOST": connection["authority"],
            **{
                f"TROUBLESHOOTER_{name.upper()}": connection[name]
                for name in ("arm_endpoint", "authority", "ca_file")
            },
        }
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return Azure(connection, invoke)

    return start
