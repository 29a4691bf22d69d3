"""Key Vault's data plane against Microsoft's OpenAPI files, and against what was recorded and quoted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.contract import digest
from tests.contract.client import Client
from tests.contract.openapi import Description
from tests.contract.test_openapi import never_answered
from tests.contract.test_resources import skeleton, unexplained
from troubleshooter.simulator.around.operator import ADDRESS, CLIENT_ID, OBJECT_ID, Grant, Operator
from troubleshooter.simulator.around.rights import DenyAssignment, RoleAssignment
from troubleshooter.simulator.around.roles.built_in import ADMINISTRATOR, VAULT_READER
from troubleshooter.simulator.around.roles.definition import Permission
from troubleshooter.simulator.around.vaults import AccessPolicy, Secret, Version
from troubleshooter.simulator.scenarios.ground import ACCOUNT, SECRET, SUBNET, VAULT, WELL
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from tests.contract.openapi import Answered
    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.server import Simulator

OLD = Version(
    "9d0b6f72e1c84a53b8f7d2e60a91c345", enabled=False, not_before=1_700_000_000, expires=1_800_000_000
)
GONE = Secret("deleted", "0" * 32)
STOCKED = replace(
    VAULT,
    secrets=(
        replace(SECRET, older=(OLD,)),
        Secret("plain", "1" * 32, certificate=False, content_type="text/plain"),
    ),
    deleted_secrets=(GONE,),
)
ALL = RoleAssignment(OBJECT_ID, ADMINISTRATOR, VAULT.id, "User")
SEEN = replace(WELL, vaults=(STOCKED,), assignments=(*WELL.assignments, ALL))
"""A vault that whoever is signed in may look into."""
AT = f"/{VAULT.name}"
VERSIONS = f"{AT}/secrets/{SECRET.name}/versions"
ASKED = {
    "keyvault-secrets": (
        VERSIONS,
        f"{AT}/deletedsecrets/{GONE.name}",
        f"{AT}/secrets/{SECRET.name}/{SECRET.version}",
    ),
    "keyvault-certificates": (
        f"{AT}/certificates/{SECRET.name}/policy",
        f"{AT}/certificates/{SECRET.name}/{SECRET.version}",
    ),
}


def at(simulator: Callable[..., Simulator], conditions: Conditions = SEEN, **options: Any) -> Client:
    return Client(simulator("healthy", conditions=conditions, **options).connection)


def vault(**changed: Any) -> Conditions:
    """Where whoever is signed in may look into a vault that is so."""
    return replace(SEEN, vaults=(replace(STOCKED, **changed),))


def inner(answered: Answered) -> str:
    return str(answered.body["error"].get("innererror", {}).get("code", ""))


@pytest.mark.parametrize("plane", ASKED)
def test_every_answer_is_as_described(plane: str, simulator: Callable[..., Simulator]) -> None:
    client = at(simulator)
    answers = [client.vault(path) for path in ASKED[plane]]
    whole = [client.vault(path.rpartition("/")[0]) for path in ASKED[plane][-1:]]
    refused = [client.vault(path, token="") for path in ASKED[plane]]
    assert [answered.status for answered in (*answers, *whole)] == [200] * (len(answers) + 1)
    assert unexplained(plane, [*answers, *refused]) == []
    assert never_answered(digest.SOURCES[plane][1], [*answers, *whole]) == []


def test_arm_says_where_the_data_plane_is(simulator: Callable[..., Simulator]) -> None:
    client = at(simulator)
    shown = client.arm("GET", VAULT.id, query={"api-version": "2023-07-01"}).body["properties"]["vaultUri"]
    assert shown == f"{client.connection['vault_endpoint']}/{VAULT.name}/"
    assert all(one["id"].startswith(shown) for one in client.vault(VERSIONS).body["value"])


def test_versions_are_listed_without_values_the_disabled_among_them(
    simulator: Callable[..., Simulator],
) -> None:
    shown = at(simulator).vault(VERSIONS).body["value"]
    assert {one["attributes"]["enabled"] for one in shown} == {True, False}
    (off,) = (one["attributes"] for one in shown if not one["attributes"]["enabled"])
    assert off["exp"] == OLD.expires
    assert not any("value" in one for one in shown)


def test_what_no_certificate_is_has_no_policy(
    simulator: Callable[..., Simulator], ground_truth: Path
) -> None:
    answered = at(simulator).vault(f"{AT}/certificates/plain/policy")
    place = ground_truth / "spec/keyvault-errors/recordings/error-404-CertificateNotFound-2.json"
    recorded = json.loads(place.read_text(encoding="utf-8"))["response"]
    assert answered.status == recorded["status"]
    assert answered.body["error"] == {
        "code": "CertificateNotFound",
        "message": "Certificate not found: plain",
    }
    assert answered.body["error"].keys() == recorded["body"]["error"].keys()


def test_a_call_without_a_token_is_challenged_as_recorded(
    simulator: Callable[..., Simulator], ground_truth: Path
) -> None:
    client = at(simulator)
    answered = client.vault(VERSIONS, token="")
    place = ground_truth / "spec/keyvault-errors/recordings/error-401.json"
    recorded = json.loads(place.read_text(encoding="utf-8"))["response"]
    assert (answered.status, answered.body) == (recorded["status"], recorded["body"])
    told, known = answered.headers["WWW-Authenticate"], recorded["headers"]["www-authenticate"]
    assert told.partition(", ")[2] == known.partition(", ")[2]
    assert told.startswith(f'Bearer authorization="{client.connection["authority"]}/{ACCOUNT.tenant}"')
    arm = client.token("https://management.azure.com/.default").body["access_token"]
    assert {client.vault(VERSIONS, token=one).status for one in (arm, "nonsense")} == {401}
    assert client.vault(VERSIONS, scope=f"{client.connection['vault_endpoint']}/.default").status == 200
    assert client.vault(VERSIONS, query={"api-version": "2010-01-01"}).status == 400


QUOTED: dict[str, Conditions] = {
    "kv-403-ForbiddenByRbac": replace(SEEN, assignments=WELL.assignments),
    "kv-403-ForbiddenByFirewall": vault(default_deny=True, allowed=("203.0.113.10",)),
    "kv-403-ForbiddenByConnection": vault(public=False),
    "kv-429-Throttled": vault(throttled=True),
}
"""Refusals quoted in public, and worlds in which whoever is signed in meets them."""


@pytest.mark.parametrize("quoted", QUOTED)
def test_a_refusal_is_as_quoted(quoted: str, simulator: Callable[..., Simulator], ground_truth: Path) -> None:
    errors = json.loads((ground_truth / "spec/quoted-errors/errors.json").read_text(encoding="utf-8"))[
        "errors"
    ]
    known = next(one for one in errors if one["id"] == quoted)
    answered = at(simulator, QUOTED[quoted]).vault(VERSIONS)
    assert (answered.status, skeleton(answered.body)) == (known["status"], skeleton(known["body"]))
    assert f"appid={CLIENT_ID};oid={OBJECT_ID}" in answered.body["error"]["message"] or "429" in quoted
    assert Description("keyvault-secrets").problems(answered) == []


def test_the_firewall_goes_before_rights_and_its_text_names_the_callers_own_address(
    simulator: Callable[..., Simulator],
) -> None:
    closed = replace(vault(default_deny=True), assignments=())
    answered = at(simulator, closed).vault(VERSIONS)
    assert inner(answered) == "ForbiddenByFirewall"
    assert f"Client address: {ADDRESS}" in answered.body["error"]["message"]
    let_in = vault(default_deny=True, allowed=("198.51.100.0/24",))
    assert at(simulator, let_in).vault(VERSIONS).status == 200
    assert at(simulator, vault(default_deny=True, subnets=(SUBNET,))).vault(VERSIONS).status == 403


def test_an_owner_may_do_nothing_in_a_vault_until_a_role_says_so(simulator: Callable[..., Simulator]) -> None:
    owner = replace(SEEN, assignments=())
    assert inner(at(simulator, owner).vault(VERSIONS)) == "ForbiddenByRbac"
    reader = replace(owner, assignments=(RoleAssignment(OBJECT_ID, VAULT_READER, VAULT.id),))
    client = at(simulator, reader)
    assert client.vault(VERSIONS).status == 200
    assert client.vault(f"{AT}/certificates/{SECRET.name}/policy").status == 200
    assert client.vault(f"{AT}/secrets/{SECRET.name}/").status == 403, "metadata only"
    data = Operator((Grant(Permission(("*",), data_actions=("*",))),))
    assert at(simulator, replace(owner, operator=data)).vault(VERSIONS).status == 200
    denied = DenyAssignment("no", VAULT.id, (Permission(data_actions=("*",)),), (OBJECT_ID,))
    refused = at(simulator, replace(owner, operator=data, denials=(denied,))).vault(VERSIONS)
    assert f"DenyAssignmentId: '{denied.id}'" in refused.body["error"]["message"]


def test_where_access_policies_count_roles_do_not(simulator: Callable[..., Simulator]) -> None:
    refused = at(simulator, vault(rbac=False)).vault(VERSIONS)
    assert inner(refused) == "AccessDenied"
    assert "does not have secrets list permission on key vault" in refused.body["error"]["message"]
    gets = at(simulator, vault(rbac=False, policies=(AccessPolicy(OBJECT_ID, secrets=("Get",)),)))
    assert [gets.vault(path).status for path in ASKED["keyvault-secrets"]] == [403, 200, 200]
    assert gets.vault(ASKED["keyvault-certificates"][0]).status == 403
    lists = at(simulator, vault(rbac=False, policies=(AccessPolicy(OBJECT_ID, "", ("all",), ("get",)),)))
    asked = [path for plane in ASKED.values() for path in plane]
    assert {lists.vault(path).status for path in asked} == {200}
    other = at(simulator, vault(rbac=False, policies=(AccessPolicy(OBJECT_ID, "an application"),)))
    assert inner(other.vault(VERSIONS)) == "ForbiddenByPolicy"


def test_a_vault_of_another_tenant_takes_no_token_of_this_one(simulator: Callable[..., Simulator]) -> None:
    elsewhere = vault(tenant="0b6f3c1e-97d2-4a58-b3c4-58e21f6a7d90")
    client = at(simulator, elsewhere)
    answered = client.vault(VERSIONS)
    assert (answered.status, answered.body["error"]["message"][:8]) == (401, "AKV10032")
    assert "0b6f3c1e" in client.vault(VERSIONS, token="").headers["WWW-Authenticate"]


def test_of_a_secret_that_is_not_there_versions_are_none_or_refused(
    simulator: Callable[..., Simulator],
) -> None:
    absent = f"{AT}/secrets/absent/versions"
    assert at(simulator).vault(absent).body == {"value": [], "nextLink": None}
    refused = at(simulator, habits=Habits(versions_of_none="refused")).vault(absent)
    assert (refused.status, refused.body["error"]["code"]) == (404, "SecretNotFound")
    assert at(simulator).vault(f"{AT}/deletedsecrets/absent").status == 404
    assert at(simulator).vault("/no-vault/secrets/a/versions").status == 404


def test_whoever_asks_for_a_value_is_seen_and_gets_none(simulator: Callable[..., Simulator]) -> None:
    client = at(simulator)
    client.vault(VERSIONS)
    value = client.vault(f"{AT}/secrets/{SECRET.name}/")
    assert value.body["value"] == "not a secret"
    disabled = client.vault(f"{AT}/secrets/{SECRET.name}/{OLD.id}")
    assert inner(disabled) == "SecretDisabled"
    calls = [call["path"] for call in client.control("GET", "/calls")["calls"]]
    assert [path for path in calls if path.startswith(AT)] == [
        VERSIONS,
        f"{AT}/secrets/{SECRET.name}/",
        f"{AT}/secrets/{SECRET.name}/{OLD.id}",
    ]
