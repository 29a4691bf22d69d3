"""Which pool is meant: by its id, or found by its name among all that can be read."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.errors import NotFound, UsageProblem
from troubleshooter.model.scope import Scope
from troubleshooter.model.target import Target
from troubleshooter.report.counted import counted
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.inventory import Inventory
    from troubleshooter.printer import Printer
    from troubleshooter.settings import Endpoints


class Meant(NamedTuple):
    target: Target
    by_name: bool
    """Whether it was found by its name: then it is confirmed before anything is written."""


def meant(printer: Printer, text: str, given: dict[str, Any], where: Endpoints) -> Meant:
    """Raises NotFound where there is no such pool, UsageProblem where there are several."""
    scope = Scope.of_pool(text, given["subscription"], given["resource_group"])
    if scope is None:
        return Meant(placed(printer, text, given), by_name=False)
    target = found(printer, text, scope, where)
    printer.warn(f"Found by its name: {target.resource_id}")
    return Meant(target, by_name=True)


def placed(printer: Printer, text: str, given: dict[str, Any]) -> Target:
    """What says itself where it is; an option that says otherwise is told as not used."""
    target = Target.parse(text, given["subscription"], given["resource_group"])
    for other in _not_used(target, given):
        printer.warn(f"The id says where the pool is: {other} is not used.")
    return target


def _not_used(target: Target, given: dict[str, Any]) -> Iterator[str]:
    """The options that name another place than the pool's id; a variable may give them for all commands."""
    for name, own in (("subscription", target.subscription), ("resource_group", target.resource_group)):
        if (told := given[name]) and told.casefold() != own.casefold():
            yield f"--{name.replace('_', '-')} {one_line(told)}"


def found(printer: Printer, text: str, scope: Scope, where: Endpoints) -> Target:
    """The one pool of that name."""
    from troubleshooter.cli.headless import interrupts
    from troubleshooter.workbench import Hears, find_pools

    cancel = threading.Event()
    printer.passing(f"Looking for pool {text} in all that can be read.")
    with interrupts(printer, cancel, "Ask again, or give the pool's whole id."):
        seen = find_pools(where, scope, Hears(printer.detail, printer.say), cancel)
    return only(text, seen)


def only(text: str, seen: Inventory) -> Target:
    """The one that there is. Where there are several, none is chosen."""
    targets = [pool.target for pool in seen.pools]
    unread = ""
    searched = (
        f"{counted(len(seen.accounts), 'Batch account')} in "
        f"{counted(len(seen.subscriptions), 'subscription')} could be looked at"
    )
    if seen.unread:
        places = counted(len(seen.unread), "place")
        unread = f"; {places} could not be read: {seen.unread[0].what}"
    if not targets:
        raise NotFound(
            f"There is no pool {text}.",
            f"{searched}, and none has such a pool{unread}".rstrip(".") + ".",
            "See all that can be read: troubleshooter pools. Or give the pool's whole id.",
        )
    if len(targets) > 1:
        ids = [target.resource_id for target in targets]
        problem = UsageProblem(
            f"There are {len(targets)} pools {text}.",
            f"They are {', '.join(ids)}.",
            "None is chosen for you: give the whole id of the one that is meant.",
        )
        problem.document = {"candidates": ids}
        raise problem
    return targets[0]
