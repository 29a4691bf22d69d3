"""Of each check where it passes, where it fails, near misses, and where a right is missing."""

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
    NOW,
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
    in_subnet,
    known,
    refused,
    role,
    vault,
    version,
    well,
)
from troubleshooter.analyse.commands import commands
from troubleshooter.checks import ROWS, judged
from troubleshooter.checks.check import capital
from troubleshooter.lint.catalogue import checks
from troubleshooter.model.finding import Confidence, Severity, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.checks.azure_says import (
        Answers,
    )
    from troubleshooter.checks.check import Outcome

    World = Callable[[Answers], dict[str, Any]]

ASKING = [row for row in ROWS if row.needs]
"""The others look at the pool alone, which was read before."""


def with_image(publisher: str, offer: str, sku: str, agent: str = "batch.node.ubuntu") -> dict[str, Any]:
    image = {"publisher": publisher, "offer": offer, "sku": sku, "version": "latest"}
    machine = {"imageReference": image, "nodeAgentSkuId": agent}
    return {"properties": {"deploymentConfiguration": {"virtualMachineConfiguration": machine}}}


WHERE: dict[str, dict[str, Any]] = {
    "kv-url-pinned": {"wanted": (replace(WANTED, version="new"),)},
    "net-connect": {"pool": in_subnet()},
    "net-dns": {"pool": in_subnet()},
    "batch-size-support-ends": {"pool": {"properties": {"vmSize": "STANDARD_D2S_V3"}}},
    "batch-debug-pool-quota": {"pool": {"properties": {"vmSize": "STANDARD_D2S_V3"}}},
    "batch-image-not-listed": {"pool": with_image("Canonical", "ubuntu", "lts")},
}
"""Of some the pool or the settings in which they ask at all."""
DAY = NOW.timestamp()
OTHER = "dddddddd-0000-0000-0000-000000000009"
ITSELF = {"id": PRINCIPAL, "type": "ServicePrincipal"}


def told(
    row_id: str, answers: Answers, pool: dict[str, Any] | None = None, wanted: Any = (WANTED,)
) -> Outcome:
    (only,) = judged([row for row in ROWS if row.id == row_id], facts(answers, pool, wanted))
    return only[1]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_where_all_is_well_nothing_fails_and_every_verdict_has_its_fact(row: Any) -> None:
    said = told(row.id, well())

    assert said.verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE}
    assert said.because


@pytest.mark.parametrize("row", ASKING, ids=lambda row: row.id)
def test_where_nothing_was_answered_nothing_is_told(row: Any) -> None:
    said = told(row.id, {}, **WHERE.get(row.id, {}))

    assert said.verdict is Verdict.UNKNOWN
    assert said.missing == "it was not asked for"


@pytest.mark.parametrize("row", ASKING, ids=lambda row: row.id)
def test_a_missing_right_is_named_and_proves_nothing(row: Any) -> None:
    said = told(row.id, {key: refused("it") for key in well()}, **WHERE.get(row.id, {}))

    assert said.verdict is Verdict.UNKNOWN
    assert "it needs Some/thing/read, which the role Reader has" in said.missing
    assert said.evidence == ()


def test_every_row_has_its_own_id() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert {row.id for row in ROWS if row.id not in {text.id for text in checks()}} <= {
        "batch-pool-identity-missing",
        "imds-identity-not-found",
        "imds-multiple-identities",
        "kv-403-public-access-disabled",
        "kv-403-firewall",
        "kv-401-invalid-issuer",
        "kv-403-rbac",
        "kv-403-access-policy",
        "kv-403-policy-obo",
        "kv-404-secret-not-found",
        "kv-409-soft-deleted",
        "kv-403-secret-disabled",
        "cert-content-type",
        "cert-non-exportable",
        "net-connect",
        "net-dns",
    }


@pytest.mark.parametrize(
    ("entered", "verdict"), [(True, Verdict.PASS), (False, Verdict.FAIL), (None, Verdict.UNKNOWN)]
)
def test_whether_a_closed_account_lets_in_from_here_only_a_call_tells(
    entered: bool | None, verdict: Verdict
) -> None:
    (row,) = (one for one in ROWS if one.id == "batch-account-entry")
    body = {"properties": {"publicNetworkAccess": "Disabled"}}
    asked = facts({**well(), (Kind.ACCOUNT, ACCOUNT): known("account", body)})

    assert row.judge(replace(asked, entered=entered)).verdict is verdict


def policy(principal: str = PRINCIPAL, *secrets: str, **more: Any) -> dict[str, Any]:
    return {"objectId": principal, "permissions": {"secrets": [*secrets]}, **more}


OF_CERTIFICATES = {"objectId": PRINCIPAL, "permissions": {"certificates": ["get"]}}


