"""In what the simulated Azure answers otherwise than the service did, call by call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contract.client import Client
from tests.recordings import current, shape
from tests.recordings.recording import recording
from tests.recordings.simulated import SIMULATED, Stage
from troubleshooter.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

SCENARIO = "healthy"


def found(name: str) -> tuple[str, ...]:
    """Every difference of one recording, as `place: how`."""
    one = recording(name)
    with Simulator(SCENARIO, nodes=1) as running:
        answered = SIMULATED[name](Stage(Client(running.connection), one))

    def differences() -> Iterator[str]:
        if answered.status != one.status:
            yield f"status: {answered.status} for {one.status}"
        yield from shape.unlike_headers(one.headers, answered.headers)
        yield from shape.unlike(current.body(one), answered.body, "body")

    return tuple(dict.fromkeys(differences()))
