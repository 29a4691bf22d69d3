"""Whatever is handed to the writer is text: only a Control is obeyed, and nobody's text is one."""

from __future__ import annotations

import io
import os
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.report.matched import BEGIN, END
from troubleshooter.report.painted import painted
from troubleshooter.text import Control
from troubleshooter.writer import Guard, Writer

RED, USUAL = Control("\x1b[31m"), Control("\x1b[0m")
HOSTILE = "a\x1b[31m\x07\x9b2J\u202eb\u200b\ud800\u3164\x0e!\x0f\rc"
ESCAPED = "a\\x1b[31m\\x07\\x9b2J\\u202eb\\u200b\\ud800\\u3164\\x0e!\\x0f\\rc"


def written(*parts: str) -> str:
    stream = io.StringIO()
    Writer(stream).write(*parts)
    return stream.getvalue()


@given(st.text())
def test_nothing_that_was_not_meant_for_the_terminal_reaches_it(text: str) -> None:
    assert written(text).replace("\n", "").isprintable()
    assert written(RED, text, USUAL).startswith(RED)


def test_a_text_is_escaped_and_a_control_is_obeyed() -> None:
    assert written(HOSTILE, "\n") == f"{ESCAPED}\n"
    assert written(RED, "✖", USUAL, " x\n") == "\x1b[31m✖\x1b[0m x\n"


def test_a_control_that_was_mixed_with_text_is_text() -> None:
    assert written(f"{RED}name") == written(RED + "name") == written(RED[:]) + "name" == "\\x1b[31mname"


def test_line_ends_are_lines_and_a_lone_return_is_not_obeyed() -> None:
    assert written("a\r\nb\nc\rd\n") == "a\nb\nc\\rd\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_it_is_safe_in_every_encoding(encoding: str) -> None:
    data = io.BytesIO()
    stream = io.TextIOWrapper(data, encoding=encoding)
    Writer(stream).write("✔ ", HOSTILE)
    told = data.getvalue().decode(encoding)

    assert told.isprintable()
    assert told.endswith(ESCAPED)


def test_a_guard_obeys_nothing_and_takes_no_bytes() -> None:
    stream = io.StringIO()
    guard = Guard(stream)
    assert guard.write(RED) == len(RED)
    print(HOSTILE, file=cast("io.TextIOBase", guard), flush=True)

    assert stream.getvalue() == f"\\x1b[31m{ESCAPED}\n"
    with pytest.raises(TypeError):
        guard.write(cast("str", b"\x1b[31m"))
    assert not hasattr(guard, "buffer")


def test_last_words_are_escaped_too() -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        Writer(stream).cut_in(HOSTILE, Control("\x07"))
    with os.fdopen(read, encoding="utf-8") as told:
        assert told.read() == f"{ESCAPED}\x07"


def test_only_the_signs_of_this_process_make_anything_stand_out() -> None:
    assert written(*painted(f"x {BEGIN}y{END}\n")) == "x \x1b[1;4my\x1b[0m\n"
    assert written(*painted("x \x0ey\x0f\n")) == "x \\x0ey\\x0f\n"
    assert written(*painted(f"x {END}y{BEGIN}\n")) == "x «y»\n"
    assert BEGIN != END
    assert not (BEGIN + END).isprintable()
