"""The list of runs, for a terminal: one line each, the words that may be long at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.unreadable import Unreadable
from troubleshooter.report.counted import counted
from troubleshooter.report.json_report import progress_word
from troubleshooter.report.to_do import got_no_nodes
from troubleshooter.report.unreadable import STATE
from troubleshooter.report.way_free import way_free
from troubleshooter.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.model.run import RunState

_HEADER = ("RUN", "LEFT IN AZURE", "POOL", "STATE", "LAST EVENT, UTC", "CAUSE")
"""What costs money stands where a narrow terminal, or a pool's long name, cannot cut it off."""


def runs_text(runs: Iterable[RunState | Unreadable], width: int = 0) -> str:
    """Lines longer than `width` end in a mark; 0 is for a reader that is no terminal."""
    rows = [_HEADER, *(_unread(run) if isinstance(run, Unreadable) else _row(run) for run in runs)]
    if len(rows) == 1:
        return "No runs yet."
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_cut(_line(row, widths), width) for row in rows)


def _row(state: RunState) -> tuple[str, ...]:
    left = len(state.open_changes)
    things = f"{left} thing{'s' * (left != 1)}" if left else "nothing"
    return (
        state.id,
        "a demo" if state.rehearsal else things,
        visible(state.target.pool),
        _progress(state),
        minute(state.updated),
        " ".join(_cause(state)),
    )


def _unread(run: Unreadable) -> tuple[str, ...]:
    """Of what it left only what is known is counted; why it cannot be read stands where a cause would."""
    left = f"{counted(len(run.left), 'thing')} known" if run.left else "not known"
    return (
        run.id,
        "a demo" if run.rehearsal else left,
        visible(run.target.pool) if run.target else "not known",
        STATE,
        minute(run.updated) or "not known",
        one_line(run.why),
    )


def _progress(state: RunState) -> str:
    """Whether a demo is still open is not known here: it is told how far it came."""
    current = state.current
    return f"got to {current.id}" if state.rehearsal and current is not None else progress_word(state)


def minute(at: str) -> str:
    """Day and minute of a time that the journal wrote down, without the letters between."""
    return at[:16].replace("T", " ")


def _cause(state: RunState) -> Iterator[str]:
    if state.healthy:
        yield "healthy"
    elif got_no_nodes(state):
        yield "not found: the debug pool got no nodes"
    elif way_free(state):
        yield "the way is free, the extension was not run"
    elif cause := state.diagnosis.cause:
        yield visible(cause.title)
        yield "(fix proven)" if state.verified else "(fix not proven)"
    elif (cause := state.likely.cause) and not state.diagnosed:
        yield visible(cause.title)
        yield "(before any log was read)"
    else:
        yield "none found" if state.diagnosed else "not known"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _cut(line: str, width: int) -> str:
    return f"{line[: width - 1]}…" if 0 < width < len(line) else line
