"""What holds of whatever is linted: definitions of our own, and the found ones where they are at hand."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import jsonpatch
import pytest

from tests.known import KNOWN
from tests.mistakes.written import CLIENT, IDENTITY
from tests.unit.lint.corpus import OWN, SAMPLES, SYSTEM_ASSIGNED, TEXTS, USER_ASSIGNED, template
from troubleshooter.lint import lint_text
from troubleshooter.model.finding import Severity

if TYPE_CHECKING:
    from tests.unit.lint.corpus import Sample
    from troubleshooter.lint import LintFinding


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True


def in_surroundings(one: Sample) -> dict[str, Any]:
    """As it was published, and beside machines with other identities."""
    if one.host == "batch":
        return {one.number: one.document}
    beside: dict[str, dict[str, Any]] = {"several": USER_ASSIGNED, "its own": SYSTEM_ASSIGNED}
    around = {f"{one.number} {name}": template(one, identity) for name, identity in beside.items()}
    return {one.number: one.document, **around}


JSON = {name: text for name, text in TEXTS.items() if is_json(text)}
DOCUMENTS = {name: json.loads(text) for name, text in OWN.items() if is_json(text)}
for each in SAMPLES:
    DOCUMENTS |= in_surroundings(each)


def named(of: dict[str, Any]) -> list[Any]:
    return [pytest.param(value, id=name) for name, value in of.items()]


def counted(findings: tuple[LintFinding, ...], severity: Severity | None = None) -> Counter[str]:
    return Counter(found.id for found in findings if severity in {None, found.severity})


def patched(document: Any, found: LintFinding) -> Any:
    assert found.fix is not None
    steps = json.dumps([dict(step) for step in found.fix.patch])
    steps = steps.replace("${identity.client_id}", CLIENT).replace("${identity}", IDENTITY)
    return jsonpatch.apply_patch(document, json.loads(steps))


@pytest.mark.parametrize("document", named(DOCUMENTS))
def test_each_patch_cures_its_finding_and_brings_no_error(document: Any) -> None:
    before = lint_text(json.dumps(document), "f.json", KNOWN).findings
    for found in before:
        if found.fix is None or not found.fix.patch:
            continue
        after = lint_text(json.dumps(patched(document, found)), "f.json", KNOWN).findings
        assert counted(after)[found.id] < counted(before)[found.id], found
        assert not counted(after, Severity.ERROR) - counted(before, Severity.ERROR), found


@pytest.mark.parametrize("text", named(JSON))
def test_every_finding_points_into_the_text(text: str) -> None:
    document = json.loads(text)
    lines = text.splitlines()
    for found in lint_text(text, "f.json", KNOWN).findings:
        value = jsonpatch.JsonPointer(found.path).resolve(document)
        key = found.path.rpartition("/")[2]
        shown = lines[found.line - 1]
        if not key.isdigit() and key:
            assert f'"{key}":' in shown, found
        elif isinstance(value, str):
            assert json.dumps(value) in shown, found


@pytest.mark.parametrize("text", named(TEXTS))
def test_a_text_cut_off_anywhere_is_told_and_never_a_crash(text: str) -> None:
    for end in range(0, len(text), max(1, len(text) // 60)):
        for finding in lint_text(text[:end], "f.json", KNOWN).findings:
            assert finding.line <= text.count("\n", 0, end) + 1
