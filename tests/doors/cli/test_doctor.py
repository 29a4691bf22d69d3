"""`doctor TARGET`: the pool's account is asked, and what its own rules forbid is said before any run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.doors.account import Account
    from tests.doors.cli.shell import Ended, Shell


def looked_at(shell: Shell, account: Account, target: str, *more: str) -> tuple[Ended, list[dict[str, str]]]:
    """How it ended, and what it told of the account."""
    connection = account.client.connection
    places = [
        f"--{name.replace('_', '-')}={connection[name]}" for name in ("arm_endpoint", "authority", "ca_file")
    ]
    ended = shell.json("doctor", target, *places, *more) if target else shell.json("doctor", *places)
    return ended, [check for check in ended.document["checks"] if check["name"] == "account"]


def of(account: Account, pool: str) -> str:
    return f"{account.client.account_path}/pools/{pool}"


def test_an_account_that_lets_in_is_said_to(shell: Shell, account: Account, pool: str) -> None:
    account.is_kept(allocation_mode="UserSubscription")
    account.forget_calls()
    ended, (told,) = looked_at(shell, account, of(account, pool))

    assert (ended.code, told["health"]) == (0, "ok")
    assert told["told"] == (
        f"contosobatch lets you in: its data plane told of pool {pool}; pool allocation mode UserSubscription"
    )
    assert account.changes() == []


@pytest.mark.parametrize(
    ("kept", "why", "do"),
    [
        (
            {"sign_ins": ("SharedKey",)},
            "Account contosobatch takes no sign-in with Microsoft Entra.",
            "Have AAD added to the account's allowedAuthenticationModes.",
        ),
        (
            {"public": False},
            "Public network access of account contosobatch is Disabled.",
            "Run this where the account's private endpoint is reached, or have public access enabled.",
        ),
        (
            {"let_in": ("203.0.113.7",)},
            "The network rule of account contosobatch (accountAccess) lets in 203.0.113.7 alone.",
            "Run this from such an address, or have this machine's added to the account's network rule.",
        ),
    ],
    ids=["keys alone", "private", "a rule"],
)
def test_what_an_account_forbids_is_named_and_ends_with_6(
    shell: Shell, account: Account, pool: str, kept: dict[str, Any], why: str, do: str
) -> None:
    account.is_kept(**kept)
    account.forget_calls()
    ended, (told,) = looked_at(shell, account, of(account, pool))

    assert (ended.code, told["health"], told["do"]) == (6, "fail", do)
    assert why in told["told"]
    assert account.changes() == []


def test_a_whole_id_says_where_the_pool_is_and_not_an_option(
    shell: Shell, account: Account, pool: str
) -> None:
    elsewhere = "99999999-2222-3333-4444-555555555555"
    account.forget_calls()
    ended, (told,) = looked_at(shell, account, of(account, pool), f"--subscription={elsewhere}")

    assert (ended.code, told["health"]) == (0, "ok")
    assert f"--subscription {elsewhere} is not used." in ended.err
    assert [call for call, _ in account.calls() if elsewhere in call] == []


def test_a_pool_that_is_not_there_is_said_to_be_missing(shell: Shell, account: Account) -> None:
    ended, (told,) = looked_at(shell, account, of(account, "gone"))
    assert (ended.code, told["health"]) == (5, "fail")
    assert "gone" in told["told"]


def test_without_a_target_no_account_is_asked(shell: Shell, account: Account) -> None:
    account.forget_calls()
    ended, told = looked_at(shell, account, "")
    assert (ended.code, told) == (0, [])
    assert [call for call, _ in account.calls() if "batchAccounts" in call or "/pools/" in call] == []


def test_who_is_not_signed_in_is_told_that_alone(
    shell: Shell, account: Account, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong")
    ended, told = looked_at(shell, account, of(account, pool))
    assert (ended.code, told) == (6, [])


def test_what_is_no_pool_is_refused_before_anything_is_looked_at(shell: Shell, account: Account) -> None:
    ended = shell.call("doctor", "render-pool")
    assert (ended.code, ended.out) == (2, "")
    assert "is only a pool's name" in ended.err
