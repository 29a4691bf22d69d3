"""Extension, network or Batch, of what was read of a pool: nothing is asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.checks.decision import Seen, decide
from troubleshooter.extensions import named, shipped
from troubleshooter.model.finding import Severity, Verdict
from troubleshooter.pooldef.pool_body import always_waits, blocks, extensions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from troubleshooter.model.decision import Decision
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.facts import ExtensionFacts, NodeFacts, PoolProgress, ServiceProblem
    from troubleshooter.model.finding import Check, Finding
    from troubleshooter.model.reply import Facts
    from troubleshooter.model.support import Support


class Looked(NamedTuple):
    """What the data plane said of a pool, and when."""

    nodes: tuple[NodeFacts, ...]
    views: Mapping[str, tuple[ExtensionFacts, ...]]
    """By node; of those that were asked for and are shown."""
    now: datetime
    progress: PoolProgress | None = None
    support: Support | None = None
    checks: tuple[Check, ...] = ()
    """What Azure's answers came to."""


def decided(facts: Facts, about: Extension, found: Iterable[Finding], looked: Looked) -> Decision | None:
    """The one decision; None where no node is ill. `found` is what settings, views and cross-checks show."""
    pool: Any = facts.pool
    errors = tuple(one for one in found if one.severity is Severity.ERROR)
    causes = (one for one in errors if one.extension == about.id)
    return decide(
        Seen(
            facts,
            looked.nodes,
            looked.views,
            looked.now,
            tuple(str(one.get("name", "")) for one in extensions(pool)),
            tuple(str(one["type"]) for one in extensions(pool) if one.get("type")),
            named("batch-node", shipped()).names,
            any(isinstance(one.get("settings"), str) for one in extensions(pool)),
            waits_for(pool, about),
            _cleared(looked.checks, {one.id for one in errors}),
            tuple(one for one in causes if not one.another),
            resize_problems(looked.progress),
            looked.support,
            always_waits(pool, about),
        )
    )


_RIGHTS, _SECRET = {"kv-403-rbac", "kv-403-access-policy"}, {"kv-404-secret-not-found"}


def _cleared(checks: Iterable[Check], errors: Collection[str]) -> bool:
    """Rights and secret were both seen to be well, and nothing was seen that keeps a node from coming."""
    verdicts = {check.id: check.verdict for check in checks}
    well = {name for name, verdict in verdicts.items() if verdict is Verdict.PASS}
    ill = {name for name, verdict in verdicts.items() if verdict is Verdict.FAIL} & {*errors}
    return not ill and bool(well & _RIGHTS) and bool(well & _SECRET)


def resize_problems(progress: PoolProgress | None) -> tuple[ServiceProblem, ...]:
    """Its errors, where they are of now: they stay until the next resize, also when the nodes came."""
    if progress is None or progress.allocation_state != "steady" or progress.current >= progress.target:
        return ()
    return progress.resize_problems


def waits_for(definition: Any, about: Extension) -> bool:
    """Whether its nodes are ready only once the extension has succeeded."""
    return blocks(definition, about) or always_waits(definition, about)
