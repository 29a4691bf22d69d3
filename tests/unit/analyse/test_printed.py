"""What tools print and mails break is read as it was written."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK, log, source
from troubleshooter.analyse import analyse, merge
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.printed.documents import documents
from troubleshooter.analyse.printed.page import page
from troubleshooter.analyse.scan import scan
from troubleshooter.lint import findings_of
from troubleshooter.lint.linter import lint_text

if TYPE_CHECKING:
    from troubleshooter.model.finding import Diagnosis

SENTENCE = (
    "Client address is not authorized and caller is not a trusted service. Client address: 203.0.113.9 "
    "Vault: contosokv;location=westeurope"
)


def diagnosed(text: str) -> Diagnosis:
    return analyse([source(text)], BOOK)


def ids(text: str) -> list[str]:
    return [finding.id for finding in diagnosed(text).findings]


def values(text: str) -> list[Any]:
    return [document.value for document in documents(page(text), int)]


def broken(text: str, columns: int, prefix: str = "") -> str:
    """As a mail breaks it: at blanks."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= columns:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "".join(f"{prefix}{each}\n" for each in [*lines, line])


class TestBrokenLines:
    @pytest.mark.parametrize("prefix", ["", "> ", ">> ", "> > ", "| ", "  ", "\t"])
    @pytest.mark.parametrize("columns", [40, 72, 100])
    def test_a_sentence_over_lines_matches_as_if_on_one(self, columns: int, prefix: str) -> None:
        text = f"Hello,\n\nthe log says:\n\n{broken(SENTENCE, columns, prefix)}\nThanks\n"
        (finding,) = diagnosed(text).findings
        assert finding.id == "kv-403-firewall"
        assert finding.evidence[0].line == 5
        assert "Client address is not authorized" in finding.evidence[0].text

    @pytest.mark.parametrize("columns", [80, 100, 120])
    def test_a_window_breaks_words_too(self, columns: int) -> None:
        text = f"ops@vm:~$ cat answer {'x' * 90}\n" + SENTENCE + " " + SENTENCE
        hard = "\n".join(
            line[at : at + columns] for line in text.split("\n") for at in range(0, len(line), columns)
        )
        assert ids(hard) == ["kv-403-firewall"]

    def test_soft_breaks_of_a_mail_s_source_are_undone(self) -> None:
        cut = [SENTENCE[at : at + 70] for at in range(0, len(SENTENCE), 70)]
        assert ids("=\n".join(cut)) == ["kv-403-firewall"]

    def test_colours_are_no_part_of_the_words(self) -> None:
        coloured = SENTENCE.replace("authorized", "\x1b[1;31mauth\x1b[0morized")
        assert ids(f"\x1b]0;title\x07{coloured}\n") == ["kv-403-firewall"]

    def test_lines_that_belong_to_nobody_are_not_joined(self) -> None:
        first, second = "Client address is not", "authorized and caller is not a trusted service."
        for between in ("\n\n", "\n2026-05-01 08:00:00 ", "\n- ", "\n\n\n"):
            assert ids(f"{first}{between}{second}") == []

    def test_entries_of_one_length_are_not_one_line(self) -> None:
        entry = "VM has reported a failure when processing extension 'kv'. Error message: \"exit status=1\""
        assert diagnosed("\n".join([entry] * 3)).findings[0].count == 3

    def test_a_line_is_not_counted_again_for_its_neighbours(self) -> None:
        text = f"we saw this today\n{SENTENCE}\nand do not know why\n"
        assert [(one.id, one.count) for one in diagnosed(text).findings] == [("kv-403-firewall", 1)]

    def test_what_stands_too_far_apart_is_no_sentence(self) -> None:
        assert ids("Client\naddress\nis\nnot\nauthorized\n") == []

    def test_a_log_whose_lines_a_window_broke_is_the_same_log(self) -> None:
        whole = log(f"Refreshing 'https://kv.vault.azure.net/secrets/web' failed with exception: {SENTENCE}")
        cut = "\n".join(whole.rstrip()[at : at + 90] for at in range(0, len(whole), 90))
        result = scan(source(cut), BOOK)
        assert result.kind is FileKind.EXTENSION_LOG
        assert [hit.rule.id for hit in result.hits] == ["kv-403-firewall"]


NODES = {
    "Id": ["tvmps_1_d", "tvmps_2_d"],
    "State": ["starttaskfailed", "unusable"],
    "IP": ["10.0.0.4", "10.0.0.5"],
}
BOTH = {"batch-start-task-failed", "batch-node-unusable"}


