"""Who is who: the account's identity, the pool's, and whom a task is. They are taken for each other.

A node is given the pool's identities and no other (documented); a task runs as a user of the node's system.
Sources: https://learn.microsoft.com/azure/batch/managed-identity-pools, .../batch-user-accounts
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import proof
from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.reading import below, same
from troubleshooter.model.reply import Heard, Kind, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.reply import Facts

IDENTITIES = "identity.userAssignedIdentities"


def given(body: Any) -> Mapping[str, Mapping[str, Any]]:
    """User-assigned identities of a pool or an account, by their resource ids."""
    found = below(body, "identity", "userAssignedIdentities")
    return {str(name): below({"ids": ids}, "ids") for name, ids in found.items()}


def pool_of(facts: Facts) -> Reply:
    return Reply(f"GET {facts.pool.get('id', '')}", Heard.KNOWN)


def short(name: str) -> str:
    return name.rpartition("/")[2]


def account(facts: Facts) -> Reply:
    return facts.of(Kind.ACCOUNT, account_of(facts.pool))


def meant(named: str, facts: Facts) -> str:
    """What stands in a client id's place, where it is recognised; empty where it is nobody's known here."""
    for name, ids in given(facts.pool).items():
        client = f"{short(name)}, whose client id is {ids.get('clientId')}"
        if same(ids.get("principalId"), named):
            return f"the principal id of {client}"
        if name.lower() == named.strip().lower():
            return f"the resource id of {client}"
        if short(name).lower() == named.strip().lower():
            return f"the name of {client}"
    reply = account(facts)
    for name, ids in given(reply.body).items() if reply.known else ():
        if any(same(ids.get(key), named) for key in ("clientId", "principalId")) or same(name, named):
            return f"an id of {short(name)}, the account's own identity, which no node is given"
    return ""


def picture(facts: Facts) -> tuple[Evidence, ...]:
    """A line for each: the pool, what the settings name, the account, a task."""
    return (*_of_pool(facts), *_of_settings(facts), *_of_account(facts), _of_tasks(facts))


def _of_account(facts: Facts) -> Iterator[Evidence]:
    reply = account(facts)
    if not reply.known:
        return
    own = ", ".join(f"{short(name)} ({ids.get('clientId')})" for name, ids in given(reply.body).items())
    kind = below(reply.body, "identity").get("type") or "None"
    yield proof(reply, "identity", f"the account's: {own or kind}; no node is given it")


def _of_pool(facts: Facts) -> Iterator[Evidence]:
    found = given(facts.pool)
    for name, ids in found.items():
        told = f"client id {ids.get('clientId')}, principal id {ids.get('principalId')}"
        yield proof(pool_of(facts), IDENTITIES, f"the pool's, for its nodes: {short(name)}, {told}")
    if not found:
        yield proof(pool_of(facts), IDENTITIES, "the pool's, for its nodes: none")


def _of_settings(facts: Facts) -> Iterator[Evidence]:
    by_client: dict[tuple[str, bool], list[str]] = {}
    for one in facts.wanted:
        by_client.setdefault((one.client_id, one.override), []).append(one.name)
    for (client, override), names in by_client.items():
        read = f"{', '.join(names)} is to be read as {client or 'whichever there is'}"
        yield proof(pool_of(facts), key_of(override=override), read)


def key_of(*, override: bool) -> str:
    """Where in the settings a client id stands."""
    return "authenticationOverride.msiClientId" if override else "msiClientId"


def _of_tasks(facts: Facts) -> Evidence:
    said = "a task's: a user of the node's system; to Azure the pool's identity"
    return proof(pool_of(facts), "startTask.userIdentity", said)