def by_policies(*policies: dict[str, Any]) -> Answers:
    return {**well(), (Kind.VAULT, HOST): vault(enableRbacAuthorization=False, accessPolicies=[*policies])}


def guarded(**rules: Any) -> Answers:
    acls = {"defaultAction": "Deny", "ipRules": [], "virtualNetworkRules": [], **rules}
    return {**well(), (Kind.VAULT, HOST): vault(networkAcls=acls)}


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("the vault takes nobody", "The vault"),
        ("kv-render.vault.azure.net has none", "kv-render"),
        ("publicNetworkAccess is Disabled", "publicNetworkAccess"),
    ],
)
def test_a_sentence_begins_as_one_and_a_name_in_it_stays_as_it_is(said: str, begins: str) -> None:
    assert capital(said).startswith(begins)


class TestRoles:
    @pytest.mark.parametrize(
        ("assignments", "verdict"),
        [
            ([], Verdict.FAIL),
            ([assigned(READER, VAULT)], Verdict.FAIL),
            ([assigned(SECRETS_USER, f"{VAULT}-other")], Verdict.FAIL),
            ([assigned(SECRETS_USER, f"{VAULT}/secrets/another")], Verdict.FAIL),
            ([assigned(SECRETS_USER, f"{VAULT}/secrets/WEB")], Verdict.PASS),
            ([assigned(SECRETS_USER, VAULT.upper())], Verdict.PASS),
            ([assigned(SECRETS_USER, SUBSCRIPTION)], Verdict.PASS),
            ([assigned(SECRETS_USER, VAULT, condition="@Resource[...]")], Verdict.UNKNOWN),
            ([assigned("/unread", VAULT)], Verdict.UNKNOWN),
            ([assigned("/unread", VAULT), assigned(SECRETS_USER, VAULT)], Verdict.PASS),
        ],
    )
    def test_by_scope_and_data_action(self, assignments: list[Any], verdict: Verdict) -> None:
        answers = {**well(), (Kind.ASSIGNMENTS, KEY): known("assignments", assignments)}

        assert told("kv-403-rbac", answers).verdict is verdict

    def test_a_missing_role_is_confirmed_and_names_those_that_are_too_weak(self) -> None:
        answers = {**well(), (Kind.ASSIGNMENTS, KEY): known("assignments", [assigned(READER, VAULT)])}
        said = told("kv-403-rbac", answers)

        assert said.confidence is Confidence.CONFIRMED
        assert "it has Key Vault Reader, which do not" in said.because
        assert said.fixes[0].outside is not None
        assert said.fixes[0].outside.values["principal"] == PRINCIPAL

    @pytest.mark.parametrize(
        ("actions", "without", "verdict"),
        [
            (("*",), (), Verdict.PASS),
            (("Microsoft.KeyVault/vaults/secrets/*",), (), Verdict.PASS),
            (("microsoft.keyvault/VAULTS/secrets/getsecret/ACTION",), (), Verdict.PASS),
            (("*",), ("Microsoft.KeyVault/vaults/secrets/getSecret/action",), Verdict.FAIL),
            (("*",), ("Microsoft.KeyVault/*",), Verdict.FAIL),
            (("Microsoft.KeyVault/vaults/secrets/readMetadata/action",), (), Verdict.FAIL),
        ],
    )
    def test_roles_are_judged_by_their_data_actions(
        self, actions: tuple[str, ...], without: tuple[str, ...], verdict: Verdict
    ) -> None:
        answers = {**well(), (Kind.ROLE, SECRETS_USER): role("Any Name", *actions, without=without)}

        assert told("kv-403-rbac", answers).verdict is verdict

    @pytest.mark.parametrize(
        "scope",
        [
            "/",
            "/providers/Microsoft.Management/managementGroups/mg-contoso",
            SUBSCRIPTION.upper(),
            VAULT,
            f"{VAULT}/secrets/web",
        ],
    )
    def test_a_role_holds_for_all_that_lies_in_its_scope(self, scope: str) -> None:
        answers = {**well(), (Kind.ASSIGNMENTS, KEY): known("all", [assigned(SECRETS_USER, scope)])}

        assert told("kv-403-rbac", answers).verdict is Verdict.PASS

    def test_a_deny_assignment_goes_before_every_role(self) -> None:
        denial = denied(SUBSCRIPTION, "Microsoft.KeyVault/*")
        said = told("kv-403-rbac", {**well(), (Kind.DENIALS, KEY): known("denials", [denial])})

        assert said.verdict is Verdict.FAIL
        assert "deny assignment managed" in said.because
        elsewhere = denied(f"{VAULT}-other", "*")
        told_of_another = told("kv-403-rbac", {**well(), (Kind.DENIALS, KEY): known("denials", [elsewhere])})
        assert told_of_another.verdict is Verdict.PASS

    @pytest.mark.parametrize(
        ("to", "but", "verdict"),
        [
            ((ITSELF,), (), Verdict.FAIL),
            ((EVERYBODY,), ({"id": OTHER, "type": "ServicePrincipal"},), Verdict.FAIL),
            ((EVERYBODY,), ({**ITSELF, "id": PRINCIPAL.upper()},), Verdict.PASS),
            (({"id": OTHER, "type": "ServicePrincipal"},), (), Verdict.PASS),
            (({"id": OTHER, "type": "Group"},), (), Verdict.UNKNOWN),
            ((EVERYBODY,), ({"id": OTHER, "type": "Group"},), Verdict.UNKNOWN),
            ((), (), Verdict.UNKNOWN),
        ],
    )
    def test_a_deny_assignment_is_for_whom_it_names_and_does_not_leave_out(
        self, to: Any, but: Any, verdict: Verdict
    ) -> None:
        denial = denied(SUBSCRIPTION, "Microsoft.KeyVault/*", to=to, but=but)

        assert told("kv-403-rbac", {**well(), (Kind.DENIALS, KEY): known("all", [denial])}).verdict is verdict

    def test_a_denial_that_does_not_show_whom_it_leaves_out_is_no_firm_one(self) -> None:
        denial = denied(SUBSCRIPTION, "Microsoft.KeyVault/*")
        denial["properties"].pop("excludePrincipals", None)

        assert (
            told("kv-403-rbac", {**well(), (Kind.DENIALS, KEY): known("all", [denial])}).verdict
            is Verdict.UNKNOWN
        )

    def test_a_role_that_lacks_is_the_cause_also_where_a_group_may_be_denied(self) -> None:
        denial = denied(SUBSCRIPTION, "*", to=({"id": OTHER, "type": "Group"},))
        answers = {
            **well(),
            (Kind.ASSIGNMENTS, KEY): known("none", []),
            (Kind.DENIALS, KEY): known("all", [denial]),
        }

        assert told("kv-403-rbac", answers).verdict is Verdict.FAIL

    def test_a_role_is_no_pass_where_denials_may_not_be_read(self) -> None:
        said = told("kv-403-rbac", {**well(), (Kind.DENIALS, KEY): refused("denials")})

        assert said.verdict is Verdict.UNKNOWN

    def test_a_group_that_has_the_role_may_be_one_of_the_identitys(self) -> None:
        without = {**well(), (Kind.ASSIGNMENTS, KEY): known("assignments", [])}
        group = assigned(SECRETS_USER, VAULT, principalType="Group", principalId="g-1")
        said = told("kv-403-rbac", {**without, (Kind.ALL_ASSIGNMENTS, VAULT): known("all", [group])})
        assert said.verdict is Verdict.UNKNOWN
        assert "1 assignment that gives it belongs to groups: g-1" in said.missing

        weak = assigned(READER, VAULT, principalType="Group", principalId="g-1")
        harmless = {**without, (Kind.ALL_ASSIGNMENTS, VAULT): known("all", [weak])}
        assert told("kv-403-rbac", harmless).verdict is Verdict.FAIL
        unseen = {**without, (Kind.ALL_ASSIGNMENTS, VAULT): refused("all")}
        assert told("kv-403-rbac", unseen).verdict is Verdict.UNKNOWN

    def test_a_vault_that_goes_by_policies_has_no_roles_to_lack(self) -> None:
        assert told("kv-403-rbac", by_policies()).verdict is Verdict.NOT_APPLICABLE


