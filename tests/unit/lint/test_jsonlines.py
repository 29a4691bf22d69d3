"""Lines are found when they are asked for: they are those where the values stand, slips or not."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.lint.jsontext import SLIPS_LIMIT, BrokenJson, parse, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = st.text(st.sampled_from('ab\u00e9~/"\\ '), max_size=4)
SHAPES = st.recursive(
    st.just(0),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
)


def numbered(value: Any, numbers: Iterator[int]) -> Any:
    """The same shape, with another number at each end."""
    if isinstance(value, dict):
        return {key: numbered(inner, numbers) for key, inner in value.items()}
    return [numbered(inner, numbers) for inner in value] if isinstance(value, list) else next(numbers)


def ends(value: Any, at: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(value, int):
        yield at, value
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield from ends(inner, pointer(at, key))


@given(SHAPES, st.sampled_from([None, 0, 2]), st.booleans())
def test_every_value_has_its_line(shape: Any, indent: int | None, slips: bool) -> None:
    value = numbered(shape, count(10_000))
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if slips:
        text = "// first\n" + text.replace("\n", " // more\n\n").replace("{", "/* one\ntwo */ {")
    found = parse(text)

    assert found.value == value
    for at, number in ends(value):
        assert found.line(at) == text[: text.index(str(number))].count("\n") + 1
        assert found.line(f"{at}/not/there") == found.line(at)


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    assert parse('{"a":\n1,\n"a":\n2}').line("/a") == 4


def test_the_braces_and_urls_that_were_put_in_move_no_line() -> None:
    text = '\n"a": [\n {"https://v.vault.azure.net/secrets/s"\n, "b": 7} ],\n"c": 1\n'
    found = parse(text)

    assert found.value["c"] == 1
    assert [found.line(at) for at in ("/a", "/a/0/url", "/a/0/b", "/c")] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "text",
    ["[" + "[]," * 400_000 + "1]", '{"a":[' + '{"":0},' * 100_000 + "0]}"],
    ids=["lists", "objects"],
)
def test_what_would_fill_the_memory_is_refused_unread(text: str) -> None:
    with pytest.raises(BrokenJson, match="MiB of memory"):
        parse(text)


def test_mistakes_are_read_over_up_to_a_number() -> None:
    assert len(parse("// x\n" * SLIPS_LIMIT + "1").slips) == SLIPS_LIMIT
    with pytest.raises(BrokenJson, match="more than 1000 mistakes"):
        parse("// x\n" * (SLIPS_LIMIT + 1) + "1")
