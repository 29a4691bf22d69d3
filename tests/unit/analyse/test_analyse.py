from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK, log, source, status
from tests.unit.lint.pools import CLIENT, IDENTITY, PRINCIPAL, extension, good, settings
from troubleshooter.analyse import analyse, merge
from troubleshooter.analyse.facts import pool_values
from troubleshooter.lint import findings_of, lint_pool
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.finding import Confidence, Severity, Verdict

if TYPE_CHECKING:
    from troubleshooter.model.finding import Diagnosis

RETRYING = "Failed to download one or more certificates, retrying..."
RBAC = (
    "Refreshing 'https://v.vault.azure.net/secrets/web/' failed with exception: 403 "
    "Caller is not authorized to perform "
    f"action on resource.\\r\\nCaller: appid={CLIENT};oid={PRINCIPAL};iss=https://sts.windows.net/x/\\r\\n"
    "Vault: v-one;location=westeurope {'code': 'ForbiddenByRbac'}"
)
MULTIPLE = (
    '{"error":"invalid_request","error_description":"Multiple user assigned identities exist, please specify'
    ' the clientId / resourceId of the identity in the token request"}'
)
IMDS = '{"error":"invalid_request","error_description":"Identity not found"}'


def ids(diagnosis: Diagnosis) -> list[str]:
    return [finding.id for finding in diagnosis.findings]


def verdict(diagnosis: Diagnosis, rule: str) -> Verdict:
    return next(check.verdict for check in diagnosis.checked if check.id == rule)


class TestOrder:
    def test_the_cause_stands_before_its_symptom(self) -> None:
        diagnosis = analyse([source(status(RETRYING)), source(log(RBAC))], BOOK)
        assert ids(diagnosis) == ["kv-403-rbac", "kv-status-transitioning"]
        assert diagnosis.root_cause == "kv-403-rbac"

    def test_a_symptom_alone_is_said_and_is_no_cause(self) -> None:
        diagnosis = analyse([source(status(RETRYING))], BOOK)
        assert ids(diagnosis) == ["kv-status-transitioning"]
        assert diagnosis.root_cause is None

    def test_a_symptom_does_not_hide_another_fault(self) -> None:
        quota = '{"resizeErrors": [{"code": "AccountCoreQuotaReached", "message": "x"}]}'
        diagnosis = analyse([source(status(RETRYING)), source(quota)], BOOK)
        assert diagnosis.root_cause == "batch-resize-quota"

    def test_success_is_no_finding(self) -> None:
        text = status("Successfully started Key Vault extension service. 2031-02-03T04:05:06Z", "success")
        assert analyse([source(text)], BOOK).findings == ()


class TestEvidence:
    def test_file_line_text_and_node(self) -> None:
        diagnosis = analyse([source(log("harmless", RBAC), "akvvm.log", "tvm-1")], BOOK)
        (finding,) = diagnosis.findings
        (evidence,) = finding.evidence
        assert (evidence.file, evidence.line, evidence.node) == ("akvvm.log", 2, "tvm-1")
        assert "ForbiddenByRbac" in evidence.text
        assert finding.nodes == ("tvm-1",)

    def test_every_node_is_named_and_no_text_is_longer_than_its_share(self) -> None:
        files = [source(log(*[RBAC + "x" * 900] * 9), "akvvm.log", f"tvm-{n}") for n in range(4)]
        (finding,) = analyse(files, BOOK).findings
        assert finding.nodes == ("tvm-0", "tvm-1", "tvm-2", "tvm-3")
        assert {evidence.node for evidence in finding.evidence[:4]} == set(finding.nodes)
        assert 450 < max(len(evidence.text) for evidence in finding.evidence) <= 500

    def test_a_line_that_is_seen_in_two_ways_is_shown_and_counted_once(self) -> None:
        line = "[Errno -2] Name or service not known (contosokv.vault.azure.net)"
        (finding,) = analyse([source(line)], BOOK).findings
        assert (finding.id, len(finding.evidence), finding.count) == ("net-dns", 1, 1)

    def test_half_of_the_nodes(self) -> None:
        well = source(status("Successfully started Key Vault extension service.", "success"), "s", "tvm-1")
        diagnosis = analyse([well, source(log("ForbiddenByFirewall"), "l", "tvm-2")], BOOK)
        assert diagnosis.findings[0].nodes == ("tvm-2",)

    def test_another_extensions_trouble_is_a_warning(self) -> None:
        text = "2031-02-03T04:05:06.2Z ERROR ExtHandler Event: name={}, message=Non-zero exit code: 126\n"
        other = analyse([source(text.format("Microsoft.Azure.Extensions.CustomScript"))], BOOK).findings[0]
        ours = analyse([source(text.format("Microsoft.Azure.KeyVault.KeyVaultForLinux"))], BOOK).findings[0]
        assert (other.id, other.severity) == ("agent-noexec-126", Severity.WARNING)
        assert (ours.id, ours.severity) == ("agent-noexec-126", Severity.ERROR)

    @pytest.mark.parametrize(("state", "told"), [("success", []), ("error", ["install-distro-unsupported"])])
    def test_who_reports_success_may_tell_of_an_earlier_failure(self, state: str, told: list[str]) -> None:
        text = status("the first try ended with Unsupported operating system", state)
        assert [one.id for one in analyse([source(text)], BOOK).findings] == told


