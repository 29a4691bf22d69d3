"""Applies the linter's fixes to a copy of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonpatch

from troubleshooter.errors import UsageProblem
from troubleshooter.lint import lint_text

if TYPE_CHECKING:
    from troubleshooter.lint.finding import LintFinding

_ROUNDS = 100


def repair(file: str, text: str) -> str:
    """Write FILE.fixed.json where something can be repaired; say what was done."""
    if file == "-":
        raise UsageProblem(
            "Standard input cannot be repaired.", "There is no file to write beside.", "Give --fix a file."
        )
    repaired = lint_text(text, file).repaired or text
    applied: list[str] = []
    while len(applied) < _ROUNDS:
        # Linted anew after every fix, since a fix moves what the next one points at.
        findings = lint_text(repaired, file).findings
        patched = next(filter(None, (_patched(repaired, finding) for finding in findings)), None)
        if patched is None:
            break
        repaired, summary = patched
        applied.append(summary)
    if repaired == text:
        return f"{file}: nothing that can be repaired without knowing more"
    path = Path(f"{file}.fixed.json")
    _write_new(path, repaired)
    return f"{path}: written with {len(applied)} fixes: {'; '.join(applied)}"


def _patched(text: str, finding: LintFinding) -> tuple[str, str] | None:
    """The text with this finding's fix, or None where it has none that can be applied as it is."""
    if finding.fix is None or finding.fix.needs or not finding.fix.patch:
        return None
    try:
        document: Any = json.loads(text)
        changed = jsonpatch.apply_patch(document, [dict(step) for step in finding.fix.patch])
    except (ValueError, jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
        return None
    if changed == json.loads(text):
        return None
    return json.dumps(changed, indent=2, ensure_ascii=False) + "\n", finding.fix.summary


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageProblem(
            f"{path} exists.", "What is there is never overwritten.", "Move it away, then try again."
        ) from error
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written.", f"{error.strerror}.", "Check the folder's permissions."
        ) from error