class TestPolicies:
    @pytest.mark.parametrize(
        ("policies", "verdict", "confidence"),
        [
            ([], Verdict.FAIL, Confidence.CONFIRMED),
            ([policy(PRINCIPAL, "list")], Verdict.FAIL, Confidence.CONFIRMED),
            ([policy(OTHER, "get")], Verdict.UNKNOWN, None),
            ([policy(WANTED.client_id, "get")], Verdict.FAIL, Confidence.CONFIRMED),
            ([policy(OTHER, "get", applicationId=PRINCIPAL)], Verdict.FAIL, Confidence.CONFIRMED),
            ([policy(PRINCIPAL, "Get")], Verdict.PASS, None),
            ([policy(PRINCIPAL.upper(), "all")], Verdict.PASS, None),
            (
                [{"objectId": PRINCIPAL, "permissions": {"certificates": ["get"]}}],
                Verdict.FAIL,
                Confidence.CONFIRMED,
            ),
        ],
    )
    def test_get_on_secrets_for_this_identity(
        self, policies: list[Any], verdict: Verdict, confidence: Confidence | None
    ) -> None:
        said = told("kv-403-access-policy", by_policies(*policies))

        assert said.verdict is verdict
        assert confidence is None or said.confidence is confidence

    @pytest.mark.parametrize(
        ("kind", "verdict"), [("User", Verdict.FAIL), ("Group", Verdict.UNKNOWN), (None, Verdict.UNKNOWN)]
    )
    def test_whose_policy_it_is_may_be_known_by_a_role(self, kind: str | None, verdict: Verdict) -> None:
        role_of_other = assigned(READER, VAULT, principalId=OTHER, principalType=kind)
        answers = {
            **by_policies(policy(OTHER, "get")),
            (Kind.ALL_ASSIGNMENTS, VAULT): known("all", [role_of_other]),
        }

        assert told("kv-403-access-policy", answers).verdict is verdict

    def test_a_policy_that_may_be_a_groups_is_named_with_the_way_to_know(self) -> None:
        said = told("kv-403-access-policy", by_policies(policy(OTHER, "get")))

        assert OTHER in said.missing
        assert f"az ad group member check --group ID --member-id {PRINCIPAL}" in said.missing

    def test_a_policy_for_an_application_does_not_hold_for_the_identity_alone(self) -> None:
        answers = by_policies(policy(PRINCIPAL, "get", applicationId=OTHER))

        assert told("kv-403-policy-obo", answers).verdict is Verdict.FAIL
        assert told("kv-403-access-policy", answers).verdict is Verdict.PASS
        both = by_policies(policy(PRINCIPAL, "get", applicationId=OTHER), policy(PRINCIPAL, "get"))
        assert told("kv-403-policy-obo", both).verdict is Verdict.PASS


