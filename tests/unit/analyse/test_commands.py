from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.analyse.commands import az, bicep, commands, powershell, terraform
from troubleshooter.model.finding import Outside

HOSTILE = ["v'; rm -rf / #", "$(reboot)", "`id`", "a b", "x\ny", '"', "${x}", "\u2019; Remove-Item"]
NAMES = ("vault", "principal", "subnet", "secret", "role", "identity", "resource_group", "account")


@pytest.mark.parametrize("kind", sorted(az.KINDS))
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_one_word_of_the_shell(kind: str, value: str) -> None:
    text = az.command(kind, dict.fromkeys(NAMES, value))
    assert text
    bare = text.replace(shlex.quote(value), "QUOTED")
    assert value not in bare or value in {'"', "a b"}


@pytest.mark.parametrize("kind", sorted(az.KINDS))
def test_unknown_values_are_explained_variables(kind: str) -> None:
    text = az.command(kind, {})
    explained = {
        line[2:].split(":")[0] for line in text.splitlines() if line.startswith("# ") and ": " in line
    }
    used = {name.upper() for name in NAMES if f'"${name.upper()}"' in text}
    assert used <= explained


def test_the_principal_is_asked_of_azure_when_only_the_identity_is_known() -> None:
    text = az.command("assign-role", {"vault": "v", "role": "r", "identity": "/subscriptions/x"})
    assert text.splitlines()[0].startswith("PRINCIPAL=$(az identity show --ids /subscriptions/x")


def test_an_unknown_kind_has_no_command() -> None:
    assert commands(Outside("paint-it-black")) == {}


def test_a_role_comes_in_four_forms() -> None:
    assert set(commands(Outside("assign-role", {"vault": "v"}))) == {"az", "powershell", "bicep", "terraform"}


@given(st.text())
def test_quoting_ends_where_it_should(value: str) -> None:
    inner = powershell.quoted(value)[1:-1]
    for quote in "'\u2018\u2019\u201a\u201b":
        assert inner.count(quote) % 2 == 0
    assert "${" not in bicep.quoted(value).replace("\\${", "")
    assert "${" not in terraform.quoted(value).replace("$${", "")
    assert "\n" not in bicep.quoted(value) + terraform.quoted(value)
