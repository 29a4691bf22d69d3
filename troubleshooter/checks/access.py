"""Whether the identity that reads a certificate may read it: by roles, or by the vault's access policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import (
    Outcome,
    cannot_tell,
    capital,
    failed,
    not_applicable,
    of_all,
    passed,
    proof,
)
from troubleshooter.checks.reading import below, objects, properties, same
from troubleshooter.checks.rights import Standing, may_be_group, right
from troubleshooter.model.finding import Fix, Outside, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.checks.rights import Right
    from troubleshooter.model.reply import Facts, Reply, Wanted

SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
"""The built-in role Key Vault Secrets User: the least that reads a secret's value."""
_RBAC_FIELD = "properties.enableRbacAuthorization"
_POLICIES_FIELD = "properties.accessPolicies"


def roles_let_it_read(facts: Facts) -> Outcome:
    """kv-403-rbac: the vault goes by roles, and none of the identity's holds the data action."""
    return of_all(_by_roles(facts, wanted) for wanted in facts.wanted)


def policies_let_it_read(facts: Facts) -> Outcome:
    """kv-403-access-policy: the vault goes by access policies, and none lets the identity get secrets."""
    return of_all(_by_policies(facts, wanted, _no_policy) for wanted in facts.wanted)


def policies_are_for_it_alone(facts: Facts) -> Outcome:
    """kv-403-policy-obo: the only policy that would do is for an application that acts for it."""
    return of_all(_by_policies(facts, wanted, _on_behalf) for wanted in facts.wanted)


def _asked(facts: Facts, wanted: Wanted) -> tuple[Reply, Mapping[str, Any]] | Outcome:
    """The vault's answer with its properties, or why nothing can be said."""
    vault = facts.of(Kind.VAULT, wanted.host)
    if not vault.known:
        return cannot_tell(vault)
    if not wanted.principal:
        return Outcome(Verdict.UNKNOWN, missing="the identity that reads the certificate is not known")
    return vault, properties(vault.body)


def _by_roles(facts: Facts, wanted: Wanted) -> Outcome:
    asked = _asked(facts, wanted)
    if isinstance(asked, Outcome):
        return asked
    vault, told = asked
    if told.get("enableRbacAuthorization") is not True:  # absent and null mean policies (documented)
        return not_applicable(f"{wanted.host} goes by access policies ({vault.name})")
    secret = f"{vault.body.get('id')}/secrets/{wanted.name}"
    found = right(facts, secret, wanted.principal)
    match found.standing:
        case Standing.CANNOT_TELL:
            return Outcome(Verdict.UNKNOWN, missing=found.said) if found.said else cannot_tell(found.reply)
        case Standing.GIVEN:
            return passed(f"{found.said} lets it read {wanted.name} ({found.reply.name})")
    return _refused(wanted, vault, found)


def _refused(wanted: Wanted, vault: Reply, found: Right) -> Outcome:
    who = wanted.identity.rpartition("/")[2] or wanted.principal
    name = wanted.host.partition(".")[0]
    if found.standing is Standing.DENIED:
        said = f"{found.said} forbids {who} to read secrets in {name}"
        return failed(
            said,
            proof(found.reply, "properties.permissions", said),
            says=f"{capital(said)}. Only whoever made it can take it away.",
            fixes=(Fix("Have the deny assignment changed: a role does not help against it"),),
        )
    weak = f"; it has {', '.join(found.weak)}, which do not" if found.weak else ""
    said = f"no role of {who} at {name}, or above it, lets it read secrets{weak}"
    return failed(
        said,
        proof(found.reply, "value", said),
        proof(vault, _RBAC_FIELD, "true"),
        says=f"{name} goes by roles, and {said}. A role that was just given can take minutes.",
        fixes=(_role_for(wanted, vault, who, name),),
    )


def _role_for(wanted: Wanted, vault: Reply, who: str, name: str) -> Fix:
    values = {
        "role": SECRETS_USER,
        "role_name": "Key Vault Secrets User",
        "vault": name,
        "vault_id": str(vault.body.get("id")),
        "principal": wanted.principal,
        "identity": wanted.identity,
    }
    return Fix(
        f"Give {who} the role Key Vault Secrets User on the vault {name}",
        outside=Outside("assign-role", values),
    )


def _by_policies(
    facts: Facts, wanted: Wanted, judge: Callable[[Facts, Wanted, Reply, list[Mapping[str, Any]]], Outcome]
) -> Outcome:
    asked = _asked(facts, wanted)
    if isinstance(asked, Outcome):
        return asked
    vault, told = asked
    if told.get("enableRbacAuthorization") is True:
        return not_applicable(f"{wanted.host} goes by roles ({vault.name})")
    listed = told.get("accessPolicies")
    if not isinstance(listed, list):
        return Outcome(Verdict.UNKNOWN, missing=f"{vault.name} does not show accessPolicies")
    return judge(facts, wanted, vault, [*objects(listed)])


def _no_policy(facts: Facts, wanted: Wanted, vault: Reply, policies: list[Mapping[str, Any]]) -> Outcome:
    who = wanted.identity.rpartition("/")[2] or wanted.principal
    name = wanted.host.partition(".")[0]
    own = [one for one in policies if same(one.get("objectId"), wanted.principal)]
    if any(_gets_secrets(one) and not one.get("applicationId") for one in own):
        return passed(f"an access policy of {name} lets {who} get secrets ({vault.name})")
    if any(_gets_secrets(one) for one in own):
        return passed(f"an access policy of {name} is for {who}, for an application that acts on its behalf")
    said = f"no access policy of {name} lets {who} get secrets"
    if any(_shows_no_permissions(one) for one in own):
        return Outcome(Verdict.UNKNOWN, missing=f"{vault.name} does not show the permissions of {who}")
    if groups := _maybe_groups(facts, wanted, vault, policies):
        return Outcome(Verdict.UNKNOWN, missing=f"{said} by its own id; {groups}")
    return failed(
        said,
        proof(vault, _POLICIES_FIELD, said),
        says=f"{name} goes by access policies, and {said}.",
        fixes=(_policy_for(wanted, who, name),),
    )


def _on_behalf(facts: Facts, wanted: Wanted, vault: Reply, policies: list[Mapping[str, Any]]) -> Outcome:
    who = wanted.identity.rpartition("/")[2] or wanted.principal
    name = wanted.host.partition(".")[0]
    own = [one for one in policies if same(one.get("objectId"), wanted.principal) and _gets_secrets(one)]
    if not own:
        return not_applicable(f"no access policy of {name} is for {who} ({vault.name})")
    if not all(one.get("applicationId") for one in own):
        return passed(f"an access policy of {name} is for {who} alone ({vault.name})")
    if groups := _maybe_groups(facts, wanted, vault, policies):
        return Outcome(Verdict.UNKNOWN, missing=f"the one for {who} is for an application; {groups}")
    said = f"the access policy of {name} for {who} names the application {own[0]['applicationId']}"
    return failed(
        said,
        proof(vault, f"{_POLICIES_FIELD}.applicationId", said),
        says=f"{capital(said)}, which has to act for it: alone it has no right.",
        fixes=(_policy_for(wanted, who, name),),
    )


def _maybe_groups(facts: Facts, wanted: Wanted, vault: Reply, policies: list[Mapping[str, Any]]) -> str:
    """Who else may get secrets and may be a group, in words; a policy does not say what its object is."""
    known = {one.lower() for one in _no_groups(facts, str(vault.body.get("id", "")))}
    asked = dict.fromkeys(
        str(one.get("objectId"))
        for one in policies
        if (_gets_secrets(one) or _shows_no_permissions(one))
        and not one.get("applicationId")
        and str(one.get("objectId")).lower() not in known
    )
    if not asked:
        return ""
    command = f"az ad group member check --group ID --member-id {wanted.principal}"
    named = ", ".join(asked)
    return f"{len(asked)} for objects that may be groups do: {named}; who is in one is told by {command}"


def _no_groups(facts: Facts, vault: str) -> Iterator[str]:
    """Ids that are known to be an identity's, or of whom a role assignment says that it is no group."""
    for given in below(facts.pool, "identity", "userAssignedIdentities").values():
        yield from (str(below(given).get(key) or "") for key in ("clientId", "principalId"))
    yield from (one.client_id for one in facts.wanted)
    everybody = facts.of(Kind.ALL_ASSIGNMENTS, vault)
    for assignment in objects(everybody.body) if everybody.known else ():
        told = properties(assignment)
        if not may_be_group(told.get("principalType")):
            yield str(told.get("principalId", ""))


def _policy_for(wanted: Wanted, who: str, name: str) -> Fix:
    values = {"vault": name, "principal": wanted.principal, "identity": wanted.identity}
    return Fix(
        f"Give {who} the access policy get on secrets of the vault {name}",
        outside=Outside("set-access-policy", values),
    )


def _shows_no_permissions(policy: Mapping[str, Any]) -> bool:
    """The specification has them in every policy; of what is not among them it leaves out the list."""
    return not isinstance(policy.get("permissions"), Mapping)


def _gets_secrets(policy: Mapping[str, Any]) -> bool:
    named = below(policy, "permissions").get("secrets")
    listed = named if isinstance(named, list) else ()
    return any(isinstance(one, str) and one.lower() in {"get", "all"} for one in listed)
