"""What a Windows node says that is asked itself, from the table by which its calls are answered.

The words are those of the script for Windows; those of Windows itself, which nobody recorded, are assumed.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.simulator.node.story import NodeStory, Reply

_IMDS_ADDRESS = "169.254.169.254"
_IMDS = f"http://{_IMDS_ADDRESS}"
_INSTANCE = f"{_IMDS}/metadata/instance?api-version=2021-02-01"
_TOKEN = f"{_IMDS}/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2F"
_AZURE = "https://vault.azure.net"
_SUFFIXES = ("vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net", "vault.microsoftazure.de")
_SERVER = "168.63.129.16"
_HANDLER = "Packages\\Plugins\\Microsoft.Azure.KeyVault.KeyVaultForWindows"
_ISSUER = "CN=Simulated Issuing CA, O=Simulated, C=US"
_NOT_ASKED_FOR = (
    "no URL of a secret that this probe asks for: https://VAULT/secrets/NAME, or /NAME/VERSION,"
    " with no port but 443 and nothing behind it"
)
_SILENT, _INSPECTED, _CUT = 28, 60, 56
"""How curl ends where nothing answers, where it trusts nobody there, and where the connection breaks off."""
_NO_IDENTITY = '{"error":"invalid_request","error_description":"Identity not found"}'
_KEY_BAGS = (bytes.fromhex("2a864886f70d010c0a0101"), bytes.fromhex("2a864886f70d010c0a0102"))
_RANKS = {"imds": 1, "token": 1, "dns": 2, "tcp": 3, "tls": 4, "vault": 5, "secret": 6}
_WORDS = ("well", "identity", "DNS", "route", "TLS", "vault", "secret", "node")
_OF_THE_NODE = 7


@dataclass(frozen=True, slots=True)
class _Heard:
    """One call's end: with a status where HTTP answered, else as curl would have ended."""

    status: int = 0
    ended: int = 0
    server: str = ""
    network: str = ""
    body: str = ""

    def text(self, name: str, after: str = "") -> str | None:
        """The first string of that name in its JSON, as it is written there."""
        _, there, rest = self.body.partition(after) if after else ("", "", self.body)
        found = re.search(rf'"{name}"\s*:\s*"((?:[^"\\]|\\.)*)"', rest if there or not after else "")
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """An identity that was asked for."""

    client: str
    heard: _Heard
    token: str = ""


@dataclass(slots=True)
class _Wishes:
    """What the settings on the node name."""

    certificates: list[tuple[str, str]] = field(default_factory=list)
    client: str = ""
    accounts: list[str] = field(default_factory=list)
    said: str = ""


def answers(story: NodeStory, asked: str) -> str:
    """`asked` is what the caller names where nothing is on the node: URL and client id, one a line."""
    lines = tuple(_Node(story, _wishes(story, asked)).lines())
    return "".join(f"{line}\n" for line in ("troubleshooter probe 1", *lines))


