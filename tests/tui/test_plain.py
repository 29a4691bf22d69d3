from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from troubleshooter.model.names import natural
from troubleshooter.model.step import ErrorText
from troubleshooter.text import visible
from troubleshooter.tui.text import plain
from troubleshooter.tui.widgets.failure import _told


@given(st.text())
def test_visible_text_holds_nothing_that_draws_nothing(text: str) -> None:
    assert visible(text).isprintable()


@given(st.text())
def test_one_line_has_no_line_end(text: str) -> None:
    assert len(plain.one_line(text).splitlines()) <= 1


def test_escapes_are_written_out() -> None:
    assert visible("a\x1b[31mb\x07\u202ec") == "a\\x1b[31mb\\x07\\u202ec"


@given(st.text(alphabet=st.characters(categories=("L", "N", "P"))), st.integers(0, 40))
def test_fitted_text_has_exactly_the_width(text: str, width: int) -> None:
    assert cell_len(plain.fit(text, width, "…")) == width


@given(
    st.lists(st.from_regex(r"tvm-[0-9]{10}_[0-9]{1,3}-2026[0-9]{4}t", fullmatch=True), min_size=1),
    st.integers(0, 30),
)
def test_a_cut_name_is_never_wider_than_asked(names: list[str], width: int) -> None:
    ends = plain.apart(names)
    assert all(len(plain.telling(name, width, "…", ends)) <= width or len(name) <= width for name in names)


def test_names_that_differ_in_the_middle_still_differ_when_cut() -> None:
    names = [f"tvm-1105035182_{number}-20261122t213538z" for number in (1, 2)]
    ends = plain.apart(names)

    shown = [plain.telling(name, 20, "…", ends) for name in names]

    assert shown[0] != shown[1]
    assert "_1-2026" in shown[0]


def test_a_line_of_a_log_says_how_much_of_it_was_cut() -> None:
    assert plain.log_line("x" * 5000).endswith("[1,000 characters more]")


IDS = st.builds(
    "tvm-{}_{}-2026{:04}t180503z".format,
    st.sampled_from((1223544443, 1399436420)),
    st.integers(1, 300),
    st.integers(1122, 1125),
)


@given(st.lists(IDS, min_size=2, unique=True), st.integers(14, 40))
def test_names_that_differ_are_cut_where_they_are_the_same(names: list[str], width: int) -> None:
    how = plain.apart(names)
    shown = [plain.telling(name, width, "…", how) for name in names]
    if how.head <= width - 2:
        assert len(set(shown)) == len(names)
    assert all(text in name for name, cut in zip(names, shown, strict=True) for text in cut.split("…"))


def test_the_nodes_of_two_pools_stay_apart_in_a_narrow_column() -> None:
    pools = ("1223544443", "20250917t084112z"), ("1399436420", "20261125t180503z")
    names = [f"tvm-{pool}_{number}-{made}" for pool, made in pools for number in (1, 2, 10)]
    shown = [plain.telling(name, 14, "…", plain.apart(names)) for name in names]
    assert len(set(shown)) == len(names)
    assert all(
        f"_{number}-" in plain.telling(name, 20, "…", plain.apart(names[:3]))
        for number, name in zip((1, 2, 10), names, strict=False)
    )
    assert all(f"_{number}-" in cut for number, cut in zip((1, 2, 10) * 2, shown, strict=True))


def test_files_are_cut_at_what_they_share_too() -> None:
    folder = "/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/"
    names = [f"{folder}akvvm_service.log", f"{folder}CommandExecution.log", "node extension view"]
    shown = [plain.telling(name, 30, "…", plain.apart(names)) for name in names]
    assert shown[0].endswith("akvvm_service.log")
    assert shown[1].endswith("CommandExecution.log")


def test_numbers_in_names_are_ordered_as_numbers() -> None:
    names = ["tvm-1_10-x", "tvm-1_2-x", "tvm-1_1-x", "Tvm-1_3-x", "tvm-1_02-x", "²"]
    assert sorted(names, key=natural) == [
        "tvm-1_1-x", "tvm-1_02-x", "tvm-1_2-x", "Tvm-1_3-x", "tvm-1_10-x", "²"
    ]  # fmt: skip


COMMAND = (
    "troubleshooter run /subscriptions/3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10/resourceGroups/rg-contoso-batch"
    "/providers/Microsoft.Batch/batchAccounts/contosobatch/pools/render-pool --query '{a:one,b:another}'"
)


@pytest.mark.parametrize("width", [20, 34, 56, 74, 90, 300])
def test_a_command_is_broken_where_it_hurts_least_and_nothing_of_it_is_lost(width: int) -> None:
    drawn = plain.folded(COMMAND, width, "    ")
    assert max(map(len, drawn)) <= width
    assert "".join("".join(line.split()) for line in drawn) == "".join(COMMAND.split())


def test_only_what_is_longer_than_a_line_is_broken_inside() -> None:
    drawn = plain.folded(COMMAND, 74, "    ")
    assert drawn[0].endswith("6d2a5e8c7b10/")
    assert drawn[1].startswith("    resourceGroups/rg-contoso-batch/")
    assert plain.folded("az role create --assignee 9e3d2f60-71c8", 30, "    ") == [
        "az role create --assignee",
        "    9e3d2f60-71c8",
    ]


@given(st.lists(st.text("ab/-", min_size=1, max_size=9), min_size=1), st.integers(min_value=9, max_value=40))
def test_no_word_is_broken_that_fits_a_line(words: list[str], width: int) -> None:
    drawn = plain.wrapped(" ".join(words), width)
    assert " ".join(drawn).split() == words
    assert max(map(len, drawn)) <= width


def test_a_pasted_word_without_an_end_does_not_push_what_to_do_off_the_screen() -> None:
    typed = "9" * 5000
    told = _told(ErrorText(f"{typed!r} cannot be used.", f"{typed!r} is no range.", "Give a range.", 2)).plain
    what, why, do = told.splitlines()
    assert max(len(what), len(why)) < 400
    assert do == "Give a range."
