from __future__ import annotations

from typing import Any

import pytest

from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.wire import listing
from troubleshooter.simulator.wire.exchange import Call

BODIES: list[dict[str, Any]] = [
    {"id": "a", "info": {"pool": "x"}},
    {"id": "b", "info": {"pool": "it's"}},
    {"id": "c"},
]


def call(**query: str) -> Call:
    named = {
        f"${name}" if name in {"filter", "select", "skiptoken"} else name: text
        for name, text in query.items()
    }
    return Call("GET", "/pools", named, {}, b"", "https://127.0.0.1:1")


def test_pages_follow_each_other_until_the_end() -> None:
    items, link = listing.page(call(maxresults="2"), "abc")
    assert (items, link) == ("ab", "https://127.0.0.1:1/pools?maxresults=2&$skiptoken=WATV2%3A2")
    assert listing.page(call(maxresults="2", skiptoken="WATV2:2"), "abc") == ("c", None)


def test_a_page_holds_at_most_a_hundred() -> None:
    items, link = listing.page(call(maxresults="1000"), range(150))
    assert len(items) == 100
    assert link is not None


@pytest.mark.parametrize(
    "query", [{"maxresults": "0"}, {"maxresults": "1001"}, {"maxresults": "x"}, {"skiptoken": "x"}]
)
def test_nonsense_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refusal) as caught:
        listing.page(call(**query), "abc")
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("id eq 'a'", "a"),
        ("id ne 'a'", "bc"),
        ("info/pool eq 'x'", "a"),
        ("info/pool eq 'it''s' and id eq 'b'", "b"),
        ("id eq 'z'", ""),
    ],
)
def test_a_filter_compares_texts(text: str, found: str) -> None:
    assert [body["id"] for body in listing.matching(call(filter=text), BODIES)] == list(found)


def test_an_unknown_filter_is_refused() -> None:
    with pytest.raises(Refusal):
        listing.matching(call(filter="startswith(id, 'a')"), BODIES)


def test_select_keeps_what_it_names() -> None:
    assert listing.selected(call(select="id, none"), BODIES[0]) == {"id": "a"}
    assert listing.selected(call(), BODIES[0]) == BODIES[0]
