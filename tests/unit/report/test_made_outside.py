"""Whether somebody made what lies outside the pool is looked at by commands that only read."""

from __future__ import annotations

import shlex

import pytest

from troubleshooter.analyse.commands.az import _KINDS
from troubleshooter.model.finding import Fix, Outside
from troubleshooter.report.made_outside import remark, shows

NOT_OF_A_VAULT = {"raise-quota"}
READS = {"list", "show"}


def fix(kind: str, **values: str) -> Fix:
    return Fix("Mend it", outside=Outside(kind, values))


@pytest.mark.parametrize("kind", sorted(_KINDS.keys() - NOT_OF_A_VAULT))
def test_each_kind_of_change_shows_by_something_that_is_read(kind: str) -> None:
    lines = shows(fix(kind, vault="my vault"))["az"].splitlines()
    commands = [shlex.split(line) for line in lines if not line.startswith("#")]

    assert commands
    assert all(words[0] == "az" and READS & {*words[:6]} for words in commands)
    assert "'my vault'" in "".join(lines)


def test_without_a_name_of_the_vault_nothing_is_made_up() -> None:
    assert shows(fix("assign-role")) == {}
    assert shows(Fix("Change it", patch=({"op": "test"},))) == {}


def test_an_endpoint_says_what_else_it_takes() -> None:
    assert "privatelink.vaultcore.azure.net holds the vault's name and is linked" in remark(
        fix("private-endpoint", vault="v")
    )
    assert remark(fix("assign-role", vault="v")) == ""
