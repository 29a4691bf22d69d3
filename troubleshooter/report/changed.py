"""What a run changed in Azure and what became of it, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.change import JOB, JOB_SCHEDULE, NODE_USER, ORIGINAL, OWN_JOB, POOL, Verb
from troubleshooter.model.handover import Planned, Surveyed
from troubleshooter.report.acts import KINDS
from troubleshooter.report.counted import counted, listed
from troubleshooter.report.to_do import chosen_fix, stands_fixed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.change import Act
    from troubleshooter.model.run import RunState


DEALLOCATION = "nodeDeallocationOption"
_MADE = ((POOL, "pool"), (NODE_USER, "temporary node user"), (OWN_JOB, "job with tasks"))
_NAMED = 3
"""Jobs that are told by name: more of them are in the list of what was done."""


def changed(state: RunState) -> Iterator[str]:
    """What was changed in Azure and what became of it, one sentence for each kind of thing."""
    others = tuple(_by_others(state))
    yield from others
    if not state.acts and not state.open_changes:
        yield "This run itself changed nothing in Azure." if others else "Nothing was changed in Azure."
        return
    yield from _made(state)
    yield from _of_the_original(state)
    yield from _jobs(state)
    for change in state.open_changes:
        if change.unknown:
            what = f"{KINDS.get(change.kind, change.kind)} {change.id}"
            yield f"Whether {what} was {change.asked} is not known."
    if not any(act.kind == ORIGINAL for act in state.acts) and not state.away:
        yield _not_touched(state)


def _not_touched(state: RunState) -> str:
    """Tasks run on the original's nodes where the operator chose these."""
    planned, pool = state.of(Planned), state.target.pool
    if planned and planned.chosen and any(act.kind == OWN_JOB for act in state.acts):
        nodes = counted(len(planned.chosen), "node")
        return f"But for tasks that read {nodes} of it, {pool} itself was not touched."
    return f"{pool} itself was not touched."


def _by_others(state: RunState) -> Iterator[str]:
    """The change that lasts, where it lies outside the pool: nobody but the operator knows of it."""
    fix, answer = chosen_fix(state), state.answers.get("outside-fix")
    if fix is not None and fix.outside and answer is not None and answer.choice == "done":
        yield (
            f"Outside this run, as was answered here, and it stays: {fix.summary}. What exactly was done"
            " there this run did not see."
        )


def _made(state: RunState) -> Iterator[str]:
    """Pools and users of the run's own."""
    made = [act for act in state.acts if act.kind in dict(_MADE) and act.verb is Verb.CREATED]
    if not made:
        return
    open_ids = {(change.kind, change.id) for change in state.open_changes}
    words = [
        counted(number, word) for kind, word in _MADE if (number := sum(act.kind == kind for act in made))
    ]
    left = [act.id for act in made if (act.kind, act.id) in open_ids]
    closed = [act.id for act in state.acts if act.verb is Verb.CLOSED and act.kind == POOL]
    many = len(made) > 1
    if left:
        there = "what is left ends with the demo" if state.rehearsal else "still there"
        became = f"{there}: {listed(list(dict.fromkeys(left)))}"
    elif closed:
        became = f"kept as you chose: {listed(closed)}"
    else:
        became = f"{'all of it is' if many else 'it is'} removed again"
    yield f"{listed(words)} of this run's own {'were' if many else 'was'} created; {became}."


def _of_the_original(state: RunState) -> Iterator[str]:
    acts = [act for act in state.acts if act.kind == ORIGINAL]
    if not acts:
        return
    times = sum(act.verb is Verb.REMOVED for act in acts)
    again = sum(act.verb is Verb.CREATED for act in acts)
    pool = state.target.pool
    if times:
        often = {1: "", 2: " twice"}.get(times, f" {times} times")
        did = f"deleted{' and created again' * bool(again)}{often}"
        yield (
            f"{pool} itself was {did}; the nodes that it had, and the files on them, are gone;"
            f" {_how_it_stands(state, acts)}."
        )
        if not formula(state) and not _deallocation(state):
            yield f"If {pool} had a {DEALLOCATION}, it is Requeue now: Azure does not return it."


def formula(state: RunState) -> bool:
    """Whether a formula sizes the original: then it has no such option."""
    surveyed = state.of(Surveyed)
    return surveyed is not None and surveyed.pool.formula


def _deallocation(state: RunState) -> str:
    """What was carried over of it, since a resize showed it."""
    surveyed = state.of(Surveyed)
    return surveyed.pool.deallocation if surveyed is not None else ""


def _how_it_stands(state: RunState, acts: list[Act]) -> str:
    if state.away:
        return "it does not stand again yet"
    settled = next((act for act in reversed(acts) if act.verb is Verb.SETTLED), None)
    if stands_fixed(state):
        return "it stands with the fix"
    if settled is not None:
        return "it stands as it was before"
    last = next((act for act in reversed(acts) if act.how), None)
    return f"it is not itself yet ({last.how})" if last else "it is not itself yet"


def _jobs(state: RunState) -> Iterator[str]:
    for kind in (JOB, JOB_SCHEDULE):
        off = {act.id for act in state.acts if act.kind == kind and act.verb is Verb.DISABLED}
        if not off:
            continue
        still = off & {change.id for change in state.open_changes if change.kind == kind}
        were, are = ("was", "is") if len(off) == 1 else ("were", "are")
        now = f"still disabled: {listed(sorted(still))}" if still else "enabled again"
        named = f" ({listed(sorted(off))})" if len(off) <= _NAMED and not still else ""
        how = {act.how for act in state.acts if act.kind == kind and act.verb is Verb.DISABLED and act.how}
        tasks = f" (running tasks: {listed(sorted(how))})" if how else ""
        yield f"{counted(len(off), KINDS[kind])}{named} {were} disabled{tasks}, and {are} {now}."
