"""What Azure answered to a question that only reads: an answer is a fact, and so is a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class Heard(StrEnum):
    KNOWN = "known"
    ABSENT = "absent"
    """Azure says that there is no such thing."""
    REFUSED = "refused"
    """Whoever asked may not know: it says nothing about the thing, and nothing about a node."""
    UNREACHABLE = "unreachable"
    """This machine got no answer: it says nothing about the thing, and nothing about a node."""
    NOT_ASKED = "not asked"


class Kind(StrEnum):
    """What is asked for. Behind each, what it is asked of: the key in `Facts`."""

    ACCOUNT = "account"
    """Its resource id."""
    IDENTITY = "identity"
    """A user-assigned identity, by its resource id."""
    VAULT = "vault"
    """Of ARM, by the host that a URL names."""
    DELETED_VAULT = "deleted vault"
    """The same host: one that was deleted and can be recovered."""
    SECRET = "secret"  # noqa: S105 - a kind of thing, not a password
    """ARM's secret resource, which never shows a value; by the URL that the settings name."""
    VERSIONS = "versions"
    """The list of a secret's versions with their attributes, of the vault itself; by the URL."""
    DELETED_SECRET = "deleted secret"  # noqa: S105 - the same
    """By the URL."""
    CERTIFICATE = "certificate"
    """Its policy, of the vault itself; by the URL."""
    ASSIGNMENTS = "role assignments"
    """Of one principal at a vault, groups included where ARM does so: `VAULT ID|PRINCIPAL ID`."""
    ALL_ASSIGNMENTS = "all role assignments"
    """At a vault and above it, whoever has them; by the vault's id."""
    ROLE = "role definition"
    """By its id."""
    DENIALS = "deny assignments"
    """As ASSIGNMENTS."""
    PERMISSIONS = "permissions"
    """What whoever is signed in may do at a scope, by its id."""
    SUBNET = "subnet"
    NETWORK = "virtual network"
    SECURITY_GROUP = "network security group"
    ROUTES = "route table"
    NAT = "NAT gateway"
    ENDPOINT = "private endpoint"
    ADDRESS = "public address"
    PREFIX = "public address prefix"
    ZONE_LINKS = "private DNS zone links"
    ZONE_RECORDS = "private DNS records"
    """Of one name in one zone, by the record's id."""
    LOCKS = "locks"
    """All of a subscription, by the account's id: a list of one scope need not show those above it."""
    POLICIES = "policy assignments"
    """At a scope and above it, by its id."""
    EXEMPTIONS = "policy exemptions"
    """At an account and above it, by the account's id."""
    POLICY = "policy definition"
    """Or a set of them, by its id."""
    POOLS = "pools"
    """Of the account, by its id."""
    OWN_VAULT = "the account's vault"
    """That its nodes' machines need in the operator's own subscription, by its id."""
    IMAGES = "supported images"
    """Of the Marketplace, by the account's id: publisher, offer, sku and agent of each."""
    SIZES = "sizes"
    """That Batch supports in the account's region, by the account's id."""


@dataclass(frozen=True, slots=True)
class Reply:
    call: str
    """The method and the path: GET /subscriptions/…/vaults/kv."""
    heard: Heard
    body: Any = None
    """JSON, where it is known."""
    right: str = ""
    """The action that the call needs, e.g. Microsoft.KeyVault/vaults/read."""
    role: str = ""
    """The least built-in role that has it."""
    why: str = ""
    """What Azure, or this machine, said instead of an answer."""

    @property
    def known(self) -> bool:
        return self.heard is Heard.KNOWN

    @property
    def name(self) -> str:
        """The call as people read it: without subscription and group, of a vault without its port."""
        method, _, path = self.call.partition(" ")
        if path.startswith("https://"):
            parts = urlsplit(path)
            return f"{method} {parts.hostname or ''}{parts.path}"
        below = path.partition("/providers/")[2] or path
        return f"{method} {below.replace('/providers/Microsoft.Authorization', '')}".strip()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A certificate that the extension's settings name, and as whom it is read."""

    url: str
    host: str
    """Of the URL, in small letters."""
    name: str
    version: str
    """Empty for the newest."""
    client_id: str
    """That of the certificate's own override, else that of all; empty where none is given."""
    identity: str
    """Resource id of the pool's identity with that client id, or of its only one; empty where none fits."""
    principal: str
    override: bool = False
    """The client id is the certificate's own (from 4.0 on), not that of all."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a pool's cross-checks look at. Keys are compared in small letters."""

    pool: Mapping[str, Any]
    """The pool as ARM gives it, with its identity."""
    wanted: tuple[Wanted, ...] = ()
    replies: Mapping[tuple[Kind, str], Reply] = field(default_factory=dict)
    now: datetime | None = None
    """When they were asked; None where nobody says it."""
    entered: bool | None = None
    """Whether the account's data plane answered whoever asks; None where it was not asked."""

    def of(self, kind: Kind, key: str) -> Reply:
        """The answer, or that nobody asked. One of another shape than was asked for is none."""
        reply = self.replies.get((kind, key.lower()), Reply("", Heard.NOT_ASKED))
        if reply.known and not isinstance(reply.body, list if kind in _LISTS else Mapping):
            return replace(reply, heard=Heard.UNREACHABLE, why="what came is no such answer")
        return reply


_LISTS = frozenset(
    {
        Kind.VERSIONS,
        Kind.ASSIGNMENTS,
        Kind.ALL_ASSIGNMENTS,
        Kind.DENIALS,
        Kind.PERMISSIONS,
        Kind.ZONE_LINKS,
        Kind.LOCKS,
        Kind.POLICIES,
        Kind.EXEMPTIONS,
        Kind.POOLS,
        Kind.IMAGES,
        Kind.SIZES,
    }
)
"""Kinds whose answer is a list: the entries of all its pages."""
