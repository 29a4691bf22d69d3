"""Who may make a change that lies outside the pool."""

from __future__ import annotations

_MAY = {
    "assign-role": "Somebody who may assign roles on the vault",
    "set-access-policy": "Somebody who may change the vault's access policies",
    "allow-network": "Somebody who may change the vault's network rules",
    "private-endpoint": "Somebody who may change the vault's network",
    "create-secret": "Somebody who may write certificates in the vault",
    "enable-secret": "Somebody who may write certificates in the vault",
    "raise-quota": "Somebody who may change the account's quota",
}
_VAULT, _NETWORK = "the administrator of the vault", "the administrator of the network"
_PARTIES = {
    "assign-role": _VAULT,
    "set-access-policy": _VAULT,
    "allow-network": _NETWORK,
    "private-endpoint": _NETWORK,
    "create-secret": _VAULT,
    "enable-secret": _VAULT,
    "raise-quota": "Azure support, for the owner of the account",
}
OWNER = "the owner of the pool"
SUPPORT = "Azure support"


def whoever_may(kind: str) -> str:
    """As a sentence begins; empty where the kind of change is none of a rule's."""
    return _MAY.get(kind, "")


def party(kind: str) -> str:
    """Whom a ticket asks for it; the pool's owner where the kind of change is none of a rule's."""
    return _PARTIES.get(kind, OWNER)
