"""The part of a pattern that is looked for is found wherever the pattern is, and no text makes that slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks import dear
from tests.benchmarks.scan import QUIET
from tests.unit.analyse.sources import BOOK
from troubleshooter.analyse.needle import needle
from troubleshooter.analyse.rules import pattern


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("nothing is wide", "nothing is wide"),
        ("the first.*second", "the first"),
        ("a first.{0,80}the second", "the second"),
        ("short.{0,8}between", "short.{0,8}between"),
        (r"number \[[^\]]{0,40}\] is wrong", r"\] is wrong"),
        ("until a sign[^,]+, and on", "until a sign[^,]+, and on"),
        ("(?i)the first.+?of more", "(?i)the first"),
        ("in (?:a .* group|none)", "in (?:a .* group|none)"),
        ("one way.*or|another", "one way.*or|another"),
        ("a.*b", "a.*b"),
        (r"\Qof .* letters.*\E", r"\Qof .* letters.*\E"),
        ("a class [[:alpha:].*]+ alone", "a class [[:alpha:].*]+ alone"),
        (r"\.[a-z-]{20,80}.{10}the longer of them", "the longer of them"),
    ],
)
def test_one_side_of_a_wide_gap_is_looked_for(whole: str, part: str) -> None:
    assert needle(whole) == part


def test_it_is_found_in_every_example_of_a_rule() -> None:
    lines = [line.encode() for rule in BOOK.rules for line in (*rule.text.matches, *rule.text.ignores)]
    for text in BOOK.patterns:
        whole, part = pattern(text), pattern(needle(text))
        assert all(part.search(line) for line in lines if whole.search(line)), text


@given(
    st.lists(st.sampled_from(["first", ".*", ".{0,20}", " second", "[^x]{3,30}", "third?", " "]), max_size=6)
)
def test_it_is_found_where_the_pattern_is(parts: list[str]) -> None:
    text = "".join(parts)
    line = "".join("yy" if part[:1] in ".[" else part.strip("?") for part in parts) * 2
    if pattern(text).search(line.encode()):
        assert pattern(needle(text)).search(line.encode()), needle(text)


def test_no_line_of_a_quiet_log_is_stopped_at() -> None:
    """A pattern that stops at every refresh, e.g. at a vault's URL, leaves a tenth of the speed."""
    url = "https://kv-one.vault.azure.net/secrets/web"
    lines = [each.format(t="2026-01-02 03:04:05", url=url, n=1) for each in QUIET]
    stopped = {
        text
        for text in BOOK.patterns
        for line in lines
        if pattern(f"(?m:{needle(text)})").search(line.encode())
    }
    assert stopped == set()


def test_who_wants_a_line_is_told_by_the_whole_pattern() -> None:
    line = b"akvvm_service: Main process exited, code=exited, status=127"
    wanted, _ = BOOK.wanted.by(line)
    assert wanted
    assert not BOOK.wanted.by(line.replace(b"akvvm_service", b"another"))[0]


def test_a_text_of_beginnings_takes_no_longer_than_another() -> None:
    text = dear.beginnings(1 << 20)
    begun = time.process_time()
    assert BOOK.finder.search(text) is None
    assert time.process_time() - begun < 0.3  # two thousandths of a second; all patterns whole take 0.6
