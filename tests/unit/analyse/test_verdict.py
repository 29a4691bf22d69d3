"""What is ruled out, and by which fact: a service's answer, or the silence of a file that would have told."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tests.known import KNOWN
from troubleshooter import settings
from troubleshooter.analyse import analyse, load_rules
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.finding import Verdict

if TYPE_CHECKING:
    from troubleshooter.model.finding import Check

BOOK = load_rules(settings.playbooks_folder() / "rules", known=KNOWN)
STAMP = "2026-11-20 08:00:0"
BEGUN = f"{STAMP}1: <info> [certificate_manager] Fetching"
REFUSED = (
    f"{STAMP}2: <error> [keyvault_client] Failed: 403 "
    'Forbidden {"error":{"code":"Forbidden","message":"denied","innererror":{"code":"ForbiddenByRbac"}}}'
)
UNCODED = f"{STAMP}2: <error> [keyvault_client] Failed: 403 Caller is not authorized to perform action"
ENDED = f"{STAMP}3: <info> [certificate_manager] Completed refreshing observed certificates"
LOG = "akvvm_service.log"


def file(node: str | None, *lines: str, name: str = LOG) -> SourceFile:
    data = "\n".join(lines).encode()
    return SourceFile(name, lambda: io.BytesIO(data), node)


def check(rule_id: str, *files: SourceFile) -> Check:
    return next(one for one in analyse(files, BOOK).checked if one.id == rule_id)


def test_a_services_answer_rules_out_what_keeps_a_call_from_coming_that_far() -> None:
    told = check("net-dns", file("n1", BEGUN, REFUSED))

    assert told.verdict is Verdict.PASS
    assert told.because == (
        "a service answered ForbiddenByRbac (akvvm_service.log:2 of n1), so the call came that far"
    )


def test_words_without_the_services_code_rule_nothing_out() -> None:
    assert check("net-dns", file("n1", BEGUN, UNCODED)).verdict is Verdict.UNKNOWN


def test_a_pasted_answer_may_be_another_clients_and_rules_nothing_out() -> None:
    assert (
        check("net-dns", file(None, REFUSED.partition("> ")[2], name="paste.txt")).verdict is Verdict.UNKNOWN
    )


def test_an_answer_to_one_node_says_nothing_of_another() -> None:
    silent = file("n2", BEGUN)

    assert check("net-dns", file("n1", BEGUN, REFUSED), silent).verdict is Verdict.UNKNOWN
    both = check("net-dns", file("n1", BEGUN, REFUSED), file("n2", BEGUN, REFUSED))
    assert both.verdict is Verdict.PASS
    assert both.because.endswith("; the same of 1 more node")


def test_what_was_found_is_never_ruled_out() -> None:
    dns = f"{STAMP}0: <error> [http] Error resolving address"
    told = check("net-dns", file("n1", dns, BEGUN, REFUSED))

    assert (told.verdict, told.because) == (Verdict.FAIL, "akvvm_service.log:1")


def test_a_log_whose_refresh_ended_tells_by_its_silence_and_where_it_ended() -> None:
    assert check("kv-403-rbac", file("n1", BEGUN)).verdict is Verdict.UNKNOWN

    told = check("kv-403-rbac", file("n1", BEGUN, BEGUN, ENDED, BEGUN))
    assert told.verdict is Verdict.PASS
    assert told.because == (
        "no line of akvvm_service.log of n1 says so, and a refresh came to its end there (line 3)"
    )


def test_the_end_of_a_refresh_is_found_far_down_a_long_log() -> None:
    told = check("kv-403-rbac", file("n1", *[BEGUN] * 9000, ENDED, *[BEGUN] * 9000))

    assert told.because.endswith("(line 9001)")


def test_what_cannot_be_says_why() -> None:
    told = check("win-agent-unhealthy", file("n1", "Microsoft.Azure.KeyVault.KeyVaultForLinux-3.0.1", BEGUN))

    assert (told.verdict, told.because) == (Verdict.NOT_APPLICABLE, "windows; this is linux")


STATUS = (
    '[{"version":1,"timestampUTC":"2026-11-25T09:00:00Z","status":{"status":"%s","code":0,'
    '"operation":"Service start.","formattedMessage":{"lang":"en","message":"%s"}}}]'
)


def test_a_status_rules_out_nothing_that_stands_in_the_log() -> None:
    """Success may mean that polling started, and transitioning names no cause."""
    for word in ("success", "transitioning"):
        status = file("n1", STATUS % (word, "Service start."), name="0.status")
        assert check("net-dns", status).verdict is Verdict.UNKNOWN


def test_an_error_of_azures_is_of_one_failure_and_rules_out_no_other() -> None:
    crp = file(
        None,
        '{"error":{"code":"VMExtensionProvisioningError","message":"another one failed"}}',
        name="e.json",
    )

    assert check("agent-noexec-126", crp).verdict is Verdict.UNKNOWN
    assert check("kv-403-rbac", crp).verdict is Verdict.UNKNOWN
