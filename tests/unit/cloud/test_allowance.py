"""No call to Azure goes on without end: whatever comes, and however slowly, it has a limit as a whole."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.unit.cloud.scripted_service import SUBSCRIPTION, Answer
from troubleshooter.cloud import allowance
from troubleshooter.cloud.azure import Azure
from troubleshooter.cloud.caller import MOST_PAGES
from troubleshooter.errors import GaveUp, Interrupted, ServiceRefusal
from troubleshooter.settings import CloudSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.unit.cloud.scripted_service import Cancel, Service
    from troubleshooter.model.target import Target

    Send = Callable[[bytes], object]

MIB = 1 << 20
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
POURED = b"7" * MIB
DEAF = 5.0
"""Seconds until a cancel counts as not heard: a second, and what a busy machine adds."""


def by_and_by(data: bytes, first: bytes = b"") -> Callable[[Send], None]:
    def speak(send: Send) -> None:
        send(first)
        for byte in data:
            send(bytes([byte]))
            time.sleep(0.1)

    return speak


class Flood:
    """The same without end, and how much of it was taken."""

    def __init__(self, first: bytes, then: bytes = POURED) -> None:
        self._first = first
        self._then = then
        self.sent = 0

    def __call__(self, send: Send) -> None:
        send(self._first)
        while True:
            send(self._then)
            self.sent += len(self._then)


SLOW = {
    "headers": by_and_by(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 5000),
    "body": by_and_by(b" " * 5000, HEAD + b"Content-Length: 5000\r\n\r\n"),
    "chunks": by_and_by(b"1\r\n7\r\n" * 5000, HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
    "continue": by_and_by(b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
}
FLOODS = {
    "body of 2 GiB": (HEAD + b"Content-Length: 2147483648\r\n\r\n", POURED),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"100000\r\n" + POURED + b"\r\n"),
    "size of a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", POURED),
    "trailers": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 10_000),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000),
}
POOL, NODES = "/pools/render-pool$|/pools/render-pool[?]", "/pools/render-pool/nodes"


@contextmanager
def soon(cancel: Cancel) -> Iterator[None]:
    """Within, cancel comes after half a second and is heard."""
    cancelled: list[float] = []

    def stop() -> None:
        cancelled.append(time.monotonic())
        cancel.set()

    timer = threading.Timer(0.5, stop)
    timer.start()
    with pytest.raises(Interrupted):
        yield
    assert time.monotonic() - cancelled[0] < DEAF


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for in seconds is over in one; the limits of size are the real ones."""
    monkeypatch.setattr(allowance, "ANSWER_SECONDS", 1.0)


def ask(plane: str, service: Service, azure: Azure, target: Target) -> object:
    return azure.arm.pool(target) if plane == "ARM" else azure.batch.nodes(service.endpoint, "render-pool")


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("door", SLOW)
def test_an_answer_that_comes_by_and_by_is_given_up(
    service: Service, azure: Azure, target: Target, door: str
) -> None:
    service.answer("GET", POOL, Answer(speak=SLOW[door]))
    with pytest.raises(GaveUp) as caught:
        azure.arm.pool(target)
    assert "was not whole after" in caught.value.why
    assert len(service.seen("GET", POOL)) == 2


@pytest.mark.usefixtures("short")
def test_a_node_list_that_comes_by_and_by_is_given_up(service: Service, azure: Azure) -> None:
    service.answer("GET", NODES, Answer(speak=SLOW["body"]))
    with pytest.raises(GaveUp, match="listing the nodes of pool render-pool after 2 tries"):
        azure.batch.nodes(service.endpoint, "render-pool")


@pytest.mark.parametrize("door", SLOW)
def test_cancel_is_heard_while_an_answer_comes_by_and_by(
    service: Service, azure: Azure, target: Target, cancel: Cancel, door: str
) -> None:
    service.answer("GET", POOL, Answer(speak=SLOW[door]))
    with soon(cancel):
        azure.arm.pool(target)


@pytest.mark.parametrize("plane", ["ARM", "Batch"])
@pytest.mark.parametrize("door", FLOODS)
def test_an_answer_without_end_is_not_taken_in(
    service: Service, azure: Azure, target: Target, door: str, plane: str
) -> None:
    flood = Flood(*FLOODS[door])
    service.answer("GET", POOL if plane == "ARM" else NODES, Answer(speak=flood))
    with pytest.raises(GaveUp) as caught:
        ask(plane, service, azure, target)
    # Newer libraries see by themselves that the size of a chunk has no end.
    assert "larger than 8 MiB" in caught.value.why or door == "size of a chunk"
    assert flood.sent < 64 * MIB


