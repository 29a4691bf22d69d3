"""What is asked of a vault, what of its answers is kept, and what a refusal of this machine comes to."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.cloud.scripted_service import Answer
from troubleshooter.model.reply import Heard

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cloud.scripted_service import Service
    from troubleshooter.cloud.azure import Azure
    from troubleshooter.cloud.vaults.contents import Contents
    from troubleshooter.model.reply import Reply

VALUE = "hunter2-as-a-value"
ITEM = {"id": "https://kv/secrets/web/1", "attributes": {"enabled": True}, "value": VALUE, "tags": {"a": "b"}}


def at(azure: Azure, service: Service, *, roles: bool = True) -> Contents:
    return azure.contents(f"{service.endpoint}/kv/", roles=roles)


def refusal(status: int, code: str, inner: str = "") -> Answer:
    told: dict[str, Any] = {"code": code, "message": "no"}
    return Answer(status, {"error": {**told, **({"innererror": {"code": inner}} if inner else {})}})


def all_three(contents: Contents, name: str = "web") -> list[Reply]:
    return [contents.versions(name), contents.deleted(name), contents.policy(name)]


def test_all_pages_are_read_and_no_value_is_kept(azure: Azure, service: Service) -> None:
    more = f"{service.endpoint}/kv/secrets/web/versions?api-version=7.4&$skiptoken=2"
    pages = [
        Answer(body={"value": [ITEM], "nextLink": more}),
        Answer(body={"value": [ITEM], "nextLink": None}),
    ]
    service.answer("GET", "/kv/secrets/web/versions", *pages)
    service.answer(
        "GET",
        "/kv/deletedsecrets/web",
        Answer(body={"id": "it", "tags": {"a": VALUE}, "scheduledPurgeDate": 7}),
    )
    service.answer("GET", "/kv/certificates/web/policy", Answer(body={"key_props": {"exportable": True}}))
    told = all_three(at(azure, service))

    assert [one.heard for one in told] == [Heard.KNOWN] * 3
    assert told[0].body == [{"id": ITEM["id"], "attributes": {"enabled": True}}] * 2
    assert told[1].body == {"id": "it", "scheduledPurgeDate": 7}
    assert VALUE not in repr(told)


def test_only_what_tells_no_value_is_asked_for_and_only_with_get(azure: Azure, service: Service) -> None:
    all_three(at(azure, service))

    asked = {
        (one.method, one.path.partition("?")[0]) for one in service.requests if "/tenant/" not in one.path
    }
    assert asked == {
        ("GET", "/kv/secrets/web/versions"),
        ("GET", "/kv/deletedsecrets/web"),
        ("GET", "/kv/certificates/web/policy"),
    }


@pytest.mark.parametrize(
    ("answer", "heard", "says", "right"),
    [
        (refusal(403, "Forbidden", "ForbiddenByFirewall"), Heard.REFUSED, "tells nothing of a node", False),
        (refusal(403, "Forbidden", "ForbiddenByConnection"), Heard.REFUSED, "tells nothing of a node", False),
        (refusal(401, "Unauthorized"), Heard.REFUSED, "tells nothing of a node", False),
        (refusal(403, "Forbidden", "ForbiddenByRbac"), Heard.REFUSED, "ForbiddenByRbac", True),
        (refusal(403, "Forbidden", "AccessDenied"), Heard.REFUSED, "AccessDenied", True),
        (refusal(404, "SecretNotFound"), Heard.ABSENT, "SecretNotFound", True),
        (refusal(404, "CertificateNotFound"), Heard.ABSENT, "CertificateNotFound", True),
        (refusal(404, "NotFound"), Heard.UNREACHABLE, "this machine got no answer", False),
        (Answer(404, b"<html>a proxy's page</html>"), Heard.UNREACHABLE, "this machine got no answer", False),
        (Answer(200, b"<html>a proxy's page</html>"), Heard.UNREACHABLE, "this machine got no answer", False),
        (Answer(drop=True), Heard.UNREACHABLE, "this machine got no answer", False),
        (Answer(302, headers={"Location": "https://127.0.0.1:1/"}), Heard.UNREACHABLE, "no answer", False),
    ],
)
def test_a_refusal_is_of_the_thing_of_a_right_or_of_this_machine(
    azure: Azure, service: Service, answer: Answer, heard: Heard, says: str, right: bool
) -> None:
    service.answer("GET", "/kv/", answer)

    for told in all_three(at(azure, service)):
        assert told.heard is heard
        assert says in told.why
        assert bool(told.right) is right
        assert told.body is None


def test_the_right_is_a_role_or_an_access_policy(azure: Azure, service: Service) -> None:
    service.answer("GET", "/kv/", refusal(403, "Forbidden", "AccessDenied"))
    by_role = [(one.right, one.role) for one in all_three(at(azure, service))]
    by_policy = [(one.right, one.role) for one in all_three(at(azure, service, roles=False))]

    assert by_role[0] == ("Microsoft.KeyVault/vaults/secrets/readMetadata/action", "Key Vault Reader")
    assert by_role[2] == ("Microsoft.KeyVault/vaults/certificates/read", "Key Vault Reader")
    assert by_policy[0] == ("an access policy of the vault with list on secrets", "")
    assert by_policy[2] == ("an access policy of the vault with get on certificates", "")


def test_a_page_of_another_host_gets_no_token(azure: Azure, service: Service) -> None:
    stray = Answer(body={"value": [ITEM], "nextLink": "https://127.0.0.1:1/kv/secrets/web/versions"})
    service.answer("GET", "/kv/secrets/web/versions", stray)
    told = at(azure, service).versions("web")

    assert told.heard is Heard.UNREACHABLE
    assert told.body is None


@pytest.mark.parametrize("name", ["", "..", "web/1", "web?x=", "web%2f1", "a" * 128, "wéb"])
def test_what_can_be_no_name_is_not_asked_for(azure: Azure, service: Service, name: str) -> None:
    assert {one.heard for one in all_three(at(azure, service), name)} == {Heard.UNREACHABLE}
    assert [one.path for one in service.requests] == []


@pytest.mark.parametrize(
    "address", ["http://kv.vault.azure.net/", "https://", "kv", "https://a@kv.net/", "https://kv.net/?a", ""]
)
def test_an_address_that_is_none_gets_no_token(azure: Azure, service: Service, address: str) -> None:
    told = all_three(azure.contents(address, roles=True))

    assert {one.heard for one in told} == {Heard.UNREACHABLE}
    assert [one.path for one in service.requests] == []


def test_the_token_is_for_vaults_and_a_refusal_costs_no_new_one(azure: Azure, service: Service) -> None:
    service.answer("GET", "/kv/", refusal(401, "Unauthorized"))
    all_three(at(azure, service))
    tokens = service.seen("POST", "/tenant/oauth2/v2.0/token")

    assert len(tokens) == 1
    assert re.search("scope=https%3A%2F%2Fvault.azure.net%2F.default", str(tokens[0].body))
    assert len(service.seen("GET", "/kv/")) == 3


def test_a_vault_that_does_not_answer_is_soon_left_alone(azure: Azure, service: Service) -> None:
    service.answer("GET", "/kv/", refusal(503, "ServiceUnavailable"))
    told = at(azure, service).versions("web")

    assert told.heard is Heard.UNREACHABLE
    assert len(service.seen("GET", "/kv/")) == 2


def without_end(service: Service, place: str) -> None:
    """A list of which each page names a further one."""
    numbers = iter(range(10_000))

    def speak(send: Callable[[bytes], object]) -> None:
        more = f"{service.endpoint}{place}?page={next(numbers)}"
        body = json.dumps({"value": [ITEM], "nextLink": more}).encode()
        send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        send(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    service.answer("GET", place, Answer(speak=speak))


@pytest.mark.slow
def test_of_a_list_without_end_nothing_is_told(azure: Azure, service: Service) -> None:
    without_end(service, "/kv/secrets/web/versions")
    subscription = "11111111-2222-3333-4444-555555555555"
    place = f"/subscriptions/{subscription}/resources"
    without_end(service, place)
    versions = at(azure, service).versions("web")
    resources = azure.resources(subscription).entries(place, "2025-04-01", "Some/thing/read")

    for reply in (versions, resources):
        assert (reply.heard, reply.body) == (Heard.UNREACHABLE, None)
        assert "goes on after" in reply.why
