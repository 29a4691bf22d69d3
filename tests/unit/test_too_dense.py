"""A text of which more is secret than its reader will pay for is refused, not hidden in part."""

from __future__ import annotations

import pytest

from troubleshooter.redact import Redactor, TooDense

LEARNED = "correct-horse"
LINES = {
    "shaped": b"password=abcdefgh\n",
    "told": b"a correct-horse of battery\n",
    "wide": "password=abcdefgh\n".encode("utf-16-le"),
}


@pytest.mark.parametrize("kind", LINES)
def test_beyond_the_most_it_is_refused(kind: str) -> None:
    redactor, most = Redactor([LEARNED], salt=b"salt"), 20
    text = LINES[kind] * most
    assert redactor.data(text, most) == redactor.data(text) != text
    with pytest.raises(TooDense):
        redactor.data(LINES[kind] * (most + 1), most)


@pytest.mark.parametrize("kind", LINES)
def test_where_nobody_says_how_many_all_are_hidden(kind: str) -> None:
    redactor = Redactor([LEARNED], salt=b"salt")
    assert redactor.data(LINES[kind] * 2000).count(b"r\0e\0d\0a\0c\0" if kind == "wide" else b"redac") == 2000
