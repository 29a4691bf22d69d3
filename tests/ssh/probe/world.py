"""A world for the probe: how a node, its metadata service and a vault are; and a node that is so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import reasons
from tests.ssh.probe import certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "kv-contoso.vault.azure.net"
SECRET = "web"
CLIENT = "11111111-2222-3333-4444-555555555555"
TOKEN = "eyJ0eXAiOiJKV1QifQ.made-up-for-the-probe_Zm9yIHRlc3Rz.c2lnbmF0dXJl"
IMDS, DNS, VAULT = "169.254.169.254", "168.63.129.16", "10.77.0.4"
STORE = "/var/lib/waagent/Microsoft.Azure.KeyVault.Store"
HANDLER = "/var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.5.3041.185"
SEEN_FROM = {"x-ms-keyvault-network-info": "conn_type=Ipv4;addr=203.0.113.1;act_addr_fam=InterNetwork;"}
_INSIDE = Path(__file__).with_name("inside.py")
NEEDED = ("unshare", "nsenter", "ip", "nft", "busybox", "openssl", "strace", "ssh")


def why_not() -> str:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    missing += [] if Path("/usr/sbin/sshd").exists() else ["sshd"]
    if os.geteuid() != 0:
        return f"{reasons.ROOT}: this is not root"
    if missing:
        raise AssertionError(f"as root these have to be here (.ci/run installs them): {', '.join(missing)}")
    return ""


def issued(client: str = CLIENT) -> dict[str, Any]:
    """IMDS's answer with a token, as documented (how-to-use-vm-token)."""
    body = {
        "access_token": TOKEN, "refresh_token": "", "expires_in": "86399", "expires_on": "1893456000",
        "not_before": "1893369600", "resource": "https://vault.azure.net", "token_type": "Bearer",
        "client_id": client,
    }  # fmt: skip
    return {"status": 200, "body": json.dumps(body)}


def refused(description: str, status: int = 400, error: str = "invalid_request") -> dict[str, Any]:
    return {"status": status, "body": json.dumps({"error": error, "error_description": description})}


def kv_error(status: int, code: str, message: str, inner: str = "") -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message}
    if inner:
        error["innererror"] = {"code": inner}
    return {"status": status, "body": json.dumps({"error": error}), "headers": SEEN_FROM}


def secret(value: str, content_type: str | None, *, at_end: bool = False) -> dict[str, Any]:
    """`at_end`: the value is the last of it."""
    body: dict[str, Any] = {
        "value": value,
        "id": f"https://{HOST}/secrets/{SECRET}/0000000000000000000000000000b001",
        "attributes": {"enabled": True, "created": 1690270969, "updated": 1690270969},
    }
    if content_type is not None:
        body["contentType"] = content_type
    if at_end:
        body["value"] = body.pop("value")
    return {"status": 200, "body": json.dumps(body), "headers": SEEN_FROM}


INSTANCE = {
    "path": "/metadata/instance",
    "status": 200,
    "body": '{"compute":{"azEnvironment":"AzurePublicCloud"}}',
}
_TENANT = "https://login.microsoftonline.com/00000000-0000-0000-0000-00000000a001"
UNSIGNED = kv_error(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.") | {
    "path": "/",
    "headers": {
        "WWW-Authenticate": f'Bearer authorization="{_TENANT}", resource="https://vault.azure.net"',
        **SEEN_FROM,
    },
}
NO_DELETED = kv_error(404, "SecretNotFound", "Deleted Secret not found: web")


