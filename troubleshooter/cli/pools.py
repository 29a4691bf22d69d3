from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli.options import everywhere, places
from troubleshooter.errors import ExitCode, first_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.model.inventory import Inventory
    from troubleshooter.model.scope import Scope
    from troubleshooter.model.step import ErrorText
    from troubleshooter.printer import Printer

_SHOWN_EVERY = 0.2
"""Seconds between two lines of how far it is."""


@click.command()
@click.argument("scope", metavar="[SUBSCRIPTION|ACCOUNT]", default="")
@places
@everywhere()
@click.pass_obj
def command(printer: Printer, /, scope: str, **given: Any) -> int:
    """List the pools that can be read, with their health, the worst first.

    By lists alone: nothing is changed. SUBSCRIPTION or ACCOUNT, by id, name or portal URL, restricts it.
    Exit code 3 where a pool is ill, 4 where one is to be looked at, 8 where something could not be read: that
    is told beside the rest.
    """
    from troubleshooter.cli.headless import interrupts
    from troubleshooter.cli.run import endpoints
    from troubleshooter.model.scope import Scope
    from troubleshooter.report.inventory_json import inventory_json
    from troubleshooter.report.inventory_text import inventory_text
    from troubleshooter.workbench import Hears, list_pools

    wanted, cancel = Scope.of(scope) if scope else Scope(), threading.Event()
    with interrupts(printer, cancel, "Ask again: it changed nothing."):
        hears = Hears(printer.detail, printer.say)
        found = list_pools(endpoints(given), wanted, _counting(printer), hears, cancel)
    failure = nothing_read(found, wanted)
    code = ExitCode(failure.exit_code) if failure else ended(found)
    told = inventory_text(found, printer.columns, printer.width)
    printer.result(inventory_json(found, code), told, failure)
    return code


def _counting(printer: Printer) -> Callable[[Callable[[], Inventory]], None]:
    """Say on one line how far it is, a few times a second at most."""
    last = 0.0

    def show(now: Callable[[], Inventory]) -> None:
        nonlocal last
        if time.monotonic() - last >= _SHOWN_EVERY:
            last, known = time.monotonic(), now()
            printer.passing(f"{len(known.pools)} pools, {known.answered} of {known.asked} answers")

    return show


def nothing_read(found: Inventory, wanted: Scope) -> ErrorText | None:
    """Why there is no list at all; None where there is one, be it an empty one."""
    from troubleshooter.model.step import ErrorText

    if found.accounts:
        return None
    if found.unread:
        codes = {ExitCode(one.exit_code) for one in found.unread}
        code = first_of(codes)
        worst = next(one for one in found.unread if one.exit_code == code)
        return ErrorText(worst.what, worst.why, worst.do, code)
    if not found.subscriptions:
        return ErrorText(
            "There is no subscription to look at.",
            "Whoever is signed in sees none in the tenant that they are signed in to.",
            "Sign in to another tenant (az login --tenant TENANT), or ask for the role Reader on one of it.",
            ExitCode.NOT_PERMITTED,
        )
    if wanted != type(wanted)():
        where = ", ".join(
            filter(None, (wanted.name, wanted.account, wanted.resource_group, wanted.subscription))
        )
        return ErrorText(
            f"There is no Batch account to look at in {where}.",
            "None that can be seen is of that name, or lies there.",
            "See all that can be seen: troubleshooter pools",
            ExitCode.NOT_FOUND,
        )
    return None


def ended(found: Inventory) -> ExitCode:
    """What was not read comes before what is ill: the list is not whole."""
    from troubleshooter.model.inventory import Health

    healths = {pool.health for pool in found.pools}
    codes = {ExitCode.INCOMPLETE} if found.unread else set()
    codes |= {ExitCode.ERRORS_FOUND} if Health.ILL in healths else set()
    codes |= {ExitCode.WARNINGS_FOUND} if Health.ATTENTION in healths else set()
    return first_of(codes)
