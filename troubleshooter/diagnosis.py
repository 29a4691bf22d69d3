"""Files, settings and Azure's answers as one diagnosis: through the rules, and through the linter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter import extensions
from troubleshooter.archives.budget import Budget
from troubleshooter.fence import LeftOut, Spent
from troubleshooter.model.facts import NOTHING_MORE
from troubleshooter.model.finding import Verdict
from troubleshooter.settings import playbooks_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from troubleshooter.analyse import RuleBook
    from troubleshooter.analyse.sources import Sources
    from troubleshooter.lint.finding import LintResult
    from troubleshooter.lint.looked_at import Field
    from troubleshooter.model.evidence import SourceFile
    from troubleshooter.model.facts import KnownNodes
    from troubleshooter.model.finding import Check, Diagnosis, Finding

NO_OWN = extensions.Own()
_LOOKS_OF_A_MISTAKE, _BYTES_OF_A_MISTAKE = 8, 2000
"""What one in settings costs: to be found and told, and to be kept."""


def diagnosis(
    files: Iterable[SourceFile],
    book: RuleBook,
    definition: Mapping[str, Any] | None = None,
    also: Iterable[Finding] = (),
    clean: Callable[[str], str] = str,
    found: Sources | None = None,
    nodes: KnownNodes = NOTHING_MORE,
) -> Diagnosis:
    """What logs, answers and settings say together, with findings that were made elsewhere.

    The settings are those of a pool's `definition`, or else what the files hold. `clean` takes the secrets
    out of a line before a part of it is shown. Where the files were `found`, what of them cannot be read is
    told there, and they cost no more than they may. `nodes` is what is known of them besides.
    What was found elsewhere stands for what the settings of the pool suggest of the same.
    """
    from troubleshooter.analyse import analyse, merge  # noqa: PLC0415 - compiling rules is slow
    from troubleshooter.lint import findings_of, lint_pool  # noqa: PLC0415 - the same
    from troubleshooter.lint.linter import fields_of_pool  # noqa: PLC0415 - the same

    if definition is not None:
        said = analyse(files, book, definition, clean, found, nodes)
        others = tuple(also)
        known = {one.id for one in others}
        of_pool = findings_of(lint_pool(definition, book.known))
        checks = _checked(fields_of_pool(definition, book.known), of_pool, "the pool's definition")
        own = (one for one in of_pool if one.id not in known)
        return with_checks(merge(said, (*own, *others)), checks)
    held = tuple(files)  # they are gone through twice
    said = analyse(held, book, clean=clean, found=found)
    linted, shown = _linted(held, book, found)
    return with_checks(merge(said, (*linted, *also)), shown)


_TELLS_MOST = (Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)


def with_checks(said: Diagnosis, checks: Iterable[Check]) -> Diagnosis:
    """The same with what was checked elsewhere: of two verdicts on one id the one that tells more stands."""
    joined = {check.id: check for check in said.checked}
    for check in checks:
        known = joined.get(check.id)
        if known is None or _TELLS_MOST.index(check.verdict) < _TELLS_MOST.index(known.verdict):
            joined[check.id] = check
    return replace(said, checked=tuple(joined.values()))


def with_cross_checks(said: Diagnosis, checks: Iterable[Check]) -> Diagnosis:
    """The same of what Azure's side was asked; where that tells no more, its reason stands.

    It names what is missing, as the groups that an assignment belongs to, or the right to read them; a rule
    that was not decided only names a log that nobody has read.
    """
    from troubleshooter.lint.catalogue import checks as catalogue  # noqa: PLC0415 - read where it is wanted

    good = {entry.id: entry.good for entry in catalogue()} | {one.id: one.title for one in said.checked}
    crossed = tuple(replace(one, title=one.title or good.get(one.id, "")) for one in checks)
    untold = {check.id: check.missing for check in crossed if check.verdict is Verdict.UNKNOWN}
    joined = with_checks(said, crossed)
    return replace(
        joined,
        checked=tuple(
            replace(one, missing=untold.get(one.id) or one.missing) if one.verdict is Verdict.UNKNOWN else one
            for one in joined.checked
        ),
    )


def of_one(said: Diagnosis, only: str, crossed: Iterable[Check] = ()) -> Diagnosis:
    """What it says of one id, where that alone was asked for.

    That a cross-check does not apply is its answer then: no log that a rule of the id wants would change it.
    """
    apart = {one.id: one for one in crossed if one.verdict is Verdict.NOT_APPLICABLE}
    found = (one for one in said.checked if one.id == only)
    return replace(
        said,
        findings=tuple(one for one in said.findings if one.id == only),
        checked=tuple(
            replace(one, verdict=Verdict.NOT_APPLICABLE, missing="", because=apart[only].because)
            if one.verdict is Verdict.UNKNOWN and only in apart
            else one
            for one in found
        ),
        unexplained=(),
    )


def _checked(fields: Sequence[Field], found: Iterable[Finding], file: str) -> tuple[Check, ...]:
    from troubleshooter.lint.catalogue import checks  # noqa: PLC0415 - as above
    from troubleshooter.lint.looked_at import checked  # noqa: PLC0415 - as above

    return checked(fields, {one.id for one in found}, checks(), file) if fields else ()


def _linted(
    files: tuple[SourceFile, ...], book: RuleBook, found: Sources | None
) -> tuple[list[Finding], list[Check]]:
    from troubleshooter.analyse import definitions  # noqa: PLC0415 - compiling rules is slow
    from troubleshooter.analyse.sources import Sources  # noqa: PLC0415 - the same
    from troubleshooter.lint import findings_of, lint_text  # noqa: PLC0415 - the same

    found = found or Sources(budget=Budget(endless=True))
    said: list[Finding] = []
    shown: list[Check] = []
    ended: set[Budget] = set()
    for file in files:
        budget = found.budget_of(file.node)
        if budget in ended:
            continue
        try:
            for _, text in definitions([file], book.signs, budget):
                with found.fence(file.name):
                    result = said_of(lint_text(text, file.name, book.known), text)
                    budget.look(_LOOKS_OF_A_MISTAKE * len(result.findings))
                    budget.keep(_BYTES_OF_A_MISTAKE * len(result.findings))
                    told = findings_of(result.findings, file.node)
                    said += told
                    shown += _checked(result.looked_at, told, file.name)
                    if result.left_out:
                        found.left_out.append(LeftOut(file.name, result.left_out))
        except Spent as limit:
            ended.add(budget)
            whose = f"settings of {file.node}" if found.by_node is not None and file.node else "settings"
            found.left_out.append(LeftOut(whose, f"{limit}; not all of them were checked"))
    return said, shown


def said_of(result: LintResult, text: str) -> LintResult:
    """Of text that is no JSON only what is found in it counts: it may be a log, or a letter."""
    if text.lstrip()[:1] in {"{", "["} and not result.form:
        return result
    found = tuple(one for one in result.findings if one.id != "not-json")
    return replace(result, findings=found, left_out="")


def analyse_files(
    files: Iterable[SourceFile],
    own_rules: Path | None = None,
    clean: Callable[[str], str] = str,
    own: extensions.Own = NO_OWN,
    found: Sources | None = None,
) -> Diagnosis:
    """The same of files at hand, by the shipped rules and extensions and those of the operator's own."""
    return diagnosis(files, rule_book(own_rules, own), clean=clean, found=found)


def rule_book(own_rules: Path | None = None, own: extensions.Own = NO_OWN) -> RuleBook:
    """The shipped rules and extensions, and those of a folder or file of the operator's."""
    from troubleshooter.analyse import load_rules  # noqa: PLC0415 - only diagnosing needs them

    places = (playbooks_folder() / "rules", *([own_rules] if own_rules else []), *own.rules)
    return load_rules(*places, known=(*extensions.shipped(), *own.extensions))
