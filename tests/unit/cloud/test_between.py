"""What stands between this machine and Azure: a proxy that refuses, a certificate of its own."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from tests.unit.cloud.scripted_service import SUBSCRIPTION, Answer
from troubleshooter.cloud.azure import Azure
from troubleshooter.errors import GaveUp
from troubleshooter.settings import CloudSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.unit.cloud.scripted_service import Cancel, Service
    from troubleshooter.model.target import Target


class Proxy:
    """Answers each CONNECT in one way, or opens the way to where it leads."""

    def __init__(self, answer: str) -> None:
        self._answer = answer.encode()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.asked: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            with line:
                self.asked.append(line.recv(65536).decode().partition("\r\n")[0])
                line.sendall(self._answer)

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Proxy]]:
    made: list[Proxy] = []

    def by(answer: str) -> Proxy:
        one = Proxy(answer)
        made.append(one)
        for name in ("NO_PROXY", "no_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:hunter2@127.0.0.1:{one.port}")
        return one

    yield by
    for one in made:
        one.close()


REFUSALS = {
    407: ("HTTP/1.1 407 Proxy Authentication Required", "a name and a password", "HTTPS_PROXY"),
    403: ("HTTP/1.1 403 Forbidden", "by its rules", "NO_PROXY"),
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_proxy_that_opens_no_way_is_named_at_once(
    status: int, service: Service, target: Target, proxied: Callable[[str], Proxy], cancel: Cancel
) -> None:
    answer, why, do = REFUSALS[status]
    proxy = proxied(f"{answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    settings = CloudSettings(SUBSCRIPTION, service.endpoint, service.endpoint, service.ca_file)
    with Azure(settings, cancel, lambda _: None) as azure, pytest.raises(GaveUp) as refused:
        azure.arm.pool(target)
    assert refused.value.what == f"The proxy 127.0.0.1:{proxy.port} opened no way to 127.0.0.1."
    assert (str(status) in refused.value.why, why in refused.value.why) == (True, True)
    assert do in refused.value.do
    assert cancel.waits == []  # another try does not change it
    assert "hunter2" not in f"{refused.value.what}{refused.value.why}{refused.value.do}"
    assert proxy.asked[0].startswith("CONNECT 127.0.0.1:")


def test_a_proxy_that_is_overloaded_is_asked_again(
    service: Service, target: Target, proxied: Callable[[str], Proxy], cancel: Cancel
) -> None:
    proxied("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    settings = CloudSettings(SUBSCRIPTION, service.endpoint, service.endpoint, service.ca_file)
    with Azure(settings, cancel, lambda _: None) as azure, pytest.raises(GaveUp) as refused:
        azure.arm.pool(target)
    assert cancel.waits
    assert "tries" in refused.value.what


def test_a_certificate_that_is_not_trusted_is_told_with_its_issuer(
    service: Service, target: Target, cancel: Cancel
) -> None:
    settings = CloudSettings(SUBSCRIPTION, service.endpoint, service.endpoint)
    with Azure(settings, cancel, lambda _: None) as azure, pytest.raises(GaveUp) as refused:
        azure.arm.pool(target)
    assert "was not accepted" in refused.value.what
    assert refused.value.why.startswith("test issued it to itself, and this machine does not trust that.")
    assert "--ca-file" in refused.value.do
    assert service.requests == []  # nothing was asked where nobody is trusted


def test_with_the_authority_given_nothing_is_said(service: Service, target: Target, cancel: Cancel) -> None:
    service.answer("GET", "/pools/", Answer(body={"name": "p", "properties": {}}))
    settings = CloudSettings(SUBSCRIPTION, service.endpoint, service.endpoint, service.ca_file)
    with Azure(settings, cancel, lambda _: None) as azure:
        assert azure.arm.pool(target).body["name"] == "p"
