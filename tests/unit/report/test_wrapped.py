"""Lines that fit, broken where nothing that is copied is spoiled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.report.wrapped import wrapped

WORDS = st.lists(st.text("abc-/{},;=", min_size=1, max_size=30), min_size=1)


@given(WORDS, st.integers(10, 60))
def test_no_word_is_ever_cut(words: list[str], width: int) -> None:
    lines = list(wrapped(" ".join(words), width, "  ", "    "))

    assert " ".join(lines).split() == words


@given(WORDS, st.integers(10, 60))
def test_only_a_word_that_is_too_long_goes_beyond_the_width(words: list[str], width: int) -> None:
    for line in wrapped(" ".join(words), width, "  ", "    "):
        assert len(line) <= width or len(line.split()) == 1


@given(WORDS, st.integers(10, 60))
def test_a_quoted_line_keeps_every_character(words: list[str], width: int) -> None:
    lines = wrapped(" ".join(words), width, "  ", "    ", quoted=True)

    assert "".join("".join(lines).split()) == "".join(words)


def test_a_quoted_line_is_broken_after_its_values_and_never_inside_an_id() -> None:
    line = "Caller: appid=c1a7b9e2-5d34-4c86-a0f1-2b7e6d9c8a43;oid=9e3d2f60-71c8-4b5a-8d49-f05a1c7e6b28"

    assert list(wrapped(line, 50, "  ", "  ", quoted=True)) == [
        "  Caller:",
        "  appid=c1a7b9e2-5d34-4c86-a0f1-2b7e6d9c8a43;",
        "  oid=9e3d2f60-71c8-4b5a-8d49-f05a1c7e6b28",
    ]
