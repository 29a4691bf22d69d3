"""A run as one line of the list of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.step import StepState
from troubleshooter.model.unreadable import Unreadable
from troubleshooter.report.counted import counted
from troubleshooter.report.to_do import got_no_nodes, stands_fixed
from troubleshooter.report.way_free import way_free
from troubleshooter.tui.text import plain
from troubleshooter.tui.text.clock import age
from troubleshooter.tui.text.steps import short_name, tone
from troubleshooter.tui.widgets.remarks import Remark
from troubleshooter.tui.widgets.table import Cell, Column, Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from troubleshooter.model.run import RunState
    from troubleshooter.report.symbols import Glyphs

COLUMNS = (
    Column("", 1, importance=9),
    Column("run", 8, importance=6),
    Column("pool", 20, importance=9, name=True),
    Column("account", 16, importance=2, name=True),
    Column("where it stands", 26, importance=7, flexible=True),
    Column("left in Azure", 13, importance=4),
    Column("last touched", 12, importance=5),
)


def run_row(state: RunState | Unreadable, now: datetime, marks: Glyphs) -> Row:
    if isinstance(state, Unreadable):
        return _unread_row(state, now, marks)
    symbol, style = _symbol(state, marks)
    text, text_style = standing(state)
    left = 0 if state.rehearsal else len(state.open_changes)
    return Row(
        state.id,
        (
            Cell(symbol, style),
            Cell(state.id, "$quiet"),
            Cell(plain.one_line(state.target.pool)),
            Cell("a demo" if state.rehearsal else plain.one_line(state.target.account), "$quiet"),
            Cell(plain.one_line(text), text_style),
            Cell(f"{left} thing{'s' * (left != 1)}" if left else "-", "$warning" if left else "$quiet"),
            Cell(age(state.updated, now), "$quiet"),
        ),
    )


def _unread_row(run: Unreadable, now: datetime, marks: Glyphs) -> Row:
    """Of what it left only what is known is counted."""
    target = run.target
    account = plain.one_line(target.account) if target else "not known"
    left = f"{counted(len(run.left), 'thing')} known" if run.left else "not known"
    return Row(
        run.id,
        (
            Cell(marks.failed, "$error"),
            Cell(run.id, "$quiet"),
            Cell(plain.one_line(target.pool) if target else "not known"),
            Cell("a demo" if run.rehearsal else account, "$quiet"),
            Cell("cannot be read", "$error"),
            Cell("-", "$quiet") if run.rehearsal else Cell(left, "$warning"),
            Cell(age(run.updated, now) if run.updated else "not known", "$quiet"),
        ),
    )


def standing(state: RunState) -> tuple[str, str]:
    """Where a run stands, in words, and in which colour."""
    current = state.current
    if current is None:
        return _ended(state)
    if state.rehearsal:
        return f"got to: {short_name(current.id)}", ""
    if current.state is StepState.FAILED:
        return f"{short_name(current.id)}: {current.why or 'failed'}", "$error"
    if current.state is StepState.ASKING:
        return f"{short_name(current.id)}: needs you", "$warning"
    return short_name(current.id), ""


def _ended(state: RunState) -> tuple[str, str]:
    """Solved in the original itself, proven, healthy or only found: different things, in words and colour."""
    cause = state.diagnosis.cause or state.likely.cause
    if state.open_changes:
        return "ended, but not cleaned up", "$warning"
    if state.verified:
        how = "solved" if stands_fixed(state) else "fix proven"
        return f"{how}: {cause.title}" if cause else how, "$success"
    if state.healthy:
        return "healthy: nothing to repair", "$success"
    if got_no_nodes(state):
        return "cause not found: the debug pool got no nodes", "$warning"
    if way_free(state):
        return "the way is free, the extension was not run", "$warning"
    return f"not solved; cause: {cause.title}" if cause else "ended without a cause", "$warning"


def _symbol(state: RunState, marks: Glyphs) -> tuple[str, str]:
    current = state.current
    if current is not None:
        return marks.step(current), tone(current)
    well = (state.verified or state.healthy) and not state.open_changes
    return (marks.done, "$success") if well else (marks.attention, "$warning")


def run_details(run: RunState | Unreadable) -> tuple[Remark, ...]:
    """What the table has no room for, first what the operator came for."""
    if isinstance(run, Unreadable):
        return tuple(_unread_details(run))
    target, cause = run.target, run.diagnosis.cause or (None if run.diagnosed else run.likely.cause)
    stands, style = standing(run)
    failed = run.current.error if run.current else None
    left = ", ".join(f"{change.kind} {change.id}" for change in run.open_changes) or "nothing"
    place = f"{target.account}, resource group {target.resource_group}, subscription {target.subscription}"
    if run.rehearsal:
        place, left = "a demo: its Azure ends with it, and this is what its run kept", "nothing"
    remarks = [Remark(f"run {run.id:<11}", stands, style=style or "bold")]
    if failed is not None:
        remarks.append(Remark("to do          ", failed.do))
    if cause is not None and cause.title not in stands:
        label = "stopped by     " if got_no_nodes(run) else "cause          "
        remarks.append(Remark(label, cause.title, style="bold"))
    remarks.append(Remark("left in Azure  ", left, style="" if left == "nothing" else "$warning"))
    return (*remarks, Remark("pool           ", target.pool), Remark("account        ", place))


def _unread_details(run: Unreadable) -> Iterator[Remark]:
    yield Remark(f"run {run.id:<11}", f"cannot be read: {run.why}", style="$error")
    yield Remark("left in Azure  ", run.left_told, style="$warning")
    for label, (text, command) in zip(
        ("to do          ", *[" " * 15] * len(run.ways)), run.ways, strict=False
    ):
        yield Remark(label, text)
        if command:
            yield Remark(" " * 15, command, verbatim=True)
    yield Remark("account        ", run.account_id or "not known")
