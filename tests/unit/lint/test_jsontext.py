from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.lint.jsontext import BrokenJson, parse, pointer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 1]))
def test_it_reads_what_the_standard_library_writes(value: object, indent: int | None) -> None:
    assert parse(json.dumps(value, indent=indent)).value == value


def test_every_value_has_its_line() -> None:
    document = parse('{\n "a": [\n  1,\n  {"b/c": 2}\n ]\n}')
    assert [document.line(at) for at in ("", "/a", "/a/0", "/a/1/b~1c")] == [1, 2, 3, 4]
    assert document.line("/a/1/nothing/below") == 4
    assert pointer("", "a", 1, "b/c") == "/a/1/b~1c"


@pytest.mark.parametrize("text", ['"a": ', '"a": [1', '"a": 1,\n"b"', '"a": {'])
def test_what_is_missing_at_the_end_of_members_is_missing_on_their_last_line(text: str) -> None:
    with pytest.raises(BrokenJson) as caught:
        parse(text)
    last = text.splitlines()
    assert (caught.value.line, caught.value.column) == (len(last), len(last[-1]) + 1)


def test_a_trailing_comma_is_read_over_and_repaired() -> None:
    document = parse('{"a": [1, 2,],\n}')
    assert document.value == {"a": [1, 2]}
    assert document.repaired == '{"a": [1, 2]\n}'
    assert [slip.line for slip in document.slips] == [1, 1]


@pytest.mark.parametrize(
    "text",
    [
        '[{"https://v/secrets/s"\n "x": 1}]',
        '[{"https://v/secrets/s",\n "x": 1}]',
        '[{"x": 1, "https://v/secrets/s"}]',
    ],
)
def test_a_url_without_its_key_gets_it(text: str) -> None:
    document = parse(text)
    assert document.value == [{"url": "https://v/secrets/s", "x": 1}]
    assert document.repaired is not None
    assert json.loads(document.repaired) == document.value


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ('{"a": 1 "b": 2}', 1, 9),
        ('{"a"\n 1}', 2, 2),
        ("{a: 1}", 1, 2),
        ('{"a": tru}', 1, 7),
        ('["a" # no\n]', 1, 6),
        ('["a" /* no\n]', 1, 6),
        ("},\n}", 1, 1),
        ('"a": 1 }', 1, 8),
        ('{"a": "x', 1, 7),
        ("[1] 2", 1, 5),
        ("[" * 5000, 1, 102),
        ("[,]", 1, 2),
        ("[1,,2]", 1, 4),
        ("nan", 1, 1),
    ],
)
def test_broken_json_is_told_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(BrokenJson) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{\n“a”: “b”,\n"c": [1]}', "curly quotes"),
        ('{\n„a“: "b",\n"c": [1]}', "curly quotes"),
        ('{\n\xa0\xa0"a":\u202f"b",\n"c": [1]}', "a blank that JSON does not have"),
        ('{\n\u200b"a": "b",\n"c": [1],}', "a blank that JSON does not have"),
    ],
)
def test_what_was_typeset_is_read_and_told_where_it_begins(text: str, what: str) -> None:
    document = parse(text)
    assert document.value == {"a": "b", "c": [1]}
    assert (document.slips[0].line, document.slips[0].what.startswith(what)) == (2, True)
    assert document.line("/c") == 3
    assert document.repaired is not None
    assert json.loads(document.repaired) == document.value


def test_curly_quotes_in_a_value_are_its_own() -> None:
    assert parse('{"a": "he said “no”",}').value == {"a": "he said “no”"}


def test_what_is_wrong_beside_curly_quotes_is_told() -> None:
    with pytest.raises(BrokenJson) as caught:
        parse("{“a”: 1,\n“b” 2}")
    assert caught.value.line == 2
