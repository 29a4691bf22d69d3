"""After a create: read the pool again, and say where it is not what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.cloud.wait import poll
from troubleshooter.errors import NotFound
from troubleshooter.pooldef import compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.finding import Finding
    from troubleshooter.operations.tools import Tools

_LIMIT = 60.0
"""Seconds until a pool that was just created must be readable."""
_LOOKS = 3
"""A read just after a write may still show what was there before: a difference counts once it stays."""


def recheck(tools: Tools, ctx: StepContext, name: str, asked: Mapping[str, Any]) -> tuple[Finding, ...]:
    """The finding, if there is a difference. It is noted here; whoever calls keeps it."""
    looks = 0

    def look() -> tuple[compare.Difference, ...] | None:
        nonlocal looks
        looks += 1
        try:
            got = tools.pool(ctx.state.target, name)
        except NotFound:
            return None
        differing = tuple(compare.differences(asked, got))
        return differing if not differing or looks >= _LOOKS else None

    found = poll(
        look, subject=f"pool {name} to be readable", cancel=ctx.cancel, clock=tools.clock, limit=_LIMIT,
        hint=lambda: tools.azure.hint,
    )  # fmt: skip
    if not found:
        return ()
    ctx.note(f"{name} differs from what was asked in {', '.join(each.path for each in found)}")
    return (compare.finding(name, found),)


def add_findings(ctx: StepContext, findings: tuple[Finding, ...]) -> None:
    """Keep findings that were made after the diagnosis."""
    if findings:
        from troubleshooter.analyse import merge  # noqa: PLC0415 - compiling rules is for few steps

        ctx.diagnosed(merge(ctx.state.diagnosis, findings))
