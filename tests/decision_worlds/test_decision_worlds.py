"""Forty worlds, written before the decision by others: what is decided of each, and the table of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.decision_worlds.read import FILES, decision, told

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.model.decision import Decision

UNDECIDED = "undecidable"
MOST_UNDECIDED = 8
"""Of the worlds that can be decided."""


def answer(decided: Decision | None) -> str:
    return decided.whose.value if decided and decided.whose else UNDECIDED


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_answer_is_wrong(file: Path) -> None:
    world = told(file)
    decided = decision(world)

    assert answer(decided) in {world["expected"], UNDECIDED}
    assert decided is None or decided.reasons
    assert decided is None or decided.firm or decided.would_decide


def test_the_table_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    worlds = [told(file) for file in FILES]
    table = Counter((world["expected"], answer(decision(world))) for world in worlds)
    names = ("extension", "network", "batch", UNDECIDED)
    with capsys.disabled():
        print(f"\n{'':>12}", *(f"{name:>12}" for name in names))
        for true in names:
            print(f"{true:>12}", *(f"{table[true, said]:>12}" for said in names))

    open_ones = sum(number for (true, said), number in table.items() if said == UNDECIDED != true)
    assert Counter(world["expected"] for world in worlds) == {
        "extension": 12,
        "network": 12,
        "batch": 10,
        UNDECIDED: 6,
    }
    assert table[UNDECIDED, UNDECIDED] == 6
    assert open_ones <= MOST_UNDECIDED


def world_of(number: int) -> dict[str, Any]:
    return told(next(file for file in FILES if file.stem.startswith(f"{number:02}-")))


def test_an_error_of_a_resize_that_is_over_is_none_of_now() -> None:
    """Batch keeps it until the next resize."""
    world = world_of(29)
    world["pool"]["properties"]["currentDedicatedNodes"] = 10

    assert decision(world) is None


@pytest.mark.parametrize(("version", "said"), [("4.0", "extension"), ("3.0", UNDECIDED)])
def test_what_does_not_wait_for_certificates_cannot_wait_in_vain(version: str, said: str) -> None:
    """From 4.0 on it always waits; before, only where it is told to."""
    world = world_of(10)
    machine = world["pool"]["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    for extension in machine["extensions"]:
        extension["typeHandlerVersion"] = version
        extension["settings"]["secretsManagementSettings"].pop("requireInitialSync", None)

    assert answer(decision(world)) == said


@pytest.mark.parametrize(
    ("version", "would"),
    [("4.0", "a node without the extension, asked"), ("3.5", "a node with the extension")],
)
def test_what_would_decide_it_is_a_node_that_can_be_had(version: str, would: str) -> None:
    """None gets past an extension that always waits, however it is made."""
    world = world_of(11)
    machine = world["pool"]["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["extensions"][0]["typeHandlerVersion"] = version
    found = decision(world)
    assert found is not None
    assert found.would_decide[0].startswith(would)
