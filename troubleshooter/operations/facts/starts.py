"""How long starts took here: read of the pool's nodes, of a few other pools, and of the journal."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.checks.starts import Pool, Subject, judged, measured, shortly
from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.facts import ExtensionStatus, PoolProgress
from troubleshooter.model.handover import Surveyed
from troubleshooter.model.starting import Origin, Started, Starts
from troubleshooter.operations.facts.at_once import at_once
from troubleshooter.operations.facts.decided import resize_problems, waits_for
from troubleshooter.pooldef import mark
from troubleshooter.pooldef.compare import seconds_of
from troubleshooter.pooldef.pool_body import extensions, image
from troubleshooter.text import one_line, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.facts import ExtensionFacts, NodeFacts
    from troubleshooter.model.progress import Outlook
    from troubleshooter.model.starting import Starting
    from troubleshooter.operations.tools import Tools

MOST_POOLS, MOST_NODES = 3, 100
"""Other pools whose nodes are read, one request each, and how many nodes of a pool count at most."""
_OLDER = f"older than the newest {MOST_NODES} of its pool"
_SCRIPTS = re.compile(r"(?i)customscript(extension|forlinux)?|(linux)?chefclient")
"""Types of the extensions that have longer to run (documented)."""


class Listed(NamedTuple):
    """The account's pools, or why they are not known."""

    pools: tuple[Mapping[str, Any], ...] = ()
    unknown: str = ""


def listed(tools: Tools, ctx: StepContext) -> Listed:
    """Nothing rests on it, so nothing of it is missed where it may not be read."""
    try:
        return Listed(tools.azure.arm.pools(ctx.state.target))
    except TroubleshooterError as error:
        if error.exit_code == ExitCode.INTERRUPTED:
            raise
        return Listed(unknown=within(error.what).rstrip("."))


def read(
    tools: Tools,
    ctx: StepContext,
    endpoint: str,
    definition: Any,
    nodes: tuple[NodeFacts, ...],
    account: Listed,
) -> Starts:
    """Of this pool's nodes, of up to three other pools with the same image and size, and of earlier runs."""
    alike = sorted(_alike(account.pools, definition, ctx.state.target.pool), key=_nodes_of, reverse=True)
    chosen = [str(each["name"]) for each in alike[:MOST_POOLS]]
    found = at_once({name: _asking(tools, ctx, endpoint, name) for name in chosen}, ctx.cancel)
    seen = _Seen(tools)
    seen.take(nodes, Origin.POOL, ctx.state.target.pool)
    for name in chosen:
        seen.take(found[name], Origin.OTHERS, name)
    waited = tuple(_own(tools, ctx, definition))
    left = tuple(name for name in chosen if not found[name])
    return Starts(
        (*seen.started, *waited),
        dict(seen.left_out),
        tuple(name for name in chosen if name not in left),
        len(alike) - len(chosen) + len(left),
        account.unknown,
    )


class Look(NamedTuple):
    """A pool as one look found it."""

    definition: Any
    progress: PoolProgress
    nodes: tuple[NodeFacts, ...]
    views: Mapping[str, ExtensionFacts]
    """Of the extension, by node."""
    waits: bool | None = None
    """Whether its nodes wait for the extension; None where its definition tells."""


def starting(tools: Tools, look: Look, starts: Starts, sure: str = "") -> Starting | None:
    """Slow or broken, by the service's clock. None where nothing is waited for.

    `sure` is what was confirmed to keep the extension from succeeding.
    """
    pool, progress = _limiting(look, tools.extension, sure), look.progress
    resizing = progress.allocation_state == "resizing"
    short = resizing or bool(pool.resize_error)
    missing = max(0, progress.target - progress.current) if short else 0
    since = progress.moved if resizing else ""
    return judged(Subject(look.nodes, tools.azure.now(), starts, pool, missing, since))


def _limiting(look: Look, about: Extension, sure: str) -> Pool:
    problems = resize_problems(look.progress)
    waits = waits_for(look.definition, about) if look.waits is None else look.waits
    wrong = (look.views.get(node.id) for node in look.nodes if not node.state.usable)
    failed = next((one.message for one in wrong if one and one.status is ExtensionStatus.ERROR), "")
    return Pool(
        _timeout(look.definition),
        problems[0].code if problems else "",
        f"the {about.title} extension" if waits else "",
        any(_SCRIPTS.fullmatch(str(one.get("type", ""))) for one in extensions(look.definition)),
        one_line(failed)[:150],
        sure,
    )


