"""What the actions rely on in a pool's definition is looked at where it comes in."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.cloud import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Batch/batchAccounts/a/pools/p"
GOOD: dict[str, Any] = {"name": "p", "properties": {}}


def places(shape: shapes.Shape, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where each object and list of a shape stands."""
    if at:
        yield at
    if isinstance(shape, list):
        yield from places(shape[0], (*at, 0))
    else:
        for key, inner in shape.items():
            yield from places(inner, (*at, key))


def pool_with(at: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    inner = value
    for key in reversed(at):
        inner = [inner] if isinstance(key, int) else {key: inner}
    return {"properties": {}, **inner} if at[0] != "properties" else inner


@pytest.mark.parametrize("at", list(places(shapes._POOL)), ids=str)
@pytest.mark.parametrize("wrong", ["x", 5, True], ids=repr)
def test_a_word_where_an_object_or_a_list_is_to_be_is_told_with_its_place(
    at: tuple[str | int, ...], wrong: Any
) -> None:
    told = shapes.wrong_in(pool_with(at, wrong), PATH)
    assert told.startswith("a pool whose ")
    assert str(next(key for key in reversed(at) if isinstance(key, str))) in told


@pytest.mark.parametrize(
    "at", [at for at in places(shapes._POOL) if len(at) > 1 and not isinstance(at[-1], int)], ids=str
)
def test_what_is_null_is_as_good_as_missing(at: tuple[str | int, ...]) -> None:
    assert not shapes.wrong_in(pool_with(at, None), PATH)


@pytest.mark.parametrize("body", [[], "pool", 5, None, {"value": "x"}, {"value": {}}])
def test_what_is_no_object_and_no_list_of_a_page_is_told(body: Any) -> None:
    assert shapes.wrong_in(body, "/anything")


def test_a_pool_has_properties() -> None:
    assert shapes.wrong_in({"name": "p"}, PATH)
    assert shapes.wrong_in({"name": "p", "properties": None}, PATH)
    assert not shapes.wrong_in(GOOD, PATH)
    assert not shapes.wrong_in({"name": "p"}, PATH.rpartition("/pools")[0])


def test_what_is_too_deep_is_told() -> None:
    deep: Any = 1
    for _ in range(shapes.DEPTH_LIMIT):
        deep = {"a": deep}
    assert not shapes.wrong_in(deepcopy(deep), "/anything")
    for _ in range(50_000):
        deep = [deep]
    assert shapes.wrong_in({"a": deep}, "/anything")
