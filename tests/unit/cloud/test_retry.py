"""The one retry loop, with the real SDKs over HTTPS against a service that stumbles."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.unit.cloud.scripted_service import SUBSCRIPTION, Answer
from troubleshooter.cloud.azure import Azure
from troubleshooter.cloud.retry import retry_after
from troubleshooter.errors import GaveUp, Interrupted, NotPermitted, ServiceRefusal
from troubleshooter.settings import CloudSettings

if TYPE_CHECKING:
    from tests.unit.cloud.scripted_service import Cancel, Service
    from troubleshooter.model.target import Target

POOL = Answer(body={"name": "render-pool", "properties": {"unknownField": {"a": [1]}}}, headers={"ETag": "x"})
BUSY = Answer(503, {"error": {"code": "ServerBusy", "message": "Busy."}})


def test_a_503_is_tried_again_with_growing_pauses(
    service: Service, azure: Azure, target: Target, cancel: Cancel, troubles: list[str]
) -> None:
    service.answer("GET", "/pools/render-pool", BUSY, BUSY, POOL)
    assert azure.arm.pool(target).body == POOL.body
    assert cancel.waits == [1.0, 2.0]
    assert troubles[1] == "ARM answered 503; trying again in 2 s (2 of 6)"


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.05),
        ({"retry-after-ms": "250"}, 0.25),
        ({"Retry-After": "soon"}, 1.0),
    ],
)
def test_a_throttled_request_waits_as_asked(
    service: Service, azure: Azure, target: Target, cancel: Cancel, headers: dict[str, str], pause: float
) -> None:
    service.answer("GET", "/pools/render-pool", Answer(429, {}, headers), POOL)
    azure.arm.pool(target)
    assert cancel.waits == [pause]


def test_a_retry_after_may_be_a_date() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after({"Retry-After": "Thu, 01 Jan 2026 00:00:30 GMT"}, lambda: now) == 30.0


def test_a_service_that_stays_down_is_given_up(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    service.answer("GET", "/pools/render-pool", BUSY)
    with pytest.raises(GaveUp) as caught:
        azure.arm.pool(target)
    assert cancel.waits == [1.0, 2.0, 4.0, 8.0, 15.0]
    assert caught.value.what == "Gave up reading pool render-pool after 6 tries."
    assert "ServerBusy" in caught.value.why


def test_an_unreasonable_retry_after_is_not_waited_for(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    service.answer("GET", "/pools/render-pool", Answer(429, {}, {"Retry-After": "3600"}))
    with pytest.raises(GaveUp, match="asks to wait 60 min"):
        azure.arm.pool(target)
    assert cancel.waits == []


def test_a_dropped_connection_is_tried_again(
    service: Service, azure: Azure, target: Target, troubles: list[str]
) -> None:
    service.answer("GET", "/pools/render-pool", Answer(drop=True), POOL)
    azure.arm.pool(target)
    assert len(troubles) == 1


def test_a_shortened_answer_is_tried_again(
    service: Service, azure: Azure, target: Target, troubles: list[str]
) -> None:
    short = Answer(body=b'{"na', headers={"Content-Length": "400", "Connection": "close"})
    service.answer("GET", "/pools/render-pool", short, POOL)
    assert azure.arm.pool(target).body == POOL.body
    assert len(troubles) == 1


def test_cancel_is_heard_while_waiting(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    service.answer("GET", "/pools/render-pool", BUSY)
    cancel.cancel_after = 2
    with pytest.raises(Interrupted):
        azure.arm.pool(target)
    assert len(service.seen("GET", "/pools/")) == 2


def test_an_expired_token_is_renewed_once(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    service.answer(
        "GET", "/pools/render-pool", Answer(401, {"error": {"code": "ExpiredAuthenticationToken"}}), POOL
    )
    assert azure.arm.pool(target).body == POOL.body
    first, second = service.seen("GET", "/pools/")
    assert first.headers["Authorization"] != second.headers["Authorization"]
    assert cancel.waits == []


def test_a_token_refused_twice_is_not_permitted(service: Service, azure: Azure, target: Target) -> None:
    service.answer("GET", "/pools/render-pool", Answer(401))
    with pytest.raises(NotPermitted):
        azure.arm.pool(target)
    assert len(service.seen("GET", "/pools/")) == 2


def test_a_create_that_meets_its_own_first_try_says_so(
    service: Service, azure: Azure, target: Target
) -> None:
    there = Answer(412, {"error": {"code": "PreconditionFailed", "message": "It is there."}})
    service.answer("PUT", "/pools/dbg", Answer(drop=True), there)
    with pytest.raises(ServiceRefusal) as caught:
        azure.arm.create_pool(target, "dbg", {})
    assert caught.value.unsure
    assert (caught.value.status, caught.value.code) == (412, "PreconditionFailed")
    assert {request.headers["If-None-Match"] for request in service.seen("PUT", "/pools/dbg")} == {"*"}


@pytest.mark.parametrize("first", [None, Answer(429, {}, {"Retry-After": "0"})])
def test_a_create_that_surely_met_another_pool_is_refused(
    service: Service, azure: Azure, target: Target, first: Answer | None
) -> None:
    there = Answer(412, {"error": {"code": "PreconditionFailed", "message": "It is there."}})
    service.answer("PUT", "/pools/dbg", *[answer for answer in (first, there) if answer])
    with pytest.raises(ServiceRefusal) as caught:
        azure.arm.create_pool(target, "dbg", {})
    assert not caught.value.unsure


def test_trouble_at_the_sign_in_service_is_tried_again(
    service: Service, azure: Azure, target: Target, troubles: list[str]
) -> None:
    service.answer("GET", "/pools/render-pool", POOL)
    service.answer("GET", "/.well-known/", Answer(503), Answer(body=service.discovery()))
    assert azure.arm.pool(target).body == POOL.body
    assert len(troubles) == 1


def test_a_wrong_secret_is_told_at_once(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    text = "AADSTS7000215: Invalid client secret provided."
    service.answer("POST", "/token", Answer(401, {"error": "invalid_client", "error_description": text}))
    with pytest.raises(NotPermitted) as caught:
        azure.arm.pool(target)
    assert text.rstrip(".") in caught.value.why
    assert "AZURE_CLIENT_SECRET" in caught.value.do
    assert cancel.waits == []


def test_a_certificate_that_is_not_trusted_is_told_at_once(
    service: Service, target: Target, cancel: Cancel, troubles: list[str]
) -> None:
    settings = CloudSettings(SUBSCRIPTION, service.endpoint, service.endpoint)
    with Azure(settings, cancel, troubles.append) as azure, pytest.raises(GaveUp, match="--ca-file"):
        azure.arm.pool(target)
    assert cancel.waits == []


def test_cloud_costs_nothing_to_import() -> None:
    code = (
        "import sys, troubleshooter.cloud, troubleshooter.cloud.wait, troubleshooter.settings;"
        "assert not any(name.split('.')[0] in {'azure', 'requests'} for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_libraries_write_nothing_to_the_terminal(service: Service) -> None:
    code = f"""
import sys, threading
from pathlib import Path
from troubleshooter.cloud.azure import Azure
from troubleshooter.errors import NotPermitted
from troubleshooter.settings import CloudSettings
url = "{service.endpoint}"
settings = CloudSettings("{SUBSCRIPTION}", url, url, Path("{service.ca_file}"))
with Azure(settings, threading.Event(), print) as azure:
    try:
        azure.who()
    except NotPermitted:
        sys.exit(6)
"""
    service.answer(
        "POST", "/token", Answer(401, {"error": "invalid_client", "error_description": "AADSTS7: no."})
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (6, "", "")
