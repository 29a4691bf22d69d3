"""Who would be asked for in Azure, as far as this machine says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from troubleshooter.cloud.known import known

if TYPE_CHECKING:
    from pathlib import Path

USER = {"name": "ada@contoso.com", "type": "user"}


def logged_in(home: Path, text: str) -> None:
    (home / ".azure").mkdir()
    (home / ".azure" / "azureProfile.json").write_text(text, encoding="utf-8-sig")


def test_az_login_names_who_and_the_chosen_subscription(machine_shut_out: Path) -> None:
    others = {"isDefault": False, "name": "Other", "user": {"name": "eve@contoso.com"}}
    subscriptions = [others, {"isDefault": True, "name": "Render", "user": USER}]
    logged_in(machine_shut_out, json.dumps({"subscriptions": subscriptions}))
    assert known() == "ada@contoso.com, subscription Render, from az login"


def test_the_environment_comes_first_and_no_secret_is_told(
    machine_shut_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged_in(
        machine_shut_out, json.dumps({"subscriptions": [{"isDefault": True, "name": "R", "user": USER}]})
    )
    monkeypatch.setenv("AZURE_CLIENT_ID", "5b0c9a7e")
    assert known().startswith("ada@contoso.com"), "an id alone signs nobody in"
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "hush")
    assert known() == "application 5b0c9a7e, from the environment"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "no JSON",
        '{"subscriptions": [7]}',
        '{"subscriptions": [{"isDefault": true, "user": 7}]}',
    ],
)
def test_what_is_no_profile_tells_nobody(machine_shut_out: Path, text: str) -> None:
    logged_in(machine_shut_out, text)
    assert known() == ""


def test_without_a_login_nobody_is_known() -> None:
    assert known() == ""
