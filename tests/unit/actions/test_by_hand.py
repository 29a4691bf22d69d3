"""What an operator looks at where no log can be read: every known value is filled in."""

from __future__ import annotations

from tests.known import KEY_VAULT
from tests.unit.lint.pools import PRINCIPAL, good
from troubleshooter.actions.by_hand import looks


def test_the_commands_hold_the_pools_own_values() -> None:
    lines = looks(good(), KEY_VAULT).splitlines()
    doors, roles, secret = lines[1::2]
    assert f"--assignee {PRINCIPAL} " in roles
    assert "az keyvault show --name v " in doors
    assert "networkAcls" in doors
    assert "publicNetworkAccess" in doors
    assert secret == "az keyvault secret show --vault-name v --name web --query attributes"
    assert all(line.startswith("# a cause") for line in lines[::2])
    assert not set("".join(lines[::2])) & set(";&|$`'\"()<>"), "some shells read on after #"


def test_what_nobody_knows_is_named_and_not_guessed() -> None:
    told = looks({"properties": {}}, KEY_VAULT)
    assert "<name of the vault>" in told
    assert "None" not in told
