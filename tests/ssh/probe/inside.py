"""Runs inside a network and mount namespace of its own, and makes a node of it. Standard library alone.

Usage: inside.py FOLDER; FOLDER/world.json says how the node is, FOLDER/calls.jsonl gets every call it makes.
Prints "ready" once sshd, IMDS and the vault answer, and ends when its standard input does.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

IMDS, DNS, VAULT, PRIVATE_NET = "169.254.169.254", "168.63.129.16", "10.77.0.4", "10.77.0.0/24"


def run(*words: str) -> None:
    subprocess.run(words, check=True, timeout=20)


def fill(place: Path, blocks: int) -> None:
    """Write as many blocks of 4 KiB as fit."""
    with contextlib.suppress(OSError), (place / "filler").open("wb", buffering=0) as filler:
        for _ in range(blocks):
            filler.write(b"\0" * 4096)


def let_read(path: Path, user: str) -> None:
    """Beside its owner: an access control list as the kernel keeps it (linux/posix_acl_xattr.h)."""
    everybody = 0xFFFFFFFF
    owner, named, group, mask, other = 1, 2, 4, 16, 32
    uid = pwd.getpwnam(user).pw_uid
    rows = (
        (owner, 6, everybody),
        (named, 4, uid),
        (group, 0, everybody),
        (mask, 4, everybody),
        (other, 0, everybody),
    )
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in rows)
    os.setxattr(path, "system.posix_acl_access", packed)


def mounts(folder: Path, world: dict[str, Any]) -> None:
    for place in ("/var/lib", "/var/log", "/run"):
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", place)
    Path("/run/sshd").mkdir(mode=0o755)
    for place, options in world["tmpfs"].items():
        Path(place).mkdir(parents=True, exist_ok=True)
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", place)
    for name, (text, mode) in world["files"].items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
    for name, target in world["links"].items():
        Path(name).symlink_to(target)
    for name, user in world["readers"].items():
        let_read(Path(name), user)
    for place, size in world["filled"].items():
        fill(Path(place), size)
    for place, options in world["remount"].items():
        run("mount", "-o", f"remount,{options}", place)
    for place, text in world["over"].items():
        source = folder / ("over" + place.replace("/", "_"))
        source.write_text(text, encoding="utf-8")
        source.chmod(0o644)
        run("mount", "--bind", str(source), place)
    run("mount", "--bind", str(folder / "certs"), "/etc/ssl/certs")


def tools() -> None:
    """Folders for PATH: all but some of what speaks TLS; what busybox has, and nothing else."""
    names = {path.name: path for folder in ("/usr/sbin", "/usr/bin") for path in Path(folder).iterdir()}
    for name, left_out in (
        ("no-curl", {"curl"}),
        ("openssl", {"curl", "wget"}),
        ("wget", {"curl", "openssl"}),
    ):
        folder = Path("/run") / name
        folder.mkdir()
        for each, path in names.items():
            if each not in left_out:
                (folder / each).symlink_to(path)
    folder = Path("/run/busybox-alone")
    folder.mkdir()
    (folder / "sh").symlink_to("/usr/bin/busybox")
    run("/usr/bin/busybox", "--install", "-s", str(folder))


def network(world: dict[str, Any]) -> None:
    run("ip", "link", "set", "lo", "up")
    for address in (IMDS, DNS, VAULT):
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
    run("nft", "add", "table", "inet", "t")
    run("nft", "add", "chain", "inet", "t", "o", "{ type filter hook output priority 0 ; }")
    for address, port in world["silent"]:
        run("nft", "add", "rule", "inet", "t", "o", "ip", "daddr", address, "tcp", "dport", str(port), "drop")


class Calls:
    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()

    def keep(self, who: str, handler: BaseHTTPRequestHandler) -> None:
        with self._lock, self._path.open("a") as file:
            file.write(json.dumps({"at": who, "path": handler.path, "headers": dict(handler.headers)}) + "\n")


def handler(who: str, answers: list[dict[str, Any]], server: str, late: int, calls: Calls) -> type:
    """Answers by the first of `answers` whose path begins so and whose header is there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.keep(who, self)
            said = next(one for one in answers if self._fits(one))
            body = said["body"].encode()
            self.send_response_only(said["status"])
            if server:
                self.send_header("Server", server)
            self.send_header("Date", formatdate(time.time() + late, usegmt=True))
            self.send_header("Content-Type", said.get("type", "application/json; charset=utf-8"))
            self.send_header("Content-Length", str(len(body)))
            for name, value in said.get("headers", {}).items():
                self.send_header(name, value)
            self.end_headers()
            for begin in range(0, len(body), said.get("at_once", len(body)) or 1):
                self.wfile.write(body[begin : begin + said.get("at_once", len(body))])
                time.sleep(0.5 if "at_once" in said else 0)

        def _fits(self, one: dict[str, Any]) -> bool:
            signed = self.headers.get("Authorization") == one["signed"] if "signed" in one else True
            return self.path.startswith(one["path"]) and one.get("with", "") in self.path and signed

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def serve(address: str, port: int, kind: type, context: ssl.SSLContext | None) -> None:
    server = ThreadingHTTPServer((address, port), kind)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who does not trust us hangs up
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def names(known: dict[str, str]) -> None:
    """A DNS server that knows these names alone: A records, else that there is no such name."""
    served = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    served.bind((DNS, 53))

    def answer() -> None:
        while True:
            asked, peer = served.recvfrom(4096)
            labels, at = [], 12
            while asked[at]:
                labels.append(asked[at + 1 : at + 1 + asked[at]].decode())
                at += 1 + asked[at]
            kind = struct.unpack(">H", asked[at + 1 : at + 3])[0]
            question, address = asked[12 : at + 5], known.get(".".join(labels).lower())
            found = address is not None and kind == 1
            flags = 0x8180 if address else 0x8183
            head = asked[:2] + struct.pack(">HHHHH", flags, 1, int(found), 0, 0)
            record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4)
            if address and found:
                question += record + socket.inet_aton(address)
            served.sendto(head + question, peer)

    threading.Thread(target=answer, daemon=True).start()


