"""Lints a text that is no JSON: by the form that it has, as far as it is read."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from troubleshooter.fence import Unreadable
from troubleshooter.lint.checks import finding_of, in_order, problems_of, value_at
from troubleshooter.lint.correction import Correction
from troubleshooter.lint.finding import LintFinding, LintResult
from troubleshooter.lint.looked_at import fields_in
from troubleshooter.lint.source.forms import COMMANDS, READ
from troubleshooter.lint.source.parts import parts_of
from troubleshooter.model.excerpt import cut
from troubleshooter.model.finding import Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.jsontext import BrokenJson
    from troubleshooter.lint.source.embedded import Broken
    from troubleshooter.lint.source.forms import Form
    from troubleshooter.lint.source.held import Held
    from troubleshooter.lint.source.judge import Judged
    from troubleshooter.lint.source.parts import Parts
    from troubleshooter.lint.source.shell import Quoting
    from troubleshooter.model.extension import Extension

PLACES = 200
"""Extensions of one source that are checked."""
MISTAKES = 500
"""Of one source that are told."""
_JSON = re.compile(r"\s*(?:[{\[]\s*)*(?:\"[^\"\n]*\"\s*[:,\]}]|[{\[]\s*[}\]])")
_NEVER_OPENED = "this closes what was never opened"
_MEMBER = re.compile(r"\"[\w$]+\"[ \t]*:")
_MORE_BEHIND = "there is more text after the end"
_OF_PYTHON = re.compile(r"[:\[,]\s*(?:True|False|None|f\"|r\")")
_QUOTING_PAGE = "https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-quoting"


def lint_source(text: str, file: str, known: tuple[Extension, ...], broken: BrokenJson) -> LintResult | None:
    """Check what a source holds; None for what is JSON by its looks, and broken."""
    if _is_json(text, broken):
        return None
    parts = parts_of(text, file, known)
    if len(parts.judged) > PLACES:
        raise Unreadable(f"it holds more than {PLACES} extensions")
    if parts.anything:
        return _result(parts, file)
    if parts.form is None:
        return None
    if parts.form not in READ:
        return LintResult(file, (), (_unread(parts.form, file),))
    return LintResult(file, (), (), form=parts.form, hint=_hint(parts.form))


def _is_json(text: str, broken: BrokenJson) -> bool:
    """Whether a text that is no JSON is meant to be: then the place that is wrong in it is what helps."""
    if broken.what.startswith(_NEVER_OPENED):
        return _MEMBER.search(text) is not None
    meant = _JSON.match(text) is not None and not _OF_PYTHON.search(text)
    return meant and not broken.what.startswith(_MORE_BEHIND)


def _result(parts: Parts, file: str) -> LintResult:
    found: list[LintFinding] = []
    for one in parts.judged:
        found += islice(_told(one, file), MISTAKES - len(found))
    found += [_no_json(held, broken, file) for held, broken in parts.broken]
    found += [_misquoted(quoting, file) for quoting in parts.quoting]
    once = {(each.id, each.line, each.path, each.message): each for each in found}
    return LintResult(
        file,
        tuple(one.place.extension.title for one in parts.judged),
        in_order(once.values()),
        left_out=_left_out(parts),
        form=parts.form or "text",
        corrections=tuple(_corrections(parts, file)),
        looked_at=tuple(field for one in parts.judged for field in fields_in(one.place, one.document.line)),
    )


def _told(one: Judged, file: str) -> Iterator[LintFinding]:
    for problem in problems_of(one.place):
        if one.shown(problem):
            found = finding_of(problem, one.place, file, one.document.line)
            found = replace(found, path=one.within(found.path), fix=one.fix(found.fix))
            yield replace(found, value=value_at(one.place.settings, found, one.place))


def _corrections(parts: Parts, file: str) -> Iterator[Correction]:
    for one in parts.judged:
        fixes = [(found.id, found.fix) for found in _told(one, file)]
        patches = [(name, fix.patch) for name, fix in fixes if fix and fix.patch and not fix.needs]
        if patches:  # from the end, so that indexes hold
            yield Correction(one.line, one.place.settings, tuple(reversed(patches)))
    told = {
        one.line for one in parts.judged if any(found.fix and found.fix.patch for found in _told(one, file))
    }
    for quoting in parts.quoting:
        if quoting.meant is not None and quoting.line not in told:
            yield Correction(quoting.line, None, argument=quoting.right)


def _left_out(parts: Parts) -> str:
    """What of it nothing can be said of, as the end of a sentence."""
    wrong = {quoting.line for quoting in parts.quoting} | {held.line for held, _ in parts.broken}
    unread = sorted({one.line for one in parts.judged if one.unread} - wrong)
    told = []
    if unread:
        lines = ", ".join(map(str, unread[:5]))
        ways = COMMANDS[parts.form] if parts.form else "az vm extension show … --output json"
        told.append(
            f"the settings at line {lines} are computed, nothing literal is left of them; give {ways}"
        )
    names = dict.fromkeys(name for name, _ in parts.files)
    if names:
        told.append(f"the settings are in {cut(', '.join(names), 120)}; give that file")
    return "; ".join(told)


def _hint(form: Form) -> str:
    return f"it was read as {form}; what is computed there is in the JSON of: {COMMANDS[form]}"


def _unread(form: Form, file: str) -> LintFinding:
    return LintFinding(
        "not-json",
        Severity.ERROR,
        file,
        "",
        1,
        f"it is {form}, which is not read",
        "JSON is read, and literal settings in HCL, Bicep, PowerShell, shell lines, YAML, C# and Python.",
        Fix(f"Give the JSON: {COMMANDS[form]}"),
    )


def _no_json(held: Held, broken: Broken, file: str) -> LintFinding:
    line = held.line + broken.line - 1
    return LintFinding(
        "kv-doc-sample-invalid-json",
        Severity.ERROR,
        file,
        "",
        line,
        f"line {line}: the settings are text that is no JSON: {broken.what}",
        "What takes the settings wants JSON, and refuses the text.",
        Fix("Correct that place"),
        (_QUOTING_PAGE,),
    )


def _misquoted(quoting: Quoting, file: str) -> LintFinding:
    return LintFinding(
        "kv-settings-quoting",
        Severity.ERROR,
        file,
        "",
        quoting.line,
        f"{quoting.option}: {quoting.shell} leaves '{cut(quoting.left, 60)}', which is"
        f" no JSON: {quoting.what}",
        "The quotes are for another shell, or do not pair: az is given what is left of them, and refuses it.",
        Fix("Write the quotes as this shell wants them, or give a file: --settings @settings.json"),
        (_QUOTING_PAGE,),
        ("kv-cli-settings-wrapper",),
        extension="key-vault",
    )
