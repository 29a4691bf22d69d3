"""Applies the linter's fixes to a copy of a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonpatch

from troubleshooter.engine.evidence import owner_only
from troubleshooter.errors import UsageProblem
from troubleshooter.lint import lint_text

if TYPE_CHECKING:
    from troubleshooter.lint.finding import LintFinding
    from troubleshooter.model.extension import Extension

SIZE_LIMIT = 1 << 20
"""Characters of what is repaired."""
_FIXES, _READ = 100, 8 << 20
"""So many fixes in one call, as long as so many characters were read for them: it is read anew for each."""
_INDENT = re.compile(r"\n([ \t]+)")


def repair(file: str, text: str, known: tuple[Extension, ...], spared: frozenset[str] = frozenset()) -> str:
    """Write FILE.fixed.json where something can be repaired, and is not `spared`; say what was done."""
    if file == "-":
        raise UsageProblem(
            "Standard input cannot be repaired.", "There is no file to write beside.", "Give --fix a file."
        )
    if len(text) > SIZE_LIMIT:
        raise UsageProblem(
            f"{file} is too large to be repaired.",
            f"It has more than {SIZE_LIMIT} characters.",
            "Give the extension's part alone.",
        )
    repaired, done, is_all = repaired_text(file, text, known, spared)
    if not done:
        return f"{file}: nothing that can be repaired without knowing more"
    path = Path(f"{file}.fixed.json")
    _write_new(path, repaired)
    more = "" if is_all else "; there may be more to repair: give it --fix in its turn"
    return f"{path}: written with {len(done)} fixes: {'; '.join(done)}{more}"


def repaired_text(
    file: str, text: str, known: tuple[Extension, ...], spared: frozenset[str] = frozenset()
) -> tuple[str, list[str], bool]:
    """The text with the fixes that need nobody's answer, what was done to it, and whether that is all."""
    as_json = lint_text(text, file, known).repaired
    done = [] if as_json is None else ["Made it JSON"]
    repaired = text if as_json is None else as_json
    left = _READ
    while len(done) < _FIXES and left > 0:
        # Linted anew after every fix, since a fix moves what the next one points at.
        told = lint_text(repaired, file, known).findings
        tries = (_patched(repaired, finding) for finding in told if finding.id not in spared)
        left -= len(repaired)
        patched = next(filter(None, tries), None)
        if patched is None:
            return repaired, done, True
        repaired, summary = patched
        done.append(summary)
    return repaired, done, False


def _patched(text: str, finding: LintFinding) -> tuple[str, str] | None:
    """The text with this finding's fix, or None where it has none that can be applied as it is."""
    if finding.fix is None or finding.fix.needs or not finding.fix.patch:
        return None
    try:
        document: Any = json.loads(text)
        changed = jsonpatch.apply_patch(document, [dict(step) for step in finding.fix.patch], in_place=True)
    except (ValueError, jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
        return None
    if changed == json.loads(text):
        return None
    return _written_like(text, changed), finding.fix.summary


def _written_like(text: str, document: Any) -> str:
    """JSON in the indentation of a text, so that the two can be compared line by line."""
    step = _INDENT.search(text)
    written = json.dumps(document, indent=step[1] if step else 2, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:  # half a character, which JSON may name but no file can hold
        written = json.dumps(document, indent=step[1] if step else 2)
    return written + "\n"


def _write_new(path: Path, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8", opener=owner_only) as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageProblem(
            f"{path} exists.", "What is there is never overwritten.", "Move it away, then try again."
        ) from error
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written.", f"{error.strerror}.", "Check the folder's permissions."
        ) from error
