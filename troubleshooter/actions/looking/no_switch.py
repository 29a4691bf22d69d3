"""What the debug pool has in place of an extension that no setting tells not to wait, as 4.x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.engine.gates import Gate
from troubleshooter.model.run import Choice
from troubleshooter.pooldef import bodies, pool_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools

WITHOUT, OLDER = "without", "older"
GATE = Gate(
    "extension",
    "What a debug pool has in place of an extension that no setting tells not to wait, as 4.x.",
    (
        (WITHOUT, "leaves the extension out; each node is asked itself for what it would meet"),
        (OLDER, "has the newest older one that can be told not to wait (3.x), where the image takes it"),
    ),
    yes=WITHOUT,
)
_UNSUPPORTED = frozenset({"install-distro-unsupported", "install-windows-too-old"})
"""What the linter says of a version on a system that is not for it, or of which no list says that it is."""


def asked(tools: Tools, ctx: StepContext, definition: Mapping[str, Any]) -> str:
    """As what the debug pool is made: a variant of `bodies`. Nobody is asked where the setting is there."""
    usual, about = bodies.variant(ctx.state), tools.extension
    if usual == bodies.BARE or not pool_body.always_waits(definition, about):
        return usual
    older, why_not = pool_body.older_version(about), _why_not_older(tools, definition)
    lacks = bodies.without_switch(definition, about)
    answer = ctx.ask(
        GATE,
        f"{lacks[:1].upper()}{lacks[1:]}. What shall the debug pool have in its place?",
        {"pool": ctx.state.target.pool, "older": older, "notes": [*_NOTES, *([why_not] if why_not else [])]},
        _choices(older, offered=not why_not),
    )
    return bodies.OLDER if answer == OLDER else bodies.BARE


_NOTES = (
    (
        "without the extension its nodes are asked themselves: for the metadata service, a token, the vault's"
        " name, the way to it, its certificate, its answer and the secret. The extension is not run there"
    ),
    "a fix is tried on a pool that has the extension as this one has it",
)


def _why_not_older(tools: Tools, definition: Mapping[str, Any]) -> str:
    """Why the older version is not for the pool's image; empty where it is, as far as is known."""
    from troubleshooter.lint import lint_pool  # noqa: PLC0415 - compiling rules takes its time

    body = pool_body.creatable(definition)
    pool_body.make_older(body, tools.extension)
    found = (one for one in lint_pool(body, tools.rules().known) if one.id in _UNSUPPORTED)
    said = next((one.message for one in found), "")
    return f"{pool_body.older_version(tools.extension)} is not offered: {said}" if said else ""


def _choices(older: str, *, offered: bool) -> tuple[Choice, ...]:
    without = Choice(WITHOUT, "leave the extension out", "each node is asked itself for what it would meet")
    instead = Choice(
        OLDER, f"the newest {older} in its place", "its log is read; it is not the pool's version"
    )
    return (without, instead) if offered else (without,)