class TestNetwork:
    @pytest.mark.parametrize(
        ("access", "public", "firewall"),
        [
            ("Enabled", Verdict.PASS, Verdict.FAIL),
            ("enabled", Verdict.PASS, Verdict.FAIL),
            (None, Verdict.PASS, Verdict.FAIL),
            ("SecuredByPerimeter", Verdict.UNKNOWN, Verdict.NOT_APPLICABLE),
        ],
    )
    def test_a_perimeter_goes_before_the_firewall_and_what_it_lets_in_is_not_told(
        self, access: str | None, public: Verdict, firewall: Verdict
    ) -> None:
        rules = {"defaultAction": "Deny", "ipRules": [], "virtualNetworkRules": []}
        shut = {**well(), (Kind.VAULT, HOST): vault(publicNetworkAccess=access, networkAcls=rules)}

        assert told("kv-403-public-access-disabled", shut, in_subnet()).verdict is public
        assert told("kv-403-firewall", shut, in_subnet()).verdict is firewall

    def test_a_firewall_that_does_not_list_the_subnet(self) -> None:
        said = told("kv-403-firewall", guarded(), in_subnet())

        assert (said.verdict, said.confidence) == (Verdict.FAIL, Confidence.LIKELY)
        assert said.why_not_surer

    @pytest.mark.parametrize(
        ("services", "verdict"),
        [
            ([{"service": "Microsoft.KeyVault"}], Verdict.PASS),
            ([{"service": "Microsoft.Storage"}], Verdict.FAIL),
        ],
    )
    def test_a_listed_subnet_needs_the_service_endpoint(self, services: list[Any], verdict: Verdict) -> None:
        answers = guarded(virtualNetworkRules=[{"id": SUBNET.lower()}])
        answers[Kind.SUBNET, SUBNET] = known("subnet", {"properties": {"serviceEndpoints": services}})

        assert told("kv-403-firewall", answers, in_subnet()).verdict is verdict

    def test_a_listed_subnet_that_may_not_be_read_cannot_be_told(self) -> None:
        answers = guarded(virtualNetworkRules=[{"id": SUBNET}])
        answers[Kind.SUBNET, SUBNET] = refused("subnet")

        assert told("kv-403-firewall", answers, in_subnet()).verdict is Verdict.UNKNOWN

    def test_addresses_that_batch_chose_are_not_known(self) -> None:
        assert told("kv-403-firewall", guarded()).verdict is Verdict.FAIL
        assert told("kv-403-firewall", guarded(ipRules=[{"value": "20.1.2.3"}])).verdict is Verdict.UNKNOWN

    @pytest.mark.parametrize(
        ("rule", "verdict"), [("20.1.2.0/24", Verdict.PASS), ("20.9.0.0/16", Verdict.FAIL)]
    )
    def test_a_pools_own_addresses_are_compared(self, rule: str, verdict: Verdict) -> None:
        answers = guarded(ipRules=[{"value": rule}])
        answers[Kind.ADDRESS, "/ip"] = known("address", {"properties": {"ipAddress": "20.1.2.3"}})
        own = {
            "properties": {
                "networkConfiguration": {"publicIPAddressConfiguration": {"ipAddressIds": ["/ip"]}}
            }
        }

        assert told("kv-403-firewall", answers, own).verdict is verdict

    def connected(self, status: str = "Approved", **properties: Any) -> Answers:
        connection = {
            "properties": {
                "privateEndpoint": {"id": "/pe"},
                "privateLinkServiceConnectionState": {"status": status},
            }
        }
        closed = vault(publicNetworkAccess="Disabled", privateEndpointConnections=[connection], **properties)
        return {**well(), (Kind.VAULT, HOST): closed}

    def test_private_only_without_an_endpoint(self) -> None:
        closed = {**well(), (Kind.VAULT, HOST): vault(publicNetworkAccess="Disabled")}

        said = told("kv-403-public-access-disabled", closed, in_subnet())
        assert said.verdict is Verdict.FAIL
        assert said.fixes[0].provable
        assert (
            told("kv-403-public-access-disabled", self.connected("Pending"), in_subnet()).verdict
            is Verdict.FAIL
        )
        assert told("kv-403-firewall", closed, in_subnet()).verdict is Verdict.NOT_APPLICABLE

    def linked(self, **policy: Any) -> Answers:
        zone = "/zones/privatelink.vaultcore.azure.net"
        link = {
            "id": f"{zone}/virtualNetworkLinks/a",
            "properties": {"virtualNetwork": {"id": NETWORK.upper()}, **policy},
        }
        record = known("record", {"properties": {"aRecords": [{"ipv4Address": "10.0.0.9"}]}})
        return {
            **self.connected(),
            (Kind.ZONE_LINKS, "privatelink.vaultcore.azure.net"): known("links", [link]),
            (Kind.ZONE_RECORDS, f"{zone}/A/kv-render"): record,
        }

    def test_an_endpoint_in_the_pools_network_passes_and_one_elsewhere_cannot_be_told(self) -> None:
        answers = self.linked()
        near = {"properties": {"subnet": {"id": SUBNET.replace("/nodes", "/endpoints")}}}
        far = {"properties": {"subnet": {"id": SUBNET.replace("/vnet/", "/hub/")}}}

        answers[Kind.ENDPOINT, "/pe"] = known("endpoint", near)
        assert told("kv-403-public-access-disabled", answers, in_subnet()).verdict is Verdict.PASS
        unnamed = {**self.connected(), (Kind.ENDPOINT, "/pe"): known("endpoint", near)}
        assert told("kv-403-public-access-disabled", unnamed, in_subnet()).verdict is Verdict.UNKNOWN
        answers[Kind.ENDPOINT, "/pe"] = known("endpoint", far)
        assert told("kv-403-public-access-disabled", answers, in_subnet()).verdict is Verdict.UNKNOWN

    def test_a_zone_that_gives_way_to_public_names_leads_to_the_public_address(self) -> None:
        record = (Kind.ZONE_RECORDS, "/zones/privatelink.vaultcore.azure.net/A/kv-render")
        nowhere = {**self.linked(), record: absent("record")}
        onward = {**self.linked(resolutionPolicy="NxDomainRedirect"), record: absent("record")}

        assert told("net-dns", nowhere, in_subnet()).verdict is Verdict.FAIL
        assert told("net-dns", onward, in_subnet()).verdict is Verdict.PASS
        assert told("kv-403-public-access-disabled", onward, in_subnet()).verdict is Verdict.FAIL
        unread = {**self.linked(), record: refused("record")}
        assert told("net-dns", unread, in_subnet()).verdict is Verdict.UNKNOWN

    def test_a_pool_in_no_subnet_has_no_private_way(self) -> None:
        said = told("kv-403-public-access-disabled", self.connected())

        assert said.verdict is Verdict.FAIL
        assert said.fixes[0].summary.startswith("Create the pool anew in a subnet")
        assert not said.fixes[0].provable  # a pool made beside it would be in none either

    def test_no_command_asks_for_the_subnet_of_a_pool_that_is_in_none(self) -> None:
        for check, answers in (
            ("kv-403-public-access-disabled", self.connected()),
            ("kv-403-firewall", guarded()),
        ):
            (outside,) = (fix.outside for fix in told(check, answers).fixes)
            assert outside is not None
            assert "the pool is in no subnet" in commands(outside)["az"]


