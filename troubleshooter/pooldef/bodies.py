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
    from collections.abc import Sequence

    from troubleshooter.collect.roads.road import Road
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.run import RunState

_LONGEST_NAME = 64

BARE = "without-extension"
DEBUG = "debug"
OLDER = "older-extension"
WITH_FIX = "with the fix"
"""As what a pool stands: in its mark, and in the journal where it is the original."""


def debug_body(
    definition: Any,
    state: RunState,
    variant: str,
    roads: Sequence[Road],
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
    notes = [
        f"extension {name} is left as it is: {why}"
        for name, why in pool_body.meant(definition, extension).items()
    ]
    notes += _as_variant(body, variant, extension)
    notes += _fit(body, debug_nodes(state), spot=spot, beside=beside)
    put_mark(body, _mark(state, BESIDE_TO_DEBUG if beside else IN_PLACE, variant))
    for road in roads:
        notes += road.prepare(body, debug_nodes(state))
    if beside:
        waiting_again = waiting(definition, extension)
        notes.append(f"after you choose a fix, it is replaced by a pool with the fix and {waiting_again}")
        notes.append("everything created is removed at the end")
    return body, notes


def _as_variant(body: dict[str, Any], variant: str, extension: Extension) -> list[str]:
    """Change it so that its nodes get past the extension. Returns how, as notes."""
    title, setting = extension.title, setting_of(extension)
    notes = [lacks] if (lacks := without_switch(body, extension)) else []
    if variant == OLDER:
        pool_body.make_older(body, extension)
        older = pool_body.older_version(extension)
        notes.append(f"the {title} extension is the newest {older}, in place of the pool's version")
        if newer := pool_body.newer_settings(body, extension):
            notes.append(
                f"what {older} makes of {' and '.join(newer)} is not documented; it is left as it is"
            )
    if variant == BARE:
        pool_body.without(body, extension)
        because = "" if lacks else ", since with it no node could be reached"
        notes.append(f"the {title} extension is left out{because}")
    elif pool_body.set_blocking(body, extension, on=False):
        notes.append(f"{setting} is off, so that nodes become idle without their certificates")
    else:
        notes.append(f"{setting} has no place in these settings and is left as it is")
    return notes


def without_switch(definition: Any, extension: Extension) -> str:
    """Why no setting lets a node get past the extension, as a note; empty where one does."""
    if not pool_body.always_waits(definition, extension):
        return ""
    entry = next(
        one for one in pool_body.ours(definition, extension) if not pool_body.has_switch(one, extension)
    )
    version = entry.get("typeHandlerVersion")
    return (
        f"version {version} of the extension has no {setting_of(extension)} to be switched off (documented)"
    )


def verification_body(
    definition: Any,
    patch: list[dict[str, Any]],
    state: RunState,
    extension: Extension,
    *,
    beside: bool = True,
    dedicated: bool = False,
) -> dict[str, Any]:
    """The pool that proves the fix, with one node: with the patch, and waiting for the extension.

    Where its version has no setting for that, success of every node's extension is the proof alone: it is
    documented as all certificates being installed.
    """
    body = pool_body.creatable(pool_body.patched(definition, patch))
    waits = any(pool_body.has_switch(entry, extension) for entry in pool_body.ours(body, extension))
    if waits and not pool_body.set_blocking(body, extension, on=True):
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


def waiting(definition: Any, extension: Extension) -> str:
    """What the pool that proves a fix has beside it."""
    always = pool_body.always_waits(definition, extension)
    return "the extension as the pool has it" if always else f"{setting_of(extension)} on"


def setting_of(extension: Extension) -> str:
    """What keeps a node from becoming idle, as its settings call it."""
    return extension.settings.blocks.setting if extension.settings.blocks else "waiting for the extension"


def pool_name(state: RunState, stage: str) -> str:
    """A name beside the original's, that holds the run's id and fits the service's 64 characters."""
    tail = f"-{stage}-{state.id}"
    return state.target.pool[: _LONGEST_NAME - len(tail)] + tail


def fix_pool_name(state: RunState, *, dedicated: bool) -> str:
    """Of the pool that proves a fix."""
    return pool_name(state, "fix-ded" if dedicated else "fix")


def stage_of(variant: str, *, dedicated: bool) -> str:
    """Part of a debug pool's name: one that differs is another pool, never the same made anew."""
    return _STAGES.get(variant) or ("ded" if dedicated else "dbg")


_STAGES = {BARE: "bare", OLDER: "older"}


def debug_nodes(state: RunState) -> int:
    return int(state.options.get("debug_nodes", 1))


def variant(state: RunState) -> str:
    """The second time round the extension is left out: with it no node was reached, nothing decided."""
    before = (*(pool_name(state, stage) for stage in ("dbg", "ded", "older")), state.target.pool)
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
