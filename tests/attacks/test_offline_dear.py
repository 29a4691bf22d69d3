"""What little can cost by what it says, and not by how it is packed: texts that are dear to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.attacks import dear, packs
from tests.attacks.child import MIB, Limits, ended
from tests.unit.analyse.sources import BOOK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attacks.child import Ended

CHEAP = Limits(processor=31, wall=300)
"""Each of them is less than a mebibyte."""


def analyzed(folder: Path, name: str, data: bytes, times: int) -> Ended:
    """One member, listed so often."""
    packed = packs.zip_of([packs.pack(name, data)], times=times)
    assert len(packed) < MIB
    (folder / "dear.zip").write_bytes(packed)
    did = ended("analyze", str(folder / "dear.zip"), "--output", "json", folder=folder, limits=CHEAP)
    assert did.code in {3, 4, 8}, did.text[-2000:]
    assert did.memory < 300 * MIB
    return did


@pytest.mark.slow
def test_beginnings_of_patterns_are_bounded(tmp_path: Path) -> None:
    did = analyzed(tmp_path, "0.log", dear.beginnings(MIB), 1000)
    assert did.code == 8  # nothing in it was recognised
    assert b"left out" not in did.err


@pytest.mark.slow
def test_secrets_beside_many_errors_are_bounded(tmp_path: Path) -> None:
    did = analyzed(tmp_path, "0.log", dear.neighbours(), 300)
    assert did.code == 8
    assert b"than is looked at in one call" in did.err


@pytest.mark.slow
def test_long_messages_that_many_rules_want_are_bounded(tmp_path: Path) -> None:
    lines = [rule.text.matches[0].replace("\n", " ") for rule in BOOK.rules]
    did = analyzed(tmp_path, "0.status", dear.messages(lines), 250)
    assert did.code == 8
    assert b"than is looked at in one call" in did.err


@pytest.mark.slow
def test_halves_of_characters_are_bounded(tmp_path: Path) -> None:
    did = analyzed(tmp_path, "0.log", dear.halves(), 10)
    assert did.code == 8
    assert b"more halves of characters than a text does" in did.err


@pytest.mark.parametrize("each", [b'{"url":"http://v/certs/n","keyType":"X"}', b"111111111111"])
def test_lint_of_more_mistakes_than_are_told_says_so(tmp_path: Path, each: bytes) -> None:
    data = dear.certificates(each, 2 * MIB // len(each))
    (tmp_path / "much.json").write_bytes(data)
    did = ended("lint", str(tmp_path / "much.json"), folder=tmp_path, limits=Limits(processor=20))

    assert did.code == 8
    assert b"more than 2000 mistakes; what comes after them was not checked" in did.err
    assert did.memory < 50 * MIB + 20 * len(data)


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize(
    ("times", "said"),
    [
        (15_000, b"written with 7 fixes"),
        (1500, b"there may be more to repair: give it --fix in its turn"),
        (25_000, b"too large to be repaired"),
    ],
)
def test_to_mend_many_mistakes_is_bounded_and_what_is_left_is_said(
    tmp_path: Path, times: int, said: bytes
) -> None:
    data = dear.certificates(b'{"url":"https://v.vault.azure.net/certificates/n"}', times)
    (tmp_path / "much.json").write_bytes(data)
    did = ended("lint", "--fix", str(tmp_path / "much.json"), folder=tmp_path, limits=Limits(processor=20))

    assert said in did.err
    assert (tmp_path / "much.json.fixed.json").exists() == (b"written" in did.err)
