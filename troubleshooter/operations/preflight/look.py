"""Looks before the first change whether every right of a route is held: what surely is not ends it there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.cloud.refusals.rights import least_role, source_of
from troubleshooter.engine.evidence import write_private
from troubleshooter.errors import NotPermitted
from troubleshooter.model.need import Needs, Standing
from troubleshooter.operations.preflight.held import judged, read
from troubleshooter.report.counted import counted
from troubleshooter.report.needed import missing, request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.need import Need, Right
    from troubleshooter.operations.preflight.held import Held
    from troubleshooter.operations.tools import Tools

_REQUEST = "rights-to-ask-for.txt"


class Preflight:
    """Of one plan: each scope is asked about once, however often more rights turn out to be needed."""

    def __init__(self, tools: Tools, ctx: StepContext) -> None:
        self._tools, self._ctx = tools, ctx
        self._held: dict[str, Held] = {}
        self._rights: tuple[Right, ...] = ()

    def needs(self, rights: Iterable[Right]) -> Needs:
        """With all that was asked for before. Raises NotPermitted where one is surely missing."""
        found = self.look(rights)
        if found.lacking:
            raise _lacking(found)
        return found

    def look(self, rights: Iterable[Right]) -> Needs:
        """The same whatever is missing; what to send for that is written into the run's folder."""
        self._rights = _once((*self._rights, *rights))
        found = self._looked()
        if not found.of(Standing.MISSING):
            return found
        path = self._tools.folder / _REQUEST
        write_private(path, request(found, self._ctx.state.target.pool).encode())
        return replace(found, request=str(path))

    def _looked(self) -> Needs:
        resources = self._tools.azure.resources(self._ctx.state.target.subscription)
        self._held = read(resources, self._rights, self._held, self._ctx.cancel)
        who = self._tools.azure.signed_in()
        told = tuple(judged(one, self._held[one.scope.lower()], who.id) for one in self._rights)
        return Needs(_with_roles(told), who.id, who.kind, who.name)


def _once(rights: tuple[Right, ...]) -> tuple[Right, ...]:
    """Each action of a place once, as what always needs it."""
    found: dict[tuple[str, str], Right] = {}
    for right in rights:
        key = right.action.lower(), right.scope.lower()
        if key not in found or (found[key].when and not right.when):
            found[key] = right
    return tuple(found.values())


def _with_roles(needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """With the least role that has all that is missing at a place; where none has, each with its own."""
    return tuple(_with_role(one, needs) if one.standing is Standing.MISSING else one for one in needs)


def _with_role(need: Need, needs: tuple[Need, ...]) -> Need:
    if need.denied:
        return need
    here = [
        one.right.action
        for one in needs
        if one.standing is Standing.MISSING and not one.denied and one.right.scope == need.right.scope
    ]
    role = least_role(*here) or least_role(need.right.action) or ""
    return replace(need, role=role, source=source_of(role) if role else "")


def _lacking(needs: Needs) -> NotPermitted:
    error = NotPermitted(
        f"You lack {len(needs.lacking)} of the {counted(len(needs.always), 'right')} that this needs.",
        missing(needs),
        f"Send what stands in {needs.request} to whoever gives rights there: nothing was begun without them.",
    )
    error.left = needs
    return error
