"""The PUT bodies of the pools that a run creates: beside the original, or under its own id."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troubleshooter.collect.roads.ssh_entry import close_ssh
from troubleshooter.errors import Refused
from troubleshooter.model.change import JOB, JOB_SCHEDULE, ORIGINAL
from troubleshooter.pooldef import pool_body
from troubleshooter.pooldef.mark import BESIDE_TO_DEBUG, BESIDE_TO_PROVE, IN_PLACE, Mark, put_mark

if TYPE_CHECKING:
    from troubleshooter.collect.roads.road import Road
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.run import RunState

_LONGEST_NAME = 64

BARE = "without-extension"
DEBUG = "debug"
WITH_FIX = "with the fix"
"""As what a pool stands: in its mark, and in the journal where it is the original."""


def debug_body(
    definition: Any,
    state: RunState,
    variant: str,
    road: Road,
    extension: Extension,
    *,
    beside: bool = True,
    dedicated: bool = False,
) -> tuple[dict[str, Any], list[str]]:
    """The debug pool's PUT body, and what it differs in, as notes.

    Its nodes are of the original's kind; dedicated ones where that was chosen.
    """
    body = pool_body.creatable(definition)
    spot = pool_body.spot_only(definition) and not dedicated
    setting = setting_of(extension)
    notes = [
        f"extension {name} is left as it is: {why}"
        for name, why in pool_body.meant(definition, extension).items()
    ]
    if variant == BARE:
        pool_body.without(body, extension)
        notes.append(f"the {extension.title} extension is left out, since with it no node could be reached")
    elif pool_body.set_blocking(body, extension, on=False):
        notes.append(f"{setting} is off, so that nodes become idle without their certificates")
    else:
        notes.append(f"{setting} has no place in these settings and is left as it is")
    notes += _fit(body, debug_nodes(state), spot=spot, beside=beside)
    put_mark(body, _mark(state, BESIDE_TO_DEBUG if beside else IN_PLACE, variant))
    notes += road.prepare(body, debug_nodes(state))
    if beside:
        notes.append(f"after you choose a fix, it is replaced by a pool with the fix and {setting} on")
        notes.append("everything created is removed at the end")
    return body, notes


def verification_body(
    definition: Any,
    patch: list[dict[str, Any]],
    state: RunState,
    extension: Extension,
    *,
    beside: bool = True,
    dedicated: bool = False,
) -> dict[str, Any]:
    """The pool that proves the fix, with one node: with the patch, and waiting for the extension."""
    body = pool_body.creatable(pool_body.patched(definition, patch))
    if not pool_body.set_blocking(body, extension, on=True):
        raise Refused(
            "The fix cannot be proven.",
            f"Even with the fix the extension's settings have no place for {setting_of(extension)}.",
            "Correct the settings as the finding explains, and run again.",
        )
    _fit(body, 1, spot=pool_body.spot_only(definition) and not dedicated, beside=beside)
    put_mark(body, _mark(state, BESIDE_TO_PROVE if beside else IN_PLACE, WITH_FIX))
    if beside:
        close_ssh(body)
    return body


def setting_of(extension: Extension) -> str:
    """What keeps a node from becoming idle, as its settings call it."""
    return extension.settings.blocks.setting if extension.settings.blocks else "waiting for the extension"


def pool_name(state: RunState, stage: str) -> str:
    """A name beside the original's, that holds the run's id and fits the service's 64 characters."""
    tail = f"-{stage}-{state.id}"
    return state.target.pool[: _LONGEST_NAME - len(tail)] + tail


def stage_of(variant: str, *, dedicated: bool) -> str:
    """Part of a debug pool's name: one that differs is another pool, never the same made anew."""
    return "bare" if variant == BARE else "ded" if dedicated else "dbg"


def debug_nodes(state: RunState) -> int:
    return int(state.options.get("debug_nodes", 1))


def variant(state: RunState) -> str:
    """The second time round the extension is left out: with it no node was reached, nothing decided."""
    before = (pool_name(state, "dbg"), pool_name(state, "ded"), state.target.pool)
    made = [change.id for change in state.changes if change.kind in {"pool", ORIGINAL}]
    been_here = state.diagnosed and any(name in before for name in made)
    return BARE if been_here else DEBUG


def sorted_copy(body: dict[str, Any]) -> Any:
    """A copy for the screen, in the order of its keys."""
    return json.loads(json.dumps(body, sort_keys=True))


def _fit(body: dict[str, Any], nodes: int, *, spot: bool, beside: bool) -> list[str]:
    """Few nodes; beside the original nothing that only one pool can have."""
    notes = [pool_body.resize(body, nodes, spot=spot)]
    if beside:
        notes.append(pool_body.batch_managed_addresses(body))
        if body["properties"].pop("displayName", None):
            notes.append("the display name is left out")
    return [note for note in notes if note]


def _mark(state: RunState, kind: str, stage: str) -> Mark:
    """In place it names the jobs that wait for the pool, so that they are found without the journal."""
    waiting = [] if kind != IN_PLACE else state.open_changes
    jobs, schedules = (tuple(each.id for each in waiting if each.kind == job) for job in (JOB, JOB_SCHEDULE))
    return Mark(state.id, kind, stage, state.created, jobs, schedules)
