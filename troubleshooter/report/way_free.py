"""What is said where nodes were asked themselves and found nothing in the way: it is free, and no proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.handover import Diagnosed, Planned
from troubleshooter.report.counted import counted
from troubleshooter.report.renewal import looked, renewal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.run import RunState

_SEEN = (
    "got a token as the extension would, reached the vault and read every certificate there, and nothing on"
    " the node was seen that would stop it"
)

_UNTRIED = "The script that asked has not been run against live Windows yet."
_NEW_NODES = "Have the nodes made anew, since an extension gives up after some tries"
_GONE = "Fresh nodes have nothing in their way now."
_THE_EXTENSION = (
    "If new ones do not become idle either, what is left is the extension itself. This packs what was read,"
    " with secrets taken out, for whoever supports it:"
)


def way_free(state: RunState) -> Diagnosed | None:
    """What a diagnosis came to that found the way free and no cause; None of any other."""
    diagnosed = state.of(Diagnosed)
    return diagnosed if diagnosed is not None and diagnosed.free else None


def not_run(diagnosed: Diagnosed) -> str:
    """Why that is not all: what of the extension nobody saw."""
    if diagnosed.ran:
        return f"probed beside version {diagnosed.ran} of the extension, the pool's own was not run"
    return "probed, the extension itself was not run"


def headline(diagnosed: Diagnosed) -> str:
    return f"The way is free: {not_run(diagnosed)}"


def told(state: RunState, diagnosed: Diagnosed) -> str:
    """In a sentence or two, without the headline."""
    nodes = len(diagnosed.free)
    fresh = "A fresh node" if nodes == 1 else f"{nodes} fresh nodes"
    untried = f" {_UNTRIED}" * diagnosed.untried
    return f"{fresh} {_SEEN}.{untried}{_meanwhile(state, diagnosed)}"


def _meanwhile(state: RunState, diagnosed: Diagnosed) -> str:
    if not diagnosed.well_by_now:
        return ""
    nodes = counted(diagnosed.well_by_now, "node")
    return (
        f" Meanwhile {state.target.pool} came right: {nodes}, each ready, and its extension reports success."
    )


def what_now(state: RunState, diagnosed: Diagnosed) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What is to be done, and its commands: new nodes try anew; what then fails is the extension itself."""
    if diagnosed.well_by_now:
        yield f"Look at {state.target.pool} again, whether it stays so.", {"az": looked(state)}
        return
    planned, anew = state.of(Planned), renewal(state)
    if planned is not None and planned.route:
        anew_already = f"{state.target.pool} was created again, so its nodes try anew"
        yield f"Look whether they become idle: {anew_already}.", {"az": looked(state)}
    else:
        yield f"{_NEW_NODES}: {anew.how}. {_GONE}", {"az": anew.commands} if anew.commands else {}
    yield _THE_EXTENSION, {"shell": f"troubleshooter runs export {state.id} --out {state.id}.tar.gz"}
