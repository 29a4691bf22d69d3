from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.analyse.commands import az, bicep, commands, powershell, terraform
from troubleshooter.model.finding import Outside

HOSTILE = ["v'; rm -rf / #", "$(reboot)", "`id`", "a b", "x\ny", '"', "${x}", "\u2019; Remove-Item"]
NAMES = (
    "vault",
    "principal",
    "subnet",
    "secret",
    "role",
    "identity",
    "account",
    "resource_group",
    "endpoint_group",
    "endpoint_subnet",
)


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


def test_a_pool_in_no_subnet_is_let_in_by_the_address_that_was_refused() -> None:
    values = {"vault": "v", "no_subnet": "yes", "address": "203.0.113.9"}
    text = az.command("allow-network", values)
    assert "az keyvault network-rule add --name v --ip-address 203.0.113.9" in text
    assert "every address" in text
    assert "--subnet" not in text
    assert "a pool made anew may get others" in text
    assert powershell.command("allow-network", values).endswith(
        "-VaultName 'v' -IpAddressRange '203.0.113.9'"
    )


def test_an_address_that_nobody_saw_is_asked_for() -> None:
    values = {"vault": "v", "no_subnet": "yes"}
    assert '--ip-address "$ADDRESS"' in az.command("allow-network", values)
    assert powershell.command("allow-network", values).startswith("# $address: <public address")


def test_for_a_pool_in_no_subnet_none_is_looked_up() -> None:
    text = az.command("private-endpoint", {"vault": "v", "no_subnet": "yes", "pool": "/p"})
    assert text.startswith("# the pool is in no subnet")
    assert "subnetId" not in text
    assert '--subnet "$ENDPOINT_SUBNET"' in text


def test_whose_ids_they_are_stands_below_the_command() -> None:
    values = {"vault": "v", "role": "r", "role_name": "Reader", "identity": "/x/ada", "principal": "p"}
    command, *notes = az.command("assign-role", values).splitlines()
    assert command.startswith("az role assignment create")
    assert notes == ["# role r: Reader", "# p: the identity ada"]


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


@pytest.mark.parametrize("kind", sorted(az.KINDS))
def test_no_alternatives_are_copied_together(kind: str) -> None:
    """What is pasted is done, all of it: of two ways to mend something the second would undo the first."""
    text = az.command(kind, {"vault": "v", "secret": "c", "identity": "/x/i"})
    does = [line for line in text.splitlines() if line.startswith("az ")]
    assert len(does) == 1