class TestSecrets:
    def versions(self, *listed: dict[str, Any]) -> Answers:
        return {**well(), (Kind.VERSIONS, URL): known("versions", [*listed])}

    def test_a_disabled_older_version_is_no_cause(self) -> None:
        older = self.versions(version("old", created=1, enabled=False), version("new", created=2))

        assert told("kv-403-secret-disabled", older).verdict is Verdict.PASS

    def test_a_disabled_newest_version_is(self) -> None:
        newest = self.versions(version("old", created=1), version("new", created=2, enabled=False))
        said = told("kv-403-secret-disabled", newest)

        assert (said.verdict, said.confidence) == (Verdict.FAIL, Confidence.CONFIRMED)

    def test_a_pinned_version_is_looked_at_alone(self) -> None:
        pinned = (replace(WANTED, version="OLD"),)
        listed = self.versions(version("old", created=1, enabled=False), version("new", created=2))

        assert told("kv-403-secret-disabled", listed, wanted=pinned).verdict is Verdict.FAIL
        gone = (replace(WANTED, version="never"),)
        assert told("kv-404-secret-not-found", listed, wanted=gone).verdict is Verdict.FAIL

    def test_a_secret_that_the_vault_does_not_have(self) -> None:
        answers = {**well(), (Kind.VERSIONS, URL): absent("versions")}

        assert told("kv-404-secret-not-found", answers).verdict is Verdict.FAIL
        assert told("kv-403-secret-disabled", answers).verdict is Verdict.NOT_APPLICABLE
        assert told("kv-404-secret-not-found", self.versions()).verdict is Verdict.FAIL

    def test_where_the_vault_is_shut_to_the_operator_arms_resource_tells(self) -> None:
        answers = {**well(), (Kind.VERSIONS, URL): refused("versions")}
        resource = {"properties": {"attributes": {"enabled": False}, "contentType": "application/x-pkcs12"}}
        answers[Kind.SECRET, URL] = known("secret", resource)

        assert told("kv-404-secret-not-found", answers).verdict is Verdict.PASS
        assert told("kv-403-secret-disabled", answers).verdict is Verdict.FAIL

    def test_arms_resource_tells_of_the_newest_version_alone(self) -> None:
        told_by_arm = {
            "attributes": {"enabled": True},
            "contentType": "text/plain",
            "secretUriWithVersion": f"{URL}/NEW",
        }
        answers = {
            **well(),
            (Kind.VERSIONS, URL): refused("versions"),
            (Kind.SECRET, URL): known("secret", {"properties": told_by_arm}),
        }
        newest, older = (replace(WANTED, version="new"),), (replace(WANTED, version="old"),)

        assert told("kv-403-secret-disabled", answers, wanted=newest).verdict is Verdict.PASS
        assert told("cert-content-type", answers, wanted=newest).verdict is Verdict.FAIL
        for row in ("kv-404-secret-not-found", "kv-403-secret-disabled", "cert-content-type"):
            assert told(row, answers, wanted=older).verdict is Verdict.UNKNOWN

    def test_what_is_there_was_not_deleted(self) -> None:
        there = {key: reply for key, reply in well().items() if key[0] is not Kind.DELETED_SECRET}
        by_arm = {
            **there,
            (Kind.VERSIONS, URL): refused("versions"),
            (Kind.SECRET, URL): known("secret", {"id": "it"}),
        }

        assert told("kv-409-soft-deleted", there).verdict is Verdict.PASS
        assert told("kv-409-soft-deleted", by_arm).verdict is Verdict.PASS
        nothing = {**there, (Kind.VERSIONS, URL): known("versions", [])}
        assert told("kv-409-soft-deleted", nothing).verdict is Verdict.UNKNOWN

    @pytest.mark.parametrize("content", [None, "text/plain"])
    def test_a_plain_secret_is_no_certificate(self, content: str | None) -> None:
        plain = self.versions(version("new", created=1, content=content))

        assert told("cert-content-type", plain).verdict is Verdict.FAIL

    @pytest.mark.parametrize(
        ("dates", "verdict", "says"),
        [
            ({}, Verdict.PASS, "without an end"),
            ({"exp": DAY + 86_400}, Verdict.PASS, "holds until 2026-11-21"),
            ({"exp": DAY - 86_400}, Verdict.FAIL, "ended 2026-11-19"),
            ({"nbf": DAY + 86_400}, Verdict.FAIL, "does not hold before 2026-11-21"),
            ({"nbf": DAY - 86_400, "exp": DAY + 86_400}, Verdict.PASS, "holds until"),
            ({"exp": 1e300}, Verdict.PASS, "a day that is not told"),
        ],
    )
    def test_dates_warn_and_are_those_of_the_version_that_is_read(
        self, dates: dict[str, float], verdict: Verdict, says: str
    ) -> None:
        listed = self.versions(
            version("old", created=1, dates={"exp": DAY - 1}), version("new", created=2, dates=dates)
        )
        said = told("cert-expired", listed)

        assert (said.verdict, says in said.because) == (verdict, True)
        assert verdict is Verdict.PASS or said.severity is Severity.WARNING

    def test_an_expired_one_says_whether_it_is_renewed(self) -> None:
        over = self.versions(version("new", created=1, dates={"exp": 1}))
        actions = {"lifetime_actions": [{"action": {"action_type": "EmailContacts"}}]}
        kept = {**over, (Kind.CERTIFICATE, URL): known("policy", actions)}
        actions_of_renewal = {"lifetime_actions": [{"action": {"action_type": "AutoRenew"}}]}
        renewed = {**over, (Kind.CERTIFICATE, URL): known("policy", actions_of_renewal)}

        assert "its policy does not renew it" in told("cert-expired", kept).says
        assert "renew" not in told("cert-expired", renewed).says
        assert "renew" not in told("cert-expired", {**over, (Kind.CERTIFICATE, URL): refused("it")}).says

    def test_a_pinned_version_that_is_not_the_newest_is_told(self) -> None:
        listed = self.versions(version("old", created=1), version("new", created=2))
        said = told("kv-url-pinned", listed, wanted=(replace(WANTED, version="old"),))

        assert (said.verdict, said.severity) == (Verdict.FAIL, Severity.WARNING)
        newest = told("kv-url-pinned", listed, wanted=(replace(WANTED, version="NEW"),))
        assert newest.verdict is Verdict.PASS
        assert told("kv-url-pinned", listed).verdict is Verdict.NOT_APPLICABLE

    def test_a_deleted_secret_can_be_recovered(self) -> None:
        deleted = known("deletedsecrets/web", {"scheduledPurgeDate": 1795000000})
        said = told("kv-409-soft-deleted", {**well(), (Kind.DELETED_SECRET, URL): deleted})

        assert said.verdict is Verdict.FAIL
        assert "2026-11-18" in said.because

    @pytest.mark.parametrize(
        ("policy_of", "verdict"),
        [
            ({"key_props": {"exportable": False}}, Verdict.FAIL),
            ({"key_props": {}}, Verdict.UNKNOWN),
            ({}, Verdict.UNKNOWN),
        ],
    )
    def test_a_key_that_may_not_leave(self, policy_of: dict[str, Any], verdict: Verdict) -> None:
        answers = {**well(), (Kind.CERTIFICATE, URL): known("policy", policy_of)}

        assert told("cert-non-exportable", answers).verdict is verdict