class _Node:
    def __init__(self, story: NodeStory, wishes: _Wishes) -> None:
        self._story, self._wishes = story, wishes
        self._replies = {(reply.url, reply.client): reply for reply in story.replies}
        self._addresses = dict(story.addresses)
        self._told: list[tuple[str, str, str, str]] = []
        self._clients: dict[tuple[str, str], _Asked] = {}
        self._hosts: dict[str, tuple[bool, str]] = {}
        self._imds = False
        self._dated = [False, False]

    def lines(self) -> Iterator[str]:
        self._ask_imds()
        self._identities()
        for url, client in self._wishes.certificates:
            self._certificate(url, client or self._wishes.client)
        if not self._wishes.certificates:
            self._tell(
                "vault",
                "unknown",
                "",
                f"no certificate is known that could be asked for: {self._wishes.said}",
            )
            if self._wishes.client:
                self._named(self._wishes.client, _AZURE)
        self._clock()
        self._itself()
        ranks = [rank for answer in self._told if (rank := _rank(*answer[:2]))]
        first = min(ranks, default=0)
        status = "pass" if not first else "unknown" if first > 10 else "fail"
        yield "\t".join(("head", status, "0", self._wishes.said, _WORDS[first % 10]))
        for name, status, subject, reason in self._told:
            yield "\t".join((name, status, "0", subject[:200], _printable(reason)[:900]))

    def _tell(self, name: str, status: str, subject: str, reason: str) -> None:
        self._told.append((name, status, subject, reason))

    def _call(self, url: str, client: str = "") -> _Heard:
        every = self._replies.get((_IMDS, "")) if url.startswith(_IMDS) else None
        reply = every or self._replies.get((url, client))
        if reply is None:
            missing = "/oauth2/token" in url
            return (
                _Heard(400, server="IMDS/150.870.65.1854", body=_NO_IDENTITY) if missing else _Heard(ended=6)
            )
        return _heard(reply)

    def _ask_imds(self) -> None:
        heard = self._call(_INSTANCE)
        if not heard.status:
            self._tell("imds", "fail", _IMDS_ADDRESS, f"{_IMDS}: timed out: no answer within 6 seconds")
            return
        self._imds = self._dated[0] = True
        self._tell(
            "imds", "pass", _IMDS_ADDRESS, f"it answered {heard.status}, Server: {heard.server or 'nothing'}"
        )

    def _identities(self) -> None:
        if not self._imds:
            self._tell("identities", "unknown", "no client id", "IMDS did not answer")
            return
        asked = self._issued("", _AZURE)
        if asked.token:
            told = f"one identity answers where none is named: client id {asked.heard.text('client_id')}"
        else:
            several = "ultiple user assigned" in asked.heard.body
            begins = "several" if several else "none answers where none is named"
            told = f"{begins}: HTTP {asked.heard.status} {asked.heard.body[:400]}"
        self._tell("identities", "pass", "no client id", told)

    def _issued(self, client: str, audience: str) -> _Asked:
        query = f"&client_id={client}" if client else ""
        heard = self._call(f"{_TOKEN}{audience.removeprefix('https://')}{query}")
        return _Asked(client, heard, (heard.text("access_token") or "") if heard.status == 200 else "")

    def _named(self, client: str, audience: str) -> str:
        """The client id by which the token knows its identity; empty without one."""
        if (client, audience) not in self._clients:
            self._clients[client, audience] = self._ask_named(client, audience)
        return self._clients[client, audience].token.rpartition("simulated.")[2]

    def _ask_named(self, client: str, audience: str) -> _Asked:
        subject = client or "no client id"
        if not self._imds:
            self._tell("token", "unknown", subject, "IMDS did not answer")
            return _Asked(client, _Heard())
        if not re.fullmatch(r"[0-9A-Za-z-]*", client):
            self._tell("token", "unknown", subject, "msiClientId is not of the form of a client id")
            return _Asked(client, _Heard())
        asked = self._issued(client, audience)
        if asked.token:
            whose = asked.heard.text("client_id")
            self._tell("token", "pass", subject, f"IMDS issued a token for {audience} to client id {whose}")
        else:
            said = f"HTTP {asked.heard.status} {asked.heard.body[:400]}"
            self._tell("token", "fail", subject, f"{_IMDS}: IMDS answered {said}")
        return asked

    def _certificate(self, url: str, client: str) -> None:
        found = re.fullmatch(
            r"(?i:https)://([A-Za-z0-9.-]+?)(?::443)?/(?:secrets|certificates)/([0-9A-Za-z-]+(?:/[0-9A-Za-z-]+)?)/?",
            url,
        )
        if not found:
            self._tell("vault", "unknown", url, _NOT_ASKED_FOR)
            return
        host, path = found[1].lower(), f"/secrets/{found[2]}"
        suffix = host.partition(".")[2]
        if suffix not in _SUFFIXES:
            why = f"{host} is under no vault suffix of a known cloud: no token is sent there"
            self._tell("vault", "unknown", url, why)
            return
        if host not in self._hosts:
            self._hosts[host] = self._way(host, path)
        reached, why = self._hosts[host]
        token = self._named(client, f"https://{suffix}")
        subject = f"https://{host}{path}"
        if not reached:
            self._tell("vault", "unknown", subject, f"it was not asked{f': {why}' if why else ''}")
        elif not token:
            self._tell("vault", "unknown", subject, "there was no token to ask with")
        else:
            self._secret(subject, token)

    def _way(self, host: str, path: str) -> tuple[bool, str]:
        """Whether it was reached; else in whose words not."""
        if host not in self._addresses:
            self._tell("dns", "fail", host, f"cannot resolve: the name is not known; asked: {_SERVER}")
            return False, ""
        address = self._addresses[host]
        self._tell("dns", "pass", host, f"{address} (IPv4) by {_SERVER}")
        heard = self._call(f"https://{host}{path}?api-version=7.4")
        if heard.ended == _SILENT:
            why = f"cannot connect to {host} port 443: timed out: no answer within 5 seconds"
            self._tell("tcp", "fail", host, why)
            return False, ""
        self._tell("tcp", "pass", host, f"port 443 is open at {address}, directly")
        if heard.ended == _INSPECTED:
            said = "RemoteCertificateChainErrors, UntrustedRoot"
            why = f"handshake with {host}: certificate verify failed: {said}; issuer: CN=Inspection"
            self._tell("tls", "fail", host, why)
            return False, said
        if heard.ended == _CUT:
            said = "An existing connection was forcibly closed by the remote host"
            self._tell("tls", "unknown", host, said)
            return False, said
        self._tell("tls", "pass", host, f"verified; issuer: {_ISSUER}")
        self._dated[1] = bool(heard.status)
        return bool(heard.status), ""

    def _secret(self, subject: str, token: str) -> None:
        heard = self._call(f"{subject}?api-version=7.4", token)
        if not heard.status:
            self._tell("vault", "fail", subject, "no answer: The remote name could not be resolved")
            return
        saw = re.search(r"addr=([^;,]*)", heard.network)
        caller = f"; it saw this node as {saw[1]}" if saw else ""
        if heard.status == 200:
            self._tell("vault", "pass", subject, f"it answered 200{caller}")
            self._tell("secret", *_held(subject, heard))
            return
        inner = heard.text("code", '"innererror"') or ""
        code = " ".join(filter(None, (heard.text("code"), inner)))
        said = f"{heard.status} {code}: {heard.text('message')}"
        if inner.startswith("SecretDisabled") or heard.status == 404:
            self._tell("vault", "pass", subject, f"it answered {heard.status}{caller}")
            self._tell("secret", "fail", subject, f"it answered {said}")
        else:
            self._tell("vault", "fail", subject, f"it answered {said}{caller}")

    def _clock(self) -> None:
        imds, vault = self._dated
        if imds and vault:
            self._tell("clock", "pass", "", "0 seconds behind IMDS and 0 seconds behind the vault")
        elif imds or vault:
            whose = "IMDS" if imds else "the vault"
            self._tell("clock", "pass", "", f"0 seconds behind {whose}, the only one whose Date was seen")
        else:
            self._tell("clock", "unknown", "", "no Date of IMDS or a vault was seen")

    def _itself(self) -> None:
        self._tell("disk", "pass", "C:\\", "83886080 of 133169152 KiB are free")
        for account in dict.fromkeys(self._wishes.accounts):
            there = "there is such an account; whether it may read private keys was not asked"
            self._tell("store", "note", account, there)
        held = int(self._story.status == "success")
        self._tell(
            "store", "note", "LocalMachine\\MY", f"{held} certificates, {held} of them with a private key"
        )
        if self._story.extension_name and self._story.handling.status == "Ready":
            state = "State=Running StartMode=Auto ExitCode=0 ServiceSpecificExitCode=0"
            self._tell("unit", "pass", "akvvm_service", state)
        else:
            self._tell("unit", "unknown", f"{_HANDLER}\\*", "no service has its program there")
        self._tell("agent", "note", "", "2.7.41491.1176")
        self._tell("fips", "note", "", "0")
        self._tell("proxy", "note", "", "none is set")
        self._tell("script", "note", "", "of Windows PowerShell 5.1")


