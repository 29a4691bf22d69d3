"""The SDK clients, made once: same credential, same connections, same rules on the wire."""

from __future__ import annotations

import logging
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from azure.batch import BatchClient
from azure.core import PipelineClient
from azure.core.pipeline.policies import (
    CustomHookPolicy,
    HeadersPolicy,
    HttpLoggingPolicy,
    RequestIdPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.batch import BatchManagementClient

from troubleshooter import __version__
from troubleshooter.cloud.line import Line
from troubleshooter.cloud.names import check
from troubleshooter.cloud.sign_in import SignIn
from troubleshooter.cloud.wire import Bearer, Declared, Hints, JsonAnswers, SameHost, ServiceClock
from troubleshooter.errors import UsageProblem
from troubleshooter.model.target import API_VERSION
from troubleshooter.settings import PUBLIC_ARM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from troubleshooter.settings import CloudSettings

CONNECT_SECONDS = 10
READ_SECONDS = 35
"""More than the 30 that the data plane gives itself for a request (documented)."""
CONNECTIONS = 64
"""As many as threads may ask at once; the library's 10 would throw connections away."""


@dataclass(frozen=True, slots=True)
class _Cloud:
    arm_scope: str
    batch_scope: str
    vault_scope: str
    authority: str | None


# The public Batch audience ends in a slash, hence two of them; kept as the SDK has it.
_PUBLIC = _Cloud(
    f"{PUBLIC_ARM}/.default",
    "https://batch.core.windows.net//.default",
    "https://vault.azure.net/.default",
    None,
)
_CLOUDS = {
    "management.chinacloudapi.cn": _Cloud(
        "https://management.chinacloudapi.cn/.default",
        "https://batch.chinacloudapi.cn//.default",
        "https://vault.azure.cn/.default",
        "https://login.chinacloudapi.cn",
    ),
    "management.usgovcloudapi.net": _Cloud(
        "https://management.core.usgovcloudapi.net/.default",
        "https://batch.core.usgovcloudapi.net//.default",
        "https://vault.usgovcloudapi.net/.default",
        "https://login.microsoftonline.us",
    ),
}


class Session:
    """Makes clients and closes what they hold. Usable from several threads."""

    def __init__(
        self,
        settings: CloudSettings,
        now: Callable[[], datetime],
        cancel: threading.Event,
        prompt: Callable[[str], None],
    ) -> None:
        """`prompt` shows whoever signs in what to do."""
        _quiet()
        self._settings = settings
        self._cloud = _cloud(settings)
        self._web = _connections(cancel)
        self._wire: dict[str, Any] = {
            "session": self._web,
            "session_owner": False,
            "connection_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "connection_verify": _trusted(settings.ca_file),
        }
        self._lock = threading.Lock()
        self._arms: dict[str, BatchManagementClient] = {}
        self._batches: dict[str, BatchClient] = {}
        self._vaults: dict[str, PipelineClient[Any, Any]] = {}
        self._changing = False
        """Whether a change was declared; without, only reads are sent."""
        self.hints = Hints(now)
        self.clock = ServiceClock(now)
        authority = settings.authority or self._cloud.authority
        self.sign_in = SignIn(settings.sign_in, authority, self._wire, cancel, prompt, _connections)

    def arm(self, subscription: str) -> BatchManagementClient:
        with self._lock:
            if subscription not in self._arms:
                check("subscription", subscription)
                endpoint = self._settings.arm_endpoint.rstrip("/")
                self._arms[subscription] = BatchManagementClient(
                    self.sign_in,
                    subscription,
                    endpoint,
                    api_version=API_VERSION,
                    policies=self._policies(endpoint, self._cloud.arm_scope, "x-ms-client-request-id"),
                    transport=RequestsTransport(**self._wire),
                )
            return self._arms[subscription]

    def batch(self, endpoint: str) -> BatchClient:
        with self._lock:
            if endpoint not in self._batches:
                self._batches[endpoint] = BatchClient(
                    endpoint,
                    self.sign_in,
                    api_version=API_VERSION,
                    policies=self._policies(endpoint, self._cloud.batch_scope, "client-request-id"),
                    transport=RequestsTransport(**self._wire),
                )
            return self._batches[endpoint]

    def vault(self, address: str) -> PipelineClient[Any, Any]:
        """For a vault's data plane; whoever asks has the address from ARM."""
        with self._lock:
            if address not in self._vaults:
                self._vaults[address] = PipelineClient(
                    address,
                    policies=self._policies(address, self._cloud.vault_scope, "x-ms-client-request-id"),
                    transport=RequestsTransport(**self._wire),
                )
            return self._vaults[address]

    @contextmanager
    def changing(self) -> Iterator[None]:
        before, self._changing = self._changing, True
        try:
            yield
        finally:
            self._changing = before

    def claims_token(self) -> str:
        return self.sign_in.get_token(self._cloud.arm_scope).token

    def close(self) -> None:
        self.sign_in.close()
        self._web.close()

    def _policies(self, endpoint: str, scope: str, request_id_header: str) -> list[Any]:
        """Our own list, for what it lacks: retries, redirects, ARM's automatic provider registration."""
        return [
            RequestIdPolicy(request_id_header_name=request_id_header),
            HeadersPolicy(),
            UserAgentPolicy(f"batch-kv-troubleshooter/{__version__}"),
            JsonAnswers(),
            SameHost(endpoint),
            Declared(lambda: self._changing),
            Bearer(self.sign_in, scope),
            CustomHookPolicy(),
            self.hints,
            self.clock,
            HttpLoggingPolicy(),
        ]


def _cloud(settings: CloudSettings) -> _Cloud:
    """That of the endpoint; what was given for another takes its place."""
    known = _CLOUDS.get(urlsplit(settings.arm_endpoint).hostname or "", _PUBLIC)
    return replace(
        known,
        arm_scope=_scope(settings.arm_scope) or known.arm_scope,
        batch_scope=_scope(settings.batch_scope) or known.batch_scope,
    )


def _scope(given: str | None) -> str:
    """A scope, also where only its audience was given."""
    if not given:
        return ""
    return given if given.endswith("/.default") else f"{given}/.default"


def _connections(cancel: threading.Event) -> requests.Session:
    web = requests.Session()
    for scheme in ("https://", "http://"):  # the identity of a virtual machine is asked for without TLS
        web.mount(scheme, Line(cancel, CONNECTIONS))
    # Without an auth of its own the session would put a password from ~/.netrc in the token's place.
    web.auth = _as_it_is
    return web


def _quiet() -> None:
    """Keep the libraries' warnings off the terminal, where Python puts them when nobody else takes them.

    What they warn of reaches the operator as our errors; a log file still gets them.
    """
    for name in ("azure", "msal", "urllib3"):
        if not (logger := logging.getLogger(name)).handlers:
            logger.addHandler(logging.NullHandler())


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _trusted(ca_file: Path | None) -> bool | str:
    if ca_file is None:
        return True
    try:
        ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UsageProblem(
            f"The CA file {ca_file} cannot be used.",
            f"It could not be read as certificates: {error}.",
            "Give --ca-file a PEM file (-----BEGIN CERTIFICATE-----) that you may read.",
        ) from error
    return str(ca_file)
