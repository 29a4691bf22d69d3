"""What a pool that is deleted and created again does not have any more, and no definition shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.target import API_VERSION
from troubleshooter.pooldef import pool_body
from troubleshooter.report.counted import counted
from troubleshooter.text import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools

_MAPPED_UNTIL = "2025-12-01"
"""Pools that were made before with an older API version have SSH or RDP mapped unsaid (documented)."""
_SHOWN = 100


def notes(tools: Tools, ctx: StepContext, definition: Mapping[str, Any]) -> list[str]:
    """For the plan that deletes the original."""
    return [*_dropped(tools, ctx, definition), *_addresses(definition), *_way_in(definition)]


def _dropped(tools: Tools, ctx: StepContext, definition: Mapping[str, Any]) -> Iterator[str]:
    """Fields that the API version in use returns no more, nor takes."""
    try:
        before = tools.azure.arm.pool_before(ctx.state.target)["properties"]
    except TroubleshooterError as error:
        if error.exit_code == ExitCode.INTERRUPTED:
            raise
        yield (
            f"whether it has anything that API version {API_VERSION} returns no more is not known:"
            f" {within(error.what)}"
        )
        return
    gone = {key: value for key, value in before.items() if value and key not in definition["properties"]}
    for key in sorted(gone):
        if key != "currentNodeCommunicationMode":  # what it came to be, not what was asked for
            yield f"{key} is lost: API version {API_VERSION} does not take it. It is {_short(gone[key])}"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return counted(len(value), "entry", "entries")
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return told if len(told) <= _SHOWN else f"{told[:_SHOWN]}…"


def _addresses(definition: Mapping[str, Any]) -> Iterator[str]:
    network = definition["properties"].get("networkConfiguration") or {}
    how = str((network.get("publicIPAddressConfiguration") or {}).get("provision", "")).lower()
    if not pool_body.has_own_addresses(definition) and how != "nopublicipaddresses":
        yield "its nodes get other public addresses: what lets the old ones in does not know them"


def _way_in(definition: Mapping[str, Any]) -> Iterator[str]:
    properties = definition["properties"]
    network = properties.get("networkConfiguration") or {}
    named = (network.get("endpointConfiguration") or {}).get("inboundNatPools") or []
    doors = {pool.get("backendPort") for pool in named if isinstance(pool, dict)}
    made = str(properties.get("creationTime", ""))
    if made and made < _MAPPED_UNTIL and not doors & {22, 3389}:
        yield (
            f"it was made {made[:10]}: pools of that time may have SSH or RDP mapped without naming it"
            " (documented); created again it has no way in but those that it names"
        )
