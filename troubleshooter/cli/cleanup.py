"""Cleaning up after a run, with its journal or by the mark on its pools, and the receipt."""

from __future__ import annotations

import re
import sys
import threading
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.errors import (
    ExitCode,
    Interrupted,
    NotPermitted,
    Refused,
    TroubleshooterError,
    UsageProblem,
)
from troubleshooter.model.change import WHY_LEFT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from troubleshooter.model.change import Change
    from troubleshooter.model.run import RunState
    from troubleshooter.printer import Printer
    from troubleshooter.workbench import Workbench

_RUN = re.compile("[0-9a-f]{8}")
_UNKNOWN = {
    "intended": "it was not looked for yet",
    "made": "it was not taken back yet",
    "removing": "its removal was not confirmed",
    "unknown": "no answer told whether it was made; it is not seen, and may still come",
}


def by_journal(printer: Printer, workbench: Workbench, run_id: str, *, yes: bool) -> int:
    """Remove what the journal says this run created, where the pool's mark agrees."""
    from troubleshooter.cli.headless import interrupts

    state = workbench.read(run_id)
    if state.open_changes:
        names = ", ".join(f"{change.kind} {change.id}" for change in state.open_changes)
        if not yes and not agreed(f"Remove {names}?"):
            raise Refused(
                f"Not removed: {names}.",
                "Nobody agreed to it.",
                f"troubleshooter runs cleanup {run_id} --yes",
            )
        cancel = threading.Event()
        with interrupts(printer, cancel, f"Resume it with: troubleshooter runs cleanup {run_id}"):
            try:
                workbench.cleanup(run_id, printer.follow, cancel)
            except (Interrupted, NotPermitted):
                raise
            except TroubleshooterError as error:
                after = workbench.read(run_id)
                if after.away or not any(change.detail.get(WHY_LEFT) for change in after.open_changes):
                    raise
                printer.warn(error.what)
        state = workbench.read(run_id)
    return _told(printer, state)


def close(printer: Printer, workbench: Workbench, run_id: str, name: str) -> int:
    """Close one change as it stands, and give the receipt."""
    return _told(printer, workbench.close_change(run_id, name, threading.Event()))


def _told(printer: Printer, state: RunState) -> int:
    from troubleshooter.report.json_report import changes_json

    changes = changes_json(state)
    why = {(change.kind, change.id): _why(change) for change in state.open_changes}
    left, unknown = (
        [{**each, "why": why[each["kind"], each["id"]]} for each in changes[key]]
        for key in ("left", "unknown")
    )
    return _receipt(printer, changes["created"], changes["removed"], left, unknown)


def by_mark(printer: Printer, run: str, account_id: str, given: Mapping[str, Any]) -> int:
    """Remove pools that carry the run's mark and whose name was given."""
    from troubleshooter.cli.headless import interrupts
    from troubleshooter.cli.run import endpoints
    from troubleshooter.model.target import Target
    from troubleshooter.workbench import cleanup_marked

    if not _RUN.fullmatch(run):
        raise UsageProblem(
            f"{run!r} is not a run's whole id.",
            "Without the journal a beginning cannot be completed.",
            "Give all eight digits, as in the names of the pools it made.",
        )
    account = Target.parse(f"{account_id.rstrip('/')}/pools/any")
    confirmed = set(given["confirmed"])

    def agreed(name: str) -> bool:
        return name in confirmed or _typed(name)

    cancel = threading.Event()
    with interrupts(printer, cancel, f"Resume it with: troubleshooter runs cleanup {run} --in {account_id}"):
        found = cleanup_marked(endpoints(dict(given)), account, run, agreed, printer.say, cancel)
    removed = [{"kind": "pool", "id": name} for name in found.removed]
    left = [{"kind": "pool", "id": name, "why": why} for name, why in found.left.items()]
    created = [{"kind": "pool", "id": each["id"]} for each in (*removed, *left)]
    return _receipt(printer, created, removed, left)


def _receipt(
    printer: Printer,
    created: list[dict[str, str]],
    removed: list[dict[str, str]],
    left: list[dict[str, str]],
    unknown: Sequence[dict[str, str]] = (),
) -> int:
    document = {
        "version": 1,
        "created": created,
        "removed": removed,
        "left": left,
        "unknown": list(unknown),
        **printer.known(),
    }
    lines = [f"removed  {each['kind']} {each['id']}" for each in removed]
    lines += [f"left     {each['kind']} {each['id']}: {each['why']}" for each in left]
    lines += [f"unknown  {each['kind']} {each['id']}: {each['why']}" for each in unknown]
    printer.result(document, "\n".join(lines) or "Nothing was left to remove.")
    return ExitCode.INCOMPLETE if left or unknown else ExitCode.DONE


def _why(change: Change) -> str:
    return str(change.detail.get(WHY_LEFT) or _UNKNOWN[change.state.value])


def agreed(question: str) -> bool:
    """Ask on a terminal; where there is none nobody agrees."""
    return sys.stdin.isatty() and click.confirm(question, err=True)


def _typed(name: str) -> bool:
    if not sys.stdin.isatty():
        return False
    typed = click.prompt(
        f"Type {name} to remove it, or nothing to keep it", default="", show_default=False, err=True
    )
    return str(typed).strip() == name
