"""Breaking an input: a list of small edits, the same for Hypothesis and for the long run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from random import Random

LARGEST = 200_000
"""Bytes; what is broken at random need not be larger to break something."""
WORDS = (
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\n",
    b"\r\n",
    b"\r",
    b"\x85",
    b"\xe2\x80\xa8",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b":",
    b",",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"9" * 400,
    b"NaN",
    b"Infinity",
    b"- ",
    b"? ",
    b"&a ",
    b"*a",
    b"!!python/object/apply:os.system ['true']",
    b"!!binary ",
    b"<<: ",
    b"--- ",
    b"\t",
    b"%",
    b"|",
    b">",
    b"'",
    b"#",
    b"[" * 2000,
    b'{"a":' * 2000,
    b"- " * 2000,
    b'"protectedSettings": "',
    b"<error>",
    b"ForbiddenByRbac",
    b"\x1b[2J",
    b"\xe2\x80\xae",
    b"7777777777\0",
    b"\x80" + b"\0" * 7 + b"\xff" * 4,
    b"0",
    b"1",
    b"2",
    b"5",
    b"L",
    b"x",
    b"g",
    b"30 path=../../hostile\n",
    b"16 size=9999999\n",
    b"../",
    b"/",
    b"A" * 5000,
    b"sig=",
    b"-----BEGIN RSA PRIVATE" + b" KEY-----",
)


class Act(Enum):
    INSERT = 0
    OVERWRITE = 1
    DELETE = 2
    REPEAT = 3
    CUT = 4
    FLIP = 5


@dataclass(frozen=True, slots=True)
class Edit:
    act: Act
    place: float
    """From 0 to 1."""
    word: bytes
    length: int


def edited(data: bytes, edits: list[Edit]) -> bytes:
    for edit in edits:
        data = _one(data, edit)[:LARGEST]
    return data


def _one(data: bytes, edit: Edit) -> bytes:
    at = int(edit.place * len(data))
    before, behind = data[:at], data[at:]
    match edit.act:
        case Act.INSERT:
            return before + edit.word + behind
        case Act.OVERWRITE:
            return before + edit.word + behind[len(edit.word) :]
        case Act.DELETE:
            return before + behind[edit.length :]
        case Act.REPEAT:
            return before + behind[: edit.length] * 3 + behind
        case Act.CUT:
            return before
        case Act.FLIP:
            return before + bytes([behind[0] ^ (1 << edit.length % 8)]) + behind[1:] if behind else before


EDITS = st.lists(
    st.builds(
        Edit,
        st.sampled_from(Act),
        st.floats(0, 1),
        st.sampled_from(WORDS) | st.binary(max_size=16),
        st.integers(1, 600),
    ),
    min_size=1,
    max_size=8,
)


def drawn(random: Random) -> list[Edit]:
    return [
        Edit(
            random.choice(list(Act)),
            random.random(),
            random.choice(WORDS) if random.random() < 0.7 else random.randbytes(random.randint(0, 16)),
            random.randint(1, 600),
        )
        for _ in range(random.randint(1, 8))
    ]
