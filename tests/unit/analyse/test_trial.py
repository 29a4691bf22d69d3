from __future__ import annotations

from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK, log, source, status
from troubleshooter.analyse.trial import try_rule, wrong_examples


def test_the_shipped_rules_do_what_their_examples_say() -> None:
    assert wrong_examples(BOOK) == ()


def test_a_match_shows_lines_and_values() -> None:
    trial = try_rule(
        BOOK.rule("agent-exit-code"), source("harmless\n[ExtensionError] Non-zero exit code: 22, x\n"), KNOWN
    )
    assert trial.stands
    assert [(hit.line, hit.captured["code"]) for hit in trial.hits] == [(2, "22")]


def test_a_message_of_a_json_file_is_tried_unescaped() -> None:
    trial = try_rule(
        BOOK.rule("kv-config-not-a-string"),
        source(status("Failed to parse the configuration settings with: 'not a string'", "error")),
        KNOWN,
    )
    assert trial.stands
    assert trial.kind == "status"


def test_the_reason_for_not_matching() -> None:
    exit_1 = "akvvm_service.service: Main process exited, code=exited, status=1/FAILURE\n"
    cases = {
        ("kv-403-rbac", "nothing of that kind"): "No line matches one of `any`.",
        ("agent-exit-code", "[ExtensionError] Non-zero exit code: 126, x"): "a pattern of `none` is on it",
        ("agent-exit-code", log("[ExtensionError] Non-zero exit code: 1")): "of kind akvvm",
        ("svc-no-status-file-wrong-cwd", exit_1): "`beside`",
        ("kv-arm-child-name", "x has incorrect segment lengths"): "of `all`",
    }
    for (rule, text), reason in cases.items():
        trial = try_rule(BOOK.rule(rule), source(text), KNOWN)
        assert not trial.stands
        assert reason in trial.why


def test_each_pattern_tells_how_often_it_is_there() -> None:
    trial = try_rule(
        BOOK.rule("agent-exit-code"), source("x\n[ExtensionError] Non-zero exit code: 126\n" * 3), KNOWN
    )
    assert [(one.role, one.lines, one.first) for one in trial.patterns] == [("any", 3, 2), ("none", 3, 2)]
