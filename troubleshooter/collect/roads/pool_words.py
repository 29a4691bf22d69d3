"""What an SSH failure means on a node of a pool, and what to do about it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.collect.patience import LIMITS
from troubleshooter.collect.roads import ssh_reach
from troubleshooter.collect.roads.ssh_failure import Reason
from troubleshooter.errors import ExitCode
from troubleshooter.model.step import ErrorText

if TYPE_CHECKING:
    from troubleshooter.collect.nodes import NodeLogin
    from troubleshooter.collect.roads.ssh_failure import SshFailed

_UNRESOLVED = (
    "The address {host} of {node} cannot be resolved.",
    "The name service says: {said}.",
    "Check the network and name resolution of this machine, then collect again.",
)
_NOTHING_IN_COMMON = (
    "The SSH server of {node} and this program have no algorithm in common.",
    ("It ended with: {said}. What is weak, as SHA-1, is offered no more: the server is too old (inferred)."),
    ("No network rule and no key is at fault. Use an image that Batch still supports, with its node agent."),
)
_DENIED = (
    "{node} did not let {user} in.",
    "The node's SSH server refused the key: {said}.",
    "The node user may have expired or was removed: collect again, which makes a new one.",
)
_TOO_LONG = (
    "{node} took too long while {said}.",
    "It gave no answer in time.",
    "Check that the node is running and that the network path to it is open, then collect again.",
)
_BROKE_OFF = (
    "SSH to {place} broke off.",
    "It ended with: {said}.",
    "A network rule may cut the connection, or the node's SSH server is not ready. Collect again.",
)
_WORDS = {
    Reason.UNRESOLVED: _UNRESOLVED,
    Reason.NO_NAME_SERVICE: _UNRESOLVED,
    Reason.REFUSED: (
        "{place} refused the connection.",
        "Something answers at that address, but no SSH server listens behind the port.",
        "Check that the node is idle or running and that the pool maps its port 22, then collect again.",
    ),
    Reason.NO_ROUTE: (
        "There is no route to {place}.",
        "This machine's network knows no way to that address.",
        "Connect from a network that reaches the pool, or open the VPN, then collect again.",
    ),
    Reason.NO_ANSWER: (
        "{place} did not answer within {seconds:.0f} s.",
        "A network security rule may drop the packets, or the node is down.",
        (
            "Check that --allow-from names the address this machine is seen with, and where the pool is in a"
            " subnet that the subnet's network security group and route table let it in; then collect again."
        ),
    ),
    Reason.NETWORK: (
        "{place} could not be reached.",
        "The system says: {said}.",
        "Check the network path to the node, then collect again.",
    ),
    Reason.SILENT: _TOO_LONG,
    Reason.STUCK: _TOO_LONG,
    Reason.NOTHING_IN_COMMON: _NOTHING_IN_COMMON,
    Reason.OLD_VERSION: _NOTHING_IN_COMMON,
    Reason.KEY_REFUSED: _DENIED,
    Reason.NO_KEY_SIGN_IN: _DENIED,
    Reason.MORE_WANTED: _DENIED,
    Reason.TOO_MANY_KEYS: _DENIED,
    Reason.NO_SESSION: (
        "The node signed us in but runs no commands.",
        "Opening a session ended with: {said}.",
        "Check the node's SSH server and its login shell, or collect again.",
    ),
    Reason.LIMIT: (
        "SSH to {node} broke off, by us: it {said}.",
        LIMITS,
        "No SSH server does that by itself: look at what runs on the node, and trust nothing it sent.",
    ),
}


def told(login: NodeLogin, failed: SshFailed) -> NodeProblem:
    words = _WORDS.get(failed.reason, _BROKE_OFF)
    place = f"{login.node} ({login.host} port {login.port})"
    what, why, do = (
        each.format(
            node=login.node,
            host=login.host,
            user=login.user,
            place=place,
            said=failed.said,
            seconds=ssh_reach.CONNECT,
        )
        for each in words
    )
    denied = ExitCode.NOT_PERMITTED if words is _DENIED else ExitCode.GAVE_UP
    code = ExitCode.INCOMPLETE if failed.reason is Reason.LIMIT else denied
    return NodeProblem(ErrorText(what, why, do, int(code)))
