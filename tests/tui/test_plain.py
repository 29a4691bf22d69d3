from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from troubleshooter.tui import plain


@given(st.text())
def test_visible_text_holds_nothing_that_draws_nothing(text: str) -> None:
    assert plain.visible(text).isprintable()


@given(st.text())
def test_one_line_has_no_line_end(text: str) -> None:
    assert len(plain.one_line(text).splitlines()) <= 1


def test_escapes_are_written_out() -> None:
    assert plain.visible("a\x1b[31mb\x07\u202ec") == "a\\x1b[31mb\\x07\\u202ec"


@given(st.text(alphabet=st.characters(categories=("L", "N", "P"))), st.integers(0, 40))
def test_fitted_text_has_exactly_the_width(text: str, width: int) -> None:
    assert cell_len(plain.fit(text, width, "…")) == width


@given(
    st.lists(st.from_regex(r"tvm-[0-9]{10}_[0-9]{1,3}-2026[0-9]{4}t", fullmatch=True), min_size=1),
    st.integers(0, 30),
)
def test_a_cut_name_is_never_wider_than_asked(names: list[str], width: int) -> None:
    ends = plain.common_ends(names)
    assert all(len(plain.telling(name, width, "…", ends)) <= width or len(name) <= width for name in names)


def test_names_that_differ_in_the_middle_still_differ_when_cut() -> None:
    names = [f"tvm-1105035182_{number}-20261122t213538z" for number in (1, 2)]
    ends = plain.common_ends(names)

    shown = [plain.telling(name, 20, "…", ends) for name in names]

    assert shown[0] != shown[1]
    assert "_1-2026" in shown[0]


def test_a_line_of_a_log_says_how_much_of_it_was_cut() -> None:
    assert plain.log_line("x" * 5000).endswith("[1,000 characters more]")
