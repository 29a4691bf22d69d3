"""One noun for a part of a text: nothing is left out without the sign of it, and what is marked stays."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshooter.model.excerpt import Excerpt, excerpt, merged, one_line, wrapped

TEXTS = st.text("abc de,:/", max_size=600)
SPANS = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 80)), max_size=4)


def whole(text: str, spans: list[tuple[int, int]]) -> Excerpt:
    return Excerpt(text, merged((min(at, len(text)), min(at + size, len(text))) for at, size in spans))


@settings(deadline=None)
@given(TEXTS, SPANS, st.integers(40, 300), st.sampled_from(["…", "..."]), st.sampled_from([0, 30]))
def test_an_excerpt_is_the_text_with_signs_where_something_is_left_out(
    text: str, spans: list[tuple[int, int]], limit: int, sign: str, lead: int
) -> None:
    told = excerpt(whole(text, spans), limit, sign, lead)
    assert len(told.text) <= limit
    pattern = ".+".join(re.escape(part) for part in told.text.split(sign))
    assert re.fullmatch(pattern, text)
    assert bool(told.marks) is bool(whole(text, spans).marks)


@settings(deadline=None)
@given(TEXTS, SPANS, st.integers(120, 300))
def test_every_mark_stays_where_all_of_them_fit(text: str, spans: list[tuple[int, int]], limit: int) -> None:
    before = whole(text, [(at, min(size, 15)) for at, size in spans])
    told = excerpt(before, limit, lead=30)
    assert [part for part, mark in told.segments if mark] == [part for part, mark in before.segments if mark]


@settings(deadline=None)
@given(TEXTS, SPANS, st.integers(1, 60))
def test_wrapping_loses_nothing_but_spaces(text: str, spans: list[tuple[int, int]], width: int) -> None:
    told = whole(text, spans)
    lines = wrapped(told, width)
    assert all(len(line.text) <= width for line in lines)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    marked = "".join(part for line in lines for part, mark in line.segments if mark)
    assert marked.replace(" ", "") == "".join(part for part, mark in told.segments if mark).replace(" ", "")


@settings(deadline=None)
@given(st.text("ab \t\n\x1b", max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_marks_stay_on_what_they_marked_when_it_is_made_visible(text: str, at: int, size: int) -> None:
    told = one_line(whole(text, [(at, size)]), lambda sign: "\\x1b" if sign == "\x1b" else sign)
    assert told.text == " ".join(text.split()).replace("\x1b", "\\x1b")
    before = "".join(part for part, mark in whole(text, [(at, size)]).segments if mark)
    after = "".join(part for part, mark in told.segments if mark)
    assert after == " ".join(before.split()).replace("\x1b", "\\x1b")
