"""What a route needs, in words: beside its plan, for scripts, and for whoever gives rights."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from troubleshooter.model.handover import Chosen, Planned
from troubleshooter.model.need import Needs, Standing
from troubleshooter.report.counted import counted
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.need import Need
    from troubleshooter.model.run import RunState

NOT_KNOWN_BEFORE = (
    "what a policy makes of a request, which is told when it is made",
    "whether the region has the cores when they are asked for: a quota is leave to ask for them",
    "conditional access, which may want another sign-in at any time",
    "conditions of a role assignment, and one that ends before the run does",
)
"""What no answer of Azure's tells beforehand."""


def needs_of(state: RunState) -> Needs | None:
    """As they were when the last plan was made; None where none was, or by an earlier version."""
    planned = state.of(Planned)
    return state.of(Needs) or (planned.needs if planned else None)


def lines(needs: Needs) -> list[str]:
    """For the plan: short where all is held."""
    always = needs.always
    held = sum(one.standing is Standing.HELD for one in always)
    told = [f"{held} of {counted(len(always), 'right')} that it needs from here to its clean-up you have now"]
    told += [f"not known: {_short(one)}: {one.because}" for one in needs.of(Standing.UNKNOWN)]
    told += [f"missing: {_short(one)}: {one.because}" for one in needs.of(Standing.MISSING)]
    return [*told, f"not known before it is tried: {'; '.join(NOT_KNOWN_BEFORE)}"]


def doubt(needs: Needs) -> str:
    """To be put behind what a plan came to, for who does not see the plan; empty where all is held."""
    open_ones = sum(one.standing is Standing.UNKNOWN for one in needs.always)
    return f"; {open_ones} of {counted(len(needs.always), 'right')} not known to be held" if open_ones else ""


def missing(needs: Needs) -> str:
    """The rights that are missing, by what decided it, in a sentence; places in full are in the request."""
    short = needs.lacking
    told = []
    for because in dict.fromkeys(one.because for one in short):
        rights = [f"{one.right.action} ({one.right.use})" for one in short if one.because == because]
        told.append(f"{', '.join(rights)}: {because}")
    return f"{'; '.join(told)}."


def run_needs(state: RunState) -> Iterator[tuple[str, str]]:
    """A label and what is said, where a pool was only looked at."""
    needs = state.of(Needs)
    if needs is None or state.of(Chosen) is not None or state.current is not None:
        return
    short, total = needs.lacking, counted(len(needs.always), "right")
    if short:
        yield "a run needs", f"{total}, of which you lack {len(short)}: {missing(needs)}"
        yield "", f"Send what stands in {needs.request} to whoever gives rights there."
    elif open_ones := needs.of(Standing.UNKNOWN):
        yield "a run needs", f"{total}, of which {len(open_ones)} could not be looked at."
    else:
        yield "a run needs", f"{total}, all of which you have now."


def request(needs: Needs, pool: str) -> str:
    """To be sent as it is: who needs what, where, what for, and what gives it."""
    who = f"{needs.kind or 'object'} {needs.who or '(the object id is not in the token)'}, {needs.name}"
    told = [f"Rights in Azure are missing to work on the Batch pool {pool}. Please give them to", ""]
    told += [f"  {who}", ""]
    for one in needs.of(Standing.MISSING):
        told += [f"  what   {one.right.action}", f"  where  {one.right.scope}", f"  for    {_use(one)}"]
        told += [_by(one), ""]
    if written := commands(needs):
        told += ["With az, as somebody who may assign roles there:", "", *written.splitlines(), ""]
    told.append("A role that was just given can take some minutes to act.")
    return "".join(f"{visible(line)}\n" for line in told)


def commands(needs: Needs) -> str:
    """One for each role and place, a line each; empty where no role helps."""
    whom = f"--assignee-object-id {shlex.quote(needs.who or '<object id>')}"
    whom += f" --assignee-principal-type {needs.kind}" if needs.kind else ""
    pairs = dict.fromkeys((one.role, one.right.scope) for one in needs.of(Standing.MISSING) if one.role)
    return "\n".join(
        f"az role assignment create {whom} --role {shlex.quote(role)} --scope {shlex.quote(scope)}"
        for role, scope in pairs
    )


def rights_json(needs: Needs) -> dict[str, Any]:
    return {
        "rights": [_row(one) for one in needs.rights],
        "not_known_before": list(NOT_KNOWN_BEFORE),
        **({"request": needs.request, "commands": commands(needs)} if needs.of(Standing.MISSING) else {}),
    }


def _row(need: Need) -> dict[str, Any]:
    right, role = need.right, {"role": need.role} if need.role else {}
    told = {"action": right.action, "scope": right.scope, "standing": need.standing.value}
    when = {"only": right.when} if right.when else {}
    return {**told, "for": right.use, **when, "because": need.because, **role}


def _by(need: Need) -> str:
    """What gives it."""
    if need.role:
        return f"  role   {need.role}, the least built-in one: {need.source}"
    return f"  but    {need.because}" if need.denied else "  role   a custom one: none is known that has it"


def _short(need: Need) -> str:
    only = f", needed only {need.right.when}" if need.right.when else ""
    return f"{need.right.action} on {need.right.scope.rpartition('/')[2]}{only}"


def _use(need: Need) -> str:
    return f"{need.right.use}, only {need.right.when}" if need.right.when else need.right.use
