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
from troubleshooter.model.change import ORIGINAL, POOL, WHY_LEFT, Verb
from troubleshooter.model.step import ErrorText
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from troubleshooter.model.change import Change
    from troubleshooter.model.run import RunState
    from troubleshooter.operations.marked import Found
    from troubleshooter.printer import Printer
    from troubleshooter.workbench import Workbench

_RUN = re.compile("[0-9a-f]{8}")
_UNKNOWN = {
    "intended": "it was not looked for yet",
    "made": "it was not taken back yet",
    "removing": "its removal was not confirmed",
    "unknown": "no answer told whether it was {}, which was not seen, and may still come",
}


def by_journal(printer: Printer, workbench: Workbench, run_id: str, *, yes: bool) -> int:
    """Remove what the journal says this run created, where the pool's mark agrees."""
    state = workbench.read(run_id)
    before = len(state.acts)
    late = [change for change in state.changes if change.may_come_again and not state.rehearsal]
    if wanted := [*state.open_changes, *late]:
        names = ", ".join(f"{change.kind} {change.id}" for change in wanted)
        if not yes and not agreed(f"Remove {names}?"):
            raise Refused(
                f"Not removed: {names}.",
                "Nobody agreed to it.",
                f"troubleshooter runs cleanup {run_id} --yes",
            )
        failed = _taken_back(printer, workbench, run_id)
        state = workbench.read(run_id)
        if failed is not None:
            return _in_part(printer, state, before, failed)
    return _told(printer, state, before)


def _taken_back(printer: Printer, workbench: Workbench, run_id: str) -> TroubleshooterError | None:
    """What of it failed and weighs most; what did not fail is in the journal."""
    from troubleshooter.cli.headless import interrupts

    cancel = threading.Event()
    with interrupts(printer, cancel, f"Resume it with: troubleshooter runs cleanup {run_id}"):
        try:
            workbench.cleanup(run_id, printer.follow, cancel)
        except Interrupted:
            raise
        except TroubleshooterError as error:
            return error
    return None


def _in_part(printer: Printer, state: RunState, before: int, failed: TroubleshooterError) -> int:
    """The receipt of what was taken back all the same, with what failed."""
    permitted = not isinstance(failed, NotPermitted)
    if permitted and not state.away and any(change.detail.get(WHY_LEFT) for change in state.open_changes):
        printer.warn(failed.what)
        return _told(printer, state, before)
    _told(printer, state, before, failed)
    return failed.exit_code


def close(printer: Printer, workbench: Workbench, run_id: str, name: str) -> int:
    """Close one change as it stands, and give the receipt."""
    before = len(workbench.read(run_id).acts)
    return _told(printer, workbench.close_change(run_id, name, threading.Event()), before)


def _told(printer: Printer, state: RunState, before: int, failed: TroubleshooterError | None = None) -> int:
    """`before`: so many acts of the run there were already, which this command has no part in."""
    from troubleshooter.report.json_report import changes_json

    changes = changes_json(state)
    why = {(change.kind, change.id): _why(change) for change in state.open_changes}
    left, unknown = (
        [{**each, "why": why[each["kind"], each["id"]]} for each in changes[key]]
        for key in ("left", "unknown")
    )
    late = changes.get("may_come_again", [])
    earlier = sum(act.verb is Verb.REMOVED for act in state.acts[:before])
    return _receipt(printer, changes, left, unknown, late, failed, earlier=earlier)


def by_mark(printer: Printer, run: str, account_id: str, given: Mapping[str, Any]) -> int:
    """Take back what the run's mark tells of, of the pools whose name was given. No original is deleted."""
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
    try:
        account = Target.parse(f"{account_id.rstrip('/')}/pools/any")
    except UsageProblem as error:  # it speaks of a pool, which nobody gave
        raise UsageProblem(
            f"{account_id!r} is not a Batch account.",
            "It is no ARM resource id of one.",
            "Copy it from the account's Properties page in the portal, or from: az batch account list",
        ) from error
    confirmed = set(given["confirmed"])

    def agreed(found: Found) -> bool:
        for line in _stands(found):
            printer.say(line)
        return found.pool in confirmed or _typed(found.pool, _offer(found))

    cancel = threading.Event()
    with interrupts(printer, cancel, f"Resume it with: troubleshooter runs cleanup {run} --in {account_id}"):
        found = cleanup_marked(endpoints(dict(given)), account, run, agreed, printer.say, cancel)
    created = [{"kind": POOL, "id": each.pool} for each in found.found if _made_beside(each)]
    removed = [{"kind": POOL, "id": name} for name in found.removed]
    removed += [{"kind": kind, "id": name} for kind, name in found.enabled]
    why = found.left | {(each.kind, each.pool): _as_it_stands(each) for each in found.unmarked}
    left = [{"kind": kind, "id": name, "why": each} for (kind, name), each in why.items()]
    return _receipt(printer, {"created": created, "removed": removed}, left)