class TestVerdicts:
    def test_not_having_looked_is_unknown(self) -> None:
        diagnosis = analyse([], BOOK)
        assert verdict(diagnosis, "kv-403-rbac") is Verdict.UNKNOWN
        assert "akvvm" in next(check.missing for check in diagnosis.checked if check.id == "kv-403-rbac")

    def test_having_looked_is_pass(self) -> None:
        whole = log("Beginning refresh for: x", "Completed refreshing observed certificates.")
        assert verdict(analyse([source(whole)], BOOK), "kv-403-rbac") is Verdict.PASS

    def test_a_log_that_ends_before_its_first_refresh_proves_nothing(self) -> None:
        diagnosis = analyse([source(log("Starting refreshing observed certificates..."))], BOOK)
        assert verdict(diagnosis, "kv-403-rbac") is Verdict.UNKNOWN
        assert Verdict.PASS not in {check.verdict for check in diagnosis.checked}

    def test_a_hit_is_fail(self) -> None:
        assert verdict(analyse([source(log(RBAC))], BOOK), "kv-403-rbac") is Verdict.FAIL

    def test_another_system_or_version_is_not_applicable(self) -> None:
        pool = good()
        kv = pool["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0]
        kv |= {"type": "KeyVaultForWindows", "typeHandlerVersion": "4.0"}
        diagnosis = analyse([source(log("harmless"))], BOOK, pool)
        assert verdict(diagnosis, "agent-noexec-126") is Verdict.NOT_APPLICABLE
        assert verdict(diagnosis, "net-dns") is Verdict.NOT_APPLICABLE

    def test_a_file_that_cannot_be_read_decides_nothing(self) -> None:
        def fail() -> NoReturn:
            raise OSError(5, "Input/output error")

        diagnosis = analyse([SourceFile("broken", fail)], BOOK)
        assert {check.verdict for check in diagnosis.checked} == {Verdict.UNKNOWN}


class TestUnexplained:
    def test_an_error_line_nobody_knows_is_listed_once(self) -> None:
        text = log(*[f"Failed to frobnicate certificate number {n}" for n in range(30)])
        diagnosis = analyse([source(text)], BOOK)
        assert diagnosis.findings == ()
        assert [(evidence.line, evidence.count) for evidence in diagnosis.unexplained] == [(1, 30)]

    def test_a_status_of_error_nobody_knows(self) -> None:
        (evidence,) = analyse([source(status("The moon is full", "error"))], BOOK).unexplained
        assert evidence.text == "The moon is full"

    def test_known_lines_and_harmless_lines_are_not(self) -> None:
        info = (
            "2026-01-02 03:04:05: <info> [CertificateManager]\tCompleted refreshing observed certificates.\n"
        )
        assert analyse([source(info + log(RBAC))], BOOK).unexplained == ()


class TestValues:
    def test_the_newest_certificate_before_a_line_is_the_one_it_is_about(self) -> None:
        urls = [f"Beginning refresh for: https://kv-{n}.vault.azure.net/secrets/web-{n}" for n in range(3)]
        (finding,) = analyse([source(log(urls[0], urls[1], "code: SecretDisabled", urls[2]))], BOOK).findings
        outside = finding.fixes[0].outside
        assert outside is not None
        assert dict(outside.values) == {"vault": "kv-1", "secret": "web-1"}

    @pytest.mark.parametrize(("version", "applies"), [("1.0", True), ("3.0", True), ("4.0", False)])
    def test_a_rule_holds_for_the_versions_it_names_both_ends_included(
        self, version: str, applies: bool
    ) -> None:
        pool = good()
        extension(pool)["typeHandlerVersion"] = version
        told = verdict(analyse([], BOOK, pool), "net-dns")
        assert told is (Verdict.UNKNOWN if applies else Verdict.NOT_APPLICABLE)

    def test_the_log_names_vault_and_principal(self) -> None:
        (finding,) = analyse([source(log(RBAC))], BOOK).findings
        fix = finding.fixes[0]
        assert fix.outside is not None
        assert fix.outside.kind == "assign-role"
        assert fix.outside.values["principal"] == PRINCIPAL
        assert fix.outside.values["vault"] == "v-one"
        assert f"--assignee-object-id {PRINCIPAL}" in fix.commands["az"]
        assert "az keyvault show --name v-one" in fix.commands["az"]

    def test_the_pool_fills_in_what_the_log_does_not_say(self) -> None:
        (finding,) = analyse([source(log("ForbiddenByRbac"))], BOOK, good()).findings
        fix = finding.fixes[0]
        assert fix.outside is not None
        assert dict(fix.outside.values) == {
            "role": "4633458b-17de-408a-b874-0445c86b69e6",
            "role_name": "Key Vault Secrets User",
            "vault": "v",
            "principal": PRINCIPAL,
            "identity": IDENTITY,
        }

    def test_the_url_before_the_error_names_the_secret(self) -> None:
        begin = "Beginning refresh for: https://other.vault.azure.net/secrets/tls"
        (finding,) = analyse([source(log(begin, "SecretNotFound"))], BOOK).findings
        fix = finding.fixes[0]
        assert fix.outside is not None
        assert dict(fix.outside.values) == {"vault": "other", "secret": "tls"}
        assert "--vault-name other --name tls" in fix.commands["az"]

    def test_without_values_the_command_says_what_to_fill_in(self) -> None:
        (finding,) = analyse([source("ForbiddenByRbac")], BOOK).findings
        assert "# VAULT: name of the vault" in finding.fixes[0].commands["az"]
        assert "${" not in finding.fixes[0].summary

    def test_a_rules_patch_needs_the_pool(self) -> None:
        text = log("URI must contain a hostname")
        assert analyse([source(text)], BOOK).findings[0].fixes == ()
        fix = analyse([source(text)], BOOK, good()).findings[0].fixes[0]
        assert fix.patch[0]["path"].endswith("/extensions/0/settings/authenticationSettings/msiEndpoint")


class TestBatchAnswers:
    @pytest.mark.parametrize(
        "code",
        ["AccountCoreQuotaReached", "AccountLowPriorityCoreQuotaReached", "AccountVMSeriesCoreQuotaReached"],
    )
    def test_a_quota(self, code: str) -> None:
        answer = {
            "resizeErrors": [
                {
                    "code": code,
                    "message": "The specified account has reached core quota",
                    "values": [{"name": "Limit", "value": "20"}, {"name": "CurrentUsage", "value": "18"}],
                }
            ]
        }
        diagnosis = analyse([source(json.dumps(answer, indent=1))], BOOK)
        assert diagnosis.root_cause == "batch-resize-quota"
        assert diagnosis.findings[0].confidence is Confidence.CONFIRMED
        assert "quota: 20, in use: 18" in diagnosis.findings[0].explanation
        assert diagnosis.findings[0].evidence[0].line > 1

    def test_a_node_error(self) -> None:
        answer = {"errors": [{"code": "DiskFull", "message": "There is not enough disk space on the node"}]}
        found = analyse([source(json.dumps(answer))], BOOK)
        assert ids(found) == ["batch-disk-full"]
        for told in ("AZ_BATCH_NODE_ROOT_DIR", "NVMe, /mnt/resource/batch", "SCSI one is used", "D:\\batch"):
            assert told in found.findings[0].explanation

    def test_odd_extension_views(self) -> None:
        view = {
            "vmExtension": {"name": "kv", "settings": '{"secretsManagementSettings": {}}'},
            "instanceView": {
                "name": "other",
                "statuses": [{"code": "ProvisioningState/transitioning", "level": 0, "message": RETRYING}],
                "subStatuses": None,
            },
        }
        assert ids(analyse([source(json.dumps(view))], BOOK)) == ["kv-status-transitioning"]
        deep: dict[str, object] = {}
        for _ in range(300):
            deep = {"value": [deep], "instanceView": {}}
        for odd in (deep, {"instanceView": None}, {"instanceView": {"statuses": "none"}}, {"vmExtension": 3}):
            assert analyse([source(json.dumps(odd))], BOOK).findings == ()

    def test_a_list_of_views(self) -> None:
        views = [{"instanceView": {"statuses": [{"code": "x/failed", "message": IMDS}]}}]
        assert ids(analyse([source(json.dumps({"value": views}))], BOOK))[0] == "imds-identity-not-found"


class TestFactsOfSeveralLines:
    EXIT = "systemd[1]: akvvm_service.service: Main process exited, code=exited, status=1/FAILURE"
    NO_STATUS = "2026-01-02T03:04:05Z INFO ExtHandler No status file created yet"

    def test_the_same_line_means_another_thing_beside_another(self) -> None:
        alone = analyse([source(self.EXIT, "journal", "tvm-1")], BOOK)
        beside = analyse(
            [source(self.EXIT, "journal", "tvm-1"), source(self.NO_STATUS, "waagent.log", "tvm-1")], BOOK
        )
        assert ids(alone) == ["svc-crash-loop-exit-1"]
        assert ids(beside) == ["svc-no-status-file-wrong-cwd"]

    def test_another_nodes_line_is_not_beside(self) -> None:
        files = [source(self.EXIT, "journal", "tvm-1"), source(self.NO_STATUS, "waagent.log", "tvm-2")]
        assert ids(analyse(files, BOOK)) == ["svc-crash-loop-exit-1"]

    def test_an_answer_of_azure_is_beside_every_node(self) -> None:
        role = '"roleDefinitionName": "Key Vault Reader"'
        diagnosis = analyse([source(role), source(log("ForbiddenByRbac"), "akvvm.log", "tvm-1")], BOOK)
        assert ids(diagnosis) == ["role-too-weak", "kv-403-rbac"]

    def test_one_status_and_three_reasons_are_three_findings(self) -> None:
        lines = log(
            *[
                f"403 Forbidden {code}"
                for code in ("ForbiddenByRbac", "ForbiddenByFirewall", "SecretDisabled")
            ]
        )
        assert set(ids(analyse([source(lines)], BOOK))) == {
            "kv-403-rbac",
            "kv-403-firewall",
            "kv-403-secret-disabled",
        }

    def test_what_the_command_said_on_stderr_is_in_the_explanation(self) -> None:
        text = (
            "2026-01-02T03:04:05.1Z ERROR ExtHandler Event: name=Microsoft.Azure.KeyVault.KeyVaultForLinux, "
            "op=Install, message=[ExtensionOperationError] Non-zero exit code: 127, shim\n"
            "[stdout]\n\n[stderr]\nldd: not found\n"
            "2026-01-02T03:04:06.1Z INFO ExtHandler other\n"
        )
        (finding,) = analyse([source(text)], BOOK).findings
        assert "ldd: not found" in finding.explanation


class TestRemarks:
    WELL = status("Successfully started Key Vault extension service.", "success")

    def explanation(self, nodes: dict[str, str]) -> str:
        files = [source(text, "file", node) for node, text in nodes.items()]
        return analyse(files, BOOK).findings[0].explanation

    def test_a_cause_says_what_it_explains(self) -> None:
        diagnosis = analyse([source(log(RBAC)), source(status(RETRYING))], BOOK)
        assert "This explains: " in diagnosis.findings[0].explanation

    def test_everywhere_means_configuration(self) -> None:
        said = self.explanation({"a": log(RBAC), "b": log(RBAC)})
        assert "Both nodes that were read have it: that points at the configuration" in said

    def test_one_node_among_well_ones_means_that_node(self) -> None:
        said = self.explanation({"a": log(RBAC), "b": self.WELL, "c": self.WELL})
        assert "1 of 3 nodes that were read have it (a); the other 2 report success" in said

    def test_one_other_node_reports_and_many_report(self) -> None:
        said = self.explanation({"a": log(RBAC), "b": self.WELL})
        assert "1 of 2 nodes that were read have it (a); the other reports success" in said

    def test_silent_nodes_prove_nothing(self) -> None:
        assert "neither way" in self.explanation({"a": log(RBAC), "b": log("harmless")})

    def test_what_the_linter_adds_is_said_anew_and_once(self) -> None:
        pool = good()
        settings(pool)["authenticationSettings"]["msiClientId"] = "99999999-9999-4999-8999-999999999999"
        seen = analyse([source(log(IMDS), "l", "a"), source(self.WELL, "s", "b")], BOOK, pool)
        merged = merge(merge(seen, findings_of(lint_pool(pool, KNOWN))), ())
        assert merged.findings[0].explanation.count("1 of 2 nodes") == 1

    def test_lines_are_counted_beyond_those_shown(self) -> None:
        (finding,) = analyse([source(log(*[RBAC] * 500))], BOOK).findings
        assert finding.count == 500
        assert len(finding.evidence) == 3


class TestMerge:
    def test_no_finding_explains_itself(self) -> None:
        """The settings explain what the log says: where both are one finding, it is no symptom of its own."""
        pool = good()
        pool["identity"]["userAssignedIdentities"]["/subscriptions/s/another"] = {}
        del settings(pool)["authenticationSettings"]
        told = findings_of(lint_pool(pool, KNOWN))
        assert [found.id for found in told if found.id in found.explains] == ["imds-multiple-identities"]
        seen = analyse([source(log(MULTIPLE), "akvvm.log", "tvm-1")], BOOK, pool)
        merged = {found.id: found for found in merge(seen, told).findings}
        assert merged["imds-multiple-identities"].confidence is Confidence.CONFIRMED
        assert [found.id for found in merged.values() if found.id in found.explains] == []
        assert not [rule.id for rule in BOOK.rules if rule.id in rule.text.explains]

    def test_settings_and_log_together_confirm(self) -> None:
        pool = good()
        settings(pool)["authenticationSettings"]["msiClientId"] = "99999999-9999-4999-8999-999999999999"
        seen = analyse([source(log(IMDS), "akvvm.log", "tvm-1")], BOOK, pool)
        merged = merge(seen, findings_of(lint_pool(pool, KNOWN)))
        cause = merged.cause
        assert cause is not None
        assert (cause.id, cause.confidence) == ("imds-identity-not-found", Confidence.CONFIRMED)
        assert {evidence.file for evidence in cause.evidence} == {"akvvm.log", "pool definition"}
        assert cause.fixes[0].patch[0]["value"] == CLIENT
        assert cause.nodes == ("tvm-1",)

    def test_the_definition_decides_what_a_log_leaves_open(self) -> None:
        """A log lists what may be; where the definition shows whose id it is, nothing else is told."""
        pool = good()
        settings(pool)["authenticationSettings"]["msiClientId"] = PRINCIPAL
        files = [source(log(IMDS), "akvvm.log", "tvm-1"), source(log("x"), "akvvm.log", "tvm-2")]
        cause = merge(analyse(files, BOOK, pool), findings_of(lint_pool(pool, KNOWN))).cause
        assert cause is not None
        assert cause.title == (
            f"msiClientId holds the principal id of the identity reader; its client id is {CLIENT}"
        )
        assert cause.confidence is Confidence.CONFIRMED
        assert "has no identity" not in cause.explanation
        assert "deleted" not in cause.explanation
        assert "Seen on tvm-1" in cause.explanation
        assert [bool(fix.patch) for fix in cause.fixes] == [True]
        assert cause.evidence[0].node == "tvm-1"

    def test_two_records_make_no_answer_of_a_service(self) -> None:
        pool = good()
        settings(pool)["secretsManagementSettings"]["observedCertificates"] = [
            {"url": "https://v.vault.azure.net/certificates/web"}
        ]
        seen = analyse(
            [
                source(
                    log("Refreshing 'https://v.vault.azure.net/certificates/web' failed"),
                    "akvvm.log",
                    "tvm-1",
                )
            ],
            BOOK,
            pool,
        )
        told = findings_of(lint_pool(pool, KNOWN))
        merged = {found.id: found for found in merge(seen, told).findings}
        (alone,) = (found for found in seen.findings if found.id == "kv-certificates-path")
        both = merged["kv-certificates-path"]
        assert {evidence.file for evidence in both.evidence} == {"akvvm.log", "pool definition"}
        assert (alone.confidence, both.confidence) == (Confidence.LIKELY, Confidence.LIKELY)
        assert both.why_not_surer.removeprefix(alone.why_not_surer).startswith(" Another file says the same")

    def test_a_missing_identity_explains_what_the_node_says(self) -> None:
        pool = good()
        del pool["identity"]
        seen = analyse([source(log(IMDS)), source(status(RETRYING))], BOOK, pool)
        merged = merge(seen, findings_of(lint_pool(pool, KNOWN)))
        assert ids(merged) == [
            "batch-pool-identity-missing",
            "imds-identity-not-found",
            "kv-status-transitioning",
        ]

    def test_settings_alone_are_likely(self) -> None:
        pool = good()
        settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = 60
        merged = merge(analyse([], BOOK, pool), findings_of(lint_pool(pool, KNOWN)))
        assert merged.findings[0].confidence is Confidence.LIKELY

    def test_nothing_to_add_changes_nothing(self) -> None:
        seen = analyse([source(log(RBAC))], BOOK)
        assert merge(seen, ()) == seen


@pytest.mark.parametrize(
    ("network", "seen", "said"),
    [
        ({}, {"address": "203.0.113.9"}, "addresses (203.0.113.9 was refused), since the pool is in no"),
        ({}, {}, "by their public addresses, since the pool is in no subnet"),
        ({"subnetId": "/v/subnets/render"}, {"address": "10.0.0.4"}, "by their subnet render, with"),
    ],
)  # fmt: skip
def test_how_a_firewall_lets_the_nodes_in(network: object, seen: dict[str, str], said: str) -> None:
    machine = {"extensions": [{"type": "KeyVaultForLinux", "publisher": "Microsoft.Azure.KeyVault"}]}
    pool = {
        "properties": {
            "networkConfiguration": network,
            "deploymentConfiguration": {"virtualMachineConfiguration": machine},
        }
    }
    assert said in pool_values(pool, KNOWN).with_log(seen)["let_in"]


COMPUTE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute"
GALLERY = f"{COMPUTE}/galleries/render/images/node/versions/1.4.0"
MANAGED = f"{COMPUTE}/images/node"


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ({"id": GALLERY}, "render/node/1.4.0"),
        ({"id": MANAGED}, "node"),
        ({"id": "something"}, "something"),
        ({"publisher": "canonical", "offer": "jammy", "sku": "22_04", "version": "latest"},
         "canonical jammy 22_04 latest"),
        ({}, None),
        ("text", None),
    ],
)  # fmt: skip
def test_a_pools_image_is_named_as_people_name_it(reference: object, named: str | None) -> None:
    machine = {"imageReference": reference, "extensions": [{"type": "KeyVaultForLinux", "settings": {}}]}
    pool = {"properties": {"deploymentConfiguration": {"virtualMachineConfiguration": machine}}}
    assert pool_values(pool, KNOWN).values.get("image") == named


FIREWALL = (
    "Refreshing 'https://v.vault.azure.net/secrets/web/' failed with exception: 403 Client address is not"
    " authorized and caller is not a trusted service. {'code': 'ForbiddenByFirewall'}"
)


@pytest.mark.parametrize("subnet", ["", "/v/subnets/render"])
def test_a_private_endpoint_is_offered_for_a_proof_only_where_it_can_be_reached(subnet: str) -> None:
    """Nothing outside a network reaches one, and a pool made beside another is in no other network."""
    pool = good()
    if subnet:
        pool["properties"]["networkConfiguration"] = {"subnetId": subnet}
    found = analyse([source(log(FIREWALL), "akvvm.log", "a")], BOOK, pool).findings
    firewall, endpoint = next(each.fixes for each in found if each.id == "kv-403-firewall")
    assert firewall.provable
    assert endpoint.provable is bool(subnet)
    assert ("once the pool is created anew in a subnet" in endpoint.summary) is not bool(subnet)
    assert "az network private-endpoint create" in endpoint.commands["az"]
