"""Which files hold an extension's settings as somebody wrote them, for the linter to read beside the logs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.kinds import JSON_LIMIT, kind_of_json, kind_of_lines, weight
from troubleshooter.analyse.lines import Rewound
from troubleshooter.fence import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.analyse.signs import Signs
    from troubleshooter.archives.budget import Budget
    from troubleshooter.model.evidence import SourceFile


SOURCE_LIMIT = 1 << 20
"""Bytes of a source at most: nobody writes a longer one."""


def definitions(
    files: Iterable[SourceFile], signs: Signs, budget: Budget
) -> Iterator[tuple[SourceFile, str]]:
    """The files that are settings, or a definition around them, with their text. Others cost one look."""
    for file in files:
        data = None
        with suppress(OSError, Unreadable), file.open() as stream:  # the rules say that it cannot be read
            data = _definition(Rewound(stream), signs, budget)
        if data is not None:
            yield file, data.decode("utf-8", "replace")


def _definition(content: Rewound, signs: Signs, budget: Budget) -> bytes | None:
    start = content.head.lstrip()[:1]
    if start not in {b"{", b"["}:
        return _source(content, signs, budget)
    data = content.whole(JSON_LIMIT)
    if data is None or not any(mark in data for mark in signs.marks):
        return None
    budget.look(2 * weight(data))  # the linter reads it too
    kind, value = kind_of_json(data, signs.holds)
    if kind in {FileKind.SETTINGS, FileKind.RESIZE_ERRORS}:  # a pool with errors of a resize is one too
        return data
    written = kind is FileKind.TEXT and kind_of_lines(data, signs)[0] is FileKind.TEXT
    # broken JSON is a definition with a slip; what merely starts with [ may be a line of a log
    return data if written and (value is not None or start == b"{" or _is_json(data)) else None


def _source(content: Rewound, signs: Signs, budget: Budget) -> bytes | None:
    """Settings in a language, a command or a mail: the linter knows which; a log that shows some is none."""
    if kind_of_lines(content.head, signs)[0] is not FileKind.TEXT:  # most are logs: they are not searched
        return None
    data = content.whole(SOURCE_LIMIT)
    if data is None or not _may_hold(data, signs) or kind_of_lines(data, signs)[0] is not FileKind.TEXT:
        return None
    budget.look(2 * weight(data))
    return data


def _may_hold(data: bytes, signs: Signs) -> bool:
    """One sign may be a name that is mentioned; the key that settings need, or a second sign, is more."""
    held = any(key.encode() in data for key in signs.holds)
    return held or sum(mark in data for mark in signs.marks) > 1


def _is_json(data: bytes) -> bool:
    return data.rstrip().endswith(b"]") and b"{" in data