IDS = {"clientId": WANTED.client_id, "principalId": PRINCIPAL}


class TestIdentity:
    def pool(self, *identities: dict[str, Any]) -> dict[str, Any]:
        return {"identity": {"userAssignedIdentities": {f"/id-{n}": ids for n, ids in enumerate(identities)}}}

    def test_a_pool_without_one(self) -> None:
        said = told("batch-pool-identity-missing", well(), {"identity": {}})

        assert (said.verdict, said.confidence) == (Verdict.FAIL, Confidence.CONFIRMED)
        assert (
            told("batch-pool-identity-missing", well(), {"identity": {}}, ()).verdict
            is Verdict.NOT_APPLICABLE
        )

    def test_a_client_id_of_nobody_and_one_that_is_a_principal_id(self) -> None:
        other = {"clientId": OTHER, "principalId": "p"}
        said = told("imds-identity-not-found", well(), self.pool(other))
        assert (said.verdict, said.confidence) == (Verdict.FAIL, Confidence.CONFIRMED)
        swapped = {"clientId": OTHER, "principalId": WANTED.client_id}
        assert (
            "holds the principal id of id-0"
            in told("imds-identity-not-found", well(), self.pool(swapped)).says
        )

    @pytest.mark.parametrize(
        ("named", "says"),
        [
            ("/ID-0", "holds the resource id of id-0, whose client id is cl"),
            ("id-0", "holds the name of id-0, whose client id is cl"),
            ("PR", "holds the principal id of id-0, whose client id is cl"),
            ("of-account", "holds an id of id-own, the account's own identity, which no node is given"),
            ("nobody", "nobody is the client id of no identity of the pool"),
        ],
    )
    @pytest.mark.parametrize("key", ["msiClientId", "authenticationOverride.msiClientId"])
    def test_what_stands_there_instead_is_recognised(self, named: str, says: str, key: str) -> None:
        own = {"identity": {"userAssignedIdentities": {"/x/id-own": {"clientId": "of-account"}}}}
        answers = {**well(), (Kind.ACCOUNT, ACCOUNT): known("account", own)}
        pool = self.pool({"clientId": "cl", "principalId": "pr"})
        as_named = (replace(WANTED, client_id=named, override=key.startswith("auth")),)
        said = told("imds-identity-not-found", answers, pool, as_named)

        assert (said.verdict, said.confidence) == (Verdict.FAIL, Confidence.CONFIRMED)
        assert said.because.startswith(f"{key} {says}")

    def test_account_pool_settings_and_task_are_told_apart(self) -> None:
        own = {"identity": {"type": "SystemAssigned"}}
        answers = {**well(), (Kind.ACCOUNT, ACCOUNT): known("account", own)}
        said = told("imds-identity-not-found", answers, self.pool({"clientId": "cl", "principalId": "pr"}))

        assert [proof.text for proof in said.evidence] == [
            "identity.userAssignedIdentities: the pool's, for its nodes: id-0, client id cl, principal id pr",
            f"msiClientId: web is to be read as {WANTED.client_id}",
            "identity: the account's: SystemAssigned; no node is given it",
            "startTask.userIdentity: a task's: a user of the node's system; to Azure the pool's identity",
        ]

    def test_where_azure_shows_no_client_id_nothing_is_told(self) -> None:
        assert told("imds-identity-not-found", well(), self.pool({})).verdict is Verdict.UNKNOWN

    def test_several_and_none_named(self) -> None:
        both = self.pool(IDS, {"clientId": OTHER, "principalId": "p"})
        unnamed = (replace(WANTED, client_id="", identity="", principal=""),)

        assert told("imds-multiple-identities", well(), both, unnamed).verdict is Verdict.FAIL
        assert told("imds-multiple-identities", well(), both).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("listed", "verdict", "severity"),
    [
        ({"name": "Standard_D2s_v3"}, Verdict.PASS, None),
        ({"name": "Standard_D2s_v3", "batchSupportEndOfLife": "2027-12-31T00:00:00Z"}, Verdict.PASS, None),
        (
            {"name": "Standard_D2s_v3", "batchSupportEndOfLife": "2027-01-31T00:00:00Z"},
            Verdict.FAIL,
            Severity.INFO,
        ),
        (
            {"name": "Standard_D2s_v3", "batchSupportEndOfLife": "2026-11-19T00:00:00Z"},
            Verdict.FAIL,
            Severity.WARNING,
        ),
        ({"name": "Standard_D2s_v3", "batchSupportEndOfLife": "soon"}, Verdict.PASS, None),
        ({"name": "Standard_D2s_v30"}, Verdict.FAIL, Severity.WARNING),
    ],
)
def test_when_support_of_a_size_ends(
    listed: dict[str, Any], verdict: Verdict, severity: Severity | None
) -> None:
    answers = {**well(), (Kind.SIZES, ACCOUNT): known("sizes", [listed])}
    said = told("batch-size-support-ends", answers, {"properties": {"vmSize": "STANDARD_D2S_V3"}})

    assert said.verdict is verdict
    assert severity is None or said.severity is severity