@dataclass(frozen=True)
class World:
    named: dict[str, Any] = field(default_factory=issued)
    """IMDS's answer where the client id is named."""
    unnamed: dict[str, Any] = field(default_factory=issued)
    metadata: dict[str, Any] = field(default_factory=lambda: INSTANCE)
    imds: str = "open"
    """open, refused or silent."""
    imds_server: str = "IMDS/150.870.65.1324"
    himds: list[dict[str, Any]] = field(default_factory=list)
    """What the agent of Azure Arc answers, where this is a machine that it connected."""
    imds_late: int = 0
    """Seconds that its Date is ahead of this machine's."""
    vault: dict[str, Any] = field(default_factory=lambda: secret(certificates.PEM, "application/x-pem-file"))
    """What the vault answers to the token."""
    deleted: dict[str, Any] = field(default_factory=lambda: NO_DELETED)
    way: str = "open"
    """To the vault: open, refused, silent, or hangs once it is connected."""
    vault_late: int = 0
    trusted: bool = True
    host: str = HOST
    certified: str = ""
    """The name that the vault's certificate is for, where it is not the vault's own."""
    resolves: str = "hosts"
    """hosts: in /etc/hosts; dns: by a server; no: by nobody; silent: no server answers."""
    settings: dict[str, Any] | None = None
    files: dict[str, tuple[str, int]] = field(default_factory=dict)
    tmpfs: dict[str, str] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    """Folder to the blocks of 4 KiB that are written there, as far as they fit."""
    remount: dict[str, str] = field(default_factory=dict)
    over: dict[str, str] = field(default_factory=dict)
    """Files of the machine that are others here, by a bind mount."""
    store_mode: int = 0o600
    links: dict[str, str] = field(default_factory=dict)
    """Place to what it leads to."""
    readers: dict[str, str] = field(default_factory=dict)
    """File to the user whom its access control list lets read it."""

    def but(self, **changes: Any) -> World:
        return replace(self, **changes)

    @property
    def own_settings(self) -> dict[str, Any]:
        return self.settings or {
            "secretsManagementSettings": {
                "pollingIntervalInS": "3600",
                "observedCertificates": [{"url": f"https://{self.host}/secrets/{SECRET}"}],
            },
            "authenticationSettings": {
                "msiEndpoint": "http://169.254.169.254/metadata/identity", "msiClientId": CLIENT,
            },
        }  # fmt: skip

    def written(self) -> dict[str, Any]:
        """As inside.py reads it."""
        hosts = "127.0.0.1 localhost\n" + (f"{VAULT} {self.host}\n" if self.resolves == "hosts" else "")
        given = asdict(self)
        settings = {"runtimeSettings": [{"handlerSettings": {"publicSettings": self.own_settings}}]}
        token = "/metadata/identity/oauth2/token"
        return {
            "imds": []
            if self.imds == "refused"
            else [
                self.metadata,
                {"path": token, "with": "client_id=", **self.named},
                {"path": token, **self.unnamed},
                {"path": "/", "status": 404, "body": ""},
            ],
            "himds": self.himds,
            "imds_server": self.imds_server,
            "imds_late": self.imds_late,
            "vault": []
            if self.way in {"refused", "hangs"}
            else [
                {"path": "/secrets/", "signed": f"Bearer {TOKEN}", **self.vault},
                {"path": "/deletedsecrets/", "signed": f"Bearer {TOKEN}", **self.deleted},
                UNSIGNED,
            ],
            "vault_late": self.vault_late,
            "hangs": self.way == "hangs",
            "silent": [(IMDS, 80)] * (self.imds == "silent") + [(VAULT, 443)] * (self.way == "silent"),
            "names": {self.host: VAULT} if self.resolves == "dns" else {},
            "files": {
                f"{HANDLER}/config/0.settings": (json.dumps(settings), 0o600),
                f"{STORE}/kv-contoso.web.0f1e.1900000000.1910000000.PEM": ("made up\n", self.store_mode),
                **self.files,
            },
            "tmpfs": dict(sorted({STORE: "mode=755", **self.tmpfs}.items())),  # what is inside comes after
            "filled": given["filled"],
            "links": self.links,
            "readers": self.readers,
            "remount": given["remount"],
            "over": {
                "/etc/hosts": hosts,
                "/etc/resolv.conf": f"nameserver {'10.77.0.5' if self.resolves == 'silent' else DNS}\n"
                "options timeout:1 attempts:1\n",
                **self.over,
            },
        }


@dataclass(frozen=True)
class Node:
    folder: Path
    pid: int

    def ssh(self, command: str, script: bytes, seconds: float = 110) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["nsenter", "-t", str(self.pid), "-n", "ssh", "-F", "none", "-i", str(self.folder / "key"),
             "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
             "root@127.0.0.1", command],
            input=script, capture_output=True, timeout=seconds, check=False,
        )  # fmt: skip

    def types(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """The program as an engineer calls it who is in the node's network."""
        home = {"HOME": str(self.folder), "TROUBLESHOOTER_HOME": str(self.folder / "home")}
        return subprocess.run(
            ["nsenter", "-t", str(self.pid), "-n", sys.executable, "-m", "troubleshooter", *words],
            env=os.environ | home, capture_output=True, timeout=200, check=False,
        )  # fmt: skip

    @property
    def calls(self) -> list[dict[str, Any]]:
        kept = self.folder / "calls.jsonl"
        return [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []


@contextmanager
def node(world: World, folder: Path) -> Iterator[Node]:
    """A node that is so, until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "world.json").write_text(json.dumps(world.written()))
    certificates.write(folder, world.certified or world.host, trusted=world.trusted)
    for name in ("host_key", "key"):
        if not (folder / name).exists():
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)],
                check=True,
                timeout=20,
            )
    inside = subprocess.Popen(
        ["unshare", "--net", "--mount", "--fork", "--kill-child", sys.executable, str(_INSIDE), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    if inside.stdin is None or inside.stdout is None:
        raise AssertionError("asked for two pipes")
    try:
        said = inside.stdout.readline().split()
        if said[:1] != [b"ready"]:
            raise AssertionError(f"the node did not come up; {folder} tells more")
        yield Node(folder, int(said[1]))
    finally:
        inside.stdin.close()
        inside.wait(20)
        inside.stdout.close()
