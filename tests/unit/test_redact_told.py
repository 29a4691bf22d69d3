"""Secrets that were told: known in every spelling, encoding and base64, over lines, in a proxy's address."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.test_redact_spellings import (
    CORES,
    ENCODINGS,
    REDACTOR,
    SECRET,
    SPELLINGS,
    coded,
    entities,
    meant,
    quoted,
    slashed,
)
from troubleshooter.redact import Redactor, environment_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

TOLD = "L7arned+First/sEcnd=Val&ue"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_told_secret_has_one_stand_in_in_every_spelling_and_encoding(
    spell: Callable[[str], str], encoding: str
) -> None:
    redactor = Redactor([TOLD], b"salt")
    redacted = redactor.data(f"said {spell(TOLD)} aloud".encode(encoding)).decode(encoding)
    assert redacted == f"said {redactor.text(TOLD)} aloud".replace("\ufeff", "")


def large(text: str) -> str:
    return re.sub(r"\\u(....)", lambda found: f"\\u{found[1].upper()}", slashed(text))


@pytest.mark.parametrize("spell", [slashed, large, lambda text: coded(slashed(text)), entities, quoted])
def test_a_told_secret_of_other_letters_is_known_in_mixed_spellings(spell: Callable[[str], str]) -> None:
    secret = "Wörld/€😀+sEcret"
    redactor = Redactor([secret], b"salt")
    assert redactor.text(f"said {spell(secret)} aloud") == f"said {redactor.text(secret)} aloud"


@pytest.mark.parametrize("at", range(1, len(TOLD)))
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\t  ", "\\n", "\\r\\n"])
def test_a_told_secret_that_a_line_breaks_anywhere_is_hidden(at: int, newline: str) -> None:
    redactor = Redactor([TOLD], b"salt")
    assert redactor.text(f"x {TOLD[:at]}{newline}{TOLD[at:]} y") == f"x {redactor.text(TOLD)} y"


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("spell", [str, slashed, quoted, coded, entities])
def test_a_told_secret_is_hidden_in_base64_however_that_is_spelled(
    before: int, encoding: str, spell: Callable[[str], str]
) -> None:
    redactor = Redactor([TOLD], b"salt")
    whole = base64.b64encode(("x" * before + TOLD + "end").encode(encoding)).decode()
    for text in (spell(whole), spell(whole[:20]) + "\n" + spell(whole[20:])):
        redacted = redactor.text(text)
        core = base64.b64encode(("x" * before + TOLD).encode(encoding)).decode()[8:-8]
        assert core[:16] not in meant(redacted)
        assert core[-16:] not in meant(redacted)
        assert "<redacted secret " in redacted


def test_what_stands_around_a_told_secret_within_a_value_goes_too() -> None:
    redactor = Redactor(["opensesame"], b"salt")
    redacted = redactor.text("password=abcopensesamexyz9 next")
    assert not any(part in redacted for part in ("abc", "xyz9"))
    assert redactor.text("opensesame") in redacted


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "https_proxy", "ALL_PROXY", "Ftp_Proxy"])
@pytest.mark.parametrize(
    ("address", "said", "hidden"),
    [
        ("http://user:pr0xyPa55@h:3128", "cannot connect: pr0xyPa55", "pr0xyPa55"),
        ("http://user:pr0xyPa55/w0rdRest@h:1", "Failed to parse: 'user:pr0xyPa55'", "pr0xyPa55"),
        ("http://user:pr0xyPa55/w0rdRest@h:1", "rest w0rdRest@h:1", "w0rdRest"),
        ("user:one4Piece@two5Piece@h:1", "host two5Piece@h", "two5Piece"),
        ("http://user:pr0%2Fx%40y9z@h", "password pr0/x@y9z", "pr0/x@y9z"),
        ("http://user:abc/defghijk@h", "Failed to parse: 'user:abc'", "abc"),
        ("http://user:defghijk@abc@host9", "at abc@host9", "abc@"),
    ],
)
def test_a_proxys_password_is_known_whole_and_in_pieces(
    variable: str, address: str, said: str, hidden: str
) -> None:
    redactor = Redactor(environment_secrets({variable: address}))
    assert hidden in said
    assert hidden not in redactor.text(said)


def test_what_is_no_proxys_password_is_not_known() -> None:
    for environ in (
        {"NO_PROXY": "u:secret99@h"},
        {"HTTP_PROXY": "http://proxy:3128"},
        {"HTTPS_PROXY": "u@h"},
    ):
        assert environment_secrets(environ) == ()


def test_a_field_and_its_value_apart_are_known_in_parsed_json() -> None:
    for name in ("name", "key", "Key", "variable"):
        assert CORES[0] not in str(REDACTOR.json([{name: "db_password", "Value": SECRET}]))
    plain = {"key": "HOME", "value": "/root"}
    assert REDACTOR.json(plain) == plain


def test_what_is_learned_later_is_hidden_in_documents_from_then_on() -> None:
    redactor, document = Redactor(), {"tuesday-garden": ["tuesday-garden"]}
    assert redactor.json(document) == document
    redactor.learn("tuesday-garden")
    assert "tuesday" not in str(redactor.json(document))
