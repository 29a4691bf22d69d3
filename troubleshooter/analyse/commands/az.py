"""Azure CLI in a POSIX shell. Every value is quoted: most come from a node's log."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from troubleshooter.analyse.steps import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class _Line:
    """A command under construction; a value nobody knows becomes a shell variable that is explained."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.before: list[str] = []
        self.after: list[str] = []

    def value(self, name: str, meaning: str) -> str:
        if known := self.values.get(name):
            return shlex.quote(known)
        variable = name.upper()
        found = finding(name, {key: one for key, one in self.values.items() if _comment(one) == one})
        self.note(f"# {variable}: {meaning}" + (f"; find it with: {found}" if found else ""))
        return f'"${variable}"'

    def note(self, text: str) -> None:
        if text not in self.before:
            self.before.append(text)

    def named(self) -> None:
        """Say whose ids these are, below the command: an id means nothing to a reader."""
        if role := self.values.get("role_name"):
            self.after.append(f"# role {_comment(self.values.get('role', ''))}: {_comment(role)}")
        if (identity := self.values.get("identity")) and (principal := self.values.get("principal")):
            name = _comment(identity.rpartition("/")[2])
            self.after.append(f"# {_comment(principal)}: the identity {name}")

    def vault(self) -> str:
        return self.value("vault", "name of the vault")

    def principal(self) -> str:
        """Object id of the pool's identity; asked of Azure where only the resource id is known."""
        identity = self.values.get("identity")
        if identity and not self.values.get("principal"):
            asked = f"az identity show --ids {shlex.quote(identity)} --query principalId --output tsv"
            self.note(f"PRINCIPAL=$({asked})")
            return '"$PRINCIPAL"'
        return self.value("principal", "object (principal) id of the pool's identity, not its client id")

    def vault_id(self) -> str:
        if known := self.values.get("vault_id"):
            return shlex.quote(known)
        return f'"$(az keyvault show --name {self.vault()} --query id --output tsv)"'

    def text(self, *commands: str) -> str:
        return "\n".join([*self.before, *commands, *self.after])


def _comment(text: str) -> str:
    """Only what names and ids are made of: not every shell takes what follows # for a comment."""
    return re.sub(r"[^\w ./()-]", "?", text, flags=re.ASCII)


def _assign_role(line: _Line) -> str:
    line.named()
    role = line.value("role", "id of the role")
    return line.text(
        f"az role assignment create --role {role} --assignee-object-id {line.principal()} "
        f"--assignee-principal-type ServicePrincipal --scope {line.vault_id()}"
    )


def _set_access_policy(line: _Line) -> str:
    line.named()
    return line.text(
        f"az keyvault set-policy --name {line.vault()} --object-id {line.principal()} "
        "--secret-permissions get list"
    )


def _allow_network(line: _Line) -> str:
    if line.values.get("no_subnet"):
        address = line.value("address", "a public address that the pool's nodes leave by")
        line.after.append(
            "# the pool is in no subnet: allow every address that its nodes leave by; Batch may change them,"
            " and a pool made anew may get others. What lasts is a subnet with a service endpoint"
        )
        return line.text(f"az keyvault network-rule add --name {line.vault()} --ip-address {address}")
    subnet = line.value(
        "subnet", "resource id of the pool's subnet; it needs the service endpoint Microsoft.KeyVault"
    )
    line.after.append(
        "# the subnet needs the service endpoint Microsoft.KeyVault, beside those it has: az network vnet"
        " subnet show --ids SUBNET --query serviceEndpoints, then subnet update --service-endpoints with all"
    )
    return line.text(f"az keyvault network-rule add --name {line.vault()} --subnet {subnet}")


def _private_endpoint(line: _Line) -> str:
    if line.values.get("no_subnet"):
        line.note(
            "# the pool is in no subnet, and nothing outside a network reaches a private endpoint:"
            " create the pool anew in one first"
        )
        subnet = line.value("endpoint_subnet", "resource id of a subnet of that network")
    else:
        subnet = line.value("subnet", "resource id of a subnet that the pool's nodes reach")
    return line.text(
        f"az network private-endpoint create --name pool-to-vault --resource-group "
        f"{line.value('endpoint_group', 'resource group that the endpoint shall be in')} --subnet {subnet} "
        f"--private-connection-resource-id {line.vault_id()} --group-id vault "
        "--connection-name pool-to-vault",
        "# then link the private DNS zone privatelink.vaultcore.azure.net to the pool's network, and let"
        " it hold the vault's name: az network private-endpoint dns-zone-group create --endpoint-name"
        " pool-to-vault",
    )


def _create_secret(line: _Line) -> str:
    names = f"--vault-name {line.vault()} --name {line.value('secret', 'name of the certificate')}"
    return line.text(
        "# if it was deleted, which az keyvault certificate list-deleted tells:",
        f"az keyvault certificate recover {names}",
        "# if it never existed: az keyvault certificate import, with the one that is wanted. If the URL in"
        " the settings is wrong, correct it there, and change nothing in the vault",
    )


def _enable_secret(line: _Line) -> str:
    names = f"--vault-name {line.vault()} --name {line.value('secret', 'name of the certificate')}"
    return line.text(f"az keyvault certificate set-attributes {names} --enabled true")


def _show_quota(line: _Line) -> str:
    return line.text(
        f"az batch account show --name {line.value('account', 'name of the Batch account')} --resource-group "
        f"{line.value('resource_group', 'its resource group')} "
        "--query '{dedicated:dedicatedCoreQuota,lowPriority:lowPriorityCoreQuota,"
        "perFamily:dedicatedCoreQuotaPerVmFamily}'",
        "# raise it through a support request: portal, Batch account, Quotas",
    )


_KINDS: dict[str, Callable[[_Line], str]] = {
    "assign-role": _assign_role,
    "set-access-policy": _set_access_policy,
    "allow-network": _allow_network,
    "private-endpoint": _private_endpoint,
    "create-secret": _create_secret,
    "enable-secret": _enable_secret,
    "raise-quota": _show_quota,
}

KINDS = frozenset(_KINDS)
"""Changes outside the pool that a rule may name."""


def command(kind: str, values: Mapping[str, str]) -> str:
    make = _KINDS.get(kind)
    return make(_Line(values)) if make else ""
