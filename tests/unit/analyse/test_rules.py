from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.known import KNOWN
from tests.unit.analyse.sources import source
from troubleshooter.analyse import analyse, load_rules
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

RULE = """\
- id: a-rule
  title: T
  good: {good}
  severity: {severity}
  confidence: {confidence}
  label: {label}
  record: {record}
  doubt: {doubt}
  also: {also}
  applies: {{files: [{files}], versions: {versions}}}
  match: {match}
  capture: {capture}
  explanation: E
  matches: [x, y]
  ignores: [p, q]
  sources: [s]
"""
FINE = {
    "good": "G",
    "severity": "error",
    "confidence": "likely",
    "label": "SVC",
    "files": "akvvm",
    "versions": "any",
    "match": "{any: [x]}",
    "capture": "{}",
    "record": "''",
    "doubt": "''",
    "also": "[]",
}
SURE = {"confidence": "confirmed", "record": "Its own log says that it ends"}


def written(folder: Path, text: str) -> Path:
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_fine_rule_loads(tmp_path: Path) -> None:
    assert [rule.id for rule in load_rules(written(tmp_path, RULE.format(**FINE)), known=KNOWN).rules] == [
        "a-rule"
    ]


def test_where_every_file_is_its_own_a_text_may_be_confirmed(tmp_path: Path) -> None:
    own = {**FINE, "label": "AGENT", "files": "waagent, handler-status", **SURE}
    assert len(load_rules(written(tmp_path, RULE.format(**own)), known=KNOWN).rules) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"confidence": "confirmed"}, "at most likely"),
        ({"label": "LIB", "confidence": "confirmed"}, "at most likely"),
        ({"label": "AGENT", "confidence": "confirmed"}, "at most likely"),
        ({"label": "AGENT", "files": "waagent, akvvm", "confidence": "confirmed"}, "at most likely"),
        ({"match": "{none: [x]}"}, "matches nothing"),
        ({"also": "[{match: {none: [x]}}]"}, "matches nothing"),
        ({"also": "[{match: {any: [x]}, beside: {any: ['(?=x)']}}]"}, "not RE2"),
        ({"label": "KV", "confidence": "confirmed"}, "it has no `record`"),
        ({"label": "KV", "record": "R"}, "its confidence is likely"),
        ({"label": "KV", "severity": "warning", **SURE}, "what does not exclude success"),
        ({"label": "KV", "doubt": "D", **SURE}, "says why it is not"),
        ({"match": "{any: ['(?=x)']}"}, "not RE2"),
        ({"match": "{any: ['ä']}"}, "not ASCII"),
        ({"capture": "{v: x}"}, "no group"),
        ({"versions": "3.0+"}, "cannot be read"),
        ({"files": "akvm"}, "akvm"),
        ({"good": "T"}, "says the same as its title"),
        ({"good": "''"}, "not one line"),
        ({"good": "It is well."}, "not one line"),
        ({"good": '"It is\\nwell"'}, "not one line"),
        ({"good": "x" * 101}, "not one line"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, change: dict[str, str], says: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        load_rules(written(tmp_path, RULE.format(**{**FINE, **change})), known=KNOWN)
    assert says in str(caught.value)
    assert "rules.yaml" in caught.value.what


def test_a_rule_without_its_good_state_is_told_which_key_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="good"):
        load_rules(written(tmp_path, RULE.replace("  good: {good}\n", "").format(**FINE)), known=KNOWN)


@pytest.mark.parametrize(
    ("label", "files"), [("KV", "akvvm"), ("AGENT", "waagent"), ("SVC", "resize-errors")]
)
def test_a_text_where_it_was_seen_may_be_confirmed(tmp_path: Path, label: str, files: str) -> None:
    fine = {**FINE, "label": label, "files": files, **SURE}
    assert load_rules(written(tmp_path, RULE.format(**fine)), known=KNOWN).rules


def test_an_id_stands_for_one_rule(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="a-rule"):
        load_rules(written(tmp_path, RULE.format(**FINE) * 2), known=KNOWN)


WAYS = "[{match: {any: ['the lamp is out']}, beside: {any: ['it is dark']}}]"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("the house has no light", 1),
        ("the lamp is out", 0),
        ("the lamp is out\nit is dark", 1),
        ("the house has no light\nthe lamp is out", 1),
        ("the house has no light\nthe lamp is out\nit is dark", 2),
    ],
)
def test_what_has_to_stand_beside_one_way_has_not_to_beside_another(
    tmp_path: Path, lines: str, told: int
) -> None:
    rule = {**FINE, "match": "{any: ['no light']}", "also": WAYS}
    book = load_rules(written(tmp_path, RULE.format(**rule)), known=KNOWN)
    found = analyse([source(lines)], book).findings
    assert [one.id for one in found] == ["a-rule"] * bool(told)
    assert sum(len(one.evidence) for one in found) == told


def test_a_record_confirms_what_it_says_and_no_further_way_to_see_it(tmp_path: Path) -> None:
    rule = {**FINE, **SURE, "label": "KV", "match": "{any: ['no light']}", "also": WAYS, "doubt": "D"}
    book = load_rules(written(tmp_path, RULE.format(**rule)), known=KNOWN)
    by = {
        text: analyse([source(text)], book).findings[0]
        for text in ("no light", "the lamp is out\nit is dark")
    }
    assert [(str(one.confidence), one.why_not_surer) for one in by.values()] == [
        ("confirmed", ""),
        ("likely", "D"),
    ]
