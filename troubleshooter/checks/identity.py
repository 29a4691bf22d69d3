"""The identity that a pool's nodes sign in as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.checks.check import Outcome, cannot_tell, capital, failed, not_applicable, passed, proof
from troubleshooter.checks.reading import below
from troubleshooter.checks.who import IDENTITIES, given, key_of, meant, picture, pool_of, short
from troubleshooter.model.finding import Severity, Verdict
from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.reply import Facts, Reply


def identities_exist(facts: Facts) -> Outcome:
    """A deleted identity stays in the pool's definition, and a new one of its name is another one."""
    given = below(facts.pool, "identity", "userAssignedIdentities")
    if not given:
        return not_applicable("the pool has no user-assigned identity")
    replies = {name: facts.of(Kind.IDENTITY, name) for name in given}
    gone = {name: reply for name, reply in replies.items() if reply.heard is Heard.ABSENT}
    if gone:
        return _gone(facts, gone)
    if unknown := next((reply for reply in replies.values() if not reply.known), None):
        return cannot_tell(unknown)
    return passed(
        ", ".join(f"{name.rpartition('/')[2]} is there ({reply.name})" for name, reply in replies.items())
    )


def _gone(facts: Facts, gone: Mapping[str, Reply]) -> Outcome:
    """A warning where each certificate is read as another identity of the pool's: nodes get its tokens."""
    names = ", ".join(short(name) for name in gone)
    read_as = {one.identity.lower() for one in facts.wanted}
    unused = bool(read_as) and "" not in read_as and not read_as & {name.lower() for name in gone}
    said = f"The pool is given the identity {names}, which Azure does not have any more"
    return failed(
        f"Azure has no identity {names}",
        *(proof(reply, "", reply.why) for reply in gone.values()),
        doubt="Azure says that it is gone; what Batch makes of that for new nodes is not documented."
        if unused
        else "",
        severity=Severity.WARNING if unused else Severity.ERROR,
        says=f"{said}; no certificate is read as it." if unused else f"{said}.",
    )


def pool_has_one(facts: Facts) -> Outcome:
    """batch-pool-identity-missing: Batch gives its nodes no identity but the pool's."""
    if not facts.wanted:
        return not_applicable("the settings name no certificate")
    found, pool = given(facts.pool), pool_of(facts)
    if found:
        return passed(f"the pool has {', '.join(short(name) for name in found)} ({pool.name})")
    told = below(facts.pool, "identity")
    if "userassigned" in str(told.get("type")).lower():
        missing = f"{pool.name} says identity.type {told['type']} and does not show which"
        return Outcome(Verdict.UNKNOWN, missing=missing)
    return failed(
        "the pool has no identity",
        proof(pool, "identity", "none"),
        *picture(facts),
        says="The pool has no identity, and Batch gives its nodes no other: they get no token for the vault.",
    )


def settings_name_one(facts: Facts) -> Outcome:
    """imds-identity-not-found: no identity of the pool has the client id that the settings name."""
    found, pool = given(facts.pool), pool_of(facts)
    named = {one.client_id: key_of(override=one.override) for one in facts.wanted if one.client_id}
    if not found or not named:
        return not_applicable("no identity is given, or none is named")
    shown = [str(ids.get("clientId") or "").lower() for ids in found.values()]
    strangers = sorted(client for client in named if client.lower() not in shown)
    if not strangers:
        return passed(f"msiClientId is the client id of an identity of the pool ({pool.name})")
    if not all(shown):
        return Outcome(
            Verdict.UNKNOWN, missing=f"{pool.name} does not show the client ids of the pool's identities"
        )
    first = next((one for one in strangers if _plain(one) not in map(_plain, shown)), "")
    if not first:
        whose = (
            f"{named[strangers[0]]} is {strangers[0]}, a client id of the pool's as Azure does not write it"
        )
        return Outcome(
            Verdict.UNKNOWN, missing=f"{whose}; whether a node's metadata service takes that is not told"
        )
    kind = meant(first, facts)
    said = (
        f"{named[first]} holds {kind}"
        if kind
        else f"{named[first]} {first} is the client id of no identity of the pool"
    )
    return failed(
        said, *picture(facts), says=f"{said}: the metadata service of a node gives no token for it."
    )


def _plain(client: str) -> str:
    """A GUID without its braces, hyphens and spaces around it, in small letters."""
    return client.strip().strip("{}()").replace("-", "").lower()


def settings_say_which(facts: Facts) -> Outcome:
    """imds-multiple-identities: there are several, and the settings name none."""
    found, pool = given(facts.pool), pool_of(facts)
    if len(found) < 2:
        return not_applicable(f"the pool has no more than one identity ({pool.name})")
    if not facts.wanted:
        return not_applicable("the settings name no certificate")
    if all(one.client_id for one in facts.wanted):
        return passed(f"msiClientId says which of the {len(found)} identities reads ({pool.name})")
    said = f"the pool has {len(found)} identities, and the settings name none"
    return failed(
        said,
        proof(pool, IDENTITIES, ", ".join(map(short, found))),
        *picture(facts),
        says=f"{capital(said)}: the metadata service does not choose.",
    )
