"""Windows pools: how each scenario of them ended while no road led to their nodes, and how it ends by tasks.

Nobody signs in there and no port is opened.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.inside import Inside
from troubleshooter.engine.outcome import exit_code
from troubleshooter.report.json_report import run_json
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.roads import roads_of
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.scenarios.windows import on_windows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.scenarios import Scenario
    from troubleshooter.simulator.server import Simulator

ANSWERS = {"outside-fix": "done", "identity": "none"}
UNTRIED = "This answer came by a script that has not been run against live Windows yet."


@dataclass(frozen=True)
class End:
    exit: int
    cause: str = ""
    sure: str = ""
    proven: bool = False
    road: str = ""
    """That led furthest."""

    def __str__(self) -> str:
        proven = "proven" if self.proven else ""
        return f"{self.exit}  {self.cause or '-':<32}{self.sure:<10} {proven:<7} {self.road}".rstrip()


def _proven(cause: str, sure: str = "confirmed", road: str = "task") -> End:
    return End(0, cause, sure, proven=True, road=road)


ENDS: dict[str, tuple[End, End]] = {
    "windows-healthy": (End(0), End(0)),
    "windows-rbac-denied": (_proven("kv-403-rbac", road=""), _proven("kv-403-rbac")),
    "windows-firewall": (End(3, "kv-403-firewall", "likely"), _proven("kv-403-firewall", "likely")),
    "windows-wrong-client-id": (
        _proven("imds-identity-not-found", road=""),
        _proven("imds-identity-not-found"),
    ),
    "windows-polling-number": (
        _proven("kv-config-not-a-string", road=""),
        _proven("kv-config-not-a-string", road="view"),
    ),
    "windows-secrets-not-an-object": (
        End(3, "kv-config-not-an-object", "confirmed"),
        End(3, "kv-config-not-an-object", "confirmed", road="view"),
    ),
    "windows-endpoint-three-slashes": (End(3, "kv-uri-no-hostname", "likely"), _proven("kv-uri-no-hostname")),
    "windows-certificates-empty": (
        End(3, "kv-observed-certificates-empty", "confirmed"),
        End(3, "kv-observed-certificates-empty", "confirmed", road="view"),
    ),
    "windows-unresolved": (End(9), End(3, "net-dns", "likely", road="task")),
    "windows-tls-inspected": (End(9), End(3, "net-tls", "likely", road="task")),
    "windows-agent-unhealthy": (End(9), End(3, "win-agent-unhealthy", "likely", road="task")),
    "windows-enable-killed": (
        End(3, "win-command-killed-1009", "likely"),
        End(3, "win-command-killed-1009", "likely", road="view"),
    ),
    "windows-too-old": (
        End(3, "install-windows-too-old", "likely"),
        End(3, "install-windows-too-old", "likely", road="task"),
    ),
    "windows-secret-not-found": (
        _proven("kv-404-secret-not-found", road=""),
        _proven("kv-404-secret-not-found"),
    ),
    "windows-identity-missing": (
        End(3, "batch-pool-identity-missing", "confirmed"),
        End(3, "batch-pool-identity-missing", "confirmed", road="task"),
    ),
    "windows-access-policy": (_proven("kv-403-access-policy", road=""), _proven("kv-403-access-policy")),
    "windows-policy-obo": (_proven("kv-403-policy-obo", road=""), _proven("kv-403-policy-obo")),
    "windows-private-only": (
        End(3, "kv-403-public-access-disabled", "likely"),
        _proven("kv-403-public-access-disabled"),
    ),
    "windows-secret-disabled": (
        _proven("kv-403-secret-disabled", road=""),
        _proven("kv-403-secret-disabled"),
    ),
    "windows-other-tenant": (
        End(3, "kv-401-invalid-issuer", "confirmed"),
        End(3, "kv-401-invalid-issuer", "confirmed", road="task"),
    ),
}
"""Each: without a road (as it was at commit c3044e4a), and with tasks."""
FEW = ("windows-private-only",)


class Walk:
    def __init__(self, simulator: Callable[..., Simulator], scenario: Scenario, folder: Path) -> None:
        self.world = Inside(simulator((scenarios.staged(scenario, 2, FAST),)).connection, folder / "runs")

    def end(self) -> RunState:
        self.state = self.world.drive(self.world.start(), ANSWERS)
        return self.state

    @property
    def changed(self) -> list[dict[str, Any]]:
        """Requests that changed something: all but reads and those for tokens."""
        asked = self.world.client.control("GET", "/requests")
        return [
            each
            for each in asked
            if each["method"] not in {"GET", "HEAD"} and not each["path"].endswith("/oauth2/v2.0/token")
        ]


def ended(state: RunState) -> End:
    cause = state.diagnosis.cause
    rungs = roads_of(state)
    sure = cause.confidence.value if cause else ""
    return End(
        int(exit_code(state)),
        cause.id if cause else "",
        sure,
        bool(state.verified),
        rungs[-1].road if rungs else "",
    )


def looked(name: str, simulator: Callable[..., Simulator], folder: Path) -> None:
    scenario = scenarios.SCENARIOS.get(name) or scenarios.LOOKED_AT[name]
    walk = Walk(simulator, scenario, folder)
    got = ended(walk.end())
    print(f"{name:<31} {ENDS[name][0]!s:<54} -> {got}")

    assert got == ENDS[name][1]
    assert walk.world.pools() == [walk.world.target.pool]
    assert [job for job in walk.world.jobs() if job.startswith("kvts-")] == []
    assert [each["path"] for each in walk.changed if "/users" in each["path"]] == []
    walk.world.bench.close()


def test_every_scenario_of_windows_is_in_the_table() -> None:
    there = {name for name in (*scenarios.SCENARIOS, *scenarios.LOOKED_AT) if name.startswith("windows")}
    worse = {name for name, (before, after) in ENDS.items() if before.cause and not after.cause}

    assert set(ENDS) == there
    assert worse == set()
    assert [before.exit for before, _ in ENDS.values()].count(9) == 3
    assert [after.exit for _, after in ENDS.values()].count(9) == 0


@pytest.mark.parametrize("name", FEW)
def test_it_ends_with_the_cause(name: str, simulator: Callable[..., Simulator], tmp_path: Path) -> None:
    looked(name, simulator, tmp_path)


@pytest.mark.nightly
@pytest.mark.parametrize("name", [name for name in ENDS if name not in FEW])
def test_each_ends_with_the_cause(name: str, simulator: Callable[..., Simulator], tmp_path: Path) -> None:
    looked(name, simulator, tmp_path)


@pytest.mark.parametrize("mode", ["debug-pool", "in-place"])
def test_the_plan_opens_no_port_and_says_by_what_its_nodes_are_read(
    mode: str, simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    walk = Walk(simulator, scenarios.SCENARIOS["windows-rbac-denied"], tmp_path)
    state = walk.world.drive(walk.world.start(mode=mode), {"jobs": "requeue"}, yes=False)
    asked = state.question
    assert asked is not None
    told = [note for note in asked.plan["notes"] if "SSH" in note or "node" in note]

    assert [note for note in told if "PowerShell" in note] == [
        "the task's script is for Windows PowerShell 5.1, and has been run on no live node yet"
    ]
    assert [note for note in told if note.startswith("SSH")] == []
    assert "inboundNatPools" not in json.dumps(asked.plan["after"])
    assert walk.changed == []
    walk.world.bench.close()


@pytest.mark.slow
def test_it_is_worked_on_in_place_too(simulator: Callable[..., Simulator], tmp_path: Path) -> None:
    walk = Walk(simulator, scenarios.SCENARIOS["windows-rbac-denied"], tmp_path)
    run = walk.world.start(mode="in-place")
    state = walk.world.drive(run, {**ANSWERS, "jobs": "requeue"}, confirm=walk.world.target.pool)

    assert (int(exit_code(state)), state.verified) == (0, True)
    assert state.diagnosis.root_cause == "kv-403-rbac"
    assert [rung.road for rung in roads_of(state)][-1:] == ["task"]
    assert walk.world.pools() == [walk.world.target.pool]
    walk.world.bench.close()


def test_what_the_node_alone_answers_says_that_its_script_was_run_on_no_live_node(
    simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    linux = scenarios.SCENARIOS["certificate-not-exportable"]
    walk = Walk(simulator, replace(linux, body=on_windows("3.0")), tmp_path)
    state = walk.end()
    told = run_json(state, 0)["diagnosis"]["findings"]
    alone = [one for one in told if one["id"] == "probe-secret-without-key"]
    assert [one["why_not_surer"] for one in alone] == [UNTRIED]
    opening, _, rest = run_markdown(state).partition("\n## ")
    assert (opening.count(UNTRIED), rest.count(UNTRIED)) == (1, 1), "as it opens, and with the finding"
    assert "a script for Windows PowerShell that has not been run against live Windows yet" in opening
    walk.world.bench.close()
