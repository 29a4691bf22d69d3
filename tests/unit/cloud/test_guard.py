"""The token stays on the configured host, wherever an answer points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.cloud.scripted_service import Answer, Service
from troubleshooter.errors import NotFound, Refused, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.target import Target


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Service]:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    service = Service(folder)
    service.answer("GET", "/", Answer(body={"value": []}))
    yield service
    service.stop()


def test_a_next_link_is_followed_on_the_same_host(service: Service, azure: Azure) -> None:
    second = f"{service.endpoint}/pools/p/nodes?page=2"
    service.answer("GET", r"page=2", Answer(body={"value": [{"id": "b", "state": "idle"}]}))
    service.answer("GET", r"nodes\?api", Answer(body={"value": [{"id": "a"}], "odata.nextLink": second}))
    assert [node.id for node in azure.batch.nodes(service.endpoint, "p")] == ["a", "b"]
    assert "maxresults=1000" in service.seen("GET", "nodes")[0].path


def test_a_next_link_to_another_host_is_refused(service: Service, azure: Azure, elsewhere: Service) -> None:
    link = f"{elsewhere.endpoint}/pools/p/nodes?page=2"
    service.answer("GET", "/nodes", Answer(body={"value": [], "odata.nextLink": link}))
    with pytest.raises(Refused, match="another host"):
        azure.batch.nodes(service.endpoint, "p")
    assert elsewhere.requests == []


@pytest.mark.parametrize("header", ["Location", "Azure-AsyncOperation"])
def test_an_operation_on_another_host_is_refused(
    service: Service, azure: Azure, elsewhere: Service, target: Target, header: str
) -> None:
    service.answer("DELETE", "/pools/dbg", Answer(202, None, {header: f"{elsewhere.endpoint}/operation"}))
    azure.arm.delete_pool(target, "dbg")
    with pytest.raises(Refused):
        azure.arm.pool_gone(target, "dbg")
    assert elsewhere.requests == []


def test_a_redirect_is_not_followed(
    service: Service, azure: Azure, elsewhere: Service, target: Target
) -> None:
    service.answer("GET", "/pools/", Answer(308, None, {"Location": f"{elsewhere.endpoint}/pools/p"}))
    with pytest.raises(Exception, match="could not be read"):
        azure.arm.pool(target)
    assert elsewhere.requests == []


def test_arm_is_never_asked_to_register_a_provider(service: Service, azure: Azure, target: Target) -> None:
    body = {"error": {"code": "MissingSubscriptionRegistration", "message": "Not registered."}}
    service.answer("GET", "/batchAccounts/", Answer(409, body))
    with pytest.raises(Exception, match="Not registered"):
        azure.arm.account(target)
    assert [r.method for r in service.requests if "/providers/Microsoft.Batch/" in r.path] == ["GET"]


@pytest.mark.parametrize("node", ["..", ".", "a/b", "a?b", "a%2Fb", "", "a" * 200, "ä"])
def test_a_name_that_would_change_the_address_is_refused(service: Service, azure: Azure, node: str) -> None:
    with pytest.raises(UsageProblem, match="name of a node"):
        azure.batch.extensions(service.endpoint, "p", node)
    assert service.requests == []


def test_a_deletion_is_over_when_the_pool_is_gone(service: Service, azure: Azure, target: Target) -> None:
    location = f"{service.endpoint}/operation"
    service.answer("DELETE", "/pools/dbg", Answer(202, None, {"Location": location, "Retry-After": "3"}))
    service.answer("GET", "/operation", Answer(202, None, {"Retry-After": "2"}), Answer(204))
    service.answer("GET", "/pools/dbg", Answer(404, {"error": {"code": "PoolNotFound"}}))
    azure.arm.delete_pool(target, "dbg")
    assert azure.hint == 3
    assert not azure.arm.pool_gone(target, "dbg")
    assert azure.hint == 2
    assert azure.arm.pool_gone(target, "dbg")


def test_a_deletion_may_ask_to_wait_until_a_date(service: Service, azure: Azure, target: Target) -> None:
    headers = {"Location": f"{service.endpoint}/deletion", "Retry-After": "Thu, 01 Jan 2099 00:00:00 GMT"}
    service.answer("DELETE", "/pools/dbg", Answer(202, None, headers))
    service.answer("GET", "/deletion", Answer(202))
    azure.arm.delete_pool(target, "dbg")
    assert not azure.arm.pool_gone(target, "dbg")


def test_a_pool_already_going_is_fine_to_delete(service: Service, azure: Azure, target: Target) -> None:
    service.answer("DELETE", "/pools/dbg", Answer(409, {"error": {"code": "PoolBeingDeleted"}}))
    service.answer("GET", "/pools/dbg", Answer(body={"properties": {"provisioningState": "Deleting"}}))
    azure.arm.delete_pool(target, "dbg")
    assert not azure.arm.pool_gone(target, "dbg")


def test_a_failed_deletion_is_told(service: Service, azure: Azure, target: Target) -> None:
    error = {"status": "Failed", "error": {"code": "ScopeLocked", "message": "A lock."}}
    service.answer(
        "DELETE", "/pools/dbg", Answer(202, None, {"Azure-AsyncOperation": f"{service.endpoint}/deletion"})
    )
    service.answer("GET", "/deletion", Answer(body=error))
    azure.arm.delete_pool(target, "dbg")
    with pytest.raises(Exception, match="ScopeLocked"):
        azure.arm.pool_gone(target, "dbg")


def test_what_is_gone_is_fine_to_remove(service: Service, azure: Azure, target: Target) -> None:
    service.answer("DELETE", "/", Answer(404, {"code": "NodeNotFound"}))
    azure.batch.delete_user(service.endpoint, "p", "n", "u")
    azure.arm.delete_pool(target, "dbg")
    with pytest.raises(NotFound):
        azure.arm.pool(target, "dbg")
