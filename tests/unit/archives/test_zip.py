from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks import packs
from troubleshooter.archives import zip as archive
from troubleshooter.archives.budget import Budget
from troubleshooter.fence import Unreadable

METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def made(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return packed.getvalue()


def read(data: bytes, budget: Budget | None = None) -> dict[str, bytes]:
    file = io.BytesIO(data)
    spent = budget or Budget()
    return {entry.name: archive.content(file, entry, spent).read() for entry in archive.entries(file)}


@pytest.mark.parametrize("method", METHODS)
def test_what_the_library_packs_is_read(method: int) -> None:
    members = {"a.log": b"line\n" * 100_000, "b/ö.log": b"", "c": bytes(range(256)) * 50}
    assert read(made(members, method)) == members


def test_what_stands_before_and_behind_an_archive_does_not_matter() -> None:
    assert read(b"#!/bin/sh\n" * 100 + made({"a": b"x"}) + b"") == {"a": b"x"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a", b"x")
        file.comment = b"c" * 65_535
    assert read(packed.getvalue()) == {"a": b"x"}


def test_an_archive_of_64_bits_is_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file, file.open("a", "w", force_zip64=True) as member:
        member.write(b"x" * 1000)
    assert read(packed.getvalue()) == {"a": b"x" * 1000}


def test_an_archive_of_more_members_than_16_bits_is_read() -> None:
    members = {str(number): b"" for number in range(66_000)}
    assert len(list(archive.entries(io.BytesIO(made(members, zipfile.ZIP_STORED))))) == 66_000


@pytest.mark.parametrize("method", METHODS)
def test_damage_is_told(method: int) -> None:
    data = bytearray(made({"a.log": b"some text, more text\n" * 50}, method))
    data[50] ^= 0xFF
    with pytest.raises(Unreadable, match="damaged"):
        read(bytes(data))


def test_a_size_that_is_a_lie_is_told() -> None:
    for stated in (5, 500):
        with pytest.raises(Unreadable, match="damaged"):
            read(packs.zip_of([packs.pack("a", b"x" * 50, stated)]))


def test_every_byte_is_counted_before_it_is_seen() -> None:
    class Counting(Budget):
        seen = 0

        def unpack(self, size: int) -> None:
            self.seen += size

    budget = Counting()
    read(made({"a": bytes(300_000), "b": b"1234"}), budget)
    assert budget.seen == 300_004


@given(st.binary(max_size=600), st.integers(0, 400))
def test_no_bytes_make_it_fail_otherwise(noise: bytes, at: int) -> None:
    whole = made({"a.log": b"text " * 40, "b.log": b"more"})
    for data in (noise, whole[:at] + noise + whole[at + len(noise) :], whole[:at]):
        with suppress(Unreadable):
            read(data)