class Outlooks:
    """Slow or broken, look by look, for a pool that a run has made and waits for."""

    def __init__(self, tools: Tools, ctx: StepContext, *, waits: bool) -> None:
        """`waits` says whether its nodes wait for the extension."""
        surveyed = ctx.of(Surveyed)
        self._starts = surveyed.starts if surveyed else None
        self._tools, self._waits = tools, waits
        self._definition = tools.definition() if self._starts is not None else {}

    def told(
        self, progress: PoolProgress, nodes: tuple[NodeFacts, ...], views: Mapping[str, ExtensionFacts]
    ) -> Outlook | None:
        """None where the survey saw nothing of starts, and where all nodes are ready."""
        if self._starts is None:
            return None
        look = Look(self._definition, progress, nodes, views, self._waits)
        found = starting(self._tools, look, self._starts)
        return shortly(found, self._starts) if found else None

    def before(self, wanted: int) -> Outlook | None:
        """Before the first look."""
        return self.told(PoolProgress("active", "resizing", wanted, 0), (), {})


class _Seen:
    """Starts of nodes, and why other nodes that are ready tell nothing."""

    def __init__(self, tools: Tools) -> None:
        self._now = tools.azure.now()
        self.started: list[Started] = []
        self.left_out: Counter[str] = Counter()

    def take(self, nodes: Iterable[NodeFacts], origin: Origin, pool: str) -> None:
        """The newest come first: what is usual may have changed since the others came."""
        room = MOST_NODES
        for node in sorted(nodes, key=lambda each: each.allocated, reverse=True):
            told = measured(node, self._now, origin, pool)
            if isinstance(told, Started) and not room:
                self.left_out[_OLDER] += 1
            elif isinstance(told, Started):
                self.started.append(told)
                room -= 1
            elif told is not None:
                self.left_out[told] += 1


def _asking(tools: Tools, ctx: StepContext, endpoint: str, pool: str) -> Callable[[], tuple[NodeFacts, ...]]:
    def ask() -> tuple[NodeFacts, ...]:
        try:
            return tools.azure.batch.nodes(endpoint, pool, MOST_NODES)
        except TroubleshooterError as error:
            if error.exit_code == ExitCode.INTERRUPTED:
                raise
            ctx.note(f"how long nodes of pool {pool} took to start is not known: {within(error.what)}")
            return ()

    return ask


def _alike(pools: Iterable[Mapping[str, Any]], definition: Any, own: str) -> Iterable[Mapping[str, Any]]:
    """With nodes, and the same image and size; what a run made is none, its wait is in the journal."""
    wanted = _kind(definition)
    for each in pools:
        name = str(each.get("name", ""))
        if name.lower() == own.lower() or not _nodes_of(each) or mark.mark_of(each) is not None:
            continue
        if all(wanted) and _kind(each) == wanted:
            yield each


def _kind(definition: Any) -> tuple[str, str]:
    return image(definition), str(definition["properties"].get("vmSize", "")).lower()


def _nodes_of(pool: Mapping[str, Any]) -> int:
    properties = pool.get("properties") or {}
    counts = (properties.get(key) for key in ("currentDedicatedNodes", "currentLowPriorityNodes"))
    return sum(one for one in counts if isinstance(one, int))


def _own(tools: Tools, ctx: StepContext, definition: Any) -> Iterable[Started]:
    """Of the same account, image and size, as they were surveyed then."""
    wanted, account = _kind(definition), ctx.state.target.account_id.lower()
    if not all(wanted):
        return
    for one in tools.earlier():
        pool, place = one.surveyed.pool, one.target
        if (pool.image, pool.vm_size.lower()) == wanted and place.account_id.lower() == account:
            yield Started(one.seconds, Origin.WAITS, one.run, place.pool, "the journal: wait-for-idle")


def _timeout(definition: Any) -> float | None:
    """Of its resizes, where it says so."""
    scale = definition["properties"].get("scaleSettings") or {}
    for place in scale.values():
        if isinstance(place, dict) and isinstance(said := place.get("resizeTimeout"), str):
            return seconds_of(said)
    return None