def _heard(reply: Reply) -> _Heard:
    if reply.exit_code:
        return _Heard(ended=reply.exit_code)
    head, _, body = reply.text.partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
    network = headers.get("x-ms-keyvault-network-info", "")
    return _Heard(int(first.split()[1]), 0, headers.get("server", ""), network, body)


def _held(subject: str, heard: _Heard) -> tuple[str, str, str]:
    """Of a secret that came: status, subject, and what it is."""
    value, content = heard.text("value") or "", heard.text("contentType") or "none"
    form = "pem" if "-----BEGIN" in value else "pkcs12" if re.match(r"MI[A-Za-z0-9+/]", value) else "other"
    binary = base64.b64decode(value) if form == "pkcs12" else b""
    key = "PRIVATE KEY-----" in value if form == "pem" else any(bag in binary for bag in _KEY_BAGS)
    said = f"enabled, content type {content}, holds a key: {'yes' if key else 'no'}"
    wanted = {"application/x-pem-file": "pem", "application/x-pkcs12": "pkcs12"}.get(content)
    if wanted is None:
        return "fail", subject, f"no certificate: {said}"
    if wanted != form:
        return "fail", subject, f"not in the form of its content type: {said}"
    return ("pass", subject, said) if key else ("fail", subject, f"no private key in it: {said}")


