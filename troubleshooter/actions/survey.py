"""The first step: read everything, save the definition, and say at once what is likely and what cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.actions import another_run
from troubleshooter.actions.findings import concluded
from troubleshooter.actions.looking import capacity
from troubleshooter.actions.looking.by_hand import ByHand, by_hand
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import NotPermitted
from troubleshooter.model.facts import ExtensionStatus
from troubleshooter.model.handover import ExtensionInShort, NoWayIn, PoolInShort, Surveyed
from troubleshooter.model.run import NOTHING_TO_REPAIR
from troubleshooter.operations import original, support
from troubleshooter.operations.entry import entering
from troubleshooter.operations.facts import starts
from troubleshooter.operations.facts.decided import waits_for
from troubleshooter.operations.node_views import counts, keep_answers, keep_others, read_views_of, view_of
from troubleshooter.pooldef import limits
from troubleshooter.pooldef.pool_body import always_waits, blocks, image, meant, ours, sizes
from troubleshooter.pooldef.progress import progress as progress_of
from troubleshooter.pooldef.write_only import deallocation

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.errors import TroubleshooterError
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.facts import AccountFacts, ExtensionFacts, NodeFacts, PoolProgress
    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.operations.tools import Tools

_VIEWS_READ = 20
"""How many nodes' extension views the survey reads; one call each."""


def survey(tools: Tools, ctx: StepContext) -> StepOutcome:
    account = tools.azure.arm.account(ctx.state.target)
    definition, about = _definition(tools, ctx), tools.extension
    limits.check(definition, about)
    for name, wrong in meant(definition, about).items():
        ctx.note(f"extension {name} is left as it is: {wrong}")
    try:
        looked = _looked_at(tools, account, ctx.state.target.pool)
    except NotPermitted as refused:
        return _shut_out(tools, ctx, account, definition, refused)
    return _read(tools, ctx, account, definition, *looked)


def _read(
    tools: Tools,
    ctx: StepContext,
    account: AccountFacts,
    definition: Any,
    progress: PoolProgress,
    nodes: tuple[NodeFacts, ...],
) -> StepOutcome:
    """By what nodes and their extensions report, settings and ARM."""
    about = tools.extension
    views, others = _views(tools, ctx, account.endpoint, nodes)
    keep_answers(ctx, progress, nodes, views, definition)
    keep_others(ctx, others)
    surveyed = _stands(tools, account, definition, nodes, views)
    why = _told(nodes, views, others, there=not surveyed.without)
    asked_for_one = ctx.state.options.get("only")  # which may be the proof that it is mended
    if not asked_for_one and _nothing_to_repair(definition, about, nodes, views, others):
        ctx.verified(verified=False, because=NOTHING_TO_REPAIR)
        return StepOutcome(f"{why}: nothing to repair", outcome="healthy", output=surveyed)
    barred = limits.no_way_in(definition, about)
    pools = starts.listed(tools, ctx)
    room = capacity.read(tools, ctx, account, definition, pools) if barred is None else None
    said = support.read(tools, ctx, account.endpoint, definition, room)
    look = starts.Look(definition, progress, nodes, views)
    surveyed = replace(_waited(tools, ctx, surveyed, pools, look), capacity=room, support=said)
    likely = concluded(tools, ctx, surveyed)[0]
    ctx.diagnosed(likely, likely=True)
    elsewhere = surveyed.without or (_is_well(views) and _elsewhere(likely))
    if barred is None and elsewhere:
        barred = limits.of_another(about)
    if barred is None:
        return StepOutcome(why, output=surveyed)
    left = ByHand("", ()) if elsewhere else by_hand(definition, about, tools.rules())
    return _without_logs(ctx, surveyed, barred, left, provable=not elsewhere)


def _stands(
    tools: Tools,
    account: AccountFacts,
    definition: Any,
    nodes: tuple[NodeFacts, ...],
    views: dict[str, ExtensionFacts],
) -> Surveyed:
    return Surveyed(
        account.endpoint,
        account.location,
        tools.azure.who(),
        *_in_short(definition, tools.extension, len(nodes)),
        counts(nodes),
        {node: f"{view.status}  {view.message}" for node, view in views.items()},
        down=tuple(node.id for node in nodes if node.down),
        without=not ours(definition, tools.extension),
    )


def _shut_out(
    tools: Tools, ctx: StepContext, account: AccountFacts, definition: Any, refused: NotPermitted
) -> StepOutcome:
    """Without the account's data plane: settings, ARM and what the pool names still tell what they can."""
    about, known = tools.extension, progress_of(definition)
    keep_answers(ctx, known, (), {}, definition)
    surveyed = Surveyed(
        account.endpoint,
        account.location,
        tools.azure.who(),
        *_in_short(definition, about, known.current),
        without=not ours(definition, about),
        support=support.alone(tools.now().date().isoformat(), definition),
        shut=True,
    )
    ctx.diagnosed(concluded(tools, ctx, surveyed)[0], likely=True)
    left = ByHand("", ()) if surveyed.without else by_hand(definition, about, tools.rules())
    told = _without_logs(ctx, surveyed, refused, left, provable=False)
    asked_for_one = ctx.state.options.get("only")  # which is not asked of the data plane
    return told if asked_for_one else replace(told, exit_code=refused.exit_code)


