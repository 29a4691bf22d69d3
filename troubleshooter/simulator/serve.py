"""The simulated Azure as a process of its own: says where it is, and serves until interrupted."""

from __future__ import annotations

import json
import signal
import threading
from typing import TYPE_CHECKING, Literal

from troubleshooter.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LISTEN = 1.0
"""Seconds between two looks for a signal where waiting cannot be interrupted (Windows)."""


def serve(
    scenario: str,
    announce: Callable[[str], None],
    *,
    nodes: int = 2,
    port: int = 0,
    speed: Literal["fast", "real"] = "fast",
) -> None:
    """Call `announce` with one line of JSON, then serve until SIGINT or SIGTERM. For the main thread only.

    Raises KeyError for an unknown scenario, OSError where the port is taken.
    """
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in _SIGNALS}
    try:
        with Simulator(scenario, nodes=nodes, port=port, speed=speed) as simulator:
            announce(json.dumps(simulator.connection))
            while not stop.wait(_LISTEN):
                pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
