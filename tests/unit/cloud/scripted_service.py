"""A tiny HTTPS server that answers what a test tells it, so that the real SDKs run against real sockets."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import json
import re
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"


@dataclass
class Answer:
    status: int = 200
    body: Any = None
    """JSON, or bytes as they are."""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    """Close the connection instead of answering."""
    speak: Callable[[Callable[[bytes], object]], None] | None = None
    """Says what it likes on the connection, through the function that it is given, and hangs up."""


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off is what some tests are about."""


class Service:
    """Answers by method and path pattern; the last answer of a list is repeated."""

    def __init__(self, folder: Path) -> None:
        self.requests: list[Request] = []
        self._routes: list[tuple[str, re.Pattern[str], list[Answer]]] = []
        self._lock = threading.Lock()
        self.ca_file = folder / "ca.pem"
        server = _Server(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(folder, self.ca_file))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self.endpoint = f"https://127.0.0.1:{server.server_address[1]}"
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        self._thread.start()
        self.tokens = 0
        self.answer("GET", r"/tenant/v2.0/.well-known/openid-configuration", Answer(body=self.discovery()))
        self.answer("POST", r"/tenant/oauth2/v2.0/token", *[Answer(body=token(n)) for n in range(1, 6)])

    def answer(self, method: str, path: str, *answers: Answer) -> None:
        """What to answer to a path pattern; the newest pattern that fits counts."""
        self._routes.insert(0, (method, re.compile(path), list(answers)))

    def seen(self, method: str, path: str) -> list[Request]:
        return [r for r in self.requests if r.method == method and re.search(path, r.path)]

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def discovery(self) -> dict[str, str]:
        tenant = f"{self.endpoint}/tenant"
        return {
            "issuer": f"{tenant}/v2.0",
            "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{tenant}/oauth2/v2.0/token",
        }

    def _find(self, method: str, path: str) -> Answer:
        with self._lock:
            for wanted, pattern, answers in self._routes:
                if wanted == method and pattern.search(path):
                    return answers.pop(0) if len(answers) > 1 else answers[0]
        return Answer(404, {"error": {"code": "NotScripted", "message": f"{method} {path}"}})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                is_json = "json" in self.headers.get("Content-Type", "")
                body = json.loads(raw) if is_json and raw else raw
                service.requests.append(Request(self.command, self.path, dict(self.headers), body))
                answer = service._find(self.command, self.path)
                if answer.drop:
                    self.close_connection = True
                    self.connection.close()
                    return
                if answer.speak:
                    self.close_connection = True
                    answer.speak(self.connection.sendall)
                    return
                content = answer.body
                if not isinstance(content, bytes):
                    content = b"" if content is None else json.dumps(content).encode()
                self.send_response(answer.status)
                headers = {"Content-Type": "application/json", "Content-Length": str(len(content))}
                for name, value in (headers | answer.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_PATCH = do_POST = do_DELETE = handle_any  # noqa: N815 - the library looks these names up

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
                pass

        return Handler


class Cancel(threading.Event):
    """An event whose waits are written down and over at once, and which moves a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self.now = 0.0
        self.cancel_after: int | None = None

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None, "a wait without a limit"
        self.waits.append(timeout)
        self.now += timeout
        if self.cancel_after is not None and len(self.waits) >= self.cancel_after:
            self.set()
        return self.is_set()

    def clock(self) -> float:
        return self.now


def token(number: int) -> dict[str, Any]:
    claims = {"upn": "ada@contoso.example", "n": number}
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, claims)
    )
    return {
        "token_type": "Bearer",
        "expires_in": 3600,
        "access_token": b".".join((*parts, b"sig")).decode(),
    }


def _certificate(folder: Path, ca_file: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    ca_file.write_bytes(pem)
    both = folder / "server.pem"
    both.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return both
