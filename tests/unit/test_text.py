"""Foreign text and durations read the same on the screen, in text, in the report and in the journal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.text import clock, flat, one_line, span, visible, within

ODD = {
    "\x1b[31mred": "\\x1b[31mred",
    "left\u202eright": "left\\u202eright",
    "zero\u200bwidth": "zero\\u200bwidth",
    "half \ud800": "half \\ud800",
    "own \ue000": "own \\ue000",
    "no\u00a0break": "no break",
    "wide\u3000space": "wide space",
    "a\tb": "a   b",
    "line\u2028end": "line\\u2028end",
    "\U000e0041tag": "\\U000e0041tag",
    "ünïcode ✔ 漢": "ünïcode ✔ 漢",
}


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_what_draws_nothing_is_written_out(text: str) -> None:
    assert visible(text) == ODD[text]
    assert visible(visible(text)) == ODD[text]


@given(st.text())
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    assert visible(text).isprintable()
    assert visible(text, keep_newlines=True).replace("\n", "").isprintable()
    assert one_line(text).isprintable()


def test_a_text_of_several_lines_stands_on_one_with_all_its_blanks() -> None:
    assert (
        flat(" install.sh\n[stdout]\n\n[stderr]\tWARNING\x1b[0m\n")
        == "install.sh [stdout]  [stderr] WARNING\\x1b[0m"
    )


def test_lines_stay_lines_where_that_is_asked() -> None:
    assert visible("a\r\nb\n\rc", keep_newlines=True) == "a\nb\n\\rc"
    assert one_line("a\n  b\tc ") == "a b c"


@pytest.mark.parametrize(
    ("seconds", "told"), [(-1, "0:00"), (4.9, "0:04"), (750, "12:30"), (3599, "59:59"), (4200, "1:10:00")]
)
def test_a_duration_that_runs(seconds: float, told: str) -> None:
    assert clock(seconds) == told


@pytest.mark.parametrize(
    ("seconds", "told"), [(1.5, "1.5 s"), (119, "119 s"), (120, "2 min"), (5400, "90 min")]
)
def test_a_duration_in_a_sentence(seconds: float, told: str) -> None:
    assert span(seconds) == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("There is no pool.", "there is no pool."),
        ("Azure refused it.", "Azure refused it."),
        ("ARM gave no answer.", "ARM gave no answer."),
        ("", ""),
    ],
)
def test_a_sentence_begins_small_after_a_colon_unless_it_is_a_name(sentence: str, told: str) -> None:
    assert within(sentence) == told
