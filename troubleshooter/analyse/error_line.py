"""Which lines look like errors: by their level where they carry one, elsewhere by their words."""

from __future__ import annotations

from typing import Any

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.rules import pattern

_LEVELS = {
    FileKind.WAAGENT: pattern(r"\bERROR\b"),
    FileKind.WAAPPAGENT: pattern(r"\[ERROR\]"),
}
_WORDS = {FileKind.COMMAND_EXECUTION: pattern(r"(?i)\b(?:failed|exception|fatal)\b|^error\b")}
"""Instead of the usual ones."""
_NOTHING_WRONG = pattern(
    r"(?i)"
    r"\b(?:no|without) (?:any )?(?:errors?|failures?)\b"
    r"|[,;(] ?0 (?:failed|failures?)\b"
    r"|\b(?:failed|failures?|errors?) ?[=:] ?0 ?(?:[,;|)\]}]|$)"
    r'|"\w*(?:error|failed|failure|exception)\w*" ?: ?(?:null|0|\[\]|\{\}|"")(?: ?[,}\]]|\s*$)'
    r"|^\s*(?:Level|LevelDisplayName|EntryType) *[=:] *(?:Error|Critical)\s*$"  # an event's head
    r"|\$\w*(?:error|fail)\w*"  # a variable: its name tells of nothing that happened
)
"""Words of failure that say that there is none."""
_HARMLESS = pattern(r"Error SetCPUNotification: 87\b")
"""The Windows agent says it of extensions that it enables all the same."""


def is_error_line(line: bytes, kind: FileKind, words: Any) -> bool:
    """`words` are those of a failure, as a pattern of RE2."""
    if level := _LEVELS.get(kind):
        return bool(level.search(line)) and not _HARMLESS.search(line)
    if kind not in _WORDS and line.rstrip().endswith(b"Error:"):
        return False
    words = _WORDS.get(kind, words)
    if not words.search(line):
        return False
    return not _NOTHING_WRONG.search(line) or bool(words.search(_NOTHING_WRONG.sub(b"", line)))