def table(style: str) -> str:
    names, rows = list(NODES), list(zip(*NODES.values(), strict=True))
    wide = [max(len(name), *map(len, NODES[name])) + 2 for name in names]
    mark = {"bars": " | ", "tabs": "\t"}.get(style, "")

    def line(cells: Any) -> str:
        if style == "tabs":
            return "\t".join(cells)
        told = mark.join(cell.ljust(width) for cell, width in zip(cells, wide, strict=True))
        return f"| {told} |" if style == "bars" else told

    rule = {
        "cli": ["".join(("-" * (width - 2)).ljust(width) for width in wide)],
        "powershell": [
            "".join(("-" * len(name)).ljust(width) for name, width in zip(names, wide, strict=True))
        ],
        "bars": ["|" + "|".join("-" * (width + 2) for width in wide) + "|"],
    }.get(style, [])
    return "\n".join([line(names), *rule, *map(line, rows)]) + "\n"


TORN = "Error message: \"Failed to parse the configuration settings with: 'not a string'\"."
REPORTED = f"VM has reported a failure when processing extension 'KeyVaultForLinux'. {TORN}"
BY_ANOTHER = (
    'Error: waiting for creation of Extension "x" (Virtual Machine Scale Set "ss"): '
    'Code="VMExtensionHandlerNonTransientError" Message="The handler for VM extension type '
    "'Microsoft.Azure.Extensions.CustomScript' has reported terminal failure for VM extension 'setup' with "
    "error message: '[ExtensionOperationError] Non-zero exit code: 126, /var/lib/waagent/custom-script/bin/"
    "custom-script-shim enable\\n[stderr]\\n/bin/sh: 1: Permission denied'.\""
)


class TestTypeset:
    """What word processors, chats and browsers make of a text."""

    @pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
    @pytest.mark.parametrize("quotes", ["\u2018\u2019\u201c\u201d", "\u201a\u2018\u201e\u201c", "''\"\""])
    def test_curly_quotes_and_fixed_blanks_are_plain_ones(self, quotes: str, encoding: str) -> None:
        text, single, double = REPORTED.replace(" ", "\xa0"), quotes[:2], quotes[2:]
        for mark, curly in (("'", single), ('"', double)):
            first, *rest = text.split(mark)
            text = first + "".join(curly[at % 2] + one for at, one in enumerate(rest))
        found = analyse([source(text.encode(encoding))], BOOK).findings
        assert [(one.id, one.extension) for one in found] == [
            ("kv-config-not-a-string", "key-vault"),
            ("crp-provisioning-error", "key-vault"),
        ]

    @pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u2060"])
    def test_marks_without_a_width_are_nothing(self, mark: str) -> None:
        assert ids(SENTENCE.replace(" is ", f" {mark}is ")) == ["kv-403-firewall"]

    def test_curly_quotes_in_straight_ones_are_what_a_person_wrote(self) -> None:
        answer = next(
            one for one in values('answer: {"message": "he said \u201cno\u201d"}') if "message" in one
        )
        assert answer == {"message": "he said \u201cno\u201d"}


class TestDenied:
    """Who asks for help says what it is not, too."""

    @pytest.mark.parametrize(
        "text",
        [
            "I checked that it is **not** a firewall (`ForbiddenByFirewall` never shows).",
            "There is no ForbiddenByFirewall in the log.",
            "it is not a ForbiddenByFirewall, is it?",
            "we don't see any 'ForbiddenByFirewall'",
            "neither ForbiddenByFirewall nor ForbiddenByRbac",
            "ForbiddenByConnection does not come up here",
        ],
    )
    def test_a_code_that_is_denied_is_no_cause(self, text: str) -> None:
        assert ids(f"Hello,\n{text}\nThanks\n") == []

    def test_it_is_denied_beside_a_log_that_is_quoted_too(self) -> None:
        text = f"It is no ForbiddenByRbac:\n\n{log(SENTENCE)}\nno ForbiddenByConnection either\n"
        assert ids(text) == ["kv-403-firewall"]

    @pytest.mark.parametrize(
        "text",
        [
            "Could not read the secret: ForbiddenByFirewall",
            "no idea why: ForbiddenByFirewall",
            "it does not work, ForbiddenByFirewall",
            "ForbiddenByFirewall does not go away",
            "403 ForbiddenByFirewall Client address is not authorized and caller is not a trusted service.",
            "2026-05-01 08:00:00 no ForbiddenByFirewall",
            '{"message": "Client address is not authorized", "code": "ForbiddenByFirewall"}',
        ],
    )
    def test_a_code_beside_another_no_is_one(self, text: str) -> None:
        assert ids(f"Hello,\n{text}\nThanks\n") == ["kv-403-firewall"]


