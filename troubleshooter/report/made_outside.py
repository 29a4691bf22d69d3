"""By what it shows whether a change outside the pool was made: only commands that read."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.finding import Fix

_ZONE = "privatelink.vaultcore.azure.net"
_ROLES = (
    '--scope "$(az keyvault show --name {vault} --query id --output tsv)" --include-inherited --output table'
)
_DNS = f'--zone-name {_ZONE} --resource-group "$DNS_GROUP"'
_VAULT: Mapping[str, tuple[str, ...]] = {
    "assign-role": (f"az role assignment list {_ROLES}",),
    "set-access-policy": ("az keyvault show --name {vault} --query properties.accessPolicies",),
    "allow-network": ("az keyvault network-rule list --name {vault}",),
    "private-endpoint": (
        "az keyvault show --name {vault} --query properties.privateEndpointConnections",
        "# DNS_GROUP: resource group of the private DNS zone",
        f"az network private-dns link vnet list {_DNS} --output table",
        f"az network private-dns record-set a show {_DNS} --name {{vault}}",
    ),
    "create-secret": ("az keyvault secret list --vault-name {vault} --output table",),
    "enable-secret": ("az keyvault secret list --vault-name {vault} --output table",),
}
_REMARKS: Mapping[str, str] = {
    "private-endpoint": (
        f" It works once its connection is approved and the zone {_ZONE} holds the vault's name and is linked"
        " to the nodes' network; the vault's network rules stay as they are, and do not show it."
    ),
}


def shows(fix: Fix) -> dict[str, str]:
    """For az; empty where the vault is not known."""
    vault = str(fix.outside.values.get("vault", "")) if fix.outside else ""
    if not vault or fix.outside is None:
        return {}
    lines = [line.format(vault=quote(vault)) for line in _VAULT.get(fix.outside.kind, ())]
    return {"az": "\n".join(lines)} if lines else {}


def certificate(fix: Fix) -> dict[str, str]:
    """For az: who issued the certificate that the fix is about; empty where it is not known."""
    values = fix.outside.values if fix.outside else {}
    vault, name = (str(values.get(each, "")) for each in ("vault", "secret"))
    if not vault or not name:
        return {}
    asked = "{issuer:policy.issuerParameters.name,made:attributes.created,until:attributes.expires}"
    which = f"--vault-name {quote(vault)} --name {quote(name)}"
    return {"az": f"az keyvault certificate show {which} --query '{asked}'"}


def remark(fix: Fix) -> str:
    """What else it takes for that to work."""
    return _REMARKS.get(fix.outside.kind, "") if fix.outside else ""