def packed(data: bytes, encoding: str) -> Answer:
    return Answer(body=data, headers={"Content-Encoding": encoding})


def test_a_small_answer_that_unpacks_to_much_is_not_unpacked(
    service: Service, azure: Azure, target: Target
) -> None:
    bomb = gzip.compress(bytes(256 * MIB), 1)
    service.answer("GET", POOL, packed(bomb, "gzip"))
    with pytest.raises(GaveUp) as caught:
        azure.arm.pool(target)
    assert "larger than 8 MiB" in caught.value.why


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,gzip", "br", "zstd", "x-gzip", "compress"])
def test_an_answer_packed_as_nobody_asked_is_not_unpacked(
    service: Service, azure: Azure, target: Target, encoding: str
) -> None:
    service.answer("GET", POOL, packed(gzip.compress(gzip.compress(bytes(MIB))), encoding))
    with pytest.raises(GaveUp, match="after 1 try") as caught:
        azure.arm.pool(target)
    assert "packed in a way that nobody asked for" in caught.value.why


def test_an_honest_packed_answer_is_read(service: Service, azure: Azure, target: Target) -> None:
    body = {"name": "render-pool", "properties": {"note": "x" * MIB}}
    service.answer("GET", POOL, packed(gzip.compress(json.dumps(body).encode()), "gzip"))
    assert azure.arm.pool(target).body == body


