"""What was answered of the open questions about Azure, as a table and as what may be published of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.model.handover import OpenAnswer
    from troubleshooter.model.run import RunState


def kept(state: RunState) -> tuple[dict[str, Any], list[str]]:
    """What a run asked, for its document and for its text; nothing where it asked none.

    Whoever goes on with one that was stopped sees the answers by this alone.
    """
    from troubleshooter.model.handover import OpenAnswers

    found = state.of(OpenAnswers)
    if found is None:
        return {}, []
    told = rows(found.answers)
    return {"questions": told, "recording": recording(found.answers)}, lines(told)


def rows(answers: Iterable[OpenAnswer], no_node: str = "") -> list[dict[str, Any]]:
    """Of every question: what was answered and what follows, or why it was not asked.

    `no_node` is why there was none to ask although a pool was made for it.
    """
    from troubleshooter.operations.asking.open_questions import BY_ID, not_asked

    given = tuple(answers)
    found = [
        {
            "question": each.question,
            "asks": BY_ID[each.question].asks,
            "answer": each.answer,
            "settled": each.settled,
            "follows": BY_ID[each.question].follows,
        }
        for each in given
    ]
    left = (
        {
            "question": question.id,
            "asks": question.asks,
            "answer": f"not asked here, because {why}",
            "settled": False,
            "follows": question.follows,
        }
        for question, why in not_asked(given, no_node)
    )
    return [*found, *left]


def recording(answers: Iterable[OpenAnswer]) -> list[dict[str, Any]]:
    """What may be published: questions and answers, in which there are no names, ids or addresses."""
    return [{"question": each.question, "answer": each.answer} for each in answers if each.settled]


def lines(told: Iterable[dict[str, Any]]) -> list[str]:
    found = ["", "Open questions about Azure"]
    for row in told:
        found.append(f"{'✔' if row['settled'] else '·'} {row['asks']}")
        found.append(f"    {row['answer']}")
        found.append(f"    → {row['follows']}")
    return found
