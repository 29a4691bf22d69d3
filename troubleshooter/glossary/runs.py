"""Entries of what a run does and asks: the steps of playbooks, and gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.glossary.entry import Entry, Kind, Section
from troubleshooter.model.playbook import END

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.engine.action import Action
    from troubleshooter.engine.gates import Gate
    from troubleshooter.glossary.entry import Value
    from troubleshooter.model.playbook import Playbook, Step


def of_step(step: Step, playbook: Playbook, actions: Mapping[str, Action[...]]) -> Entry:
    facts: tuple[tuple[str, Value], ...] = (
        ("playbook", playbook.id),
        ("place", f"{playbook.steps.index(step) + 1} of {len(playbook.steps)}"),
        ("changes", step.changes),
        ("undo", step.undo),
        ("may ask", tuple(gate.name for gate in actions[step.action].asks)),
    )
    sections = (
        Section("Where it leads", tuple(_leads(step))),
        Section("Sources", (step.source,), links=True),
    )
    about = " ".join(filter(None, (step.why, step.explain)))
    told = tuple(section for section in sections if section.lines)
    return Entry(Kind.STEP, step.id, step.title, facts=facts, about=about, sections=told)


def _leads(step: Step) -> Iterator[str]:
    for outcome, to in step.on.items():
        yield f"{outcome}: " + ("the end, what lies between is left out" if to == END else f"on to {to}")


def of_gate(gate: Gate, steps: tuple[str, ...]) -> Entry:
    """`steps` are the ids of those that may ask it."""
    facts: list[tuple[str, Value]] = [("asked by", steps), ("answer it with", _answer(gate))]
    if gate.yes:
        facts.append(("--yes answers", gate.yes))
    else:
        facts.append(
            ("--yes answers", "nothing: it waits for you, and without a screen the run ends with exit code 9")
        )
    if gate.nobody:
        facts[-1] = ("where nobody answers", gate.nobody)
    if gate.destroys:
        facts.append(("holds for", "the plan it was given for: a pool that changed is asked about again"))
    offers = Section("Choices", tuple(f"{answer}: {follows}" for answer, follows in gate.offers))
    return Entry(Kind.GATE, gate.name, gate.decides.rstrip("."), facts=tuple(facts), sections=(offers,))


def _answer(gate: Gate) -> str:
    if gate.secret:
        return "the environment: TROUBLESHOOTER_SECRET_NAME, or on the screen"
    return f"--answer {gate.name}=CHOICE"
