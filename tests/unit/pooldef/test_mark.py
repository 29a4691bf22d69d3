"""The mark of a run on a pool: read back as it was put, and never copied along."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.pooldef.mark import Mark, mark_of, put_mark, take_off, without_jobs
from troubleshooter.pooldef.pool_body import creatable

OWNER = {"name": "owner", "value": "me"}
NAMES = st.lists(st.text("abcXYZ019_-:", min_size=1, max_size=64), max_size=60, unique=True)


def pool(*metadata: dict[str, str]) -> dict[str, Any]:
    return {"properties": {"metadata": list(metadata)}}


def test_another_mark_takes_the_place_of_the_one_before() -> None:
    body = pool(OWNER)
    put_mark(body, Mark("11111111", "original", "debug", "2026-01-01T00:00:00Z", ("one",)))
    put_mark(body, Mark("22222222", "proof"))

    assert mark_of(body) == Mark("22222222", "proof")
    assert body["properties"]["metadata"][0] == OWNER
    assert not any(each["value"] == "one" for each in body["properties"]["metadata"])


@given(NAMES, NAMES)
def test_jobs_are_read_back_or_counted(jobs: list[str], schedules: list[str]) -> None:
    body = pool()
    put_mark(body, Mark("11111111", "original", jobs=tuple(jobs), schedules=tuple(schedules)))
    found = mark_of(body)

    assert found is not None
    assert len(found.jobs) + len(found.schedules) + found.unnamed == len(jobs) + len(schedules)
    assert found.schedules == tuple(schedules)[: len(found.schedules)]
    assert found.jobs == tuple(jobs)[: len(found.jobs)]
    assert all(len(each["value"]) <= 2100 for each in body["properties"]["metadata"])


def test_a_body_made_from_a_marked_pool_carries_no_mark() -> None:
    body = pool(OWNER)
    put_mark(body, Mark("11111111", "debug", "debug", "2026-01-01T00:00:00Z", ("one",), ("two",)))

    assert creatable(body)["properties"]["metadata"] == [OWNER]
    take_off(body)
    assert body == pool(OWNER)


def test_a_pool_without_metadata_gets_none_by_taking_a_mark_off() -> None:
    body: dict[str, Any] = {"properties": {}}
    take_off(body)
    assert body == {"properties": {}}


def test_only_the_list_of_jobs_tells_no_pools_apart() -> None:
    one, other, third = pool(OWNER), pool(OWNER), pool(OWNER)
    put_mark(one, Mark("11111111", "original", "debug", jobs=("a",)))
    put_mark(other, Mark("11111111", "original", "debug", jobs=("b", "c")))
    put_mark(third, Mark("11111111", "original", "with the fix", jobs=("a",)))

    assert without_jobs(one) == without_jobs(other)
    assert without_jobs(one) != without_jobs(third)
    assert mark_of(one) != mark_of(other), "the bodies themselves are left as they are"


@pytest.mark.parametrize(
    ("kind", "name", "beside"),
    [
        ("debug", "render-pool-dbg-11111111", True),
        ("proof", "render-pool-fix-11111111", True),
        ("", "render-pool-dbg-11111111", True),
        ("original", "render-pool", False),
        ("original", "render-pool-dbg-11111111", False),
        ("", "render-pool", False),
        ("debug", "render-pool", False),
        ("debug", "render-pool-dbg-22222222", False),
        ("what another version says", "render-pool-dbg-11111111", False),
    ],
)
def test_only_what_mark_and_name_agree_on_was_made_beside(kind: str, name: str, beside: bool) -> None:
    assert Mark("11111111", kind).made_beside(name) is beside


@pytest.mark.parametrize("metadata", [None, {}, "text", [None], [{"name": "other"}], [{"value": "x"}]])
def test_odd_metadata_are_no_mark(metadata: Any) -> None:
    assert mark_of({"properties": {"metadata": metadata}}) is None
    assert mark_of({"properties": None}) is None
