from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import msgspec

from tests.unit.engine.conftest import TARGET
from troubleshooter.engine.fold import fold
from troubleshooter.model.event import Event, EventKind
from troubleshooter.model.run import KeptFile

if TYPE_CHECKING:
    from collections.abc import Iterable

NODES = ("", "tvm-1", "tvm-2", "tvm-3")
"""The first is none: what Azure itself answered."""
NAMES = ("/var/log/b", "/var/log/a")
"""In the order in which each node's are read."""


def kept(order: Iterable[str]) -> list[tuple[str, str]]:
    """What a run has kept after its nodes were finished with in an order."""
    created = {"target": msgspec.to_builtins(TARGET), "playbook": "p", "steps": []}
    files = [KeptFile(node, name, "0" * 64, "0" * 64, 1, "") for node in order for name in NAMES]
    told = [(EventKind.RUN_CREATED, created)]
    told += [(EventKind.FILE_KEPT, msgspec.to_builtins(file)) for file in files]
    events = [
        Event("run", seq, "2026-01-01T00:00:00.000Z", kind, data) for seq, (kind, data) in enumerate(told)
    ]
    return [(file.node, file.name) for file in fold(events).files]


def test_kept_files_stand_by_node_whichever_was_read_first() -> None:
    expected = [(node, name) for node in NODES for name in NAMES]

    assert all(kept(order) == expected for order in permutations(NODES))


def test_a_node_read_again_keeps_its_place() -> None:
    expected = [(node, name) for node in NODES for name in NAMES]

    assert kept([*NODES, NODES[1]]) == expected
