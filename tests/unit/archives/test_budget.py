from __future__ import annotations

import pytest

from troubleshooter.archives.budget import GIB, LOOKS, LOOKS_OF_A_MIB, MEMBERS, Budget
from troubleshooter.fence import Spent

MIB = 1 << 20


def unpacked(budget: Budget) -> int:
    """MiB that it lets through."""
    for mebibytes in range(40 * 1024):
        try:
            budget.unpack(MIB)
        except Spent:
            return mebibytes
    raise AssertionError


@pytest.mark.parametrize(
    ("packed", "mebibytes"),
    [(0, 1024), (MIB, 1024), (6 * MIB, 1200), (GIB, 32 * 1024)],
    ids=["nothing", "a little", "some", "much"],
)
def test_200_times_what_is_packed_or_a_gibibyte_may_be_unpacked(packed: int, mebibytes: int) -> None:
    budget = Budget()
    budget.give(packed, packed=True)
    assert unpacked(budget) == mebibytes


def test_plain_files_allow_nothing_to_be_unpacked() -> None:
    budget = Budget()
    budget.give(GIB)
    assert unpacked(budget) == 1024


def test_what_is_given_later_counts_for_what_was_unpacked_before() -> None:
    budget = Budget()
    assert unpacked(budget) == 1024
    budget.give(10 * MIB, packed=True)
    assert unpacked(budget) == 2000 - 1025


def test_members_are_counted() -> None:
    budget = Budget()
    for _ in range(MEMBERS):
        budget.member()
    with pytest.raises(Spent, match=f"more than {MEMBERS} files"):
        budget.member()


def test_looks_grow_with_what_is_given() -> None:
    budget = Budget()
    budget.give(2 * MIB)
    budget.look(LOOKS + 2 * LOOKS_OF_A_MIB)
    with pytest.raises(Spent):
        budget.look()


def test_what_is_kept_is_counted() -> None:
    budget = Budget()
    with pytest.raises(Spent):
        budget.keep(97 * MIB)


def test_what_was_measured_before_is_not_counted_again() -> None:
    budget = Budget(endless=True)
    budget.look(10**9)
    budget.keep(10**12)
