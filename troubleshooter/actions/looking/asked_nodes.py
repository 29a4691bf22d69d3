"""Where nodes without the pool's own extension were asked themselves: whether the way was free for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.analyse.probe import is_well, untried
from troubleshooter.model.finding import Severity
from troubleshooter.model.handover import Diagnosed, Planned
from troubleshooter.operations.node_views import well_by_now
from troubleshooter.operations.tools import endpoint
from troubleshooter.pooldef import pool_body
from troubleshooter.pooldef.bodies import BARE, OLDER

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.operations.tools import Tools

SYMPTOMS = frozenset({"crp-provisioning-error", "crp-provisioning-timeout"})
"""Rules that say no more than that the extension did not come up: what brought the operator here."""


def found_free(tools: Tools, ctx: StepContext, told: Diagnosis) -> Diagnosed | None:
    """What that comes to where no node that was asked found anything in its way; None where more is wrong.

    Only where the pool's version cannot be told not to wait: elsewhere nodes had the extension first, and did
    not come up with it, so that more is wrong than anything on the way.
    """
    planned = ctx.of(Planned)
    errors = {finding.id for finding in told.findings if finding.severity is Severity.ERROR}
    if planned is None or planned.variant not in {BARE, OLDER} or errors - SYMPTOMS:
        return None
    if not pool_body.always_waits(tools.definition(), tools.extension):
        return None
    said = _said(ctx)
    if not said or not all(is_well(data) for data in said.values()):
        return None
    return Diagnosed(
        told.root_cause or "",
        len(told.findings),
        free=tuple(said),
        ran=pool_body.older_version(tools.extension) if planned.variant == OLDER else "",
        well_by_now=0 if planned.route else well_by_now(tools, ctx, endpoint(tools, ctx)),
        untried=any(untried(data) for data in said.values()),
    )


def _said(ctx: StepContext) -> dict[str, bytes]:
    """By node, what it answered."""
    from troubleshooter.collect.probe import KEPT_AS  # noqa: PLC0415 - only who asked nodes needs it

    return {
        kept.node: ctx.store.read(kept)
        for kept in ctx.state.files
        if kept.step == "collect" and kept.node and kept.name.endswith(KEPT_AS)
    }
