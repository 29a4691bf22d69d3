"""Whoever is asked whether something is the Key Vault extension gives the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.inside import Inside
from tests.known import KEY_VAULT, PAIRS
from troubleshooter.actions import bodies, pool_body
from troubleshooter.model.extension import Answer
from troubleshooter.model.run import StepState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

EXPECTED = {(publisher, kind): answer for publisher, kind, answer, _ in PAIRS}
Pair = tuple[str, str]


@pytest.fixture
def world(
    simulator: Callable[..., Simulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Inside]:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"):
        monkeypatch.setenv(name, "")
    inside = Inside(simulator("wrong-client-id").connection, tmp_path / "runs")
    yield inside
    inside.bench.close()


def renamed(pair: Pair) -> Callable[[dict[str, Any]], None]:
    def change(properties: dict[str, Any]) -> None:
        (entry,) = pool_body.extensions({"properties": properties})
        entry["publisher"], entry["type"] = pair

    return change


def surveyed(world: Inside, name: str, pair: Pair) -> RunState:
    run = world.start(world.make_pool(name, renamed(pair)))
    return world.drive(run, {}, until="survey")


def answer(state: RunState) -> Answer:
    record = state.step("survey")
    if record.state is StepState.DONE:
        return Answer.OURS
    assert record.error is not None
    return Answer.MEANT if "not named as Azure knows it" in record.error.what else Answer.ANOTHER


def test_a_survey(world: Inside) -> None:
    told = {pair: answer(surveyed(world, f"p{number}", pair)) for number, pair in enumerate(EXPECTED)}

    assert told == EXPECTED


def test_a_plan(world: Inside) -> None:
    """Ours is switched off, what is meant to be ours is named and left alone, another is not spoken of."""
    run = world.start()
    state, definition = run.state, world.definition(world.target.pool)
    run.close()
    told = {}
    for pair in EXPECTED:
        renamed(pair)(definition["properties"])
        body, notes = bodies.debug_body(definition, state, bodies.DEBUG, "192.0.2.1/32", KEY_VAULT)
        (entry,) = pool_body.extensions(body)
        off = entry["settings"]["secretsManagementSettings"].get("requireInitialSync") is False
        named = any("is left as it is: " in note for note in notes)
        told[pair] = Answer.OURS if off and not named else Answer.MEANT if named else Answer.ANOTHER
        assert off is (told[pair] is Answer.OURS)

    assert told == EXPECTED


def test_the_refusal_says_what_is_wrong_and_nothing_is_changed(world: Inside) -> None:
    error = surveyed(world, "p", ("Contoso", "KeyVaultForLinux")).step("survey").error

    assert error is not None
    assert error.why.startswith(
        "In KeyVaultForLinux publisher is Contoso; the Key Vault extension's is Microsoft.Azure.KeyVault."
    )
    assert "troubleshooter lint FILE" in error.do
    assert set(world.pools()) == {world.target.pool, "p"}
