"""The proof shows what it rests on, and says where something is left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK, log, source
from tests.unit.lint.pools import CLIENT, IDENTITY, PRINCIPAL, good
from troubleshooter.analyse import analyse, merge
from troubleshooter.analyse.rule_book import load_rules
from troubleshooter.errors import UsageProblem
from troubleshooter.lint import findings_of, lint_pool
from troubleshooter.model.finding import Confidence
from troubleshooter.tui.text.excerpt import proof_lines

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.model.finding import Finding

SENTENCE = "Caller is not authorized to perform action on resource"
FILLING = "and so it goes on, as a service writes it, "


def refusal(code: str = '"innererror":{"code":"ForbiddenByRbac"}', between: int = 20) -> str:
    """As the vault answers: the sentence first, the code that tells refusals apart far behind it."""
    start = "Refreshing 'https://kv-one.vault.azure.net/secrets/web/' failed with exception: "
    caller = f"Caller: appid={CLIENT};oid={PRINCIPAL};iss=https://sts.windows.net/x/ "
    return f"{start}{SENTENCE}. {caller}{FILLING * between}{code}}}}}"


def found(text: str) -> Finding:
    return analyse([source(text)], BOOK).findings[0]


class TestExcerpt:
    def test_it_shows_the_sentence_and_the_code_that_is_900_characters_behind(self) -> None:
        text = log(refusal())
        (proof,) = found(text).evidence
        told = [proof.text[start:end] for start, end in proof.marks]
        assert told == [SENTENCE, "ForbiddenByRbac"]
        assert text.index("ForbiddenByRbac") > 900
        assert proof.text.startswith("2026-01-02 03:04:05: <error>")
        assert re.search(f"{SENTENCE}.*….*ForbiddenByRbac", proof.text)

    def test_a_short_line_stands_as_it_is(self) -> None:
        (proof,) = found("ForbiddenByRbac, no more").evidence
        assert (proof.text, proof.marks) == ("ForbiddenByRbac, no more", ((0, 15),))

    @settings(deadline=None)  # a busy machine is no failure
    @given(st.integers(0, 6000), st.integers(0, 6000), st.integers(0, 6000), st.booleans())
    def test_nothing_is_left_out_without_a_sign(
        self, before: int, between: int, after: int, unknown: bool
    ) -> None:
        word = "exception" if unknown else "ForbiddenByRbac"
        line = f"{'b' * before} {SENTENCE if not unknown else 'no'} {'m' * between} {word} {'a' * after}"
        diagnosis = analyse([source(line)], BOOK)
        proof = (diagnosis.unexplained if unknown else diagnosis.findings[0].evidence)[0]
        assert len(proof.text) <= 500
        assert word in [proof.text[start:end] for start, end in proof.marks]
        parts = proof.text.split("…")
        left_out = line.strip()
        pattern = "(?s).+".join(re.escape(part) for part in parts)
        assert re.fullmatch(pattern.replace("(?s)", ""), left_out), proof.text

    def test_a_line_that_was_too_long_to_read_says_so(self) -> None:
        (proof,) = found("ForbiddenByRbac " + "x" * 20_000).evidence
        assert proof.text.endswith("…")

    def test_secrets_go_before_anything_is_cut_out(self) -> None:
        secret = "sig=" + "A1b2C3d4" * 40
        hidden = analyse(
            [source(f"{secret} {refusal()}")], BOOK, clean=lambda text: text.replace(secret, "[gone]")
        )
        (proof,) = hidden.findings[0].evidence
        assert "A1b2C3d4" not in proof.text
        told = [proof.text[start:end] for start, end in proof.marks]
        assert told == [SENTENCE, "ForbiddenByRbac"]

    def test_a_sentence_that_proves_stays_whole_in_the_rows_of_a_small_terminal(self) -> None:
        answer = (
            f"{SENTENCE}.\\r\\nIf role assignments were changed recently, wait.\\r\\nCaller: appid={CLIENT};"
        )
        answer += (
            f"oid={PRINCIPAL};iss=https://sts.windows.net/x/\\r\\nDecisionReason: 'DeniedWithNoValidRBAC'"
        )
        answer += " \\r\\nVault: kv-contoso-certs;location=westeurope\\r\\n"
        answer += '","innererror":{"code":"ForbiddenByRbac"}}}'
        (proof,) = found(log(answer)).evidence
        shown = " ".join(line.text for line in proof_lines(proof.excerpt, 66, 3, "…"))
        for part in (SENTENCE, "DeniedWithNoValidRBAC", "Vault: kv-contoso-certs", "ForbiddenByRbac"):
            assert part in shown

    def test_it_shows_whom_it_is_about_in_the_rows_of_a_small_terminal(self) -> None:
        """The address that the firewall turned away and the vault: what an operator has to look at next."""
        answer = (
            "Client address is not authorized and caller is not a trusted service.\\r\\n"
            f"Client address: 203.0.113.11\\r\\nCaller: appid={CLIENT};oid={PRINCIPAL};"
            f"iss=https://sts.windows.net/72c4e5a1-0b3f-4d68-8f2e-91a7d3c6b504/\\r\\n"
            'Vault: kv-contoso-certs;location=westeurope","innererror":{"code":"ForbiddenByFirewall"}}}'
        )
        (proof,) = found(log(answer)).evidence
        shown = " ".join(line.text for line in proof_lines(proof.excerpt, 66, 3, "…"))
        for part in ("203.0.113.11", "Vault: kv-contoso-certs", "ForbiddenByFirewall"):
            assert part in shown
        assert "\\r\\n" not in shown


class TestCertainty:
    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            (refusal(), "kv-403-rbac"),
            ("does not have secrets get permission on key vault 'v;' AccessDenied", "kv-403-access-policy"),
            ("Client address is not authorized 'ForbiddenByFirewall'", "kv-403-firewall"),
            ('{"code":"ForbiddenByConnection"} x', "kv-403-public-access-disabled"),
            ("code: SecretDisabled", "kv-403-secret-disabled"),
            ("code: SecretNotFound", "kv-404-secret-not-found"),
            ("AKV10032: Invalid issuer.", "kv-401-invalid-issuer"),
        ],
    )
    def test_the_services_own_code_confirms_it(self, text: str, rule: str) -> None:
        finding = found(text)
        assert (finding.id, finding.confidence, finding.why_not_surer) == (rule, Confidence.CONFIRMED, "")

    def test_the_sentence_alone_does_not_and_it_is_said_why(self) -> None:
        finding = found(log(refusal(code="")))
        assert finding.confidence is Confidence.LIKELY
        assert "ForbiddenByRbac" in finding.why_not_surer

    def test_the_code_on_another_line_of_the_node_counts_as_well(self) -> None:
        finding = found(log(refusal(code=""), 'again: "ForbiddenByRbac"'))
        assert finding.confidence is Confidence.CONFIRMED
        assert "ForbiddenByRbac" in finding.evidence[0].text

    def test_what_was_seen_needs_no_looking_for(self) -> None:
        unsure, sure = found(log(refusal(code=""))), found(log(refusal()))
        assert any("ForbiddenByRbac" in step for step in unsure.confirm)
        assert not any("ForbiddenByRbac" in step for step in sure.confirm)

    def test_another_extensions_code_confirms_nothing(self) -> None:
        finding = found("x Microsoft.Azure.Extensions.CustomScript: ForbiddenByRbac")
        assert finding.confidence is Confidence.POSSIBLE
        assert "another extension" in finding.why_not_surer

    def test_nor_does_it_confirm_what_this_one_says_without_the_code(self) -> None:
        other = "x Microsoft.Azure.Extensions.CustomScript: ForbiddenByRbac"
        finding = analyse([source(log(refusal(code=""))), source(other)], BOOK).findings[0]
        assert finding.confidence is Confidence.LIKELY

    def test_whatever_is_not_confirmed_says_why(self) -> None:
        texts = [rule.text.matches[0] for rule in BOOK.rules]
        findings = [one for text in texts for one in analyse([source(text)], BOOK).findings]
        findings += merge(analyse([], BOOK), findings_of(lint_pool({"properties": {}}, KNOWN))).findings
        assert {one.confidence for one in findings} >= {Confidence.CONFIRMED, Confidence.LIKELY}
        assert all(
            bool(one.why_not_surer) is (one.confidence is not Confidence.CONFIRMED) for one in findings
        )

    @pytest.mark.parametrize("label", ["AGENT", "LIB", "DOC"])
    def test_no_code_raises_a_text_beyond_its_label(self, tmp_path: Path, label: str) -> None:
        rule = (
            f"- {{id: r, title: T, good: G, severity: error, confidence: possible, label: {label},"
            " applies: {files: [text]}, match: {any: [x]}, raises: [Code], explanation: E,"
            " matches: [x, y], ignores: [p, q], sources: [s]}\n"
        )
        (tmp_path / "rule.yaml").write_text(rule, encoding="utf-8")
        with pytest.raises(UsageProblem, match="raises"):
            load_rules(tmp_path, known=KNOWN)


class TestMakeSure:
    def test_what_the_log_and_the_pool_know_is_filled_in(self) -> None:
        (finding,) = analyse([source(log(refusal()))], BOOK, good()).findings
        (told,) = finding.confirm
        assert told.startswith(f"az role assignment list --assignee {PRINCIPAL} --scope ")
        assert '"$(az keyvault show --name kv-one --query id --output tsv)"' in told
        assert "<" not in told

    def test_the_pools_id_says_account_and_group(self) -> None:
        pool = good()
        group = "/subscriptions/s/resourceGroups/rg-one/providers/Microsoft.Batch/batchAccounts/acc"
        pool["id"] = f"{group}/pools/p"
        quota = '{"resizeErrors": [{"code": "AccountCoreQuotaReached", "message": "x"}]}'
        for each in (pool, {"id": pool["id"], "properties": {}}):
            finding = analyse([source(quota)], BOOK, each).findings[0]
            assert finding.id == "batch-resize-quota"
            assert "--name acc --resource-group rg-one" in finding.fixes[0].commands["az"]
            assert "--name acc --resource-group rg-one" in finding.confirm[0]

    def test_what_nothing_knows_is_named_with_the_command_that_finds_it(self) -> None:
        told = found("ForbiddenByRbac").confirm[-1]
        assert "<principal id of the pool's identity>" in told
        assert "az identity show --ids <resource id of the pool's identity>" in told

    def test_an_identity_has_its_name_beside_its_id_and_a_role_too(self) -> None:
        (finding,) = analyse([source(log(refusal()))], BOOK, good()).findings
        fix, name = finding.fixes[0], IDENTITY.rpartition("/")[2]
        assert f"{name} (principal id {PRINCIPAL})" in fix.summary
        assert ": Key Vault Secrets User" in fix.commands["az"]
        assert f"# {PRINCIPAL}: the identity {name}" in fix.commands["az"]

    def test_of_several_identities_the_one_whose_token_it_was_is_named(self) -> None:
        pool = good()
        other = {"clientId": "0" * 8 + "-0000-0000-0000-000000000001", "principalId": "other"}
        pool["identity"]["userAssignedIdentities"] = {
            "/x/userAssignedIdentities/other": other,
            **pool["identity"]["userAssignedIdentities"],
        }
        (finding,) = analyse([source(log(refusal()))], BOOK, pool).findings
        outside = finding.fixes[0].outside
        assert outside is not None
        assert outside.values["identity"] == IDENTITY

    def test_an_identity_that_the_pool_does_not_have_is_not_called_by_its_name(self) -> None:
        text = log(
            refusal().replace(PRINCIPAL, "9" * 8 + PRINCIPAL[8:]).replace(CLIENT, "8" * 8 + CLIENT[8:])
        )
        (finding,) = analyse([source(text)], BOOK, good()).findings
        assert IDENTITY.rpartition("/")[2] not in finding.fixes[0].summary

    def test_a_value_from_a_log_is_quoted_for_the_shell(self) -> None:
        pool = good()
        ids = pool["identity"]["userAssignedIdentities"].pop(IDENTITY)
        pool["identity"]["userAssignedIdentities"]["/x/a b;reboot"] = ids | {"principalId": "$(reboot)"}
        (finding,) = analyse([source("ForbiddenByRbac")], BOOK, pool).findings
        assert "--assignee '$(reboot)' " in finding.confirm[-1]
