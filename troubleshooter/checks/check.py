"""One cross-check: which facts it needs, and what it makes of them; its titles stand in playbooks/checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from troubleshooter.model.evidence import Evidence
from troubleshooter.model.finding import Check, Confidence, Fix, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.model.reply import Facts, Kind, Reply  # noqa: TC004 - annotations only: nothing reads them at run time


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check came to."""

    verdict: Verdict
    because: str = ""
    """The fact that decided it, and where it stands."""
    missing: str = ""
    """For unknown: what would have decided it; with the right and the role where these were missing."""
    evidence: tuple[Evidence, ...] = ()
    """Of a failure: the answers that prove it."""
    confidence: Confidence = Confidence.LIKELY
    why_not_surer: str = ""
    severity: Severity = Severity.ERROR
    """Of a failure: a warning keeps no node from coming, and is never the cause of one that does not."""
    says: str = ""
    """Of a failure: what is wrong here, in a sentence."""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class CrossCheck:
    id: str
    """That of the cause: the same as in logs and settings."""
    needs: tuple[Kind, ...]
    judge: Callable[[Facts], Outcome]
    network: bool = False
    """It is the network's or Batch's failure, and no extension's."""


def judged(rows: Iterable[CrossCheck], facts: Facts) -> tuple[tuple[Check, Outcome], ...]:
    """Each row's verdict, in the rows' order."""
    told = [(row, row.judge(facts)) for row in rows]
    return tuple((Check(row.id, said.verdict, said.missing, said.because), said) for row, said in told)


def of_all(outcomes: Iterable[Outcome]) -> Outcome:
    """Several of a kind as one: a failure goes before what cannot be told, and that before what passed."""
    told = tuple(outcomes)
    if errors := [one for one in told if one.verdict is Verdict.FAIL and one.severity is Severity.ERROR]:
        return _together(errors)
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS):
        if alike := [one for one in told if one.verdict is verdict]:
            return _together(alike)
    return told[0] if told else not_applicable("the settings name no certificate")


def _together(alike: list[Outcome]) -> Outcome:
    first = alike[0]
    return replace(
        first,
        because="; ".join(dict.fromkeys(one.because for one in alike if one.because)),
        missing="; ".join(dict.fromkeys(one.missing for one in alike if one.missing)),
        evidence=tuple(dict.fromkeys(proof for one in alike for proof in one.evidence)),
        confidence=min((one.confidence for one in alike), key=tuple(Confidence).index),
        says=" ".join(dict.fromkeys(one.says for one in alike if one.says)),
        fixes=tuple({fix.summary: fix for one in alike for fix in one.fixes}.values()),
    )


def failed(
    said: str,
    *evidence: Evidence,
    says: str = "",
    doubt: str = "",
    severity: Severity = Severity.ERROR,
    fixes: tuple[Fix, ...] = (),
) -> Outcome:
    """What was seen, and the answers that prove it, the one that says so first.

    `says` is the sentence for people, where it is more than that. It is confirmed unless there is a doubt.
    """
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({evidence[0].file})",
        evidence=evidence,
        confidence=Confidence.LIKELY if doubt else Confidence.CONFIRMED,
        why_not_surer=doubt,
        severity=severity,
        says=says or f"{capital(said)}.",
        fixes=fixes,
    )


def capital(said: str) -> str:
    """As a sentence begins; a name or a field, which is no plain word, stays as it is written."""
    first = said.partition(" ")[0]
    return f"{said[:1].upper()}{said[1:]}" if first.isalpha() and first.islower() else said


def passed(because: str) -> Outcome:
    return Outcome(Verdict.PASS, because)


def not_applicable(because: str) -> Outcome:
    return Outcome(Verdict.NOT_APPLICABLE, because)


def cannot_tell(reply: Reply) -> Outcome:
    """No answer: what was asked, why there is none, and what would give one."""
    right = f"; it needs {reply.right}, which the role {reply.role} has" if reply.right else ""
    asked = f"{reply.name}: {reply.why}" if reply.call else "it was not asked for"
    return Outcome(Verdict.UNKNOWN, missing=f"{asked}{right}")


def proof(reply: Reply, field: str, said: str) -> Evidence:
    """A field of an answer, and what stands there or what is said of it in a few words."""
    text = f"{field}: {said}" if field else said
    return Evidence(reply.name, 0, text, source="azure", call=reply.call, field=field)
