"""Every failure the SDKs can raise ends as one of ours, decided on the status."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import requests
from azure.core import exceptions as sdk
from azure.core.rest import HttpRequest
from azure.identity import AuthenticationRequiredError, CredentialUnavailableError

from tests.unit.cloud.scripted_service import Answer
from troubleshooter.cloud.explain import Asked, gave_up
from troubleshooter.cloud.retry import call
from troubleshooter.errors import GaveUp, NotFound, NotPermitted, ServiceRefusal, TroubleshooterError

if TYPE_CHECKING:
    from tests.unit.cloud.scripted_service import Cancel, Service
    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.target import Target

ASKED = Asked("reading pool p", "pool p", "ARM")
RAISED = [
    kind
    for _, kind in inspect.getmembers(sdk, inspect.isclass)
    if issubclass(kind, sdk.AzureError | sdk.DeserializationError) and kind.__module__ == sdk.__name__
]


REQUEST = HttpRequest("GET", "https://arm.example/")
RESPONSE = SimpleNamespace(
    request=REQUEST, status_code=418, reason="Teapot", headers={}, text=lambda: "{}", json=dict
)


def made(kind: type[Exception]) -> Exception:
    if issubclass(kind, sdk.TooManyRedirectsError):
        return kind([])
    if issubclass(kind, sdk.StreamConsumedError | sdk.StreamClosedError | sdk.ResponseNotReadError):
        return kind(RESPONSE)
    if issubclass(kind, sdk.ODataV4Error):
        return kind(RESPONSE)
    if issubclass(kind, AuthenticationRequiredError):
        return kind(scopes=["s"])
    return kind("it broke")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://127.0.0.1:1/a?b", r"ARM could not be reached\. 127\.0\.0\.1:1: Connection refused\."),
        ("https://nowhere.invalid/", r"ARM could not be reached\. nowhere\.invalid:443: [\w ,.-]+\."),
    ],
)
def test_a_place_that_does_not_answer_is_named_without_the_librarys_own_parts(url: str, why: str) -> None:
    with pytest.raises(requests.ConnectionError) as met:
        requests.get(url, timeout=10)
    told = gave_up(sdk.ServiceRequestError(met.value, error=met.value), ASKED, 6)
    assert re.fullmatch(why, told.why), told.why


@pytest.mark.parametrize("kind", [*RAISED, AuthenticationRequiredError, CredentialUnavailableError])
def test_no_exception_of_the_sdk_comes_through(kind: type[Exception], cancel: Cancel) -> None:
    def fail() -> None:
        raise made(kind)

    with pytest.raises(TroubleshooterError) as caught:
        call(
            fail,
            ASKED,
            cancel=cancel,
            on_trouble=lambda _: None,
            renew=lambda: None,
            now=lambda: datetime.now(UTC),
            limit=1,
        )
    assert all((caught.value.what, caught.value.why, caught.value.do))


def arm(code: str, message: str, **more: object) -> dict[str, object]:
    return {"error": {"code": code, "message": message, **more}}


def test_a_missing_pool_is_named(service: Service, azure: Azure, target: Target) -> None:
    service.answer("GET", "/pools/", Answer(404, arm("PoolNotFound", "The specified pool does not exist.")))
    with pytest.raises(NotFound) as caught:
        azure.arm.pool(target)
    assert (
        caught.value.what
        == "There is no pool render-pool in Batch account renderacct in resource group render-rg."
    )
    assert "PoolNotFound: The specified pool does not exist" in caught.value.why


def test_a_missing_role_is_named(service: Service, azure: Azure, target: Target) -> None:
    service.answer("PUT", "/pools/", Answer(403, arm("AuthorizationFailed", "No permission.")))
    with pytest.raises(NotPermitted) as caught:
        azure.arm.create_pool(target, "dbg", {})
    assert "Azure Batch Data Contributor" in caught.value.do


def test_a_policys_refusal_asks_for_no_role(service: Service, azure: Azure, target: Target) -> None:
    service.answer("PUT", "/pools/", Answer(403, arm("RequestDisallowedByPolicy", "Policy x.")))
    with pytest.raises(NotPermitted) as caught:
        azure.arm.create_pool(target, "dbg", {})
    assert "exemption" in caught.value.do


def test_arms_details_and_request_id_are_told(service: Service, azure: Azure, target: Target) -> None:
    body = arm("PropertyCannotBeUpdated", "No.", details=[{"code": "PropertyName", "message": "vmSize"}])
    service.answer("PUT", "/pools/", Answer(400, body, {"x-ms-request-id": "r-1"}))
    with pytest.raises(ServiceRefusal) as caught:
        azure.arm.create_pool(target, "dbg", {})
    assert (
        caught.value.why
        == "Azure said PropertyCannotBeUpdated: No. PropertyName: vmSize (HTTP 400, request id r-1)."
    )
    assert (caught.value.status, caught.value.code) == (400, "PropertyCannotBeUpdated")


def test_a_detail_that_repeats_the_message_is_not_told(
    service: Service, azure: Azure, target: Target
) -> None:
    """As was recorded: the first detail is the message once more, and what is useful comes behind it."""
    text = "A property that cannot be updated was specified as part of the request."
    details = [
        {"code": "Reason", "message": text},
        {"code": "PropertyName", "message": "vmSize"},
        {"code": "PropertyPath", "message": "properties.vmSize"},
    ]
    service.answer("PUT", "/pools/", Answer(400, arm("PropertyCannotBeUpdated", text, details=details)))
    with pytest.raises(ServiceRefusal) as caught:
        azure.arm.create_pool(target, "dbg", {})
    assert caught.value.why == (
        f"Azure said PropertyCannotBeUpdated: {text} PropertyName: vmSize."
        " PropertyPath: properties.vmSize (HTTP 400)."
    )


def test_the_data_planes_values_are_told_without_its_noise(service: Service, azure: Azure) -> None:
    body = {
        "code": "NodeBeingStarted",
        "message": {"lang": "en-US", "value": "The node is not ready.\nRequestId:r-2\nTime:2026-01-01"},
        "values": [{"key": "Reason", "value": "It is unusable"}],
    }
    service.answer("POST", "/users", Answer(409, body, {"request-id": "r-2"}))
    with pytest.raises(ServiceRefusal) as caught:
        azure.batch.create_user(
            service.endpoint, "p", "n", "u", "ssh-ed25519 A", datetime(2026, 1, 1, tzinfo=UTC)
        )
    assert "The node is not ready" in caught.value.why
    assert "Reason: It is unusable" in caught.value.why
    assert "Time:" not in caught.value.why
    assert caught.value.do == "Wait until the node is idle or running, then try again."


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>sign in to the proxy</html>", {"Content-Type": "text/html"}),
        Answer(200, [1, 2]),
        Answer(200, b"{cut"),
        Answer(307, None, {"Location": "https://elsewhere.example/"}),
    ],
)
def test_an_answer_that_is_not_azures_is_given_up(
    service: Service, azure: Azure, target: Target, cancel: Cancel, answer: Answer
) -> None:
    service.answer("GET", "/pools/", answer)
    with pytest.raises(GaveUp, match="could not be read"):
        azure.arm.pool(target)
    assert cancel.waits == []


def test_an_error_page_of_a_proxy_is_no_puzzle(service: Service, azure: Azure, target: Target) -> None:
    service.answer("GET", "/pools/", Answer(407, b"<html>", {"Content-Type": "text/html"}))
    with pytest.raises(ServiceRefusal, match="HTTP 407"):
        azure.arm.pool(target)


def test_without_any_credential_it_says_what_was_tried(
    service: Service, azure: Azure, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    monkeypatch.setenv(
        "AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential"
    )  # the others would ask this machine
    azure._session.sign_in.renew()
    with pytest.raises(NotPermitted) as caught:
        azure.arm.pool(target)
    assert caught.value.what == "Could not sign in to Azure."
    assert caught.value.why.startswith("Tried EnvironmentCredential authentication unavailable")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(drop=True), "The sign-in service broke off its answer."),
        (Answer(503, {}), "The sign-in service answered 503."),
        (Answer(200, b"x" * (9 << 20)), "The sign-in service: the answer was larger than 8 MiB,"),
    ],
)
def test_who_did_not_answer_on_the_way_to_a_token_is_named(
    answer: Answer, told: str, service: Service, azure: Azure, target: Target, troubles: list[str]
) -> None:
    service.answer("POST", "/token", answer)
    with pytest.raises(GaveUp) as caught:
        azure.arm.pool(target)
    assert caught.value.what.startswith("Gave up reading pool render-pool after ")
    assert caught.value.why.startswith(told)
    assert not any(each.startswith("ARM") for each in troubles)