def test_a_large_answer_may_take_longer(
    service: Service, azure: Azure, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow line is no attack: what comes buys time."""
    monkeypatch.setattr(allowance, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(allowance, "BYTES_A_SECOND", 1 << 10)
    body = json.dumps({"name": "render-pool", "properties": {"note": "x" * 20_000}}).encode()

    def speak(send: Send) -> None:
        send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body))
        for start in range(0, len(body), 1000):
            send(body[start : start + 1000])
            time.sleep(0.1)

    service.answer("GET", POOL, Answer(speak=speak))
    assert azure.arm.pool(target).body["name"] == "render-pool"


@pytest.mark.parametrize("plane", ["ARM", "Batch"])
def test_a_redirect_to_itself_is_not_followed(
    service: Service, azure: Azure, target: Target, plane: str
) -> None:
    place = POOL if plane == "ARM" else NODES
    service.answer("GET", place, Answer(307, headers={"Location": f"{service.endpoint}/pools/render-pool"}))
    with pytest.raises((GaveUp, ServiceRefusal)):
        ask(plane, service, azure, target)
    assert len(service.seen("GET", "/pools/")) <= 6


def pages(service: Service, links: Iterator[str]) -> Callable[[Send], None]:
    """A list of which each page names the next one."""

    def speak(send: Send) -> None:
        body = json.dumps({"value": [{"id": "n"}], "odata.nextLink": service.endpoint + next(links)}).encode()
        send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    return speak


def test_a_list_that_leads_back_is_given_up(service: Service, azure: Azure) -> None:
    links = (f"/pools/render-pool/nodes?page={number % 3}" for number in range(10_000))
    service.answer("GET", NODES, Answer(speak=pages(service, links)))
    with pytest.raises(GaveUp) as caught:
        azure.batch.nodes(service.endpoint, "render-pool")
    assert "list leads in a circle. one page of it names a page that was read already" in caught.value.why
    assert len(service.seen("GET", NODES)) <= 6 * 5


def test_a_list_without_end_is_given_up(service: Service, azure: Azure) -> None:
    links = (f"/pools/render-pool/nodes?page={number}" for number in range(10_000))
    service.answer("GET", NODES, Answer(speak=pages(service, links)))
    with pytest.raises(GaveUp) as caught:
        azure.batch.nodes(service.endpoint, "render-pool")
    assert f"goes on after {MOST_PAGES} pages" in caught.value.why
    asked = {
        request.path for request in service.seen("GET", NODES)
    }  # one may be asked again on a busy machine
    assert len(asked) <= MOST_PAGES + 1


def test_a_list_without_end_hears_cancel(service: Service, azure: Azure, cancel: Cancel) -> None:
    def links() -> Iterator[str]:
        for number in range(10_000):
            time.sleep(0.05)
            yield f"/pools/render-pool/nodes?page={number}"

    service.answer("GET", NODES, Answer(speak=pages(service, links())))
    with soon(cancel):
        azure.batch.nodes(service.endpoint, "render-pool")


def test_signing_in_hears_cancel(service: Service, azure: Azure, target: Target, cancel: Cancel) -> None:
    service.answer("POST", "/token", Answer(speak=SLOW["body"]))
    with soon(cancel):
        azure.arm.pool(target)


@pytest.mark.usefixtures("short")
def test_a_token_that_comes_by_and_by_is_given_up(service: Service, azure: Azure, target: Target) -> None:
    service.answer("POST", "/token", Answer(speak=SLOW["body"]))
    with pytest.raises(GaveUp):
        azure.arm.pool(target)
    assert len(service.seen("POST", "/token")) <= 6


def test_a_token_without_end_is_not_taken_in(service: Service, azure: Azure, target: Target) -> None:
    flood = Flood(*FLOODS["chunks"])
    service.answer("POST", "/token", Answer(speak=flood))
    with pytest.raises(GaveUp):
        azure.arm.pool(target)
    assert flood.sent < 64 * MIB


@contextmanager
def silent() -> Iterator[str]:
    """Whoever comes is let in and told nothing: no TLS is begun."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


def test_cancel_is_heard_while_encryption_is_agreed_on(
    service: Service, cancel: Cancel, target: Target
) -> None:
    with silent() as nobody:
        settings = CloudSettings(SUBSCRIPTION, nobody, service.endpoint, service.ca_file)
        with Azure(settings, cancel, lambda _: None) as azure, soon(cancel):
            azure.arm.pool(target)


def test_a_call_as_a_whole_has_a_limit(
    service: Service, azure: Azure, target: Target, cancel: Cancel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that asks for patience again and again gets no more of it than a call may take."""
    monkeypatch.setattr(allowance, "CALL_SECONDS", 100.0)
    service.answer("GET", POOL, Answer(429, {}, {"Retry-After": "250"}))
    with pytest.raises(GaveUp):
        azure.arm.pool(target)
    assert cancel.waits == []


def test_a_change_whose_answer_was_cut_off_may_have_been_made(
    service: Service, azure: Azure, target: Target
) -> None:
    service.answer("PUT", "/pools/dbg", Answer(speak=Flood(*FLOODS["chunks"])))
    with pytest.raises(GaveUp) as caught:
        azure.arm.create_pool(target, "dbg", {})
    assert caught.value.unsure


def test_nothing_is_sent_after_a_cancel(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    """Not even what waited for a token meanwhile."""
    service.answer("POST", "/token", Answer(speak=by_and_by(b" " * 20, HEAD + b"Content-Length: 20\r\n\r\n")))
    service.answer("PUT", "/pools/dbg", Answer(body={}))
    with soon(cancel):
        azure.arm.create_pool(target, "dbg", {})
    time.sleep(2.5)
    assert service.seen("PUT", "/pools/dbg") == []


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("look", range(12))
def test_a_cancel_is_one_at_whatever_look_it_is_found(
    service: Service,
    azure: Azure,
    target: Target,
    cancel: Cancel,
    monkeypatch: pytest.MonkeyPatch,
    look: int,
    signed_in: bool,
) -> None:
    """Between two looks of one call too: what was not sent is not said to be made, perhaps.

    Once a connection is at it, what is not known to be sent counts as sent.
    """
    for name in ("first", "dbg"):
        service.answer("PUT", f"/pools/{name}", Answer(body={"name": name, "properties": {}}))
    if signed_in:
        azure.arm.create_pool(target, "first", {})
    looks = itertools.count()
    monkeypatch.setattr(cancel, "is_set", lambda: next(looks) >= look)
    stopped = Interrupted("It is not known how", "this", "ended.")
    try:
        azure.arm.create_pool(target, "dbg", {})
    except Interrupted as error:
        stopped = error
    sent = bool(service.seen("PUT", "/pools/dbg"))
    if signed_in and look < 2:
        assert not sent
        assert not stopped.unsure, "a connection was not even asked for"
    assert sent or not stopped.what.startswith("It is not known")
