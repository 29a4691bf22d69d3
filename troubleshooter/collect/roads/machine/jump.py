"""A connection that a jump host forwards; why it forwards none, told apart as far as its words do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import paramiko

from troubleshooter.apart import apart
from troubleshooter.collect.roads import ssh_reach
from troubleshooter.collect.roads.ssh_failure import Reason, SshFailed

if TYPE_CHECKING:
    from troubleshooter.collect.nodes import NodeLogin
    from troubleshooter.collect.patience import Patience
    from troubleshooter.collect.roads.ssh_session import Connection

_CONNECT_FAILED = 2
"""RFC 4254, 5.1. All else is the jump host's own refusal."""
_TELLS_NOTHING = "open failed"
"""What OpenSSH says where connecting failed at once."""
_WORDS = (
    (("refused",), Reason.REFUSED),
    (("timed out",), Reason.NO_ANSWER),
    (("unreachable", "no route"), Reason.NO_ROUTE),
    (("temporary failure",), Reason.NO_NAME_SERVICE),
    (("not known", "no address", "nodename"), Reason.UNRESOLVED),
)
"""How the C library says it, in OpenSSH's words."""


class OfTheJump(SshFailed):
    """The failure of the jump host itself, and not of the machine behind it."""


def forwarded(connection: Connection, login: NodeLogin, patience: Patience) -> paramiko.Channel:
    """Raises SshFailed of the machine behind, as the jump host sees it, and OfTheJump."""
    transport = connection.transport
    try:
        channel = apart(
            lambda: transport.open_channel(
                "direct-tcpip", (login.host, login.port), ("127.0.0.1", 0), timeout=ssh_reach.CONNECT
            ),
            lambda: patience.check("being reached by the jump host"),
            paramiko.Channel.close,
        )
    except paramiko.ChannelException as error:
        said = transport.not_opened or error.text
        if error.code != _CONNECT_FAILED:
            raise OfTheJump(Reason.NO_FORWARDING, f"{error.text}, {said}") from error
        lower = said.lower()
        found = (reason for words, reason in _WORDS if any(word in lower for word in words))
        if lower == _TELLS_NOTHING:
            said = f"{said}, and no more; mostly the jump host has no way there (inferred)"
        raise SshFailed(next(found, Reason.NETWORK), said) from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        if transport.is_active():
            raise SshFailed(Reason.NO_ANSWER, str(error)) from error
        raise OfTheJump(
            Reason.BROKE_OFF, transport.farewell or str(error) or "the connection ended"
        ) from error
    connection.meter.channels.append(channel)
    return channel
