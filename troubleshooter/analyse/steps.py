"""How an operator makes sure: a rule's steps as commands that can be run, every known value filled in."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"\$\{([a-z_]+)\}")


class Wanted(NamedTuple):
    """A value that a command needs."""

    meaning: str
    finder: str
    """The command that finds it; it may name further values. Empty where none does."""
    where: str = ""
    """Where it stands, for whom no command helps."""


_NODES = {"linux": "on a Linux node", "windows": "on a Windows node"}
"""How a step says that it is for one system alone."""
_URL = "it stands in observedCertificates, https://<vault>.vault.azure.net/secrets/<certificate>"

WANTED = {
    "pool": Wanted(
        "resource id of the pool",
        "az batch account list --query '[].id' --output tsv",
        "with /pools/NAME after it",
    ),
    "identity": Wanted(
        "resource id of the pool's identity", "az resource show --ids ${pool} --query identity"
    ),
    "principal": Wanted(
        "principal id of the pool's identity",
        "az identity show --ids ${identity} --query principalId --output tsv",
    ),
    "client_id": Wanted(
        "client id of the pool's identity", "az identity show --ids ${identity} --query clientId --output tsv"
    ),
    "vault": Wanted("name of the vault", "", _URL),
    "secret": Wanted("name of the certificate", "", _URL),
    "host": Wanted("host name of the vault", "", _URL),
    "region": Wanted(
        "region of the pool", "az resource show --ids ${account_id} --query location --output tsv"
    ),
    "account": Wanted("name of the Batch account", "az batch account list --query '[].name' --output tsv"),
    "resource_group": Wanted(
        "resource group of the Batch account", "az batch account list --query '[].resourceGroup' --output tsv"
    ),
    "subnet": Wanted(
        "resource id of the pool's subnet",
        "az resource show --ids ${pool} --query properties.networkConfiguration.subnetId --output tsv",
    ),
    "address": Wanted(
        "public address that the pool's nodes leave by", "", "the vault's refusal names it: Client address"
    ),
    "account_id": Wanted(
        "resource id of the Batch account", "az batch account list --query '[].id' --output tsv"
    ),
    "vault_id": Wanted(
        "resource id of the vault", "az keyvault show --name ${vault} --query id --output tsv"
    ),
}


def step(text: str, values: Mapping[str, str]) -> str:
    """A step with its values: known ones quoted for a shell, the rest asked of Azure or named.

    What nothing knows is written <so>, with the command that finds it, or the place where it stands.
    """
    unknown: dict[str, Wanted] = {}
    filled = _NAME.sub(lambda hit: _value(hit[1], values, unknown), text)
    notes = [note for name, one in unknown.items() if (note := _note(name, one, values))]
    return filled + "".join(f"; {note}" for note in notes)


def elsewhere(text: str, system: str) -> bool:
    """Whether a step is for nodes of another system than this one; where none is known, for none."""
    return bool(system) and any(told in text for name, told in _NODES.items() if name != system)


def placeholder(name: str) -> str:
    known = WANTED.get(name)
    return f"<{known.meaning if known else name.replace('_', ' ')}>"


def finding(name: str, values: Mapping[str, str]) -> str:
    """The command that finds a value, whole or with the names of what it wants; empty where there is none."""
    wanted = WANTED.get(name)
    return (
        _NAME.sub(lambda hit: _known(hit[1], values) or placeholder(hit[1]), wanted.finder) if wanted else ""
    )


def _value(name: str, values: Mapping[str, str], unknown: dict[str, Wanted]) -> str:
    if known := _known(name, values):
        return known
    wanted = WANTED.get(name)
    needs = _NAME.findall(wanted.finder) if wanted else []
    if needs and all(_known(each, values) for each in needs):
        return f'"$({finding(name, values)})"'
    if wanted:
        unknown[name] = wanted
    return placeholder(name)


def _known(name: str, values: Mapping[str, str]) -> str:
    return shlex.quote(values[name]) if values.get(name) else ""


def _note(name: str, wanted: Wanted, values: Mapping[str, str]) -> str:
    found = finding(name, values)
    if found and wanted.where:
        return f"the {wanted.meaning}: {found}, {wanted.where}"
    return f"the {wanted.meaning}: {found}" if found else f"the {wanted.meaning}: {wanted.where}"
