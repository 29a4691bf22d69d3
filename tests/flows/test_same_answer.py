"""Whoever is asked whether something is the Key Vault extension gives the same answer."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KEY_VAULT, KNOWN, PAIRS
from tests.unit.lint.pools import good
from troubleshooter.analyse.facts import pool_values
from troubleshooter.cli.entry import run
from troubleshooter.collect.roads.ssh import Ssh
from troubleshooter.model.extension import Answer
from troubleshooter.model.handover import Surveyed
from troubleshooter.model.step import StepState
from troubleshooter.pooldef import bodies, pool_body
from troubleshooter.printer import Form, Printer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

EXPECTED = {(publisher, kind): answer for publisher, kind, answer, _ in PAIRS}
Pair = tuple[str, str]


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator("wrong-client-id"))


def renamed(pair: Pair) -> Callable[[dict[str, Any]], None]:
    def change(properties: dict[str, Any]) -> None:
        (entry,) = pool_body.extensions({"properties": properties})
        entry["publisher"], entry["type"] = pair

    return change


def surveyed(world: Inside, name: str, pair: Pair) -> RunState:
    started = world.start(world.make_pool(name, renamed(pair)))
    return world.drive(started, {}, until="survey")


def answer(state: RunState) -> Answer:
    record = state.step("survey")
    if record.state is StepState.DONE:
        seen = state.of(Surveyed)
        return Answer.OURS if seen and seen.extension.type else Answer.ANOTHER
    assert record.error is not None
    return Answer.MEANT if "not named as Azure knows it" in record.error.what else Answer.ANOTHER


def test_a_survey(world: Inside) -> None:
    told = {pair: answer(surveyed(world, f"p{number}", pair)) for number, pair in enumerate(EXPECTED)}

    assert told == EXPECTED


def test_a_plan(world: Inside) -> None:
    """Ours is switched off, what is meant to be ours is named and left alone, another is not spoken of."""
    started = world.start()
    state, definition = started.state, world.definition(world.target.pool)
    started.close()
    told = {}
    for pair in EXPECTED:
        renamed(pair)(definition["properties"])
        body, notes = bodies.debug_body(definition, state, bodies.DEBUG, (Ssh("192.0.2.1/32"),), KEY_VAULT)
        (entry,) = pool_body.extensions(body)
        off = entry["settings"]["secretsManagementSettings"].get("requireInitialSync") is False
        named = any("is left as it is: " in note for note in notes)
        told[pair] = Answer.OURS if off and not named else Answer.MEANT if named else Answer.ANOTHER
        assert off is (told[pair] is Answer.OURS)

    assert told == EXPECTED


def command(*arguments: str) -> Any:
    out = io.StringIO()
    run([*arguments, "--output", "json"], Printer(Form.JSON, out, io.StringIO(), {}))
    return json.loads(out.getvalue())


def pool_file(folder: Path, pair: Pair) -> str:
    """A pool that has no other mistake, with an extension of this name."""
    definition = good()
    renamed(pair)(definition["properties"])
    file = folder / "pool.json"
    file.write_text(json.dumps(definition))
    return str(file)


def of_names(findings: list[dict[str, Any]]) -> Answer:
    wrong = [one for one in findings if one["id"] == "kv-extension-name-wrong"]
    texts = [str(one.get("message") or one.get("title")) for one in wrong]
    return Answer.MEANT if any("it must be" in text for text in texts) else Answer.OURS


def test_lint(tmp_path: Path) -> None:
    told = {}
    for pair in EXPECTED:
        document = command("lint", pool_file(tmp_path, pair))
        found = document["files"][0]["extensions"]
        told[pair] = of_names(document["findings"]) if found else Answer.ANOTHER

    assert told == EXPECTED


def test_analyze(tmp_path: Path) -> None:
    """The settings are checked where they are its own or meant to be: an own mistake of theirs is found."""
    told = {}
    for pair in EXPECTED:
        file = Path(pool_file(tmp_path, pair))
        file.write_text(
            file.read_text().replace('"pollingIntervalInS": "3600"', '"pollingIntervalInS": 3600')
        )
        findings = command("analyze", str(file))["findings"]
        told[pair] = of_names(findings) if findings else Answer.ANOTHER

    assert told == EXPECTED


def test_a_pools_values_are_read_where_it_is_ours_or_meant_to_be(tmp_path: Path) -> None:
    read = {}
    for pair, answer in EXPECTED.items():
        pool = json.loads(Path(pool_file(tmp_path, pair)).read_text())
        read[pair] = "vault" in pool_values(pool, KNOWN).values
        assert read[pair] is (answer is not Answer.ANOTHER)


def test_the_refusal_says_what_is_wrong_and_nothing_is_changed(world: Inside) -> None:
    error = surveyed(world, "p", ("Contoso", "KeyVaultForLinux")).step("survey").error

    assert error is not None
    assert error.why.startswith(
        "In KeyVaultForLinux publisher is Contoso; the Key Vault extension's is Microsoft.Azure.KeyVault."
    )
    assert "troubleshooter lint FILE" in error.do
    assert set(world.pools()) == {world.target.pool, "p"}