def _rank(name: str, status: str) -> int:
    """How near to the beginning of the way it failed, beyond 10 where that is not known; 0 is no failure."""
    if status not in {"fail", "unknown"} or (name, status) == ("unit", "unknown"):
        return 0
    rank = _RANKS.get(name, _OF_THE_NODE if name in {"clock", "disk", "store", "unit"} else 0)
    return rank + 10 if rank and status == "unknown" else rank


def _printable(text: str) -> str:
    return re.sub(r"[^ -~]", "?", text)


def _wishes(story: NodeStory, asked: str) -> _Wishes:
    wishes = _Wishes(said="no settings of the extension on this node")
    if story.extension_name:
        wishes.said = (
            f"C:\\{_HANDLER}\\{story.extension_version}\\RuntimeSettings\\{story.sequence_number}.settings"
        )
        _read(story.settings, "", wishes)
    if not wishes.certificates and asked:
        pairs = (line.split(" ") for line in asked.split("\n"))
        wishes.certificates += [(url, "".join(client)) for url, *client in pairs]
        wishes.said += "; asked as the caller said"
    return wishes


def _read(value: Any, key: str, wishes: _Wishes) -> None:
    """Whatever the settings are, by the names that texts stand under."""
    if isinstance(value, str):
        _read_text(value, key, wishes)
    elif isinstance(value, Mapping):
        url = value.get("url")
        named = isinstance(url, str) and bool(url)
        if named:
            override = value.get("authenticationOverride")
            client = override.get("msiClientId", "") if isinstance(override, Mapping) else ""
            wishes.certificates.append((str(url), str(client)))
        for name, inner in value.items():
            if name not in {"protectedSettings", "authenticationOverride"} and not (named and name == "url"):
                _read(inner, name, wishes)
    elif isinstance(value, list):
        for inner in value:
            _read(inner, key, wishes)


def _read_text(text: str, key: str, wishes: _Wishes) -> None:
    if re.match(r"\s*(?:[^/{]*://)?[^/{]+\.[^/{]+/(?:secrets|certificates)/", text, re.IGNORECASE):
        wishes.certificates.append((text, ""))
    elif key == "msiClientId":
        wishes.client = text
    elif key == "accounts":
        wishes.accounts.append(text)
    elif text.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            _read(json.loads(text), "", wishes)