def _waited(
    tools: Tools, ctx: StepContext, surveyed: Surveyed, pools: starts.Listed, look: starts.Look
) -> Surveyed:
    """With how long starts take here, and slow or broken."""
    seen = starts.read(tools, ctx, surveyed.endpoint, look.definition, look.nodes, pools)
    return replace(surveyed, starts=seen, starting=starts.starting(tools, look, seen))


def _without_logs(
    ctx: StepContext, surveyed: Surveyed, barred: TroubleshooterError, left: ByHand, *, provable: bool
) -> StepOutcome:
    """What Azure answers must do: it is told why, and what can be looked at beside."""
    why = f"{barred.what} {barred.why}".rstrip(".")
    ctx.verified(verified=False, because=barred.what.rstrip(".") if surveyed.shut else why)
    known = NoWayIn(barred.what, barred.why, barred.do, *left, provable=provable)
    return StepOutcome(why, outcome="no-way-in", output=replace(surveyed, no_way_in=known), attention=True)


def _definition(tools: Tools, ctx: StepContext) -> Any:
    """The original's as it is, and saved unless this run is replacing it."""
    given = tools.azure.arm.pool(ctx.state.target).body
    if original.underway(ctx):
        return tools.as_sent(given)
    another_run.refuse(tools, ctx, given)
    tools.save_definition(given)
    ctx.note(f"definition saved in {tools.saved_path}")
    return tools.definition()


def _looked_at(tools: Tools, account: AccountFacts, pool: str) -> tuple[PoolProgress, tuple[NodeFacts, ...]]:
    """The pool and its nodes: what is asked of the data plane first."""
    with entering(account):
        return (
            tools.azure.batch.progress(account.endpoint, pool),
            tools.azure.batch.nodes(account.endpoint, pool),
        )


def _in_short(definition: Any, about: Extension, nodes: int) -> tuple[PoolInShort, ExtensionInShort]:
    """For people and for the report."""
    size = str(definition["properties"].get("vmSize", ""))
    found = next(iter(ours(definition, about)), {})
    said = [str(found.get(key, "")) for key in ("name", "type", "typeHandlerVersion")]
    formula = not (definition["properties"].get("scaleSettings") or {}).get("fixedScale")
    pool = PoolInShort(
        size,
        nodes,
        blocks(definition, about),
        *sizes(definition),
        formula,
        deallocation(definition),
        image(definition),
        always_waits(definition, about),
    )
    return pool, ExtensionInShort(*said)


def _views(
    tools: Tools, ctx: StepContext, endpoint: str, nodes: tuple[NodeFacts, ...]
) -> tuple[dict[str, ExtensionFacts], dict[str, tuple[ExtensionFacts, ...]]]:
    """Of the extension, and of all others on the same nodes."""
    views: dict[str, ExtensionFacts] = {}
    others: dict[str, tuple[ExtensionFacts, ...]] = {}
    asked = [node.id for node in _worst(nodes)]
    for node, found in read_views_of(tools, ctx, endpoint, ctx.state.target.pool, asked).items():
        if view := view_of(tools.extension, found):
            views[node] = view
        others[node] = tuple(one for one in found if one is not view)
    if len(nodes) > _VIEWS_READ:
        ctx.note(f"extension views of {_VIEWS_READ} of {len(nodes)} nodes were read")
    return views, others


def _worst(nodes: tuple[NodeFacts, ...]) -> list[NodeFacts]:
    """As many as are looked at, in their order: those that are down, then those that do not work yet."""
    chosen = sorted(nodes, key=lambda node: (not node.down, node.state.usable))[:_VIEWS_READ]
    return [node for node in nodes if node in chosen]


def _nothing_to_repair(
    definition: Any,
    about: Extension,
    nodes: tuple[NodeFacts, ...],
    views: dict[str, ExtensionFacts],
    others: dict[str, tuple[ExtensionFacts, ...]],
) -> bool:
    """Well where it is proven: every node usable, every node's extension successful.

    Where a node does not wait, success only means that polling started (documented): it proves nothing. In a
    pool without the extension there is nothing to wait for, and the others must report no error.
    """
    if not nodes or not all(node.state.usable for node in nodes):
        return False
    if not ours(definition, about):
        return not any(one.status is ExtensionStatus.ERROR for found in others.values() for one in found)
    return waits_for(definition, about) and len(views) == min(len(nodes), _VIEWS_READ) and _is_well(views)


def _is_well(views: dict[str, ExtensionFacts]) -> bool:
    return bool(views) and all(view.status is ExtensionStatus.SUCCESS for view in views.values())


def _elsewhere(likely: Diagnosis) -> bool:
    """Whether the cause is another extension's, or the start task's, of which a debug pool shows no more."""
    cause = likely.cause
    return cause is not None and (cause.another or cause.id == "batch-start-task-failed")


def _told(
    nodes: tuple[NodeFacts, ...],
    views: dict[str, ExtensionFacts],
    others: dict[str, tuple[ExtensionFacts, ...]],
    *,
    there: bool,
) -> str:
    told = ", ".join(f"{number} {state}" for state, number in counts(nodes).items()) or "no nodes"
    statuses = [view.status.value for view in views.values()]
    seen = ", ".join(f"{statuses.count(s)} {s}" for s in dict.fromkeys(statuses)) or "not readable"
    ill = [one.name for found in others.values() for one in found if one.status is ExtensionStatus.ERROR]
    also = "".join(f"; {name}: {ill.count(name)} error" for name in dict.fromkeys(ill))
    return f"nodes: {told}; extension: {seen if there else 'none'}{also}"
