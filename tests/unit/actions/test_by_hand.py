"""What an operator looks at where no log can be read: every known value is filled in, and nothing guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.known import KEY_VAULT, KNOWN
from tests.unit.lint.pools import CLIENT, PRINCIPAL, good
from troubleshooter import settings
from troubleshooter.actions.looking.by_hand import by_hand
from troubleshooter.analyse import load_rules

if TYPE_CHECKING:
    from troubleshooter.actions.looking.by_hand import ByHand

BOOK = load_rules(settings.playbooks_folder() / "rules", known=KNOWN)
SUBNET = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/render-nodes"
)
KINDS = [
    "private-endpoint",
    "allow-network",
    "assign-role",
    "set-access-policy",
    "create-secret",
    "enable-secret",
]
"""A vault asks for the network, then the permission, then what is wanted of it."""


def told(*, subnet: bool = False) -> ByHand:
    pool = good()
    if subnet:
        pool["properties"]["networkConfiguration"] = {"subnetId": SUBNET}
    return by_hand(pool, KEY_VAULT, BOOK)


def shows(kind: str, *, subnet: bool = False) -> str:
    return next(each.shows for each in told(subnet=subnet).mends if each.kind == kind)


def test_the_commands_hold_the_pools_own_values_and_only_read() -> None:
    vault, roles, secret = told().looks.splitlines()
    assert vault == "az keyvault show --name v --query properties"
    assert f"--assignee {PRINCIPAL} " in roles
    assert secret == "az keyvault secret show --vault-name v --name web --query attributes"


def test_roles_are_asked_for_where_those_of_the_secret_itself_show() -> None:
    """With a scope Azure's command lists what was given there and above it, and nothing below."""
    roles = told().looks.splitlines()[1]
    assert '--query id --output tsv)"/secrets/web --include-inherited ' in roles


@pytest.mark.parametrize("subnet", [True, False])
def test_causes_stand_in_the_order_in_which_they_hide_each_other_each_with_its_mend(subnet: bool) -> None:
    mends = told(subnet=subnet).mends
    assert [each.kind for each in mends] == KINDS
    verbs = ["private-endpoint create", "network-rule add", "role assignment create", "keyvault set-policy"]
    verbs += ["certificate recover", "certificate set-attributes"]
    assert [(verb, verb in each.command) for verb, each in zip(verbs, mends, strict=True)] == [
        (verb, True) for verb in verbs
    ]


def test_the_mends_are_those_of_the_rules() -> None:
    role = next(each for each in told().mends if each.kind == "assign-role")
    assert f"--role 4633458b-17de-408a-b874-0445c86b69e6 --assignee-object-id {PRINCIPAL} " in role.command


READ = (
    "Key Vault Secrets User, Key Vault Certificate User, Key Vault Secrets Officer and Key Vault"
    " Administrator"
)
DO_NOT = "Owner, Contributor, Key Vault Contributor, Key Vault Reader and Key Vault Certificates Officer"


def test_it_is_said_which_roles_read_secrets_and_which_do_not() -> None:
    assert f" {READ} read secrets; {DO_NOT} do not." in shows("assign-role")


def test_policies_are_matched_by_the_principal_id() -> None:
    policies = shows("set-access-policy")
    assert "enableRbacAuthorization is false or null, access policies apply" in policies
    assert f"principal id {PRINCIPAL}, not its client id," in policies
    assert CLIENT not in policies


def test_a_private_endpoint_serves_a_pool_in_a_subnet_alone() -> None:
    inside, outside = shows("private-endpoint", subnet=True), shows("private-endpoint")
    for part in ("status Approved", "--query subnet.id", "privatelink.vaultcore.azure.net"):
        assert part in inside
        assert part not in outside
    assert "the pool is in no subnet" in outside


def test_a_firewall_lists_the_subnet_or_the_addresses() -> None:
    inside, outside = shows("allow-network", subnet=True), shows("allow-network")
    assert "is Deny, virtualNetworkRules lacks the nodes' subnet render-nodes, ipRules lacks" in inside
    assert "virtualNetworkRules" not in outside
    assert "is Deny and ipRules lacks the public addresses" in outside


def test_no_look_is_broken_inside_a_word_on_a_narrow_screen() -> None:
    """An id, or a command inside the command, may be longer than a line; nothing of the query is."""
    words = told().looks.replace('"', " ").split()
    assert [word for word in words if len(word) > 66] == []


def test_what_nobody_knows_is_named_and_not_guessed() -> None:
    left = by_hand({"properties": {}}, KEY_VAULT, BOOK)
    assert "<name of the vault>" in left.looks
    assert not [each for each in left.mends if "${" in each.shows + each.command]
    assert "None" not in left.looks + "".join(each.shows + each.command for each in left.mends)
