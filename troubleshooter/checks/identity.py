"""The identity that a pool's nodes sign in as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import Outcome, cannot_tell, not_applicable, passed, proof
from troubleshooter.checks.reading import below, same
from troubleshooter.model.finding import Confidence, Verdict
from troubleshooter.model.reply import Heard, Kind, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        ", ".join(f"{name.rpartition('/')[2]} is there ({reply.name})" for name, reply in replies.items())
    )


_IDENTITIES = "identity.userAssignedIdentities"


def pool_has_one(facts: Facts) -> Outcome:
    """batch-pool-identity-missing: Batch gives its nodes no identity but the pool's."""
    if not facts.wanted:
        return not_applicable("the settings name no certificate")
    given, pool = _given(facts), _pool(facts)
    if given:
        return passed(f"the pool has {', '.join(_short(name) for name in given)} ({pool.name})")
    return Outcome(
        Verdict.FAIL,
        because=f"the pool has no identity ({pool.name})",
        evidence=(proof(pool, "identity", "none"),),
        confidence=Confidence.CONFIRMED,
        says="The pool has no identity, and Batch gives its nodes no other: they get no token for the vault.",
    )


def settings_name_one(facts: Facts) -> Outcome:
    """imds-identity-not-found: no identity of the pool has the client id that the settings name."""
    given, pool = _given(facts), _pool(facts)
    named = {one.client_id for one in facts.wanted if one.client_id}
    if not given or not named:
        return not_applicable("no identity is given, or none is named")
    shown = {name: str(ids.get("clientId") or "") for name, ids in given.items()}
    if not all(shown.values()):
        return Outcome(
            Verdict.UNKNOWN, missing=f"{pool.name} does not show the client ids of the pool's identities"
        )
    strangers = sorted(
        named - {client for client in named if client.lower() in map(str.lower, shown.values())}
    )
    if not strangers:
        return passed(f"msiClientId is the client id of an identity of the pool ({pool.name})")
    whose = [name for name, ids in given.items() if same(ids.get("principalId"), strangers[0])]
    said = (
        f"msiClientId holds the principal id of {_short(whose[0])}, whose client id is {shown[whose[0]]}"
        if whose
        else f"msiClientId {strangers[0]} is the client id of no identity of the pool"
    )
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({pool.name})",
        evidence=(proof(pool, _IDENTITIES, ", ".join(f"{_short(n)} has {c}" for n, c in shown.items())),),
        confidence=Confidence.CONFIRMED,
        says=f"{said}: the metadata service of a node gives no token for it.",
    )


def settings_say_which(facts: Facts) -> Outcome:
    """imds-multiple-identities: there are several, and the settings name none."""
    given, pool = _given(facts), _pool(facts)
    if len(given) < 2:
        return not_applicable(f"the pool has no more than one identity ({pool.name})")
    if not facts.wanted:
        return not_applicable("the settings name no certificate")
    if all(one.client_id for one in facts.wanted):
        return passed(f"msiClientId says which of the {len(given)} identities reads ({pool.name})")
    said = f"the pool has {len(given)} identities, and the settings name none"
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({pool.name})",
        evidence=(proof(pool, _IDENTITIES, ", ".join(map(_short, given))),),
        confidence=Confidence.CONFIRMED,
        says=f"{said[:1].upper()}{said[1:]}: the metadata service does not choose.",
    )


def _given(facts: Facts) -> Mapping[str, Mapping[str, Any]]:
    given = below(facts.pool, "identity", "userAssignedIdentities")
    return {str(name): below({"ids": ids}, "ids") for name, ids in given.items()}


def _pool(facts: Facts) -> Reply:
    return Reply(f"GET {facts.pool.get('id', '')}", Heard.KNOWN)


def _short(name: str) -> str:
    return name.rpartition("/")[2]
