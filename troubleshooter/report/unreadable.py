"""A run that cannot be read, in the same words in text and in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.report.away import away_json
from troubleshooter.report.wrapped import WIDTH, wrapped
from troubleshooter.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.unreadable import Unreadable

STATE = "unreadable"
"""Where such a run stands, in a list of runs."""


def unreadable_row(run: Unreadable) -> dict[str, Any]:
    """As a row of the list of runs: what it cannot tell is null."""
    return {
        "id": run.id,
        "target": run.target.resource_id if run.target else None,
        "playbook": run.playbook or None,
        "state": STATE,
        "created": run.created or None,
        "updated": run.updated or None,
        "open_changes": 0 if run.rehearsal else len(run.left),
        **_known(run),
        **({"demo": True} if run.rehearsal else {}),
    }


def unreadable_json(run: Unreadable) -> dict[str, Any]:
    """As a document of its own."""
    row = unreadable_row(run)
    away = {"original_away": away_json(run.away)} if run.away else {}
    return {"version": 1, "run": row.pop("id"), **row, **away}


def _known(run: Unreadable) -> dict[str, Any]:
    left = [
        {
            "kind": change.kind,
            "id": change.id,
            "account": run.account or None,
            "account_id": run.account_id or None,
        }
        for change in (() if run.rehearsal else run.left)
    ]
    return {"why": run.why, "left": left, "remove_with": run.remove_with or None, "do": run.do}


def unreadable_text(run: Unreadable, width: int = WIDTH) -> str:
    """Why, what is known to be left, and what can be done: whole lines for commands, so that they copy."""
    lines = [*wrapped(f"✖ Run {run.id} cannot be read.", width, rest="  ")]
    for label, text in _rows(run):
        lines += wrapped(one_line(text), width, f"  {label:<12} ", " " * 15)
    lines += ["", "Nothing is written into it; it is not resumed, cleaned up, restored or deleted.", ""]
    lines.append("What you can do")
    for number, (text, command) in enumerate(run.ways, start=1):
        lines += wrapped(one_line(text), width, f"  {number}. ", " " * 5)
        if command:
            lines.append(f"         {visible(command)}")
    return "\n".join(lines)


def _rows(run: Unreadable) -> Iterator[tuple[str, str]]:
    yield "why", run.why
    yield "left", run.left_told
    if run.target is not None:
        yield "pool", run.target.resource_id
    yield "last event", run.updated or "not known"
    yield "journal", run.journal