class TestFrames:
    """Terraform draws a bar beside what went wrong, and breaks lines at the window's width."""

    @pytest.mark.parametrize("columns", [70, 78, 100, 118])
    def test_what_is_broken_in_a_frame_is_whole(self, columns: int) -> None:
        framed = textwrap.wrap(BY_ANOTHER, columns, break_long_words=False, break_on_hyphens=False)
        text = "\u2577\n" + "".join(f"\u2502 {line}\n" for line in framed)
        text += "\u2502 \n\u2502   with azurerm_virtual_machine_scale_set_extension.x,\n\u2575\n"
        found = diagnosed(text).findings
        assert [(one.id, one.extension) for one in found] == [
            ("agent-noexec-126", "custom-script"),
            ("crp-handler-nontransient", "custom-script"),
        ]
        assert {place.line for one in found for place in one.evidence} == {2}

    def test_what_is_indented_in_it_is_no_part_of_a_sentence(self) -> None:
        text = f"\u2502 {'x' * 30} {'y' * 30}\n\u2502   on main.tf line 3\n\u2502 {'z' * 40}\n\u2502 z\n"
        assert page(text).lines[:2] == (f"{'x' * 30} {'y' * 30}", "  on main.tf line 3")

    def test_a_table_of_such_bars_keeps_its_cells(self) -> None:
        drawn = table("bars").replace("|", "\u2502")
        assert page(drawn).lines == tuple(drawn.split("\n"))


class TestTables:
    @pytest.mark.parametrize("style", ["cli", "powershell", "bars", "tabs", "blanks"])
    def test_nodes_in_every_style(self, style: str) -> None:
        text = "$ az batch node list -o table\n" + table(style)
        assert {*ids(text)} == BOTH
        assert values(text)[:1] == [{"Id": "tvmps_1_d", "State": "starttaskfailed", "IP": "10.0.0.4"}]
        unusable = next(one for one in diagnosed(text).findings if one.id == "batch-node-unusable")
        assert "tvmps_2_d" in text.split("\n")[unusable.evidence[0].line - 1]

    @pytest.mark.parametrize(
        ("name", "publisher", "whose"),
        [
            ("KeyVaultForLinux", "Microsoft.Azure.KeyVault", "key-vault"),
            ("my-certs", "Microsoft.Azure.KeyVault", "key-vault"),
            ("AzureMonitorLinuxAgent", "Microsoft.Azure.Monitor", "azure-monitor-agent"),
        ],
    )
    def test_the_table_of_a_machine_s_extensions(self, name: str, publisher: str, whose: str) -> None:
        row = "{:<24}{:<21}{:<28}{:<9}\n".format
        head = row("Name", "ProvisioningState", "Publisher", "Version") + row(
            "-" * 22, "-" * 19, "-" * 26, "-" * 7
        )
        failed = diagnosed(head + row(name, "Failed", publisher, "3.0")).findings
        assert [(one.id, one.extension) for one in failed] == [("extension-failed", whose)]
        assert ids(head + row(name, "Succeeded", publisher, "3.0")) == []

    def test_a_line_without_a_head(self) -> None:
        assert ids("tvmps_1_d\tunusable\t10.0.0.4\n") == ["batch-node-unusable"]

    def test_a_word_in_a_sentence_is_no_state(self) -> None:
        assert ids("tvmps_1_d was unusable for a while\n") == []

    def test_idle_nodes_are_read_and_nothing_is_wrong(self) -> None:
        text = table("cli").replace("starttaskfailed", "idle           ").replace("unusable", "running ")
        diagnosis = diagnosed(text)
        assert (diagnosis.findings, diagnosis.unexplained) == ((), ())
        assert scan(source(text), BOOK).kind is FileKind.NODE_ERRORS


