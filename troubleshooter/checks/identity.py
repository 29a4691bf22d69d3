"""The identity that a pool's nodes sign in as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.checks.check import Outcome, cannot_tell, not_applicable, passed, proof
from troubleshooter.checks.reading import below
from troubleshooter.model.finding import Confidence, Verdict
from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from troubleshooter.model.reply import Facts


def identities_exist(facts: Facts) -> Outcome:
    """A deleted identity stays in the pool's definition, and a new one of its name is another one."""
    given = below(facts.pool, "identity", "userAssignedIdentities")
    if not given:
        return not_applicable("the pool has no user-assigned identity")
    replies = {name: facts.of(Kind.IDENTITY, name) for name in given}
    gone = {name: reply for name, reply in replies.items() if reply.heard is Heard.ABSENT}
    if gone:
        names = ", ".join(name.rpartition("/")[2] for name in gone)
        return Outcome(
            Verdict.FAIL,
            because=f"Azure has no identity {names}",
            evidence=tuple(proof(reply, "", reply.why) for reply in gone.values()),
            confidence=Confidence.CONFIRMED,
            says=f"The pool is given the identity {names}, which Azure does not have any more.",
        )
    if unknown := next((reply for reply in replies.values() if not reply.known), None):
        return cannot_tell(unknown)
    return passed(
        ", ".join(f"{name.rpartition('/')[2]} is there ({reply.call})" for name, reply in replies.items())
    )
