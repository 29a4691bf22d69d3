from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import msgspec

from tests.unit.engine.conftest import TARGET
from troubleshooter.engine import reading
from troubleshooter.engine.fold import fold
from troubleshooter.model.event import Event, EventKind
from troubleshooter.model.run import KeptFile

if TYPE_CHECKING:
    from collections.abc import Iterable

NODES = ("tvm-1", "tvm-2", "tvm-3")
NAMES = ("/var/log/b", "/var/log/a")
"""In the order in which each node's are read."""
EXPECTED = [(node, name) for node in NODES for name in NAMES]


def kept(*read: tuple[str, Iterable[str]]) -> list[tuple[str, str]]:
    """What a run has kept, by the steps and the order in which they were finished with nodes."""
    steps = [step for step, _ in read]
    created = {"target": msgspec.to_builtins(TARGET), "playbook": "p", "steps": [*dict.fromkeys(steps)]}
    files = [
        KeptFile(node, name, "0" * 64, "0" * 64, 1, "", step)
        for step, nodes in read
        for node in nodes
        for name in NAMES
    ]
    told = [(EventKind.RUN_CREATED, created)]
    told += [(EventKind.FILE_KEPT, msgspec.to_builtins(file)) for file in files]
    events = [
        reading.event("run", seq, "2026-01-01T00:00:00.000Z", kind, msgspec.json.encode(data))
        for seq, (kind, data) in enumerate(told, start=1)
    ]
    return [
        (file.node, file.name) for file in fold(event for event in events if isinstance(event, Event)).files
    ]


def test_kept_files_stand_by_node_whichever_was_read_first() -> None:
    assert all(kept(("collect", order)) == EXPECTED for order in permutations(NODES))


def test_what_an_earlier_step_kept_goes_first_whatever_the_nodes_are_called() -> None:
    survey = [("tvm-2-of-another-pool", name) for name in NAMES]

    assert kept(("survey", ["tvm-2-of-another-pool"]), ("collect", reversed(NODES))) == survey + EXPECTED


def test_a_node_read_again_keeps_its_place() -> None:
    assert kept(("collect", [*NODES, NODES[1]])) == EXPECTED