def _stands(found: Found) -> Iterator[str]:
    """How a marked pool stands, before anything is done about it."""
    yield f"{found.pool} is {found.mark.told()}, by the mark that it carries."
    yield from (f"  {trace}" for trace in found.traces)
    if not _made_beside(found):
        yield f"  It is not deleted. {_offer(found)}"


def _made_beside(found: Found) -> bool:
    return found.mark.made_beside(found.pool)


def _offer(found: Found) -> str:
    if _made_beside(found):
        return "Its name typed removes it."
    jobs = ", ".join((*found.mark.schedules, *found.mark.jobs))
    more = f" and {found.mark.unnamed} more, which it had no room for" if found.mark.unnamed else ""
    enables = f", and enables what that run disabled: {jobs}{more}" if jobs else ""
    return f"Its name typed takes the mark off{enables}."


def _as_it_stands(found: Found) -> str:
    stands = "; ".join(found.traces) or "nothing about it is out of the ordinary"
    unnamed = found.mark.unnamed
    more = f" {unnamed} jobs that the mark had no room for may be disabled still." if unnamed else ""
    return (
        f"it is an original, which is never deleted without its run: its mark is off, and it stands as it"
        f" stood: {stands}.{more} Create it again from the template that it came from, if that is not right"
    )


def _receipt(
    printer: Printer,
    done: Mapping[str, list[dict[str, str]]],
    left: list[dict[str, str]],
    unknown: Sequence[dict[str, str]] = (),
    late: Sequence[dict[str, str]] = (),
    failed: TroubleshooterError | None = None,
    *,
    earlier: int = 0,
) -> int:
    """`done`: what was created and removed, so many of the latter `earlier` than by this command."""
    created, removed = done["created"], done["removed"]
    document = {
        "version": 1,
        "created": created,
        "removed": removed,
        "left": left,
        "unknown": list(unknown),
        **({"may_come_again": list(late)} if late else {}),
        **printer.known(),
    }
    again = {each["id"] for each in created}
    open_still = [f"left     {each['kind']} {each['id']}: {one_line(each['why'])}" for each in left]
    open_still += [f"unknown  {each['kind']} {each['id']}: {one_line(each['why'])}" for each in unknown]
    open_still += [f"▲ Removed, and may come again: {each['kind']} {one_line(each['id'])}" for each in late]
    lines = [_went(each, again) for each in removed[earlier:]]
    if not lines and not open_still:
        lines = ["Nothing was left to remove."]
    lines += [f"{_went(each, again)} (before this)" for each in removed[:earlier]]
    error = ErrorText(failed.what, failed.why, failed.do, failed.exit_code) if failed else None
    printer.result(document, "\n".join(dict.fromkeys([*lines, *open_still])), error)
    return ExitCode.INCOMPLETE if left or unknown else ExitCode.DONE


def _went(each: Mapping[str, str], again: set[str]) -> str:
    if each["kind"] == ORIGINAL and each["id"] in again:
        return f"replaced {each['kind']} {each['id']}: deleted, and created again"
    return f"removed  {each['kind']} {each['id']}"


def _why(change: Change) -> str:
    return str(change.detail.get(WHY_LEFT) or _UNKNOWN[change.state.value].format(change.asked))


def agreed(question: str) -> bool:
    """Ask on a terminal; where there is none nobody agrees."""
    return sys.stdin.isatty() and click.confirm(question, err=True)


def _typed(name: str, offer: str) -> bool:
    if not sys.stdin.isatty():
        return False
    typed = click.prompt(
        f"{offer} Type {name}, or nothing to leave it", default="", show_default=False, err=True
    )
    return str(typed).strip() == name
