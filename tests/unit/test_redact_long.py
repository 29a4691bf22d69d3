"""Secrets as long as custom data may be: in full, in every spelling, and at a price."""

from __future__ import annotations

import base64
import json
import random
import time
from urllib.parse import quote

import pytest

from troubleshooter.redact import Redactor
from troubleshooter.redact.any_of import AnyOf


def long(size: int) -> str:
    chance = random.Random(size)
    return "".join(
        chance.choice("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789+/=\"'") for _ in range(size)
    )


@pytest.mark.parametrize("size", [256, 257, 8_000, 16_000, 65_535])
@pytest.mark.parametrize(
    "spelt",
    [
        str,
        lambda secret: json.dumps(secret)[1:-1],
        lambda secret: quote(secret, safe=""),
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: "\n".join(secret[at : at + 76] for at in range(0, len(secret), 76)),
    ],
    ids=["as it is", "json", "url", "base64", "in lines"],
)
def test_nothing_of_a_long_one_is_left(size: int, spelt: object) -> None:
    secret = long(size)
    text = f"before {spelt(secret)} behind"  # type: ignore[operator]
    begun = time.process_time()
    shown = Redactor([secret]).text(text)

    assert time.process_time() - begun < 10
    assert shown.startswith("before <redacted secret ")
    assert shown.endswith("> behind")
    assert len(shown) < 60


def test_one_that_only_begins_alike_is_none() -> None:
    secret = long(3_000)
    other = secret[:2_999] + ("x" if secret[-1] != "x" else "y")

    assert Redactor([secret]).text(other) == other


def test_a_short_one_at_the_beginning_of_what_only_begins_like_a_long_one_is_found() -> None:
    texts = AnyOf([b"a" * 300 + b"b", b"aaaaaaa"])

    assert list(texts.spans(b"." + b"a" * 300 + b"c")) == [
        (at, at + 7) for at in range(1, 1 + 300 - 7 + 1, 7)
    ]


def test_the_longest_of_several_is_found_and_none_twice() -> None:
    one, other = b"k" * 400, b"k" * 400 + b"-and-more"

    assert list(AnyOf([one, other]).spans(b"<" + other + b">" + one)) == [(1, 410), (411, 811)]


def test_what_begins_alike_again_and_again_costs_little() -> None:
    text = b"a" * (1 << 20)
    begun = time.process_time()

    assert list(AnyOf([b"a" * 60_000 + b"b"]).spans(text)) == []
    assert time.process_time() - begun < 20
