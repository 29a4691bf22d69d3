"""Every rule's own examples, and the real logs of the ground truth where that is at hand."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ground_truth import CATALOGUE, SAMPLES, needs_catalogue, needs_samples
from tests.known import KNOWN
from tests.unit.lint.pools import extension, good
from troubleshooter import settings
from troubleshooter.analyse import analyse, load_rules
from troubleshooter.analyse.commands import az
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.diagnosis import analyse_files
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.finding import Severity

if TYPE_CHECKING:
    from troubleshooter.analyse.rules import Rule
    from troubleshooter.model.finding import Diagnosis

BOOK = load_rules(settings.playbooks_folder() / "rules", known=KNOWN)
LOGS = SAMPLES / "logs"
PASSED_ON = {
    "crp-provisioning-error",
    "crp-handler-nontransient",
    "crp-provisioning-timeout",
    "extension-failed",
}
"""Rules that tell of what somebody else reported, and name no cause."""
FAILURES = Path(__file__).with_name("failures.txt").read_text(encoding="utf-8").split()
"""The known ways to fail, each with its id."""


def read(text: bytes) -> Diagnosis:
    return analyse([SourceFile("pasted", lambda: io.BytesIO(text))], BOOK)


def ids(text: str) -> set[str]:
    return {finding.id for finding in read(text.encode()).findings}


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
class TestExamples:
    def test_there_are_two_of_each(self, rule: Rule) -> None:
        text = rule.text
        assert len(text.matches) >= 2
        assert len(text.ignores) >= 2
        assert text.sources
        assert text.confirm

    def test_it_matches_its_lines(self, rule: Rule) -> None:
        text = rule.text
        assert [line for line in text.matches if text.id not in ids(line)] == []

    def test_it_ignores_the_others(self, rule: Rule) -> None:
        text = rule.text
        assert [line for line in text.ignores if text.id in ids(line)] == []

    def test_what_it_names_exists(self, rule: Rule) -> None:
        text = rule.text
        kinds = {fix.outside.kind for fix in text.fixes if fix.outside}
        assert kinds <= az.KINDS


def test_what_a_rule_explains_is_known() -> None:
    known = {rule.id for rule in BOOK.rules}
    assert {name for rule in BOOK.rules for name in rule.text.explains} - known == set()


def test_azures_view_is_read_for_whatever_the_agent_reports() -> None:
    """What the agent reports of a handler Azure shows word for word as the extension's status."""
    reported = [rule for rule in BOOK.rules if FileKind.HANDLER_STATUS in rule.text.applies.files]
    assert len(reported) > 20
    assert [rule.id for rule in reported if FileKind.EXTENSION_VIEW not in rule.text.applies.files] == []


def test_a_cause_that_azures_view_names_stands_before_the_view_itself() -> None:
    told = [rule for rule in BOOK.rules if FileKind.EXTENSION_VIEW in rule.text.applies.files]
    causes = [rule for rule in told if rule.text.severity is Severity.ERROR and rule.id not in PASSED_ON]
    assert len(causes) > 30
    assert [rule.id for rule in causes if "crp-provisioning-error" not in rule.text.explains] == []


def test_what_a_rule_excludes_is_known_and_needs_a_services_own_code() -> None:
    excluding = [rule for rule in BOOK.rules if rule.text.excludes]
    assert {name for rule in excluding for name in rule.text.excludes} <= {rule.id for rule in BOOK.rules}
    assert [rule.id for rule in excluding if not rule.text.raises] == []
    assert "kv-403-rbac" in {rule.id for rule in excluding}


def test_the_catalogue_is_covered() -> None:
    wanted = {*FAILURES}
    covered = wanted & {rule.id for rule in BOOK.rules}
    print(f"{len(covered)} of {len(wanted)} have a rule; without: {', '.join(sorted(wanted - covered))}")
    assert len(covered) >= 85


