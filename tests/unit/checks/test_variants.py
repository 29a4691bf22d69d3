"""Answers that Azure may give and that are easily misjudged: what is not shown is neither a no nor a yes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.checks.azure_says import (
    ACCOUNT,
    EVERYBODY,
    HOST,
    IDENTITY,
    KEY,
    NETWORK,
    PRINCIPAL,
    READER,
    SECRETS_USER,
    SUBNET,
    SUBSCRIPTION,
    URL,
    VAULT,
    WANTED,
    absent,
    assigned,
    denied,
    facts,
    known,
    refused,
    role,
    vault,
    version,
    well,
)
from troubleshooter.checks import named
from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.reading import network_of
from troubleshooter.checks.rights import vault_of
from troubleshooter.model.finding import Confidence, Severity, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from tests.unit.checks.azure_says import Answers
    from troubleshooter.checks.check import Outcome

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
OTHER = "dddddddd-0000-0000-0000-000000000009"


def told(row_id: str, answers: Answers, pool: Any = None, wanted: Any = (WANTED,)) -> Outcome:
    row = named(row_id)
    assert row is not None
    return row.judge(facts(answers, pool, wanted))


def of_somebody(kind: Any, scope: str = VAULT, definition: str = SECRETS_USER) -> dict[str, Any]:
    return assigned(definition, scope, principalId=OTHER, principalType=kind)


class TestRights:
    @pytest.mark.parametrize(
        ("assignment", "verdict"),
        [
            (of_somebody("Group"), OPEN),
            (of_somebody("group"), OPEN),
            (of_somebody("ForeignGroup"), OPEN),
            (of_somebody(None), OPEN),
            (of_somebody("AgentIdentity"), OPEN),
            (of_somebody("Group", f"{VAULT}/secrets/web"), OPEN),
            (of_somebody("Group", f"{VAULT}/secrets/another"), FAIL),
            (of_somebody("Group", definition="/unread"), OPEN),
            (of_somebody("User"), FAIL),
            (of_somebody("ServicePrincipal"), FAIL),
            (of_somebody("Device"), FAIL),
            (of_somebody("User", definition="/unread"), FAIL),
            (of_somebody("Group", definition=READER), FAIL),
        ],
    )
    def test_whoever_may_be_a_group_may_be_one_of_the_identitys(
        self, assignment: Any, verdict: Verdict
    ) -> None:
        answers = {
            **well(),
            (Kind.ASSIGNMENTS, KEY): known("none", []),
            (Kind.ALL_ASSIGNMENTS, VAULT): known("all", [assignment]),
            (Kind.ROLE, READER): role(
                "Key Vault Reader", "Microsoft.KeyVault/vaults/secrets/readMetadata/action"
            ),
            (Kind.ROLE, "/unread"): refused("role"),
        }

        assert told("kv-403-rbac", answers).verdict is verdict

    @pytest.mark.parametrize(
        ("denial", "verdict"),
        [
            (denied(SUBSCRIPTION, "*"), FAIL),
            (denied(SUBSCRIPTION, "*", to=({"id": OTHER},)), OPEN),
            (denied(SUBSCRIPTION, "*", to=({"id": OTHER, "type": "Unheard"},)), OPEN),
            (denied(SUBSCRIPTION, "*", to=({"id": OTHER, "type": "User"},)), PASS),
            (denied(SUBSCRIPTION, "*", to=({"id": PRINCIPAL.upper()},)), FAIL),
            (denied(SUBSCRIPTION, "*", but=({"id": OTHER},)), OPEN),
            (denied(SUBSCRIPTION, "*", but=({"id": PRINCIPAL.upper(), "type": None},)), PASS),
        ],
    )
    def test_a_denial_is_for_whoever_it_names_and_may_be_for_groups(
        self, denial: Any, verdict: Verdict
    ) -> None:
        answers = {**well(), (Kind.DENIALS, KEY): known("all", [denial])}

        assert told("kv-403-rbac", answers).verdict is verdict

    @pytest.mark.parametrize(
        ("told_of", "inside", "verdict"),
        [
            ({"condition": None}, {"condition": ""}, FAIL),
            ({"condition": "@Resource[...]"}, {}, OPEN),
            ({}, {"condition": "@Resource[...]"}, OPEN),
            ({"scope": VAULT, "doNotApplyToChildScopes": True}, {}, OPEN),
            ({"scope": f"{VAULT}/secrets/WEB/", "doNotApplyToChildScopes": True}, {}, FAIL),
            ({"scope": SUBSCRIPTION, "doNotApplyToChildScopes": True}, {}, PASS),
            ({"scope": "/providers/Microsoft.Management/managementGroups/mg"}, {}, FAIL),
            ({}, {"notDataActions": ["Microsoft.KeyVault/vaults/secrets/getSecret/ACTION"]}, PASS),
            ({}, {"dataActions": None, "actions": ["*"]}, PASS),
        ],
    )
    def test_how_far_a_denial_goes(self, told_of: Any, inside: Any, verdict: Verdict) -> None:
        denial = denied(SUBSCRIPTION, "Microsoft.KeyVault/*", to=(EVERYBODY,))["properties"] | told_of
        denial["permissions"][0] |= inside
        answers = {**well(), (Kind.DENIALS, KEY): known("all", [{"properties": denial}])}

        assert told("kv-403-rbac", answers).verdict is verdict

    def test_a_condition_that_is_empty_is_none(self) -> None:
        for condition in (None, ""):
            given = assigned(SECRETS_USER, VAULT, condition=condition, conditionVersion=None)
            answers = {**well(), (Kind.ASSIGNMENTS, KEY): known("own", [given])}

            assert told("kv-403-rbac", answers).verdict is PASS


class TestPolicies:
    @pytest.mark.parametrize(
        ("policies", "verdict"),
        [
            ([{"objectId": PRINCIPAL}], OPEN),
            ([{"objectId": PRINCIPAL, "permissions": None}], OPEN),
            ([{"objectId": PRINCIPAL, "permissions": {}}], FAIL),
            ([{"objectId": PRINCIPAL, "permissions": {"secrets": None, "keys": ["get"]}}], FAIL),
            ([{"objectId": PRINCIPAL, "permissions": {"secrets": ["GET", "List"]}}], PASS),
            ([{"objectId": PRINCIPAL, "permissions": {"secrets": ["get"]}, "applicationId": None}], PASS),
            ([{"objectId": OTHER}], OPEN),
            ([{"permissions": {"secrets": ["get"]}}], OPEN),
            ([{"objectId": PRINCIPAL}, {"objectId": PRINCIPAL, "permissions": {"secrets": ["get"]}}], PASS),
        ],
    )
    def test_a_policy_that_does_not_show_its_permissions_is_not_one_without(
        self, policies: Any, verdict: Verdict
    ) -> None:
        answers = {
            **well(),
            (Kind.VAULT, HOST): vault(enableRbacAuthorization=False, accessPolicies=policies),
        }

        assert told("kv-403-access-policy", answers).verdict is verdict

    @pytest.mark.parametrize("by_roles", [None, False])
    def test_a_vault_that_does_not_say_so_goes_by_policies(self, by_roles: bool | None) -> None:
        own = [{"objectId": PRINCIPAL, "permissions": {"secrets": ["get"]}}]
        shown = vault(enableRbacAuthorization=by_roles, accessPolicies=own)
        if by_roles is None:
            del shown.body["properties"]["enableRbacAuthorization"]

        assert told("kv-403-access-policy", {**well(), (Kind.VAULT, HOST): shown}).verdict is PASS


NEWER = "/x/userAssignedIdentities/id-newer"
SPELLED = [
    (WANTED.client_id.upper(), PASS),
    (f"{{{WANTED.client_id}}}", OPEN),
    (f" {WANTED.client_id} ", OPEN),
    (WANTED.client_id.replace("-", ""), OPEN),
    (f"{{{OTHER}}}", FAIL),
    (OTHER, FAIL),
]


def holding(**identities: Any) -> dict[str, Any]:
    return {"identity": {"type": "UserAssigned", "userAssignedIdentities": {**identities}}}


class TestIdentity:
    @pytest.mark.parametrize(("named_as", "verdict"), SPELLED)
    def test_a_client_id_that_is_written_otherwise_is_nobody_elses(
        self, named_as: str, verdict: Verdict
    ) -> None:
        wanted = (replace(WANTED, client_id=named_as),)

        assert told("imds-identity-not-found", well(), None, wanted).verdict is verdict

    def test_one_that_is_shown_is_found_also_where_another_is_not_shown(self) -> None:
        ids = {"clientId": WANTED.client_id, "principalId": PRINCIPAL}
        for unshown in ({}, None, {"clientId": None}):
            pool = holding(**{IDENTITY: ids, NEWER: unshown})

            assert told("imds-identity-not-found", well(), pool).verdict is PASS
            stranger = (replace(WANTED, client_id=OTHER),)
            assert told("imds-identity-not-found", well(), pool, stranger).verdict is OPEN

    @pytest.mark.parametrize(
        ("identity", "verdict"),
        [
            ({}, FAIL),
            ({"type": "None"}, FAIL),
            ({"type": "None", "userAssignedIdentities": {}}, FAIL),
            ({"type": "UserAssigned", "userAssignedIdentities": {}}, OPEN),
            ({"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": None}, OPEN),
        ],
    )
    def test_a_pool_that_says_it_has_one_and_shows_none_is_not_one_without(
        self, identity: Any, verdict: Verdict
    ) -> None:
        assert told("batch-pool-identity-missing", well(), {"identity": identity}).verdict is verdict

    @pytest.mark.parametrize(
        ("read_as", "severity"),
        [
            ((IDENTITY,), Severity.WARNING),
            ((NEWER.upper(),), Severity.ERROR),
            ((IDENTITY, NEWER), Severity.ERROR),
            (("",), Severity.ERROR),
            ((), Severity.ERROR),
        ],
    )
    def test_a_deleted_identity_that_nothing_is_read_as_is_a_warning(
        self, read_as: tuple[str, ...], severity: Severity
    ) -> None:
        answers = {**well(), (Kind.IDENTITY, NEWER): absent("identity")}
        pool = holding(**{IDENTITY: {}, NEWER: {}})
        wanted = tuple(replace(WANTED, name=one, identity=one) for one in read_as)
        said = told("batch-pool-identity-gone", answers, pool, wanted)

        assert (said.verdict, said.severity) == (FAIL, severity)
        assert (said.confidence is Confidence.CONFIRMED) is (severity is Severity.ERROR)
        assert said.why_not_surer or severity is Severity.ERROR


class TestSecrets:
    @pytest.mark.parametrize(
        ("older", "verdict"),
        [(1, PASS), (3, FAIL), (2, OPEN), (None, OPEN)],
    )
    def test_which_version_is_the_newest_is_told_by_each_of_them(
        self, older: int | None, verdict: Verdict
    ) -> None:
        beside = version("old", created=0, enabled=False)
        beside["attributes"]["created"] = older
        listed = [beside, version("new", created=2)]
        answers = {**well(), (Kind.VERSIONS, URL): known("versions", listed)}

        assert told("kv-403-secret-disabled", answers).verdict is verdict
        assert told("kv-404-secret-not-found", answers).verdict is PASS

    @pytest.mark.parametrize(
        ("attributes", "verdict"),
        [
            ({"enabled": True}, PASS),
            ({"enabled": True, "exp": None, "nbf": None}, PASS),
            (None, OPEN),
            ({}, OPEN),
            ({"enabled": True, "exp": "2027-01-01T00:00:00+02:00"}, OPEN),
            ({"enabled": True, "nbf": "2020-01-01"}, OPEN),
        ],
    )
    def test_dates_that_are_not_shown_are_not_dates_that_hold(
        self, attributes: Any, verdict: Verdict
    ) -> None:
        one = {**version("new", created=2), "attributes": attributes}
        answers = {**well(), (Kind.VERSIONS, URL): known("versions", [one])}

        assert told("cert-expired", answers).verdict is verdict

    @pytest.mark.parametrize(
        ("address", "verdict"),
        [
            (f"{URL}/new", FAIL),
            (f"{URL}/OLD/", PASS),
            ("", OPEN),
            (None, OPEN),
        ],
    )
    def test_a_newer_version_than_the_pinned_one_is_one_that_shows_its_name(
        self, address: str | None, verdict: Verdict
    ) -> None:
        shown = {"attributes": {"enabled": True, "created": 2}, "secretUriWithVersion": address}
        answers = {
            **well(),
            (Kind.VERSIONS, URL): refused("versions"),
            (Kind.SECRET, URL): known("secret", {"properties": shown}),
        }

        assert told("kv-url-pinned", answers, None, (replace(WANTED, version="old"),)).verdict is verdict


def test_names_of_modes_are_compared_without_their_capitals() -> None:
    for modes, verdict in ((["aad"], PASS), (["SharedKey", "TaskAuthenticationToken"], FAIL), (None, PASS)):
        account = known("account", {"properties": {"allowedAuthenticationModes": modes}})

        assert told("batch-account-entry", {**well(), (Kind.ACCOUNT, ACCOUNT): account}).verdict is verdict


@pytest.mark.parametrize(
    ("place", "level", "verdict"),
    [
        ("/providers/Microsoft.Authorization/locks/keep", "CanNotDelete", FAIL),
        ("/PROVIDERS/microsoft.authorization/LOCKS/keep", "readonly", FAIL),
        ("/providers/Microsoft.Authorization/locks/keep", "NotSpecified", OPEN),
        ("/providers/Microsoft.Authorization/locks/keep", None, OPEN),
        ("-other/providers/Microsoft.Authorization/locks/keep", "Unheard", PASS),
    ],
)
def test_a_lock_is_one_by_its_level(place: str, level: str | None, verdict: Verdict) -> None:
    lock = {"id": f"{ACCOUNT}{place}", "properties": {"level": level}}
    answers = {**well(), (Kind.LOCKS, ACCOUNT): known("locks", [lock])}

    assert told("batch-account-locked", answers).verdict is verdict


class TestPolicyOfACertificate:
    """It is that of the next version: the one that is read may have been made under another."""

    @pytest.mark.parametrize(
        ("exportable", "updated", "verdict", "confidence"),
        [
            (True, None, PASS, None),
            (True, 1_000, PASS, None),
            (True, 1_030, PASS, None),
            (True, 90_000, OPEN, None),
            (False, None, FAIL, Confidence.CONFIRMED),
            (False, 1_000, FAIL, Confidence.CONFIRMED),
            (False, 90_000, FAIL, Confidence.LIKELY),
        ],
    )
    def test_one_that_was_changed_later_tells_less(
        self, exportable: bool, updated: int | None, verdict: Verdict, confidence: Confidence | None
    ) -> None:
        policy = {
            "key_props": {"exportable": exportable},
            "attributes": {"enabled": True, "updated": updated},
        }
        answers = {
            **well(),
            (Kind.VERSIONS, URL): known("versions", [version("new", created=1_000)]),
            (Kind.CERTIFICATE, URL): known("policy", policy),
        }
        said = told("cert-non-exportable", answers)

        assert said.verdict is verdict
        assert confidence is None or said.confidence is confidence


@pytest.mark.parametrize(
    ("agent", "verdict"),
    [
        (None, PASS),
        ({"enabled": False, "imds": {"mode": "Enforce"}}, PASS),
        ({"enabled": True, "imds": {"mode": "audit"}}, PASS),
        ({"enabled": True, "imds": {"mode": "ENFORCE"}}, FAIL),
        ({"enabled": True, "imds": {"mode": "Block"}}, OPEN),
        ({"enabled": True, "imds": {"mode": None}}, OPEN),
        ({"enabled": True}, OPEN),
    ],
)
def test_a_mode_of_the_metadata_service_that_is_not_known_does_not_only_watch(
    agent: Any, verdict: Verdict
) -> None:
    machine = {"securityProfile": {"proxyAgentSettings": agent}}
    pool = {"properties": {"deploymentConfiguration": {"virtualMachineConfiguration": machine}}}

    assert told("imds-policy", well(), pool).verdict is verdict


def test_a_group_may_be_called_as_a_kind_is() -> None:
    """Ids are taken apart from their end: resource groups are named by whoever makes them."""
    for name in ("secrets", "Subnets", "pools", "virtualNetworkLinks"):
        place = VAULT.replace("/rg/", f"/{name}/")
        assert vault_of(f"{place}/secrets/web") == place
        assert network_of(SUBNET.replace("/rg/", f"/{name}/")) == NETWORK.replace("/rg/", f"/{name}/")
        assert account_of({"id": f"{ACCOUNT.replace('/rg/', f'/{name}/')}/pools/x"}) == ACCOUNT.replace(
            "/rg/", f"/{name}/"
        )
    assert account_of({"id": ACCOUNT}) == ACCOUNT
