"""A run as far as the step under test wants it: what the steps before it left behind and made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.actions import way_in
from troubleshooter.engine.gates import GateOpen
from troubleshooter.model.change import ENDPOINT, ORIGINAL, POOL, STAGE
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Chosen, Planned
from troubleshooter.operations import original, pools
from troubleshooter.pooldef import bodies
from troubleshooter.simulator.scenarios.ground import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.doors.bench import Bench
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.model.run import Question

RANGE = "203.0.113.7/32"
_SETTINGS = "/properties/deploymentConfiguration/virtualMachineConfiguration/extensions/0/settings"
CURE = {
    "op": "replace",
    "path": f"{_SETTINGS}/authenticationSettings/msiClientId",
    "value": IDENTITY.client_id,
}
"""What the scenario's pool lacks, as a JSON Patch."""
NO_CURE = {
    "op": "replace",
    "path": f"{_SETTINGS}/secretsManagementSettings/pollingIntervalInS",
    "value": "60",
}
"""A change with which its nodes stay unusable."""


def planned(bench: Bench, route: str = "", jobs: str = "", nodes: int = 1) -> Planned:
    """The plan was consented to."""
    beside = "" if route else beside_name(bench, "dbg")
    plan = Planned(bodies.DEBUG, RANGE, nodes, beside, route, jobs)
    bench.over("plan", plan)
    return plan


def chosen(bench: Bench, *patch: dict[str, Any]) -> None:
    """A fix was chosen: this change, or one that lies outside the pool."""
    bench.over("choose-fix", Chosen(1, "imds-identity-not-found", patch))


def beside_name(bench: Bench, stage: str) -> str:
    return bodies.pool_name(bench.run.state, stage)


def make_beside(bench: Bench, stage: str = "dbg") -> str:
    """A pool of this run beside the original."""
    name = beside_name(bench, stage)
    pools.ensure_pool(bench.tools, bench.ctx(), name, _body(bench, beside=True))
    return name


def replace_original(bench: Bench) -> None:
    """The original was deleted, and this run's debug pool stands under its id."""
    body = _body(bench, beside=False)
    original.replace(bench.tools, bench.ctx(), body, bodies.DEBUG, bench.tools.definition())


def take_for_replaced(bench: Bench, stage: str = bodies.DEBUG) -> None:
    """By the journal alone: enough where only that is looked at."""
    bench.wrote(EventKind.CHANGE_MADE, ORIGINAL, bench.pool, **{STAGE: stage, ENDPOINT: bench.endpoint})


def lose_sight_of(bench: Bench, name: str) -> None:
    """Whether that pool was made, nobody knows."""
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    bench.wrote(EventKind.CHANGE_UNKNOWN, POOL, name)


def through(bench: Bench, step: Callable[[], StepOutcome], answers: Mapping[str, str]) -> StepOutcome:
    """Its end, where each gate that opens is given the answer that is foreseen for it."""
    while True:
        try:
            return step()
        except GateOpen as gate:
            bench.answer(gate.question, answers[gate.question.gate])


def until(
    bench: Bench, gate: str, step: Callable[[], StepOutcome], answers: Mapping[str, str], about: str = ""
) -> Question:
    """What that gate asks, once those before it are answered."""
    while True:
        try:
            step()
        except GateOpen as opened:
            if (opened.question.gate, opened.question.about) == (gate, about):
                return opened.question
            bench.answer(opened.question, answers[opened.question.gate])
        else:
            raise AssertionError(f"{gate} was not asked")


def recorded(bench: Bench, question: Question, choice: str) -> None:
    """An answer stands in the journal for exactly this plan, whatever the question offers."""
    said = {"gate": question.gate, "choice": choice, "plan_hash": question.plan_hash, "by": "operator"}
    about = {"about": question.about} if question.about else {}
    bench.run._write([(EventKind.ANSWERED, said | about)])


def _body(bench: Bench, *, beside: bool) -> dict[str, Any]:
    plan = Planned(bodies.DEBUG, RANGE, 1)
    state, known = bench.run.state, bench.tools.extension
    road = way_in.planned(plan)
    return bodies.debug_body(bench.save(), state, bodies.DEBUG, road, known, beside=beside)[0]
