"""Which rules tell of a line, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.analyse.error_line import is_error_line
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.line import after, block, head, name_below, newest_url
from troubleshooter.analyse.whose import Whose
from troubleshooter.model.finding import Severity
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.analyse.line import Line
    from troubleshooter.analyse.rule_book import RuleBook
    from troubleshooter.analyse.rules import Rule
    from troubleshooter.analyse.scan import Scan
    from troubleshooter.analyse.signs import Signs

SAYS_HOW_IT_ENDED = frozenset({FileKind.STATUS, FileKind.EXTENSION_VIEW})
_LINES_OF_A_LOOK = 8
"""Lines that follow one, and are asked whether they belong to it."""
_READ_OF_A_NAME, _NAME_LIMIT = 2000, 120
_IN_BLOCKS = {FileKind.WAAGENT, FileKind.COMMAND_EXECUTION}


def look_around(line: Line, result: Scan) -> bytes:
    """The line with its block; also finds the URL that stands before it."""
    if line.block is None:
        lines = block(line) if result.kind in _IN_BLOCKS else []
        result.budget.look((line.end >> 14) + len(lines) // _LINES_OF_A_LOOK)
        line.block = b"\n".join([line.text, *lines])
        line.url = newest_url(line.piece, line.end) or result.seen_url
    return line.block


def applies(rule: Rule, kinds: Iterable[FileKind], text: bytes, result: Scan) -> bool:
    """Whether a rule of which a pattern matches is for what the text stands in, and wants all of it."""
    return any(map(rule.reads, kinds)) and result.for_rule(rule) and rule.line.allow(text)


def told_by(rules: list[Rule], line: Line, book: RuleBook, result: Scan, *, wrong: bool | None) -> list[Rule]:
    """Those of the rules that tell of a line; of those that tell of the rest only where no other does."""
    kinds = line.said.kinds if line.said else (result.kind,)
    # who reports success may tell of what was before
    well = wrong is False and line.said is not None and line.said.kind in {*SAYS_HOW_IT_ENDED, FileKind.PROBE}
    matching = [
        rule
        for rule in rules
        if not (well and rule.text.severity is Severity.ERROR) and applies(rule, kinds, line.text, result)
    ]
    told = [rule for rule in matching if not rule.text.fallback]
    failed = line.said is not None and line.said.failed
    rest = [rule for rule in book.fallbacks if failed or rule in matching]
    return told + [rule for rule in rest if _is_untold(line, rule, told, result, book)]


def _is_untold(line: Line, rule: Rule, told: list[Rule], result: Scan, book: RuleBook) -> bool:
    """Whether an extension's own record says that it failed, or an error line of a text that another did.

    Of another's record what only says so in general is `told` beside it.
    """
    names = book.signs.whose
    if line.said is None:
        text = result.kind is FileKind.TEXT and not told and is_error_line(line.text, result.kind, book.wrong)
        found = names.surely_on(line.text) if text else None
        return found is not None and found.id not in names.sought
    whose = whose_line(line, result, book.signs) if line.said.failed else None
    if whose is None or not {one.id for one in told} <= {*rule.text.general}:
        return False
    return not told or whose.id not in names.sought


def whose_line(line: Line, result: Scan, signs: Signs) -> Whose | None:
    """The extension that a line is about: what stands nearest is asked first."""
    if result.log and result.kind is FileKind.EXTENSION_LOG:
        return Whose(result.log.extension, result.log.extension)
    names, record = signs.whose, line.said.whose if line.said else ""
    for text in (line.text, _entry(line, result), look_around(line, result), name_below(line)):
        if found := names.on(text, result.instances, record):
            return names.with_page(found, after(line))
    return names.of_file(result.file.name)


def shown(whose: Whose, line: Line, result: Scan) -> Whose:
    """A name that somebody chose goes into titles: without secrets, and as long as a name may be."""
    if whose.shown in (line.shown or ""):
        return Whose(whose.id[:_NAME_LIMIT], whose.shown[:_NAME_LIMIT])  # it is in what was cleaned already
    return Whose(*(one_line(result.clean(part[:_READ_OF_A_NAME]))[:_NAME_LIMIT] for part in whose))


def _entry(line: Line, result: Scan) -> bytes:
    if line.said is not None:
        return b""
    before = head(line, result.before, in_blocks=result.kind in _IN_BLOCKS)
    result.budget.look(len(before) >> 9)
    return before
