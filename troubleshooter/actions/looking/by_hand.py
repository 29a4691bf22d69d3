"""What an operator can look at where this program reads no log: the usual causes, and what mends each.

Sources: Azure's documentation of Key Vault (firewall, private link, guide to roles) and its built-in roles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.model.handover import Mend

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.analyse.rule_book import RuleBook
    from troubleshooter.analyse.rules import FixText
    from troubleshooter.model.extension import Extension

_ROLES = (
    "az role assignment list --assignee ${principal} --scope ${vault_id}/secrets/${secret}"
    " --include-inherited --output table"
)
"""At the secret's own scope those show that were given on it, on the vault and on what the vault is in."""
_LOOKS = (
    "az keyvault show --name ${vault} --query properties",
    _ROLES,
    "az keyvault secret show --vault-name ${vault} --name ${secret} --query attributes",
)
"""They only read."""
_SHOWS = {
    "kv-403-public-access-disabled": (
        "Network, private endpoint: where the first command shows publicNetworkAccess Disabled, ${private}"
    ),
    "kv-403-firewall": (
        "Network, firewall: where publicNetworkAccess is not Disabled, this is the cause if"
        " networkAcls.defaultAction is Deny${listed}."
    ),
    "kv-403-rbac": (
        "Permission, roles: where enableRbacAuthorization is true, this is the cause if the second command"
        " lists no role that reads secrets. Key Vault Secrets User, Key Vault Certificate User, Key Vault"
        " Secrets Officer and Key Vault Administrator read secrets; Owner, Contributor, Key Vault"
        " Contributor, Key Vault Reader and Key Vault Certificates Officer do not. The list holds roles on"
        " the certificate's secret, on the vault and on what the vault is in, but none that the identity has"
        " through a group. A role that was just given can take some minutes to work."
    ),
    "kv-403-access-policy": (
        "Permission, access policies: where enableRbacAuthorization is false or null, access policies apply"
        " and roles have no effect. This is the cause if no entry of accessPolicies has ${whose}, as its"
        " objectId, and get among its permissions for secrets. An entry may also name a group that the"
        " identity is in."
    ),
    "kv-404-secret-not-found": (
        "Certificate missing: this is the cause if the third command answers SecretNotFound. It asks as you"
        " and from where you are, so Forbidden there says nothing about the nodes: you may not read the"
        " secret, or your own address is not let in."
    ),
    "kv-403-secret-disabled": (
        "Certificate disabled: this is the cause if the third command shows enabled as false."
    ),
}
"""By the rule whose fix mends it, in the order in which a vault asks and the commands answer."""

_PRIVATE = (
    "nothing but an approved private endpoint leads to the vault. This is the cause if no entry of"
    " privateEndpointConnections has the status Approved, if the approved endpoint lies in a network that the"
    " nodes cannot reach, or if the private DNS zone privatelink.vaultcore.azure.net is not linked to the"
    " nodes' network. The subnet that an endpoint lies in is shown by: az network private-endpoint show --ids"
    " ID --query subnet.id, where ID is the id under privateEndpoint."
)
_PRIVATE_TO_NOBODY = (
    "this is the cause, whatever private endpoints there are: the pool is in no subnet, and none of them"
    " leads from its nodes to the vault."
)


class ByHand(NamedTuple):
    looks: str
    mends: tuple[Mend, ...]


def by_hand(definition: Mapping[str, Any], extension: Extension, rules: RuleBook) -> ByHand:
    """Commands that only read; how each usual cause shows in what they answer, and what mends it."""
    from troubleshooter.analyse.facts import pool_values  # noqa: PLC0415 - the package compiles rules
    from troubleshooter.analyse.fill import words  # noqa: PLC0415 - the same
    from troubleshooter.analyse.steps import step  # noqa: PLC0415 - the same

    values = pool_values(definition, (extension,)).with_log({})
    told = {**values, **_network(values), "whose": _whose(values)}
    known = {rule.id: rule.text.fixes for rule in rules.rules}
    mends = (
        _mend(words(shows, told), known[name][0], values)
        for name, shows in _SHOWS.items()
        if known.get(name)  # rules of somebody's own may have none
    )
    return ByHand("\n".join(step(command, values) for command in _LOOKS), tuple(mends))


def _mend(shows: str, text: FixText, values: Mapping[str, str]) -> Mend:
    from troubleshooter.analyse.fill import fix  # noqa: PLC0415 - the package compiles rules

    made = fix(text, values)
    return Mend(text.outside.kind if text.outside else "", shows, made.commands.get("az", "") if made else "")


def _network(values: Mapping[str, str]) -> dict[str, str]:
    """How the pool's nodes are shut out, in words: without a subnet there is nothing private."""
    if values.get("no_subnet"):
        lacks = " and ipRules lacks the public addresses that the nodes leave by: the pool is in no subnet"
        return {"private": _PRIVATE_TO_NOBODY, "listed": lacks}
    subnet = f"the nodes' subnet {values.get('subnet', '').rpartition('/')[2]}".rstrip()
    lacks = (
        f", virtualNetworkRules lacks {subnet}, ipRules lacks the public addresses that the nodes leave by,"
        " and no approved private endpoint leads from there to the vault"
    )
    return {"private": _PRIVATE, "listed": lacks}


def _whose(values: Mapping[str, str]) -> str:
    known = f" {values['principal']}" if values.get("principal") else ""
    return f"the identity's principal id{known}, not its client id"
