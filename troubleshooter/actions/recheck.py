"""After a create: read the pool again, and say where it is not what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter.actions import compare
from troubleshooter.cloud.wait import poll
from troubleshooter.errors import NotFound
from troubleshooter.model.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.actions.tools import Tools
    from troubleshooter.engine.context import StepContext

_LIMIT = 60.0
"""Seconds until a pool that was just created must be readable."""


def recheck(tools: Tools, ctx: StepContext, name: str, asked: Mapping[str, Any]) -> tuple[Finding, ...]:
    """The finding, if there is a difference. It is noted here; whoever calls keeps it."""

    def look() -> Mapping[str, Any] | None:
        try:
            return tools.azure.pool(ctx.state.target, name).body
        except NotFound:
            return None

    got = poll(
        look, subject=f"pool {name} to be readable", cancel=ctx.cancel, clock=tools.clock, limit=_LIMIT,
        hint=lambda: tools.azure.hint,
    )  # fmt: skip
    found = compare.differences(asked, got)
    if not found:
        return ()
    ctx.note(f"{name} differs from what was asked in {', '.join(each.path for each in found)}")
    return (compare.finding(name, found),)


def add_findings(ctx: StepContext, findings: tuple[Finding, ...]) -> None:
    """Keep findings that were made after the diagnosis."""
    if findings:
        from troubleshooter.analyse import merge  # noqa: PLC0415 - compiling rules is for few steps

        ctx.diagnosed(merge(ctx.state.diagnosis, findings))


def kept(findings: tuple[Finding, ...]) -> list[Any]:
    """As a step's output, for findings that come before the diagnosis."""
    return [msgspec.to_builtins(each) for each in findings]


def unkept(output: Mapping[str, Any]) -> tuple[Finding, ...]:
    return tuple(msgspec.convert(each, Finding) for each in output.get("differences", ()))
