"""SSH to nodes whose users a test has made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.collect.roads.ssh import SignIn, Ssh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from troubleshooter.collect.key import SessionKey
    from troubleshooter.collect.nodes import NodeLogin


def by_ssh(key: SessionKey, logins: Iterable[NodeLogin], known: Mapping[str, str] | None = None) -> Ssh:
    """The road as a collection has it; `known` are host keys by node."""
    pins = dict(known or {})
    by_node = {each.node: each for each in logins}
    return Ssh("127.0.0.1/32", SignIn(dict.fromkeys(by_node, key), by_node, pins.setdefault))
