"""The account's own settings: who is let in to its data plane, and whose machines its nodes are.

Sources: https://learn.microsoft.com/azure/batch/batch-account-create-portal, .../public-network-access
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.checks.check import Outcome, cannot_tell, capital, failed, not_applicable, passed, proof
from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.reading import below, objects, properties, same, text
from troubleshooter.model.finding import Fix, Severity, Verdict
from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from troubleshooter.model.reply import Facts, Reply

_ENTRA = "AAD"
"""How Azure calls sign-in with Microsoft Entra."""
_NODES_COME = "It keeps people and programs from the account's data plane; nodes come all the same."


def lets_in_whoever_is_signed_in(facts: Facts) -> Outcome:
    """batch-account-entry: its data plane takes no sign-in with Entra, or not from here."""
    account = facts.of(Kind.ACCOUNT, account_of(facts.pool))
    if not account.known:
        return cannot_tell(account)
    told = properties(account.body).get("allowedAuthenticationModes")
    modes = [str(one) for one in told] if isinstance(told, list) else []
    if modes and not any(same(one, _ENTRA) for one in modes):
        return _no_entra(account, modes)
    if not (rule := _closed(account)):
        return passed(f"the account's data plane takes Entra from everywhere ({account.name})")
    if facts.entered:
        return passed(f"{rule}, and this machine is let in: it read the pool's nodes ({account.name})")
    if facts.entered is False:
        return _not_from_here(account, rule)
    would = "whether this machine is let in, az batch account login and az batch pool list tell"
    return Outcome(Verdict.UNKNOWN, missing=f"{rule} ({account.name}); {would}")


def has_its_own_vault(facts: Facts) -> Outcome:
    """batch-account-vault: its nodes are the subscription's machines, and the vault for them is not there."""
    account = facts.of(Kind.ACCOUNT, account_of(facts.pool))
    if not account.known:
        return cannot_tell(account)
    mode = text(account.body, "poolAllocationMode")
    if not same(mode, "UserSubscription"):
        return not_applicable(
            f"its nodes are the service's own machines: {mode or 'no mode is told'} ({account.name})"
        )
    place = str(below(account.body, "properties", "keyVaultReference").get("id") or "")
    if not place:
        return _no_vault(account, "it names no vault", account, "none")
    vault = facts.of(Kind.OWN_VAULT, place)
    if vault.heard is Heard.ABSENT:
        return _no_vault(account, f"its vault {place.rpartition('/')[2]} is not there", vault, vault.why)
    if not vault.known:
        return cannot_tell(vault)
    return passed(f"the account's own vault {place.rpartition('/')[2]} is there ({vault.name})")


def _no_entra(account: Reply, modes: list[str]) -> Outcome:
    said = f"the account's data plane takes {', '.join(modes)} alone, and no sign-in with Microsoft Entra"
    return failed(
        said,
        proof(account, "properties.allowedAuthenticationModes", ", ".join(modes)),
        doubt=_NODES_COME,
        severity=Severity.WARNING,
        says=f"{capital(said)}: this program has no key of it, and reads no node.",
        fixes=(Fix(f"Have {_ENTRA} added to the account's allowedAuthenticationModes"),),
    )


def _not_from_here(account: Reply, rule: str) -> Outcome:
    return failed(
        f"{rule}, and this machine is not let in",
        proof(account, "properties.publicNetworkAccess, properties.networkProfile.accountAccess", rule),
        doubt=f"What refused it did not say that it was this rule. {_NODES_COME}",
        severity=Severity.WARNING,
        fixes=(
            Fix("Run this where the account lets callers in, or have this machine's address added there"),
        ),
    )


def _closed(account: Reply) -> str:
    """By which of its settings the data plane is not open to everybody; empty where it is."""
    access = text(account.body, "publicNetworkAccess")
    if access.lower() not in {"", "enabled"}:
        return f"publicNetworkAccess is {access}"
    rule = below(account.body, "properties", "networkProfile", "accountAccess")
    if str(rule.get("defaultAction", "Allow")).lower() != "deny":
        return ""
    ranges = ", ".join(str(one.get("value")) for one in objects(rule.get("ipRules"))) or "nobody"
    return f"networkProfile.accountAccess lets in {ranges} alone"


def _no_vault(account: Reply, said: str, reply: Reply, told: str) -> Outcome:
    return failed(
        f"the account's nodes are machines of the subscription, and {said}",
        proof(reply, "properties.keyVaultReference.id" if reply is account else "", told),
        *(() if reply is account else (proof(account, "properties.poolAllocationMode", "UserSubscription"),)),
        doubt="Such an account needs a vault (documented); what comes of it without one is inferred.",
        severity=Severity.WARNING,
        fixes=(
            Fix("Recover that vault, or give the account another one, and let Batch read and write there"),
        ),
    )
