"""One pool of one small node, for the questions about Azure that only an idle node can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.actions import way_in
from troubleshooter.engine.gates import Gate
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode, Refused
from troubleshooter.model.extension import System
from troubleshooter.model.handover import Made, OpenAnswer, OpenAnswers, Planned, Ready, Surveyed
from troubleshooter.model.run import ASIDE, Choice
from troubleshooter.operations.asking.idle_node import ask_idle_node, delete_in_forms
from troubleshooter.operations.asking.open_questions import OF_NODE, by_reading
from troubleshooter.operations.entry import entering
from troubleshooter.operations.pools import ensure_pool
from troubleshooter.operations.preflight import routes
from troubleshooter.operations.preflight.look import Preflight
from troubleshooter.operations.tools import endpoint, total_left
from troubleshooter.pooldef.bodies import pool_name
from troubleshooter.pooldef.pool_body import has_public_addresses, system
from troubleshooter.pooldef.small_pool import small_pool, smallest
from troubleshooter.report import needed
from troubleshooter.text import span

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools

GATE = Gate(
    "live",
    "Whether doctor makes a small pool beside this one to ask Azure its open questions.",
    (
        ("make", "makes one pool of one node; wants POOL-live typed"),
        ("stop", "makes nothing"),
    ),
)
"""Nothing answers it but the command line, and its name has to be typed."""
MAKE, STOP = "make", "stop"
_TOO_LATE = "not asked here, because the run has worked as long as it may"


def look(tools: Tools, ctx: StepContext) -> StepOutcome:
    """The pool whose image, network and account the small one shares. Reads only."""
    account = tools.azure.arm.account(ctx.state.target)
    definition = tools.azure.arm.pool(ctx.state.target).body
    with entering(account):
        tools.azure.batch.progress(account.endpoint, ctx.state.target.pool)
    if system(definition) is System.WINDOWS:
        raise Refused(
            "This is a Windows pool.",
            "The questions are asked over SSH, which Windows nodes do not offer.",
            "Name a Linux pool of the account; without --with-pool what reading answers is told of any.",
        )
    if not has_public_addresses(definition):
        raise Refused(
            "The pool's nodes have no public addresses.",
            "The small pool's node would have one, which nobody asked for in that network.",
            "Name another pool of the account; without --with-pool what reading answers is told of any.",
        )
    tools.save_definition(definition)
    surveyed = Surveyed(account.endpoint, account.location, tools.azure.who())
    return StepOutcome("the pool was read", output=surveyed)


def plan(tools: Tools, ctx: StepContext) -> StepOutcome:
    definition, target = tools.definition(), ctx.state.target
    allow_from = way_in.range_asked(ctx)
    size = smallest(definition, tools.azure.arm.sizes(target, ctx.need(Surveyed).location))
    made = pool_name(ctx.state, "live")
    total = float(ctx.state.options.get("total_seconds", 0.0))
    notes = [
        f"makes {made}: 1 node of {size}, without extensions, jobs and identities",
        f"SSH (port 22) is opened for {allow_from} and denied to everyone else; 3389 is denied to everyone",
        "makes and removes a node user three times, and deletes the pool: nothing else is touched",
        f"the run works for {span(total)} at most, then removes it; Azure bills it until then",
    ]
    body = small_pool(definition, ctx.state, allow_from, size)
    needs = Preflight(tools, ctx).needs(routes.beside(target.account_id, body))
    choice = ctx.ask(
        GATE,
        f"Make a small pool beside {target.pool} to ask Azure?",
        {"pool": made, "after": body, "notes": notes, ASIDE: needed.lines(needs)},
        (Choice(MAKE, "make it", destructive=True), Choice(STOP, "stop here", "nothing is made")),
        confirm=confirmed_as(target.pool),
    )
    if choice != MAKE:
        return StepOutcome("stopped by the operator", outcome="stopped", exit_code=ExitCode.REFUSED)
    return StepOutcome(made, output=Planned(size, allow_from, 1, debug_pool=made, needs=needs))


def confirmed_as(pool: str) -> str:
    """What has to be typed: the run's id, which ends the pool's name, is not known before it."""
    return f"{pool}-live"


def make(tools: Tools, ctx: StepContext) -> StepOutcome:
    name = ctx.need(Planned).debug_pool
    ensure_pool(tools, ctx, name, _body(tools, ctx))
    return StepOutcome(f"{name} created", output=Made(name))


def ask(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Every question that it can answer; the last is its own deletion."""
    pool, node = ctx.need(Made).pool, ctx.need(Ready).ready[0]
    begun, most = tools.clock(), total_left(ctx)
    answers = list(by_reading(tools.azure, ctx.state.target, endpoint(tools, ctx)))
    for answer in ask_idle_node(tools, ctx, pool, node, _body(tools, ctx)):
        answers.append(answer)
        if tools.clock() - begun >= most:
            asked = {each.question for each in answers}
            answers += [OpenAnswer(each, _TOO_LATE, settled=False) for each in OF_NODE if each not in asked]
            break
    answers.append(delete_in_forms(tools, ctx, pool))
    left = sum(not each.settled for each in answers)
    told = f"{len(answers) - left} of {len(answers)} questions answered"
    return StepOutcome(told, output=OpenAnswers(tuple(answers)), attention=bool(left))


def _body(tools: Tools, ctx: StepContext) -> dict[str, Any]:
    """That of the plan."""
    planned = ctx.need(Planned)
    return small_pool(tools.definition(), ctx.state, planned.allow_from, planned.variant)