LISTED = """
Id                    : tvmps_1_d
State                 : StartTaskFailed
StartTaskInformation  : Microsoft.Azure.Commands.Batch.Models.PSStartTaskInformation
IPAddress             : 10.0.0.4

"""
VIEW = """
Name                      : vm
Extensions[0]             :
  Name                    : KeyVaultForWindows
  Type                    : Microsoft.Azure.KeyVault.KeyVaultForWindows
  TypeHandlerVersion      : 3.5.3.29
  Statuses[0]             :
    Code                  : ProvisioningState/failed/1
    Level                 : Error
    DisplayStatus         : Provisioning failed
    Message               : Failed to parse the configuration settings
                            with: 'not an object'
"""
YAML = """
- affinityId: null
  errors: []
  id: tvmps_1_d
  startTaskInfo:
    exitCode: 127
    failureInfo:
      code: FailureExitCode
      details:
      - name: x
        value: y
      message: The task exited
    result: failure
  state: starttaskfailed
- id: tvmps_2_d
  errors: []
  state: idle
"""
LISTED_FAILED = """
Name                 : kv
Publisher            : Microsoft.Azure.KeyVault
ExtensionType        : KeyVaultForWindows
TypeHandlerVersion   : 3.0
PublicSettings       : {
                         "secretsManagementSettings": {
                           "pollingIntervalInS": 3600
                         }
                       }
ProvisioningState    : Failed
"""
YAML_VIEW = """
- instanceView:
    name: kv
    statuses:
    - code: ProvisioningState/failed/0
      level: Error
      message: {message}
  publisher: Microsoft.Azure.KeyVault
  typePropertiesType: KeyVaultForLinux
"""
EVENT = """Log Name:      System
Source:        Service Control Manager
Event ID:      7031
Level:         Error
Description:
The process was terminated: Keyset
Reason: something else
"""


class TestLists:
    def test_a_list_of_powershell_s(self) -> None:
        assert ids(LISTED) == ["batch-start-task-failed"]

    def test_a_view_with_what_is_indented_in_it(self) -> None:
        diagnosis = diagnosed(VIEW)
        finding = next(one for one in diagnosis.findings if one.id == "kv-config-not-an-object")
        assert finding.extension == "key-vault"
        assert scan(source(VIEW), BOOK).kind is FileKind.EXTENSION_VIEW

    def test_a_mistake_that_is_known_stands_before_a_failure_that_is_not(self) -> None:
        text = LISTED_FAILED
        said = findings_of(lint_text(text, "file", KNOWN).findings)
        merged = merge(diagnosed(text), said)
        assert [one.id for one in merged.findings][:2] == ["kv-config-not-a-string", "extension-failed"]

    def test_simple_yaml(self) -> None:
        (finding,) = diagnosed(YAML).findings
        assert finding.id == "batch-start-task-failed"
        assert any("exit code: 127; FailureExitCode" in place.text for place in finding.evidence)

    @pytest.mark.parametrize(
        "message",
        [
            "'Failed to parse the configuration settings with: ''not an object'''",
            "'Failed to parse the configuration settings with: ''not\n        an object'''",
            "\"Failed to parse the configuration\\\n        \\ settings with: 'not an object'\\r\\n\"",
        ],
    )
    def test_the_quotes_of_yaml(self, message: str) -> None:
        text = YAML_VIEW.format(message=message)
        found = [one for one in diagnosed(text).findings if one.id == "kv-config-not-an-object"]
        assert [(one.extension, one.confidence) for one in found] == [("key-vault", "confirmed")]

    def test_the_text_of_an_event_is_its_own_whatever_it_looks_like(self) -> None:
        result = scan(source(EVENT), BOOK)
        assert [one.text for one in result.unexplained.values()] == [
            "Service Control Manager: The process was terminated: Keyset Reason: something else"
        ]

    def test_an_answer_within_a_list(self) -> None:
        body = json.dumps(
            {"code": "VMExtensionProvisioningError", "message": "observedCertificates cannot be empty"},
            indent=2,
        )
        shown = body.replace("\n", "\n             ")
        assert "kv-observed-certificates-empty" in ids(f"Status     : Failed\nError      : {shown}\n")

    def test_what_is_no_record_is_read_as_lines(self) -> None:
        text = f"Subject: help\nTo: support\nNote: {SENTENCE}\n"
        assert [(one.id, one.count) for one in diagnosed(text).findings] == [("kv-403-firewall", 1)]


COLUMNS = (
    "TimeGenerated [UTC],OperationName,ResultType,ResultDescription,CallerIPAddress,ResultSignature,"
    "httpStatusCode_d,requestUri_s"
)


