"""What an SSH failure means on a machine that the operator reaches already, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.collect.patience import LIMITS
from troubleshooter.collect.roads import ssh_reach, ssh_session
from troubleshooter.collect.roads.ssh_failure import Reason
from troubleshooter.errors import ExitCode
from troubleshooter.model.step import ErrorText

if TYPE_CHECKING:
    from troubleshooter.collect.nodes import NodeLogin
    from troubleshooter.collect.roads.ssh_failure import SshFailed

_WORDS = {
    Reason.UNRESOLVED: (
        "The name of {who} is not known.",
        "The name service says: {said}.",
        (
            "Check the spelling. A name that is known only inside of a network wants its VPN, --jump with a"
            " host of that network, or the address in its place."
        ),
    ),
    Reason.NO_NAME_SERVICE: (
        "The name of {who} cannot be looked up.",
        "The name service itself gives no answer: {said}.",
        "Check this machine's network and /etc/resolv.conf, or give the address in place of the name.",
    ),
    Reason.REFUSED: (
        "{who} refused the connection.",
        "Something answers at that address, but nothing listens at that port.",
        "Check the port, and on the machine that its SSH server runs: systemctl status ssh sshd.",
    ),
    Reason.NO_ROUTE: (
        "There is no route to {who}.",
        "The network knows no way to that address: {said}.",
        "Connect from a network that reaches it, open the VPN, or go by a host that does: --jump HOST.",
    ),
    Reason.NO_ANSWER: (
        "{who} did not answer within {seconds:.0f} s.",
        "A firewall or a network security group may drop the packets, or the machine is down.",
        (
            "Check that the machine runs and that its network lets this one in at that port, or go by a host"
            " that it lets in: --jump HOST."
        ),
    ),
    Reason.NETWORK: (
        "{who} could not be reached.",
        "The system says: {said}.",
        "Check the network path to it, then collect again.",
    ),
    Reason.CLOSED: (
        "{who} closed the connection before SSH began.",
        (
            "It took the connection and hung up without a word: its SSH server may refuse this address or"
            " have too many at once (MaxStartups), or a balancer in front of it has nobody behind it."
        ),
        "Look at the machine's own log (journalctl -u ssh -u sshd), or collect again with --jobs 1.",
    ),
    Reason.TURNED_AWAY: (
        "{who} takes nobody now.",
        "It said: {said}.",
        (
            "Its SSH server has too many who are not signed in yet (MaxStartups), or holds failures against"
            " this address (PerSourcePenalties). Wait a minute, then collect again with --jobs 1."
        ),
    ),
    Reason.NOT_SSH: (
        "{who} is no SSH server.",
        "It began with: {said}.",
        "Check the port: something else listens there.",
    ),
    Reason.SILENT: (
        "{who} took the connection and said nothing for {handshake:.0f} s.",
        (
            "An SSH server greets at once. What listens there may be none, the machine may be too busy to"
            " start one (memory, processes), or a firewall lets the connection in and nothing after it."
        ),
        "Check the port and how busy the machine is; a restart of its SSH server may help.",
    ),
    Reason.STUCK: (
        "{who} gave no answer while {said}.",
        (
            "It greeted as an SSH server, and then no more came: the machine is too busy, or large packets"
            " are lost (MTU)."
        ),
        "Look at the load of the machine; where a VPN lies between, try a smaller MTU.",
    ),
    Reason.OLD_VERSION: (
        "{who} speaks SSH version 1 only.",
        "It said: {said}. That version was broken long ago, and nothing speaks it any more.",
        "Update the machine's SSH server.",
    ),
    Reason.NOTHING_IN_COMMON: (
        "{who} and this program have no algorithm in common.",
        "{said}. What is weak, as SHA-1 and CBC, is offered no more.",
        (
            "No network rule and no key is at fault. Update the machine's SSH server, or let its sshd_config"
            " offer a newer one."
        ),
    ),
    Reason.BROKE_OFF: (
        "SSH to {who} broke off.",
        "It ended with: {said}.",
        "Something on the way may cut the connection, or its SSH server restarts. Collect again.",
    ),
    Reason.HOST_KEY_UNKNOWN: (
        "The host key of {who} is not known; nothing was sent to it.",
        "{said}.",
        (
            "Compare it with what the machine's console says: ssh-keygen -lf"
            " /etc/ssh/ssh_host_ed25519_key.pub (or _ecdsa_, _rsa_). If it is the same, add --accept-new."
        ),
    ),
    Reason.HOST_KEY_CHANGED: (
        "{who} shows another host key than the known one; nothing was sent to it.",
        "{said}. It was set up anew, or something answers in its place.",
        (
            "Only if you know that it was set up anew: ssh-keygen -R '{known_as}', then collect again."
            " --accept-new does not let it pass."
        ),
    ),
    Reason.HOST_KEY_REVOKED: (
        "{who} shows a host key that was revoked; nothing was sent to it.",
        "{said}.",
        "Ask who looks after the machine: it must get another key.",
    ),
    Reason.NO_KEY_SIGN_IN: (
        "{who} lets {user} not sign in by a key.",
        "It offers: {said}.",
        "Let its sshd_config allow PubkeyAuthentication for {user}, or sign in as another user.",
    ),
    Reason.KEY_REFUSED: (
        "{who} did not let {user} in.",
        "{said}.",
        (
            "Check the user's name, and that the key's line is in the user's authorized_keys there (which,"
            " like its folder, nobody else may write). The machine's own log says more: journalctl -u ssh -u"
            " sshd."
        ),
    ),
    Reason.TOO_MANY_KEYS: (
        "{who} broke off before the right key was offered.",
        "It counts each key as a try, and {said}.",
        "Name the key that it knows: -i KEY. Then no other one is offered.",
    ),
    Reason.MORE_WANTED: (
        "{who} took the key and wants more than that.",
        "After the key it asks {user} for: {said}.",
        "Sign in as a user whose key is enough there.",
    ),
    Reason.NOT_SIGNED: (
        "The key for {who} signed nothing.",
        "The agent holds it and did not sign with it: {said}. It may want a confirmation or a touch.",
        "Confirm it in time, unlock the agent (ssh-add -X), or name a key in a file: -i KEY.",
    ),
    Reason.NO_FORWARDING: (
        "{who} lets {user} in, but forwards no connection.",
        "It says: {said}.",
        "Let its sshd_config allow AllowTcpForwarding (and PermitOpen) for {user}, or go by another host.",
    ),
    Reason.NO_SESSION: (
        "{who} lets {user} in but runs no commands.",
        "Opening a session ended with: {said}.",
        "Look at MaxSessions and at the user's restrictions in its sshd_config and authorized_keys.",
    ),
    Reason.NO_SHELL: (
        "{who} lets {user} in but gives no shell.",
        "In place of what was asked it answered: {said}.",
        (
            "The user's shell may be nologin, or a command is forced (ForceCommand, or command= in its"
            " authorized_keys). Sign in as a user who may run commands."
        ),
    ),
    Reason.NO_SH: (
        "{who} has no sh that {user} may run.",
        "It said: {said}.",
        (
            "The collection is a script for a POSIX shell, which Windows has not: there copy the logs by"
            " hand, and give them to analyze. Else sign in as a user who finds sh in the PATH."
        ),
    ),
    Reason.ENDED: (
        "{who} ended the connection while it sent its files.",
        "It ended with: {said}.",
        (
            "The machine may have gone down or restarted, or something on the way cut the connection. Collect"
            " again."
        ),
    ),
    Reason.DISK_FULL: (
        "{who} has no room left on a disk that the collection needs.",
        "It said: {said}.",
        "Make room on that machine (df -h; df -i), then collect again.",
    ),
    Reason.LIMIT: (
        "SSH to {who} was ended by us: it {said}.",
        LIMITS,
        "No SSH server does that by itself: look at what runs on the machine, and trust nothing it sent.",
    ),
}
_DENIED = {
    Reason.KEY_REFUSED, Reason.NO_KEY_SIGN_IN, Reason.TOO_MANY_KEYS, Reason.MORE_WANTED, Reason.NOT_SIGNED
}  # fmt: skip
_REFUSED = {Reason.HOST_KEY_UNKNOWN, Reason.HOST_KEY_CHANGED, Reason.HOST_KEY_REVOKED}


def told(login: NodeLogin, failed: SshFailed, known_as: str, by: str = "") -> NodeProblem:
    """Of a machine; `by` is the jump host that was to reach it."""
    who = f"{login.node} {_place(login)}" + (f", seen from the jump host {by}," if by else "")
    return NodeProblem(_text(who, login, failed, known_as), failed.reason)


def told_of_jump(login: NodeLogin, failed: SshFailed, known_as: str) -> NodeProblem:
    return NodeProblem(
        _text(f"the jump host {_place(login)}", login, failed, known_as), f"jump-{failed.reason}"
    )


def _text(who: str, login: NodeLogin, failed: SshFailed, known_as: str) -> ErrorText:
    what, why, do = (
        each.format(
            who=who,
            user=login.user,
            said=failed.said,
            known_as=known_as,
            seconds=ssh_reach.CONNECT,
            handshake=ssh_session.HANDSHAKE,
        )
        for each in _WORDS[failed.reason]
    )
    what = f"The {what[4:]}" if what.startswith("the ") else what  # a host's name stays as it is
    return ErrorText(what, why, do, int(_code(failed.reason)))


def _place(login: NodeLogin) -> str:
    return f"({login.host} port {login.port})"


def _code(reason: Reason) -> ExitCode:
    if reason in _DENIED:
        return ExitCode.NOT_PERMITTED
    if reason in _REFUSED:
        return ExitCode.REFUSED
    return ExitCode.INCOMPLETE if reason is Reason.LIMIT else ExitCode.GAVE_UP
