from __future__ import annotations

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.analyse.sources import BOOK, log, source
from troubleshooter.analyse import analyse
from troubleshooter.analyse.lines import LINE_LIMIT, PIECE, Rewound, pieces
from troubleshooter.analyse.sources import Sources
from troubleshooter.analyse.timeline import timeline

LINE = "failed with exception: URI must contain a hostname."


def joined(data: bytes) -> bytes:
    return b"".join(pieces(io.BytesIO(data)))


@given(st.binary(max_size=3000))
def test_plain_bytes_pass_through(data: bytes) -> None:
    text = b"x" + data.replace(b"\r", b"").replace(b"\0", b".")
    assert joined(text) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_come_out_as_utf8(encoding: str) -> None:
    text = "first line here\nKölner Dom\n"
    assert joined(text.encode(encoding)) == text.encode()


def test_a_huge_line_is_cut_and_the_numbers_stay_right() -> None:
    data = b"a\n" + b"x" * (3 * PIECE) + b"\nURI must contain a hostname\n"
    assert max(map(len, joined(data).split(b"\n"))) <= LINE_LIMIT
    (finding,) = analyse([source(data)], BOOK).findings
    assert finding.evidence[0].line == 3


def test_a_long_line_inside_a_piece_is_cut() -> None:
    data = b"a\n" + b"x" * (LINE_LIMIT + 5) + b"\nb\n"
    assert joined(data) == b"a\n" + b"x" * LINE_LIMIT + b"\nb\n"


def test_the_head_can_be_read_twice() -> None:
    content = Rewound(io.BytesIO(b"ab\n" * PIECE))
    assert content.whole(10) is None
    assert b"".join(content) == b"ab\n" * PIECE


@pytest.mark.parametrize(
    "data",
    [
        log("harmless", LINE).replace("\n", "\r\n").encode(),
        log("harmless", LINE).encode("utf-16"),
        b"\0\0\0" + log("harmless").encode() + b"\xff\xfe " + LINE.encode() + b"\0",
        ("\n" + LINE).encode(),
    ],
    ids=lambda data: f"{len(data)} bytes",
)
def test_the_evidence_is_found_in_every_dress(data: bytes) -> None:
    (finding,) = analyse([source(data)], BOOK).findings
    assert finding.id == "kv-uri-no-hostname"
    assert finding.evidence[0].line == 2
    assert LINE in finding.evidence[0].text
    assert finding.evidence[0].text.isprintable()


@pytest.mark.parametrize(
    "line",
    [
        "A secret with (name/id) " * 20_000,
        "Client address " * 30_000,
        "https://" + "a" * 500_000,
        "Dependent extension " + "did not " * 50_000,
        "oid=" * 100_000 + "ForbiddenByRbac",
        "Failed to launch '" * 30_000,
        "Ran into config errors: " * 20_000,
        "unrecognized arguments: " * 20_000 + "secretsManagementSetting",
        "PropertyCannotBeUpdated " * 20_000,
        "https://a/secrets/" * 30_000,
        "a" * 16_000 + "!" * 400_000,
    ],
)
def test_pathological_lines_take_no_time(line: str) -> None:
    start = time.process_time()
    for text in (line, log(line), '[{"code": "x", "message": "' + line.replace('"', "") + '"}]'):
        analyse([source(text)], BOOK)
        timeline([source(text)])
    assert time.process_time() - start < 2


def test_nothing_but_matches_takes_time_by_their_number() -> None:
    took = []
    for lines in (2_000, 20_000):
        start = time.process_time()
        analyse([source(log(*["ForbiddenByRbac failed"] * lines))], BOOK)
        took.append(time.process_time() - start)
    assert took[1] < took[0] * 25 + 0.5


def test_halves_of_characters_end_what_looks_like_utf16() -> None:
    halves = ("\ufeff" + LINE).encode("utf-16-le") + b"\x00\xd8" * 5000
    found = Sources()
    analyse([source(halves, "a.log")], BOOK, found=found)
    timeline([source(halves, "a.log")], found)

    assert [str(left) for left in found.left_out] == [
        "a.log: it begins like UTF-16, but holds more halves of characters than a text does"
    ]


def test_some_halves_of_characters_are_read_over() -> None:
    damaged = b"\xff\xfe" + b"\x00\xd8" * 900 + ("\n" + LINE).encode("utf-16-le")
    (finding,) = analyse([source(damaged)], BOOK).findings
    assert finding.evidence[0].line == 2