def steps(text: str, system: str) -> str:
    """How an operator makes sure of what this text shows, in a pool of that system; empty for no pool."""
    pool = good()
    extension(pool)["type"] = f"KeyVaultFor{system}"
    files = [SourceFile("pasted", lambda: io.BytesIO(text.encode()))]
    (found,) = analyse(files, BOOK, pool if system else None).findings
    return "\n".join(found.confirm)


@pytest.mark.parametrize(
    ("text", "linux", "windows"),
    [
        ("Refreshing failed with exception: Error resolving address", "getent hosts ", "Resolve-DnsName "),
        ("failed with exception: Error in SSL handshake", "openssl s_client ", "curl.exe -v "),
        ("Expected a 200 response from proxy, received: 407", "systemctl show ", "netsh winhttp "),
    ],
)
def test_a_check_on_a_node_is_one_that_its_system_has(text: str, linux: str, windows: str) -> None:
    told = {system: steps(text, system) for system in ("Linux", "Windows", "")}
    here = {system: (linux in told[system], windows in told[system]) for system in told}
    assert here == {"Linux": (True, False), "Windows": (False, True), "": (True, True)}


def test_where_a_windows_node_has_the_extensions_log_is_said_with_the_way_to_it() -> None:
    text = "Failed to download one or more certificates, retrying..."
    assert "C:\\WindowsAzure\\Logs\\Plugins\\" in steps(text, "Windows")
    assert "over Remote Desktop, or let a task copy it" in steps(text, "Windows")
    assert "Remote Desktop" not in steps(text, "Linux")


READS_SECRETS = re.compile(
    r"Secrets (?:User|Officer)|Certificate User|Administrator|certificates? roles?\b", re.IGNORECASE
)
"""Roles whose definition has getSecret, and what would mean them. Certificates Officer has it not."""


def test_no_role_that_reads_secrets_is_called_too_weak() -> None:
    told = {rule.id: rule.text.explanation for rule in BOOK.rules}
    weak = {
        name: sentence
        for name, text in told.items()
        for sentence in re.split(r"(?<=\.) ", text)
        if "not enough" in sentence and "role" in text
    }
    assert {"kv-403-rbac", "role-too-weak"} <= weak.keys()
    assert {name: text for name, text in weak.items() if READS_SECRETS.search(text)} == {}


@needs_catalogue
def test_the_list_of_failures_is_the_catalogues() -> None:
    assert re.findall(r"(?m)^### ([a-z0-9-]+)$", CATALOGUE.read_text(encoding="utf-8")) == FAILURES


NO_TROUBLE = {"04", "09", "24", "29", "52", "59", "62"}
"""Cut before the failing line, or of a success."""
SHOWN_ONLY_BY_SETTINGS_ELSEWHERE = {"01"}
"""Its three lines are a healthy start: the failure's line, and the settings, are in 02 and 03."""


@pytest.mark.slow
@needs_samples
def test_the_real_logs() -> None:
    wrong = []
    with (LOGS / "PROVENANCE.tsv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            number, wanted = row["file"][:2], row["failure_id"]
            data = (LOGS / row["file"]).read_bytes()
            diagnosis = analyse_files([SourceFile(row["file"], lambda data=data: io.BytesIO(data))])  # type: ignore[misc]  # a lambda's default
            found = [finding.id for finding in diagnosis.findings]
            print(f"{row['file']:52} {wanted:32} {', '.join(found) or '-'}")
            if number in NO_TROUBLE:
                right = {finding.severity for finding in diagnosis.findings} <= {Severity.INFO}
            elif number in SHOWN_ONLY_BY_SETTINGS_ELSEWHERE or wanted.startswith("("):
                right = not found
            else:
                right = found[:1] == [wanted]
            if number == "37":
                right = right and diagnosis.unexplained == ()  # its one ERROR is known to harm nothing
            wrong += [] if right else [(row["file"], wanted, found)]
    assert wrong == []
