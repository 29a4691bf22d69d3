"""Whether a playbook's steps fit together: each finds what it works on, and what is made is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter import datafiles
from troubleshooter.model.playbook import END

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from troubleshooter.engine.action import Action
    from troubleshooter.model.playbook import Step

    Actions = Mapping[str, Action[...]]


def check_chain(path: Path, steps: Sequence[Step], actions: Actions) -> None:
    """Raise UsageProblem, with file and line, for the first step that does not fit among the others."""
    before = _gone_before(steps)
    for number, step in enumerate(steps):
        _check_needs(path, number, steps, before[number], actions)
        if actions[step.action].makes:
            _check_taken_back(path, number, steps, actions)


def _check_needs(
    path: Path, number: int, steps: Sequence[Step], before: frozenset[int], actions: Actions
) -> None:
    step, action = steps[number], actions[steps[number].action]
    given = {form for each in before for form in actions[steps[each].action].gives}
    for form in action.needs:
        if form not in given:
            datafiles.refuse(
                path,
                ("steps", number, "action"),
                f"Step {step.id} needs what no step before it gives for sure: {form.__name__}.",
                _who_gives(form, actions),
                "Put a step with one of these actions before it, where no outcome leads past that.",
            )
    if "after" in step.options:
        _check_after(path, number, steps, actions)


def _check_after(path: Path, number: int, steps: Sequence[Step], actions: Actions) -> None:
    """A step that goes on from one of several of a kind names which."""
    step = steps[number]
    gives = [
        each.id for each in steps[:number] if {*actions[step.action].needs} & {*actions[each.action].gives}
    ]
    if step.options["after"] not in gives:
        datafiles.refuse(
            path,
            ("steps", number, "with", "after"),
            f"Step {step.id} goes on from {step.options['after']}, which is no such step before it.",
            f"What it goes on from is given by {', '.join(gives) or 'no step before it'}.",
            "Name one of these.",
        )


def _who_gives(form: type, actions: Actions) -> str:
    names = sorted(name for name, action in actions.items() if form in action.gives)
    return f"It is given by {', '.join(names)}."


def _check_taken_back(path: Path, number: int, steps: Sequence[Step], actions: Actions) -> None:
    """From a step that makes something no way may lead to the end but through the one that takes it back."""
    step = steps[number]
    undoing = [each for each in range(number + 1, len(steps)) if actions[steps[each].action].takes_back]
    names = ", ".join(sorted(name for name, action in actions.items() if action.takes_back))
    if not undoing:
        datafiles.refuse(
            path,
            ("steps", number, "action"),
            f"Step {step.id} makes or replaces something, and no later step takes it back.",
            f"What {step.action} does is taken back by {names}.",
            f"Add a step with the action {names} after it.",
        )
    last = undoing[-1]
    for at in range(number, last):
        for outcome, to in _leads(steps, at):
            if to > last:
                datafiles.refuse(
                    path,
                    ("steps", at, "on", outcome),
                    f"{steps[at].id} leads past {steps[last].id} on {outcome}: what {step.id} made stays.",
                    f"What {step.action} does is taken back by {steps[last].id} alone.",
                    f"Let it lead to {steps[last].id}, or to a step before that.",
                )


def _leads(steps: Sequence[Step], at: int) -> Iterator[tuple[str, int]]:
    """Outcome and position of the step it leads to; the end comes after the last."""
    ids = [step.id for step in steps]
    for outcome, to in steps[at].on.items():
        yield outcome, len(steps) if to == END else ids.index(to)


def _gone_before(steps: Sequence[Step]) -> list[frozenset[int]]:
    """By step, which others have surely been gone through when it begins, whatever way led to it.

    One ahead leaves steps out, also for who comes back from there. Narrowed until nothing changes.
    """
    everything = frozenset(range(len(steps)))
    before = [frozenset[int](), *(everything for _ in steps[1:])]
    changed = True
    while changed:
        changed = False
        for at in range(len(steps)):
            gone = before[at] | {at}
            ways = [at + 1, *(to for _, to in _leads(steps, at))]
            for to in ways:
                if to >= len(steps):
                    continue
                narrowed = before[to] & gone
                changed = changed or narrowed != before[to]
                before[to] = narrowed
    return before
