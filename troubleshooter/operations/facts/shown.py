"""What an answer has to show to be one: of one that lacks it nothing is taken for a no, nor for a yes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.reply import Reply

_PROPERTIES = ("properties", dict)
_NEEDED: dict[Kind, tuple[tuple[str, type], ...]] = {
    Kind.ACCOUNT: (_PROPERTIES,),
    Kind.IDENTITY: (_PROPERTIES,),
    Kind.VAULT: (_PROPERTIES,),
    Kind.SECRET: (_PROPERTIES,),
    Kind.VERSIONS: (("id", str),),
    Kind.ASSIGNMENTS: (("properties.scope", str), ("properties.roleDefinitionId", str)),
    Kind.ALL_ASSIGNMENTS: (("properties.scope", str), ("properties.roleDefinitionId", str)),
    Kind.ROLE: (("properties.permissions", list),),
    Kind.DENIALS: (("properties.scope", str), ("properties.permissions", list)),
    Kind.PERMISSIONS: (("actions", list),),
    Kind.SUBNET: (_PROPERTIES,),
    Kind.NETWORK: (_PROPERTIES,),
    Kind.SECURITY_GROUP: (_PROPERTIES,),
    Kind.ROUTES: (_PROPERTIES,),
    Kind.NAT: (_PROPERTIES,),
    Kind.ENDPOINT: (_PROPERTIES,),
    Kind.ADDRESS: (_PROPERTIES,),
    Kind.PREFIX: (_PROPERTIES,),
    Kind.ZONE_LINKS: (("properties.virtualNetwork.id", str),),
    Kind.ZONE_RECORDS: (_PROPERTIES,),
    Kind.LOCKS: (("id", str), _PROPERTIES),
    Kind.POLICIES: (_PROPERTIES,),
    Kind.EXEMPTIONS: (_PROPERTIES,),
    Kind.POLICY: (_PROPERTIES,),
    Kind.POOLS: (_PROPERTIES,),
    Kind.SIZES: (("name", str),),
}
"""Of an answer, or of each entry of a list: what the specifications always show, and checks go by."""


def shown(kind: Kind, reply: Reply) -> Reply:
    """The same; as one that did not come where what the checks go by is not in it."""
    lacking = next(_lacking(kind, reply.body), "") if reply.known else ""
    if not lacking:
        return reply
    why = f"what came cannot be judged: {lacking}"
    return replace(reply, heard=Heard.UNREACHABLE, body=None, right="", role="", why=why)


def at_host(reply: Reply, host: str) -> Reply:
    """A vault; as one that is not there where ARM has it at a host of another cloud than the URL names.

    A name is given once in a cloud: that of another one with the same name is another vault.
    """
    told = _at(reply.body, "properties.vaultUri") if reply.known else None
    own = told.partition("://")[2].partition("/")[0].partition(":")[0] if isinstance(told, str) else ""
    cloud, named = own.partition(".vault.")[2], host.partition(".vault.")[2]
    if not cloud or not named or cloud.lower() == named.lower():
        return reply
    why = f"the vault of this name that may be read here is at {own}, not at {host}"
    return replace(reply, heard=Heard.ABSENT, body=None, right="", role="", why=why)


def _lacking(kind: Kind, body: Any) -> Iterator[str]:
    entries = body if isinstance(body, list) else [body]
    for number, entry in enumerate(entries):
        place = f"value[{number}]" if isinstance(body, list) else "it"
        if not isinstance(entry, dict):
            yield f"{place} is no object"
        for path, expected in _NEEDED.get(kind, ()):
            if not isinstance(_at(entry, path), expected):
                yield f"{place} shows no {path}"


def _at(entry: Any, path: str) -> Any:
    for key in path.split("."):
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry
