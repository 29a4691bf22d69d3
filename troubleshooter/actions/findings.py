"""Finding the cause: kept files and Azure's answers through the rules, settings through the linter."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from troubleshooter.actions.looking.asked_nodes import found_free
from troubleshooter.archives.budget import Budget
from troubleshooter.checks.way import as_met
from troubleshooter.diagnosis import diagnosis, of_one, with_cross_checks
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.facts import NOTHING_MORE, KnownNodes
from troubleshooter.model.finding import Check, Verdict
from troubleshooter.model.handover import CrossChecked, Diagnosed, Made, Planned, Ready, Surveyed
from troubleshooter.operations.node_watch import given_up_on_spot, spot_nodes_taken
from troubleshooter.pooldef import pool_body
from troubleshooter.pooldef.bodies import BARE
from troubleshooter.report.counted import counted
from troubleshooter.report.way_free import not_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.finding import Diagnosis, Finding
    from troubleshooter.model.run import KeptFile
    from troubleshooter.model.support import Support
    from troubleshooter.operations.tools import Tools


def concluded(
    tools: Tools,
    ctx: StepContext,
    surveyed: Surveyed | None = None,
    crossed: CrossChecked | None = None,
) -> tuple[Diagnosis, bool]:
    """What everything that was read so far says, with the settings; and whether all of it could be read.

    `surveyed` and `crossed` are what these steps hand over once they are over.
    """
    from troubleshooter.analyse.particulars import particulars  # noqa: PLC0415 - the same
    from troubleshooter.analyse.sources import Sources  # noqa: PLC0415 - compiling rules takes its time

    made, read = ctx.of(Made), Sources(budget=Budget(endless=True), by_node={})
    definition = tools.definition()
    surveyed = surveyed or ctx.of(Surveyed)
    support, down = (surveyed.support, surveyed.down) if surveyed else (None, ())
    crossed = crossed or ctx.of(CrossChecked) or CrossChecked()
    differences = made.differences if made else ()
    also = (*differences, *_supported(tools, definition, support), *crossed.findings)
    nodes = _known(ctx, definition, made)._replace(down=frozenset(down))
    said = diagnosis(_sources(ctx), tools.rules(), definition, also, found=read, nodes=nodes)
    said = as_met(with_cross_checks(said, crossed.checks))
    if only := str(ctx.state.options.get("only", "")):
        said = of_one(said, only, crossed.checks)
    said = replace(said, particulars=particulars((_written(definition), *_sources(ctx)), read))
    for left in read.left_out:
        ctx.note(f"left out {left}")
    return said, not read.left_out


def _supported(tools: Tools, definition: Mapping[str, Any], support: Support | None) -> Iterator[Finding]:
    from troubleshooter.lint import lint_pool, supported  # noqa: PLC0415 - compiling rules takes its time

    if support is not None:
        yield from supported.findings(support, {one.id for one in lint_pool(definition, tools.rules().known)})


def diagnose(tools: Tools, ctx: StepContext) -> StepOutcome:
    found, complete = concluded(tools, ctx)
    ctx.diagnosed(found)
    if only := str(ctx.state.options.get("only", "")):
        return _of_one(found, only)
    if free := found_free(tools, ctx, found):
        return _free(ctx, free)
    if cause := found.cause:
        sure = f"{cause.title} ({cause.confidence})"
        handed = Diagnosed(cause.id, len(found.findings))
        return StepOutcome(sure, output=handed, exit_code=0 if complete else ExitCode.INCOMPLETE)
    return _without_cause(ctx)


def _without_cause(ctx: StepContext) -> StepOutcome:
    surveyed = ctx.need(Surveyed)
    if surveyed.without and not surveyed.shut:
        return _of_no_extension(surveyed)
    if barred := surveyed.no_way_in:
        told = f"neither Azure's answers nor the settings show the cause. {barred.do}"
        return StepOutcome(told, attention=True, exit_code=ExitCode.REFUSED)
    planned = ctx.of(Planned)
    # a pool without the extension would lose its nodes as well
    if planned and planned.route and given_up_on_spot(ctx.state):
        told = f"no cause was found: Azure took {spot_nodes_taken(ctx.state)}"
        return StepOutcome(told, attention=True, exit_code=ExitCode.GAVE_UP)
    if planned and ctx.of(Ready) is None and planned.variant != BARE:
        return StepOutcome(
            "undecided: no node could be reached, and neither report nor settings show the cause",
            outcome="undecided",
        )
    return StepOutcome("no cause was found", attention=True, exit_code=ExitCode.INCOMPLETE)


def _free(ctx: StepContext, free: Diagnosed) -> StepOutcome:
    """No proof, and no cause: what the extension makes of a way that is free was not seen."""
    ctx.verified(verified=False, because=not_run(free))
    told = f"the way is free, as {counted(len(free.free), 'node')} found: {not_run(free)}"
    return StepOutcome(told, output=free, attention=True, exit_code=ExitCode.ERRORS_FOUND)


def _of_one(found: Diagnosis, only: str) -> StepOutcome:
    """Where one check was asked for: what it came to, and nothing of the others."""
    check = next((each for each in found.checked if each.id == only), Check(only, Verdict.UNKNOWN))
    told = {
        Verdict.FAIL: next((each.title for each in found.findings), check.id),
        Verdict.UNKNOWN: f"cannot be told for want of {check.missing or 'an answer'}",
        Verdict.NOT_APPLICABLE: f"does not apply: {check.because}",
    }.get(check.verdict, f"passed: {check.because}")
    handed = Diagnosed(found.root_cause or "", len(found.findings))
    unknown = check.verdict is Verdict.UNKNOWN
    return StepOutcome(
        told, output=handed, attention=unknown, exit_code=ExitCode.INCOMPLETE if unknown else 0
    )


def _of_no_extension(surveyed: Surveyed) -> StepOutcome:
    """Nothing was found in a pool that has none of ours: where no node is down nothing has to be."""
    if surveyed.counts and not surveyed.down:
        return StepOutcome("no node is down, and nothing that Azure says keeps one", attention=True)
    told = "nothing that Azure says of the nodes, their start task and their extensions shows the cause"
    return StepOutcome(told, attention=True, exit_code=ExitCode.INCOMPLETE)


def _known(ctx: StepContext, definition: Mapping[str, Any], made: Made | None) -> KnownNodes:
    """Of the nodes of a pool beside an original, what they do not share with it.

    Public addresses that its owner made only one pool can have. The identities are the same, unless Azure
    made the pool otherwise than it was asked to.
    """
    planned = ctx.of(Planned)
    if planned is None or planned.route:
        return NOTHING_MORE
    original = {kept.node for kept in ctx.state.files if kept.step == "survey"}
    beside = frozenset(kept.node for kept in ctx.state.files if kept.node not in original)
    differences = made.differences if made else ()
    others = any(line.text.startswith("/identity") for each in differences for line in each.evidence)
    return KnownNodes(
        elsewhere=beside if pool_body.has_own_addresses(definition) else frozenset(),
        beside=beside,
        strangers=beside if others else frozenset(),
    )


def _written(definition: Mapping[str, Any]) -> SourceFile:
    """What the pool's own definition says of its image and its agent, for the ticket."""
    data = json.dumps(definition).encode("utf-8", "replace")
    return SourceFile("the pool's definition", lambda: io.BytesIO(data))


def _sources(ctx: StepContext) -> Iterator[SourceFile]:
    for kept in ctx.state.files:
        yield SourceFile(kept.name, _opener(ctx, kept), kept.node or None)


def _opener(ctx: StepContext, kept: KeptFile) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(ctx.store.read(kept))
