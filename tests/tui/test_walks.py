"""Every scenario of the simulated Azure, walked with the keyboard from the list of runs to the report."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual.widgets import Input

from tests.tui.walker import run_state, until, walk
from troubleshooter.cli import worlds
from troubleshooter.model.step import StepState
from troubleshooter.settings import Endpoints
from troubleshooter.simulator.scenarios import FIRST, SCENARIOS
from troubleshooter.tui.app import TroubleshooterApp
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.report import ReportScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.log_view import LogView
from troubleshooter.tui.widgets.paper import Paper
from troubleshooter.tui.world import World
from troubleshooter.workbench import RunOptions, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from textual.pilot import Pilot

    from troubleshooter.model.run import Question
    from troubleshooter.simulator.server import Simulator

CAUSES = {
    "healthy": None,
    "wrong-client-id": "imds-identity-not-found",
    "vault-rbac-denied": "kv-403-rbac",
    "vault-firewall": "kv-403-firewall",
    "secret-not-found": "kv-404-secret-not-found",
    "auth-settings-misplaced": "kv-authconfig-nonexistent",
    "polling-interval-number": "kv-config-not-a-string",
    "identity-missing": "batch-pool-identity-missing",
    "mixed": "kv-403-firewall",
    "resize-quota": "batch-resize-quota",
}
QUICK = ("healthy", "wrong-client-id", "mixed", "resize-quota")
"""Walked in every run of the tests; each takes seconds."""
NOT_PROVEN = {"healthy", "resize-quota"}
CHOSEN = {"resize-quota": {"plan": "approve"}}
"""With too few cores the marked choice is to stop."""


def administer(connection: Mapping[str, Any], question: Question, choice: str) -> None:
    if (question.gate, choice) == ("outside-fix", "done"):
        worlds.cure(connection)


@contextmanager
def application(simulator: Callable[..., Simulator], home: Path, scenario: str) -> Iterator[tuple[Any, str]]:
    """The application on a simulated Azure, and the id of its broken pool."""
    connection = simulator(scenario).connection
    worlds.sign_in_as(connection)
    bench = Workbench(
        home, Endpoints(*(connection[name] for name in ("arm_endpoint", "authority", "ca_file")))
    )
    presets = {"allow-from": "127.0.0.1/32", "identity": worlds.identity(connection)}
    app = TroubleshooterApp(
        World(
            bench,
            RunOptions(debug_nodes=SCENARIOS[scenario].debug_nodes),
            {gate: answer for gate, answer in presets.items() if answer},
            partial(administer, connection),
        )
    )
    try:
        yield app, connection["pool_id"]
    finally:
        bench.close()


async def open_pool(pilot: Pilot[str | None], pool_id: str) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")
    await pilot.press("o")
    await until(pilot, lambda: isinstance(pilot.app.focused, Input), "the dialog")
    pilot.app.post_message(events.Paste(pool_id))  # nobody types a resource id
    await until(pilot, lambda: pool_id in {field.value for field in pilot.app.screen.query(Input)}, "the id")
    await pilot.press("enter")
    await until(pilot, lambda: run_state(pilot) is not None, "the run")


async def look_at_proof(pilot: Pilot[str | None]) -> None:
    """From the end of a run to its findings, into a proof, and back."""
    await pilot.press("f")
    await until(pilot, lambda: isinstance(pilot.app.screen.focused, FindingList), "the findings")
    await pilot.press("down", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen.focused, LogView), "the proof")
    assert pilot.app.screen.query_one(LogView).line
    await pilot.press("n", "escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run again")


async def read_report(pilot: Pilot[str | None]) -> None:
    await pilot.press("r")
    await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen), "the report")
    await until(pilot, lambda: bool(pilot.app.screen.query_one(Paper).virtual_size.height), "its text")
    await pilot.press("escape")


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> None:
    """What signing in to the simulated Azure sets is unset again."""
    for name in (
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET",
        "AZURE_AUTHORITY_HOST",
        "NO_PROXY",
    ):
        monkeypatch.setenv(name, "")


@pytest.mark.usefixtures("environ")
@pytest.mark.parametrize(
    ("scenario", "size"),
    [
        *(
            pytest.param(one.name, (120, 40), marks=() if one.name in QUICK else pytest.mark.slow)
            for one in FIRST
        ),
        ("vault-rbac-denied", (80, 24)),
    ],
)
async def test_a_scenario_is_walked_by_keys(
    simulator: Callable[..., Simulator], tmp_path: Path, scenario: str, size: tuple[int, int]
) -> None:
    with application(simulator, tmp_path / "runs", scenario) as (app, pool_id):
        async with app.run_test(size=size) as pilot:
            await open_pool(pilot, pool_id)
            state, gates = await walk(pilot, CHOSEN.get(scenario))

            assert [r.error for r in state.steps if r.state is StepState.FAILED] == []
            assert state.current is None
            assert state.verified == (scenario not in NOT_PROVEN)
            assert state.open_changes == ()
            if scenario in CAUSES:
                assert state.diagnosis.root_cause == CAUSES[scenario]
            if scenario != "healthy":
                assert [gate for gate in gates if gate not in {"next", "read-on"}][:2] == [
                    "allow-from",
                    "plan",
                ]
                await look_at_proof(pilot)
            await read_report(pilot)
            await pilot.press("q")
            await until(pilot, lambda: isinstance(app.screen, HomeScreen), "the cases again")
            await until(pilot, lambda: len(app.screen.runs) == 1, "the run in the list")