@pytest.mark.parametrize(
    ("scope", "level", "verdict", "says"),
    [
        (ACCOUNT.upper(), "CanNotDelete", Verdict.FAIL, "cannot be deleted"),
        (SUBSCRIPTION, "ReadOnly", Verdict.FAIL, "neither made nor changed"),
        (f"{ACCOUNT}2", "ReadOnly", Verdict.PASS, ""),
        (f"{ACCOUNT}/pools/another", "CanNotDelete", Verdict.PASS, ""),
        (VAULT, "CanNotDelete", Verdict.PASS, ""),
    ],
)
def test_a_lock_counts_where_it_is_and_below(scope: str, level: str, verdict: Verdict, says: str) -> None:
    lock = {"id": f"{scope}/providers/Microsoft.Authorization/locks/keep", "properties": {"level": level}}
    said = told("batch-account-locked", {**well(), (Kind.LOCKS, ACCOUNT): known("locks", [lock])})

    assert said.verdict is verdict
    assert says in said.says
    assert verdict is Verdict.PASS or said.severity is Severity.WARNING


def test_two_tenants() -> None:
    other = known("identity", {"properties": {"tenantId": OTHER}})
    said = told("kv-401-invalid-issuer", {**well(), (Kind.IDENTITY, IDENTITY): other})

    assert (said.verdict, said.confidence) == (Verdict.FAIL, Confidence.CONFIRMED)
    silent = known("identity", {"properties": {}})
    assert (
        told("kv-401-invalid-issuer", {**well(), (Kind.IDENTITY, IDENTITY): silent}).verdict
        is Verdict.UNKNOWN
    )


