"""What somebody who tells of a failure says was not there: an error's code in it proves nothing."""

from __future__ import annotations

import re

_CODE = r"[`'\"*]{0,3}(?P<code>[A-Z][a-z]+(?:[A-Z][a-z0-9]+){1,8})\b"
_ANY = r"(?: (?:an?|the|any|due to|because of))?"
_SEEN = r"(?:see|saw|seen|get|got|find|found|have|show)"
_BEFORE = (
    rf"(?:\b(?:no|without|neither|nor){_ANY}|\b(?:not|isn.t|never){_ANY}"
    rf"|\b(?:not|never|didn.t|don.t|doesn.t) {_SEEN}{_ANY})"
)
_AFTER = (
    r"[`'\"*]{0,3} (?:(?:never|does not|doesn.t|did not|didn.t) (?:shows?|appears?|comes?|happens?|occurs?)"
    r"|(?:is|was) (?:not|never|nowhere) (?:there|shown|in|seen|among))\b"
)
_DENIED = re.compile(rf"(?i:{_BEFORE}) {_CODE}|{_CODE.replace('code', 'other')}(?i:{_AFTER})")
_ENTRY = re.compile(r"\W{0,5}\d{4}[-/]\d\d[-/]\d\d|\W{0,3}\[\d|\w{3} +\d+ \d\d:")
"""A log's line: what wrote it denies nothing in such words."""
_NEGATIVE = re.compile(r"(?i)\b(?:no|not|without|neither|nor|never)\b|n.t\b")


def said(line: str) -> str:
    """A line of a text without the codes that it denies."""
    if not _NEGATIVE.search(line) or _ENTRY.match(line):
        return line
    for found in reversed(list(_DENIED.finditer(line))):
        start, end = found.span("code") if found["code"] else found.span("other")
        line = f"{line[:start]}…{line[end:]}"
    return line
