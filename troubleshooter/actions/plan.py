"""The second step: derive the debug pool, show it, and get consent for exactly that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troubleshooter.actions import carry, pool_body, ssh_entry
from troubleshooter.engine.context import StepOutcome
from troubleshooter.errors import ExitCode, Refused
from troubleshooter.model.run import Choice

if TYPE_CHECKING:
    from troubleshooter.actions.tools import Tools
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.run import RunState

_LONGEST_NAME = 64

BARE = "without-extension"
DEBUG = "debug"


def plan(tools: Tools, ctx: StepContext) -> StepOutcome:
    if ctx.state.options.get("mode", "debug-pool") != "debug-pool":
        raise Refused(
            "Recreating the pool in place is not available.",
            "This version never changes the original pool; it works on a debug pool beside it.",
            "Leave --mode out, or give --mode debug-pool.",
        )
    definition = tools.definition()
    variant = _variant(ctx.state)
    allow_from = ssh_entry.checked_range(
        ctx.ask(
            "allow-from",
            "From which address range may the debug pool's SSH port be reached?",
            {"pool": ctx.state.target.resource_id},
            hint="your public address as a range, e.g. 203.0.113.7/32",
            form="address-range",
        )
    )
    name = pool_name(ctx.state, "dbg" if variant == DEBUG else "bare")
    carried = carry.settled(ctx, definition)
    body, notes = debug_body(carry.shown(definition, carried), ctx.state, variant, allow_from)
    notes += carry.notes(definition, carried)
    choice = ctx.ask(
        "plan",
        f"Create {name} beside {ctx.state.target.pool}?",
        {
            "pool": name,
            "before": _shown(pool_body.creatable(definition)),
            "after": _shown(body),
            "notes": notes,
        },
        (
            Choice("approve", f"create {name}", "the original pool is not touched"),
            Choice("stop", "stop here", "nothing is changed"),
        ),
    )
    if choice == "stop":
        return StepOutcome("stopped by the operator", outcome="stopped", exit_code=ExitCode.REFUSED)
    output = {"debug_pool": name, "variant": variant, "allow_from": allow_from, "nodes": _nodes(ctx.state)}
    return StepOutcome(f"{name}, {_nodes(ctx.state)} node(s), SSH from {allow_from}", output=output)


def debug_body(
    definition: Any, state: RunState, variant: str, allow_from: str
) -> tuple[dict[str, Any], list[str]]:
    """The debug pool's PUT body, and what it differs in, as notes."""
    body = pool_body.creatable(definition)
    notes = []
    if variant == BARE:
        pool_body.without_key_vault(body)
        notes.append("the Key Vault extension is left out, since with it no node can be reached")
    elif pool_body.set_initial_sync(body, on=False):
        notes.append("requireInitialSync is off, so that nodes become idle without their certificates")
    else:
        notes.append("requireInitialSync has no place in these settings and is left as it is")
    notes += _beside(body, state)
    notes += ssh_entry.open_ssh(body, allow_from, _nodes(state))
    notes.append("after you choose a fix, it is replaced by a pool with the fix and requireInitialSync on")
    notes.append("everything created is removed at the end")
    return body, notes


def verification_body(definition: Any, patch: list[dict[str, Any]], state: RunState) -> dict[str, Any]:
    """The pool that proves the fix: the definition with the patch, requireInitialSync on, no way in."""
    body = pool_body.creatable(pool_body.patched(definition, patch))
    if not pool_body.set_initial_sync(body, on=True):
        raise Refused(
            "The fix cannot be proven.",
            "Even with the fix the extension's settings have no place for requireInitialSync.",
            "Correct the settings as the finding explains, and run again.",
        )
    _beside(body, state)
    ssh_entry.close_ssh(body)
    return body


def pool_name(state: RunState, stage: str) -> str:
    """A name beside the original's, that holds the run's id and fits the service's 64 characters."""
    tail = f"-{stage}-{state.id}"
    return state.target.pool[: _LONGEST_NAME - len(tail)] + tail


def _beside(body: dict[str, Any], state: RunState) -> list[str]:
    notes = [pool_body.resize(body, _nodes(state)), pool_body.batch_managed_addresses(body)]
    if body["properties"].pop("displayName", None):
        notes.append("the display name is left out")
    pool_body.mark(body, state.id)
    return [note for note in notes if note]


def _nodes(state: RunState) -> int:
    return int(state.options.get("debug_nodes", 1))


def _variant(state: RunState) -> str:
    """The second time round the extension is left out: with it no node was reached, nothing decided."""
    before = pool_name(state, "dbg")
    been_here = state.diagnosed and any(change.id == before for change in state.changes)
    return BARE if been_here else DEBUG


def _shown(body: dict[str, Any]) -> Any:
    """A copy for the screen, in the order of its keys."""
    return json.loads(json.dumps(body, sort_keys=True))