def test_a_deleted_vault() -> None:
    answers = {**well(), (Kind.VAULT, HOST): absent("vault")}

    assert (
        told("kv-vault-soft-deleted", {**answers, (Kind.DELETED_VAULT, HOST): known("deleted", {})}).verdict
        is Verdict.FAIL
    )
    nowhere = told("kv-vault-soft-deleted", {**answers, (Kind.DELETED_VAULT, HOST): absent("deleted")})
    assert nowhere.verdict is Verdict.UNKNOWN  # it may be in a subscription that nobody here may read


def test_of_several_certificates_the_failing_one_decides() -> None:
    other = replace(WANTED, url=f"{URL}2", name="web2")
    answers = {**well(), (Kind.VERSIONS, f"{URL}2"): absent("versions")}

    assert told("kv-404-secret-not-found", answers, wanted=(WANTED, other)).verdict is Verdict.FAIL


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
@pytest.mark.parametrize(
    "body", [None, [], "text", 7, {"properties": []}, {"properties": {"networkAcls": 7}}, [7, None]]
)
def test_an_answer_of_another_shape_is_no_failure_of_the_program(row: Any, body: Any) -> None:
    said = told(row.id, {key: known("it", body) for key in well()}, in_subnet())

    assert said.verdict in set(Verdict)