def row(status: int, signature: str, told: str = "") -> str:
    quoted = f'"{told}"' if told else ""
    uri = "https://contosokv.vault.azure.net/secrets/web"
    return f'"11/24/2026, 8:05 AM",SecretGet,Success,{quoted},203.0.113.9,{signature},{status},{uri}'


class TestRows:
    def test_a_refused_request_is_told_with_its_line(self) -> None:
        text = "\n".join(
            [COLUMNS, row(401, "Unauthorized"), row(403, "Forbidden", SENTENCE.replace(" Vault", "\nVault"))]
        )
        (finding,) = diagnosed(text).findings
        assert (finding.id, finding.evidence[0].line) == ("kv-403-firewall", 3)

    def test_what_a_client_asks_first_is_no_failure(self) -> None:
        diagnosis = diagnosed("\n".join([COLUMNS, row(401, "Unauthorized"), row(200, "OK")]))
        assert (diagnosis.findings, diagnosis.unexplained) == ((), ())

    def test_a_refusal_that_says_nothing_more_is_listed(self) -> None:
        told = diagnosed("\n".join([COLUMNS, row(403, "Forbidden")])).unexplained
        assert "HTTP 403 Forbidden" in told[0].text


class TestJson:
    def test_one_value_a_line(self) -> None:
        entries = [
            {"MESSAGE": "Started Key Vault VM Extension.", "PRIORITY": "6", "SYSLOG_IDENTIFIER": "systemd"},
            {"MESSAGE": [78, 111, 32, 114, 111, 111, 109], "PRIORITY": "3", "SYSLOG_IDENTIFIER": "akvvm"},
        ]
        result = scan(source("\n".join(map(json.dumps, entries))), BOOK)
        assert result.kind is FileKind.JOURNAL
        assert [(one.line, one.text) for one in result.unexplained.values()] == [(2, "No room")]

    def test_an_answer_in_a_mail(self) -> None:
        body = json.dumps({"error": {"code": "Forbidden", "message": SENTENCE}}, indent=2)
        quoted = "".join(f"> {line}\n" for line in body.split("\n"))
        (finding,) = diagnosed(f"Hi,\n\n{quoted}\nBye").findings
        assert (finding.id, finding.evidence[0].line) == ("kv-403-firewall", 6)

    def test_a_past_resize_is_past_behind_a_prompt_too(self) -> None:
        pool = {
            "allocationState": "steady",
            "targetDedicatedNodes": 1,
            "currentDedicatedNodes": 1,
            "resizeErrors": [{"code": "AllocationTimedout", "message": "x"}],
        }
        assert ids("$ az batch pool show\n" + json.dumps(pool, indent=1)) == ["batch-resize-error-past"]

    def test_half_a_body_is_read_as_far_as_it_goes(self) -> None:
        whole = json.dumps({"error": {"code": "Forbidden", "message": SENTENCE}}, indent=2)
        assert ids(whole[: whole.rindex("}")]) == ["kv-403-firewall"]

    @pytest.mark.parametrize(
        "text", ['{"a": ' * 20_000, "[{" * 50_000, '{"' * 200_000, "- " * 100_000, "> " * 100_000]
    )
    def test_a_text_of_beginnings_ends(self, text: str) -> None:
        assert diagnosed(f"x\n{text}").findings == ()


@pytest.mark.parametrize(
    "line",
    [
        "azure.core.exceptions.HttpResponseError: (AuthorizationFailed) The client",
        "java.net.ConnectException: x",
        "Azure.RequestFailedException: Service request was answered",
        "x509: certificate is valid for a, not b",
        "curl: (6) Could not resolve host: x",
        "HTTP/1.1 422 Unprocessable Entity",
        "ErrorCode:AuthorizationPermissionMismatch",
        "dial tcp 10.0.0.1:443: i/o timed out",
    ],
)
def test_an_error_is_seen_in_the_words_of_every_language(line: str) -> None:
    said = diagnosed(f"we ran it\n{line}\n")
    assert said.unexplained or said.findings


@pytest.mark.parametrize(
    "line", ["HTTP/1.1 200 OK", "errorHandler: on", "no errors", "ErrorCode=0", "lastError none"]
)
def test_what_only_looks_like_one_is_none(line: str) -> None:
    said = diagnosed(f"we ran it\n{line}\n")
    assert (said.unexplained, said.findings) == ((), ())
