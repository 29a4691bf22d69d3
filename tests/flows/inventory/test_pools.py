"""`pools`: which there are, how they are, the worst first, and what could not be read beside the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.flows.inventory.estate import SECOND, account, usual
from troubleshooter.simulator.scenarios.ground import SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.flows.inventory.conftest import Azure


PORTAL = (
    f"https://portal.azure.com/#resource/subscriptions/{SECOND}/resourceGroups/rg-contoso-batch"
    "/providers/Microsoft.Batch/batchAccounts/fabrikambatch/overview"
)


def told(document: Any) -> list[tuple[str, str, str]]:
    return [(one["account"], one["pool"], one["health"]) for one in document["pools"]]


ALL = [
    ("contosoother", "etl", "ill"),
    ("fabrikambatch", "a", "ill"),
    ("fabrikambatch", "b", "ill"),
    ("fabrikambatch", "etl", "ill"),
    ("contosobatch", "good", "well"),
]


def test_all_pools_of_all_subscriptions_are_listed_the_worst_first(azure: Callable[..., Azure]) -> None:
    document = azure(*usual()).json("pools")

    assert told(document) == ALL
    assert (document["exit"], document["unread"]) == (3, [])
    assert {one["id"]: [each["name"] for each in one["accounts"]] for one in document["subscriptions"]} == {
        SUBSCRIPTION: ["contosobatch", "contosoother"],
        SECOND: ["fabrikambatch"],
    }


def test_a_row_says_nodes_extension_and_since_when(azure: Callable[..., Azure]) -> None:
    scenes = (account("contosobatch", "polling-interval-number", pools=("etl",), nodes=3),)
    (row,) = azure(*scenes).json("pools")["pools"]

    assert (row["nodes"], row["wanted_nodes"], row["why"]) == ({"unusable": 3}, 3, "3 of 3 unusable")
    assert row["since"].startswith("2025-09-17T08:41:12")
    assert row["extension"]["status"] == "error"
    assert row["extension"]["node"].startswith("tvmps_")
    assert row["id"].endswith("/batchAccounts/contosobatch/pools/etl")


@pytest.mark.parametrize(
    ("scope", "accounts"),
    [
        (SUBSCRIPTION, {"contosobatch", "contosoother"}),
        (f"/subscriptions/{SECOND.upper()}", {"fabrikambatch"}),
        ("Contoso 1", {"fabrikambatch"}),
        ("ContosoOther", {"contosoother"}),
        (
            PORTAL,
            {"fabrikambatch"},
        ),
    ],
)
def test_a_subscription_or_an_account_restricts_it(
    scope: str, accounts: set[str], azure: Callable[..., Azure]
) -> None:
    document = azure(*usual()).json("pools", scope)
    assert {one["account"] for one in document["pools"]} == accounts


@pytest.mark.parametrize(
    ("scope", "code", "what"),
    [
        ("nobody", 5, "There is no Batch account to look at in nobody."),
        ("00000000-0000-0000-0000-000000000009", 5, "There is no subscription"),
        ("a/b", 2, "'a/b' is neither a subscription nor a Batch account."),
    ],
)
def test_what_is_nowhere_is_said(scope: str, code: int, what: str, azure: Callable[..., Azure]) -> None:
    ended = azure(*usual()).run("pools", scope, "--output", "json")

    assert ended.code == code
    assert ended.document["error"]["what"].startswith(what)
    assert all(ended.document["error"].values())


def test_nothing_is_sent_but_reads(azure: Callable[..., Azure]) -> None:
    world = azure(*usual())
    world.run("pools")

    calls = world.calls()
    assert {call["method"] for call in calls} == {"GET"}
    assert {call["status"] for call in calls} == {200}
    paths = [call["path"] for call in calls]
    assert len(paths) == len(set(paths)) + 2 * 2, "of each data plane: counts, and two pools of one name"


def test_an_account_that_lets_nobody_in_hides_no_other(azure: Callable[..., Azure]) -> None:
    shut = account("shutbatch", pools=("behind",), public=False)
    document = azure(shut, *usual()).json("pools")

    assert document["exit"] == 8
    assert told(document) == [*ALL[:4], ("shutbatch", "behind", "unknown"), ALL[4]]
    (unread,) = document["unread"]
    assert unread["id"].endswith("/batchAccounts/shutbatch")
    assert all(unread.values())


def test_an_account_that_takes_no_sign_in_of_ours_hides_no_other(azure: Callable[..., Azure]) -> None:
    keys = account("keysbatch", pools=("behind",), sign_ins=("SharedKey",))
    document = azure(keys, *usual()).json("pools")

    assert (document["exit"], len(document["unread"])) == (8, 1)
    assert ("keysbatch", "behind", "unknown") in told(document)


def test_a_subscription_without_rights_hides_no_other(azure: Callable[..., Azure]) -> None:
    world = azure(*usual())
    body = {"error": {"code": "AuthorizationFailed", "message": "does not have authorization"}}
    path = f"^/subscriptions/{SECOND}/providers/Microsoft.Batch/batchAccounts$"
    world.fault(match=f"GET {path}", status=403, code=body["error"]["code"])
    document = world.json("pools")

    assert document["exit"] == 8
    assert told(document) == [ALL[0], ALL[4]]
    assert [one["id"] for one in document["unread"]] == [f"/subscriptions/{SECOND}"]
    assert "Ask for the role" in document["unread"][0]["do"]


def test_pools_whose_list_is_refused_and_nodes_that_are_not_shown_are_told(
    azure: Callable[..., Azure],
) -> None:
    world = azure(*usual())
    world.fault(match="GET /batchAccounts/contosobatch/pools$", status=403)
    world.fault(match="GET ^/pools/etl/nodes$", status=403, times=2)
    document = world.json("pools")

    assert document["exit"] == 8
    assert [one["id"].rpartition("/")[2] for one in document["unread"]].count("etl") == 2
    assert any(one["id"].endswith("contosobatch") for one in document["unread"])
    etl = [one for one in document["pools"] if one["pool"] == "etl"]
    assert [one["health"] for one in etl] == ["ill", "ill"], "counted, though not listed"
    assert {one["since"] for one in etl} == {None}


def test_who_may_see_nothing_is_told_what_to_ask_for(azure: Callable[..., Azure]) -> None:
    world = azure(*usual())
    world.fault(match="GET ^/subscriptions$", status=200, body='{"value": []}')
    ended = world.run("pools", "--output", "json")

    assert ended.code == 6
    assert "Reader" in ended.document["error"]["do"]


def test_who_is_not_signed_in_is_told(azure: Callable[..., Azure], monkeypatch: pytest.MonkeyPatch) -> None:
    world = azure(*usual())
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong")
    ended = world.run("pools", "--output", "json")

    assert ended.code == 6
    assert ended.document["error"]["what"] == "Could not sign in to Azure."


def test_an_account_of_which_nothing_can_be_understood_is_told(azure: Callable[..., Azure]) -> None:
    world = azure(*usual())
    strange = '{"value": [{"id": "/elsewhere", "name": "odd"}, 7, {"name": "odd"}]}'
    world.fault(match=f"GET ^/subscriptions/{SECOND}/providers/Microsoft.Batch", status=200, body=strange)
    document = world.json("pools")

    assert document["exit"] == 8
    assert told(document) == [ALL[0], ALL[4]]
    assert len(document["unread"]) == 3


def test_the_text_says_the_same_and_what_to_do_next(azure: Callable[..., Azure]) -> None:
    shut = account("shutbatch", pools=("behind",), public=False)
    text = azure(shut, *usual()).run("pools").out

    assert [line.split()[:3] for line in text.splitlines()[1:3]] == [
        ["✖", "etl", "contosoother"],
        ["✖", "a", "fabrikambatch"],
    ]
    assert "6 pools of 4 Batch accounts in 2 subscriptions: 4 ill, 1 not known and 1 well." in text
    assert "? Azure refused counting the nodes of all pools." in text
    assert "troubleshooter check /subscriptions/" in text


NINE = {"targetDedicatedNodes": "9"}
ODD: tuple[Any, ...] = (
    7,
    {"name": "none", "properties": None},
    {"name": "text", "properties": {"scaleSettings": {"fixedScale": {"targetDedicatedNodes": "x"}}}},
    {"name": "a/../b", "properties": {"currentDedicatedNodes": 1}},
    {"name": "\x1b[31mred\u202e", "properties": {"currentDedicatedNodes": 1}},
    {"properties": {}},
    {"name": "red", "properties": {"resizeOperationStatus": {"errors": [{"code": {}}], **NINE}}},
)
"""Entries of a list of pools, as no service should give them."""


def test_what_is_strange_in_a_list_hides_nothing_and_moves_no_terminal(azure: Callable[..., Azure]) -> None:
    world = azure(*usual())
    path = f"{world.client.account_path}/pools"
    good = world.client.arm("GET", path).body["value"][0]
    counts = {"value": [3, {"poolId": "good", "dedicated": {"idle": "1", "unusable": None, "melted": 2}}]}
    for place, body in ((path, {"value": [*ODD, good]}), ("^/nodecounts", counts)):
        world.fault(match=f"GET {place}$", status=200, body=json.dumps(body), times=2)
    ended = world.run("pools", "contosobatch", "--output", "json")

    assert ended.code == 8
    assert {one["pool"] for one in ended.document["pools"]} == {"good", "text", "red"}
    assert all(one["what"] and one["why"] and one["do"] for one in ended.document["unread"])
    shown = world.run("pools", "contosobatch").out
    assert "cannot be the name of a pool" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


LISTS = ("^/subscriptions$", "/batchAccounts$", "contosobatch/pools$", "^/nodecounts$")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_leads_elsewhere_hides_no_other(path: str, azure: Callable[..., Azure]) -> None:
    world = azure(*usual())
    link = {"nextLink": "https://elsewhere.example/", "odata.nextLink": "https://elsewhere.example/"}
    world.fault(match=f"GET {path}", status=200, body=json.dumps({"value": [], **link}))
    ended = world.run("pools", "--output", "json")

    if path == "^/subscriptions$":
        assert ended.code == 9
        assert "another host" in ended.document["error"]["what"]
        return
    assert ended.code == 8
    assert "ill" in {health for _, _, health in told(ended.document)}
    assert "another host" in ended.document["unread"][0]["what"]


@pytest.mark.parametrize(
    ("which", "code"), [("batchAccounts$", 7), ("pools$", 8), ("nodecounts$", 8), ("nodes$", 8)]
)
def test_a_list_without_its_value_is_no_empty_one(azure: Callable[..., Azure], which: str, code: int) -> None:
    found = azure(*usual())
    found.fault(match=f"GET {which}", body="{}", times=99)
    document = found.json("pools")

    assert document["exit"] == code
    assert document["unread"] or any(one["unread"] for one in document["pools"])
    assert not [one["pool"] for one in document["pools"] if one["health"] == "empty"]
