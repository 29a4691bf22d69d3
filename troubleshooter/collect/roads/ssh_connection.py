"""One SSH connection to one node of a pool: tried again for a while, host key pinned, only our own key."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.collect.roads import ssh_reach
from troubleshooter.collect.roads.pool_words import told
from troubleshooter.collect.roads.ssh_failure import Reason, SshFailed
from troubleshooter.collect.roads.ssh_session import shake_hands, sign_in, ssh
from troubleshooter.errors import ExitCode
from troubleshooter.model.host_key import fingerprint
from troubleshooter.model.step import ErrorText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.collect.key import SessionKey
    from troubleshooter.collect.nodes import NodeLogin
    from troubleshooter.collect.patience import Patience
    from troubleshooter.collect.roads.ssh_session import Connection

AGAIN, PAUSE = 30.0, 2.0
"""Seconds for which a node that lets nobody in yet is tried again, and between two tries."""
_STAYS = {
    Reason.UNRESOLVED,
    Reason.NO_NAME_SERVICE,
    Reason.NOTHING_IN_COMMON,
    Reason.OLD_VERSION,
    Reason.SILENT,
    Reason.STUCK,
    Reason.LIMIT,
}
"""There is no use in trying again."""


@contextlib.contextmanager
def connected(
    login: NodeLogin,
    key: SessionKey,
    pin: Callable[[str, str], str],
    patience: Patience,
) -> Iterator[tuple[Connection, str]]:
    """Sign in; give the connection and the node's host key, which is the one that `pin` says it has.

    Azure calls a node idle and a user made before the node's SSH server must know of it: it is tried again.
    """
    try:
        with contextlib.ExitStack() as held:
            yield _in_the_end(held, login, key, pin, patience)
    except SshFailed as failed:
        raise told(login, failed) from failed


def _in_the_end(
    held: contextlib.ExitStack,
    login: NodeLogin,
    key: SessionKey,
    pin: Callable[[str, str], str],
    patience: Patience,
) -> tuple[Connection, str]:
    until = time.monotonic() + AGAIN
    while True:
        try:
            return held.enter_context(_connected(login, key, pin, patience))
        except SshFailed as failed:
            if failed.reason in _STAYS or time.monotonic() + PAUSE >= until:
                raise
        patience.rest(PAUSE, "letting us in")


@contextlib.contextmanager
def _connected(
    login: NodeLogin,
    key: SessionKey,
    pin: Callable[[str, str], str],
    patience: Patience,
) -> Iterator[tuple[Connection, str]]:
    """One try of it."""
    with ssh(ssh_reach.reach(login.host, login.port, patience), patience) as connection:
        server_key = shake_hands(connection, patience)
        host_key = fingerprint(server_key.get_name(), server_key.asbytes())
        patience.check("being looked up among the host keys of this run")
        if (known := pin(login.node, host_key)) != host_key:
            raise _another(login, known, host_key)
        sign_in(connection, login.user, [key.private], patience)
        yield connection, host_key


def _another(login: NodeLogin, known: str, shown: str) -> NodeProblem:
    return NodeProblem(
        ErrorText(
            f"{login.node} shows another host key than before; nothing was sent to it.",
            f"Before: {known}. Now: {shown}. It was reimaged, or something answers in its place.",
            "Check in the portal that the node was reimaged or recreated; if so, start a new run."
            " If not, do not sign in to it by hand either, and ask who looks after the network.",
            int(ExitCode.REFUSED),
        ),
    )
