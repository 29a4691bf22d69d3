"""What a playbook step can do: the one table from names in playbooks to functions."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from troubleshooter.actions import (
    another_run,
    apply,
    clean_up,
    cross_check,
    findings,
    fixes,
    in_place,
    live,
    logs,
    node_kind,
    nodes,
    paper,
    plan,
    prove_or_look,
    recreate,
    survey,
    verify,
    way_in,
)
from troubleshooter.actions.looking import needs, no_switch, original_nodes
from troubleshooter.engine.action import Action, gates_of
from troubleshooter.model.handover import (
    Chosen,
    Collected,
    CrossChecked,
    Diagnosed,
    Made,
    NoNodes,
    OpenAnswers,
    Planned,
    Printed,
    Proved,
    Ready,
    Reported,
    Stopped,
    Surveyed,
)
from troubleshooter.model.need import Needs
from troubleshooter.operations import carry, jobs, unchanged
from troubleshooter.operations.inventory import named
from troubleshooter.operations.way_back import way_back_first

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.gates import Gate
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.operations.tools import Tools

_ANYWHERE = (carry.WAIVE, carry.SECRET, named.GATE)
"""What Azure does not return is asked wherever a pool is made: a way back may come before any step.

Which pool is meant is asked before the first step that plans or changes anything, whichever that is.
"""

ACTIONS: Mapping[str, Action[[Tools, StepContext]]] = {
    "pool.survey": Action(survey.survey, gives=(Surveyed,), asks=(another_run.GATE,)),
    "azure.cross_check": Action(cross_check.cross_check, gives=(CrossChecked,), needs=(Surveyed,)),
    "azure.needs": Action(needs.look, gives=(Needs,), needs=(Surveyed,)),
    "pool.plan": Action(
        plan.plan,
        gives=(Planned, Needs, Stopped),
        needs=(Surveyed,),
        asks=(
            prove_or_look.GATE,
            no_switch.GATE,
            original_nodes.GATE,
            original_nodes.WHICH,
            in_place.PLAN,
            in_place.CONSENT,
            way_in.GATE,
            node_kind.GATE,
            jobs.GATE,
        ),
    ),
    "pool.create_debug": Action(
        recreate.create_debug, gives=(Made,), needs=(Planned,), asks=(unchanged.GATE,), makes=True
    ),
    "nodes.wait_for_idle": Action(nodes.wait_for_idle, gives=(Ready, NoNodes), needs=(Made, Planned)),
    "logs.collect": Action(logs.collect, gives=(Collected,), needs=(Made, Ready)),
    "findings.diagnose": Action(findings.diagnose, gives=(Diagnosed,), needs=(Surveyed,)),
    "fixes.choose": Action(
        fixes.choose,
        gives=(Chosen,),
        needs=(Diagnosed,),
        asks=(fixes.FIX, fixes.IDENTITY, fixes.OUTSIDE),
    ),
    "fixes.verify": Action(
        verify.verify,
        gives=(Proved, Needs),
        needs=(Chosen,),
        asks=(in_place.PLAN, unchanged.GATE, node_kind.GATE),
        makes=True,
    ),
    "pool.grow": Action(verify.grow, gives=(Proved,), needs=(Proved,)),
    "fixes.apply": Action(
        apply.apply,
        gives=(Printed, Proved, Needs),
        needs=(Chosen,),
        asks=(apply.GATE, jobs.GATE, unchanged.GATE),
        makes=True,
    ),
    "pool.clean_up": Action(clean_up.clean_up, asks=(clean_up.GATE,), takes_back=True),
    "live.look": Action(live.look, gives=(Surveyed,)),
    "live.plan": Action(live.plan, gives=(Planned, Needs), needs=(Surveyed,), asks=(live.GATE, way_in.GATE)),
    "live.make": Action(live.make, gives=(Made,), needs=(Planned,), makes=True),
    "live.ask": Action(live.ask, gives=(OpenAnswers,), needs=(Made, Ready, Planned), takes_back=True),
    "report.write": Action(paper.write, gives=(Reported,)),
}

GATES: Mapping[str, Gate] = gates_of(ACTIONS.values()) | {gate.name: gate for gate in _ANYWHERE}
"""Every gate that a run may open, by name."""


def bound(action: Action[[Tools, StepContext]], tools: Callable[[], Tools]) -> Action[[StepContext]]:
    """An action with the tools it works with, after a way back that was begun and stopped."""
    return action.bound(acting(action.act, tools), also_asks=_ANYWHERE)


def acting(
    act: Callable[[Tools, StepContext], StepOutcome], tools: Callable[[], Tools]
) -> Callable[[StepContext], StepOutcome]:
    """The same for what is done outside the steps. Azure is changed only where the step declares that."""

    def with_tools(ctx: StepContext) -> StepOutcome:
        named.confirm(ctx)
        with tools().azure.changing() if ctx.may_change else nullcontext():
            return act(tools(), ctx)

    return lambda ctx: way_back_first(tools(), ctx) or with_tools(ctx)