def sshd(folder: Path) -> subprocess.Popen[bytes]:
    (folder / "sshd_config").write_text(
        f"Port 22\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nAuthorizedKeysFile {folder}/key.pub\n"
        "PidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\nPasswordAuthentication no\n"
        "SetEnv SHLVL=5\n"  # bash then reads no start-up files
    )
    server = subprocess.Popen(
        ["/usr/sbin/sshd", "-D", "-f", str(folder / "sshd_config"), "-E", str(folder / "sshd.log")]
    )
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", 22), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return server
    raise SystemExit("sshd did not start")


held: list[socket.socket] = []


def main() -> None:
    folder = Path(sys.argv[1])
    world = json.loads((folder / "world.json").read_text())
    mounts(folder, world)
    tools()
    network(world)
    calls = Calls(folder / "calls.jsonl")
    if world["imds"]:
        kind = handler("imds", world["imds"], world["imds_server"], world["imds_late"], calls)
        serve(IMDS, 80, kind, None)
    if world["himds"]:
        serve("127.0.0.1", 40342, handler("himds", world["himds"], "", 0, calls), None)
    if world["vault"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "vault.pem")
        serve(VAULT, 443, handler("vault", world["vault"], "", world["vault_late"], calls), context)
    if world["hangs"]:
        held.append(
            socket.create_server((VAULT, 443), backlog=64)
        )  # connections are made, and nobody answers
    names(world["names"])
    server = sshd(folder)
    print("ready", os.getpid(), flush=True)
    sys.stdin.read()
    server.terminate()
    server.wait(10)
    shutil.rmtree("/var/lib/waagent", ignore_errors=True)


if __name__ == "__main__":
    main()
