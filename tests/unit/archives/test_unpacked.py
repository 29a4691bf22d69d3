from __future__ import annotations

import collections
import gzip as library
import io
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.archives.budget import Budget
from troubleshooter.archives.unpacked import Unpacked, buffered, gzip
from troubleshooter.fence import Spent, Unreadable


def drain(stream: io.RawIOBase, into: bytearray) -> None:
    while piece := stream.read(1 << 20):
        into += piece


def read(data: bytes) -> bytes:
    return buffered(Unpacked(io.BytesIO(data).read, gzip, Budget())).read()


@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=5), st.integers(0, 20))
def test_parts_that_follow_each_other_are_one(parts: list[bytes], padding: int) -> None:
    data = b"".join(library.compress(part) for part in parts)
    assert read(data + bytes(padding)) == b"".join(parts)


@pytest.mark.parametrize("data", [b"x" * 200_000, bytes(5_000_000)], ids=["some", "more than a piece"])
def test_what_is_cut_is_told_and_gives_what_came_before(data: bytes) -> None:
    stream = Unpacked(io.BytesIO(library.compress(data)[:-9]).read, gzip, Budget())
    came = bytearray()
    with pytest.raises(Unreadable, match="its end is missing"):
        drain(stream, came)
    assert data.startswith(came)
    assert len(came) > len(data) // 2


def test_what_follows_and_is_not_packed_is_told() -> None:
    with pytest.raises(Unreadable, match="something else follows"):
        read(library.compress(b"x") + b"garbage")


def test_it_stops_where_the_budget_ends() -> None:
    stream = Unpacked(io.BytesIO(library.compress(bytes(1 << 20)) * 2000).read, gzip, Budget())
    with pytest.raises(Spent, match="1024 MiB"):
        collections.deque(iter(partial(stream.read, 1 << 20), b""), maxlen=0)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise(noise: bytes) -> None:
    with suppress(Unreadable):
        read(b"\x1f\x8b\x08" + noise)
