"""Signing in to nodes: a temporary administrator on each, removed once they are read."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from troubleshooter.errors import TroubleshooterError
from troubleshooter.operations.tools import endpoint
from troubleshooter.operations.users import in_a_line, make_users

if TYPE_CHECKING:
    from troubleshooter.collect.key import SessionKey, SessionKeys
    from troubleshooter.collect.nodes import NodeLogin
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools


def sign_in(
    tools: Tools, ctx: StepContext, pool: str, nodes: tuple[str, ...], keys: SessionKeys, allow_from: str
) -> tuple[dict[str, SessionKey], dict[str, NodeLogin], dict[str, str]]:
    """A temporary administrator on each node, its key, and where to reach it. One bad node is one failure."""
    from troubleshooter.collect.nodes import NodeLogin  # noqa: PLC0415 - only who signs in needs it

    user = f"kvts{ctx.state.id}"
    made, failed = make_users(tools, ctx, {node: f"{pool}/{node}/{user}" for node in nodes}, keys)
    version = ip_network(allow_from).version
    logins: dict[str, NodeLogin] = {}
    for node in made:
        try:
            batch, at = tools.azure.batch, endpoint(tools, ctx)
            login = batch.ssh_endpoint(at, pool, node, version) or batch.login(at, pool, node)
        except TroubleshooterError as error:
            failed[node] = in_a_line(error)
        else:
            logins[node] = NodeLogin(node, login.host, login.port, user)
    return made, logins, failed
