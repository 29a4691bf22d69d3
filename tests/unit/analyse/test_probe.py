"""What a node answered when it was asked itself, read as evidence. The node may be hostile."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tests.wanted import WANTED
from troubleshooter.analyse.probe import PROBED, answers, is_well
from troubleshooter.collect import probe
from troubleshooter.diagnosis import analyse_files, rule_book
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.finding import Confidence, Severity, Verdict
from troubleshooter.report.json_report import diagnosis_json

if TYPE_CHECKING:
    from troubleshooter.model.finding import Diagnosis

URL = "https://kv-farm.vault.azure.net/secrets/tls"
RBAC = "it answered 403 Forbidden ForbiddenByRbac: Caller is not authorized to perform action on resource."


def line(what: str, status: str, reason: str, about: str = "") -> bytes:
    return f"{what}\t{status}\t10\t{about}\t{reason}\n".encode()


def read(*lines: bytes, name: str = "node-1/answers/probe.txt") -> Diagnosis:
    text = PROBED + b"head\tfail\t10\t/x\tvault\n" + b"".join(lines)
    return analyse_files([SourceFile(name, lambda: io.BytesIO(text), "node-1")])


def test_a_services_code_in_an_answer_confirms_and_the_evidence_says_that_the_node_was_asked() -> None:
    found = read(line("vault", "fail", RBAC, URL))
    (finding,) = found.findings
    assert (finding.id, finding.confidence) == ("kv-403-rbac", Confidence.CONFIRMED)
    (told,) = diagnosis_json(found)["findings"][0]["evidence"]
    assert (told["source"], told["line"], told["node"]) == ("probe", 3, "node-1")
    assert told["text"].startswith(f"vault fail: {URL}: it answered 403")


def test_what_the_probe_says_in_its_own_words_is_likely_and_says_why() -> None:
    (finding,) = read(
        line("tcp", "fail", "cannot connect: connection refused", "kv.vault.azure.net")
    ).findings
    assert (finding.id, finding.confidence) == ("net-connect", Confidence.LIKELY)
    assert finding.why_not_surer.startswith("The node itself was asked")


UNTRIED = "This answer came by a script that has not been run against live Windows yet."
ALSO = "One of the answers came by a script that has not been run against live Windows yet."
OF_WINDOWS = line("script", "note", "of Windows PowerShell 5.1")


@pytest.mark.parametrize(
    "said", [("vault", RBAC, URL), ("tcp", "cannot connect: refused", "kv.vault.azure.net")]
)
def test_what_windows_alone_answers_says_that_its_script_was_run_on_no_live_node(
    said: tuple[str, str, str],
) -> None:
    what, reason, about = said
    (finding,) = read(line(what, "fail", reason, about), OF_WINDOWS).findings
    assert (finding.confidence, finding.why_not_surer) == (Confidence.LIKELY, UNTRIED)
    (one,) = diagnosis_json(read(line(what, "fail", reason, about), OF_WINDOWS))["findings"]
    assert one["why_not_surer"] == UNTRIED


def test_what_a_log_or_another_script_says_as_well_does_not_rest_on_that() -> None:
    asked = SourceFile(
        "a/probe.txt", lambda: io.BytesIO(PROBED + line("vault", "fail", RBAC, URL) + OF_WINDOWS), "a"
    )
    other = SourceFile("b/probe.txt", lambda: io.BytesIO(PROBED + line("vault", "fail", RBAC, URL)), "b")
    (finding,) = analyse_files([asked, other]).findings
    assert (finding.confidence, finding.why_not_surer) == (Confidence.CONFIRMED, "")
    assert ALSO in finding.explanation, "and still it says which of its answers they are"
    (alone,) = analyse_files([other]).findings
    assert "live Windows" not in alone.explanation


@pytest.mark.parametrize("status", ["pass", "unknown", "note"])
def test_only_what_failed_is_an_error(status: str) -> None:
    found = read(line("vault", status, RBAC, URL), line("dns", status, "cannot resolve"))
    assert [one.id for one in found.findings if one.severity is Severity.ERROR] == []
    assert found.unexplained == ()


def test_all_is_well_where_the_head_says_so_and_no_answer_says_otherwise() -> None:
    well, passed = PROBED + b"head\tpass\t10\t/x\twell\n", line("vault", "pass", "it answered 200", URL)
    assert is_well(well + passed)
    for said in (
        well + passed + line("secret", "fail", "no private key in it", URL),
        PROBED + b"head\tunknown\t10\t/x\twell\n" + passed,
        PROBED + b"head\tunknown\t10\t/x\tnode\n" + passed,
        PROBED + passed,
        PROBED.rstrip(b"\n"),
        passed + well,
        b"",
    ):
        assert not is_well(said)


def test_what_failed_and_no_rule_knows_is_told_as_unexplained() -> None:
    (left,) = read(line("vault", "fail", "it answered 418 Teapot: short and stout", URL)).unexplained
    assert "418 Teapot" in left.text


def test_silence_of_a_probe_passes_nothing() -> None:
    verdicts = {check.id: check.verdict for check in read(line("clock", "unknown", "no Date")).checked}
    own = {one.id for one in rule_book().rules if "probe" in one.text.applies.files}
    assert "probe-clock-off" in own
    assert {one for one in own if verdicts[one] is Verdict.PASS} == set()


HOSTILE = {
    "escape": b"clock\tfail\t10\t\t\x1b[31mred\n",
    "no time": b"clock\tfail\tsoon\t\tthe clock is wrong\n",
    "another status": b"clock\tbroken\t10\t\tthe clock is wrong\n",
    "another id": b"CLOCK\tfail\t10\t\tthe clock is wrong\n",
    "too few": b"clock\tfail\t10\tthe clock is wrong\n",
    "too long": b"clock\tfail\t10\t\t" + b"x" * 2000 + b"\n",
    "bytes": b"clock\tfail\t10\t\t\xff\xfe\n",
    "carriage return": b"clock\tfail\t10\t\tthe clock is wrong\r\n",
    "nothing": b"\n" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_answer_is_passed_over_and_the_next_is_read(name: str) -> None:
    data = PROBED + HOSTILE[name] + line("dns", "fail", "cannot resolve")
    assert [answer.id for answer in answers(data)] == ["dns"]


def test_a_node_that_sends_forever_is_read_to_a_limit() -> None:
    data = PROBED + line("dns", "fail", "cannot resolve") * 100_000
    assert len(list(answers(data))) == 400
    assert read(line("dns", "fail", "cannot resolve") * 100_000).root_cause == "net-dns"


def test_what_the_script_says_first_is_what_is_looked_for() -> None:
    script = probe.script(WANTED).decode()
    assert probe.BEGINS == PROBED
    assert f"printf '%s\\n' \"{PROBED.decode().strip()}\"" in script
    assert "<<" not in script.replace("$((", "")


def test_no_file_without_its_first_line_is_a_probe() -> None:
    assert list(answers(b"x\n" + PROBED + line("dns", "fail", "cannot resolve"))) == []
