"""Files, settings and Azure's answers as one diagnosis: through the rules, and through the linter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter import extensions
from troubleshooter.settings import playbooks_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from troubleshooter.analyse import RuleBook
    from troubleshooter.model.evidence import SourceFile
    from troubleshooter.model.finding import Diagnosis, Finding

NO_OWN = extensions.Own()


def diagnosis(
    files: Iterable[SourceFile],
    book: RuleBook,
    definition: Mapping[str, Any] | None = None,
    also: Iterable[Finding] = (),
    clean: Callable[[str], str] = str,
) -> Diagnosis:
    """What logs, answers and settings say together, with findings that were made elsewhere.

    The settings are those of a pool's `definition`, or else what the files hold. `clean` takes the secrets
    out of a line before a part of it is shown.
    """
    from troubleshooter.analyse import analyse, definitions, merge  # noqa: PLC0415 - compiling rules is slow
    from troubleshooter.lint import findings_of, lint_pool, lint_text  # noqa: PLC0415 - the same

    if definition is not None:
        found = analyse(files, book, definition, clean=clean)
        return merge(found, (*findings_of(lint_pool(definition, book.known)), *also))
    held = tuple(files)  # they are gone through twice
    linted = (
        finding
        for file, text in definitions(held, book.signs)
        for finding in findings_of(lint_text(text, file.name, book.known).findings, file.node)
    )
    return merge(analyse(held, book, clean=clean), (*linted, *also))


def analyse_files(
    files: Iterable[SourceFile],
    own_rules: Path | None = None,
    clean: Callable[[str], str] = str,
    own: extensions.Own = NO_OWN,
) -> Diagnosis:
    """The same of files at hand, by the shipped rules and extensions and those of the operator's own."""
    return diagnosis(files, rule_book(own_rules, own), clean=clean)


def rule_book(own_rules: Path | None = None, own: extensions.Own = NO_OWN) -> RuleBook:
    """The shipped rules and extensions, and those of a folder or file of the operator's."""
    from troubleshooter.analyse import load_rules  # noqa: PLC0415 - only diagnosing needs them

    places = (playbooks_folder() / "rules", *([own_rules] if own_rules else []), *own.rules)
    return load_rules(*places, known=(*extensions.shipped(), *own.extensions))
