"""C#: anonymous objects, initializers, dictionaries, and JSON in strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.lint.source.build import Builder
from troubleshooter.lint.source.program import document_of
from troubleshooter.lint.source.reader import read
from troubleshooter.lint.source.tokens import CONSTANTS, SLASHES, Language, Quoted, plain, quoted, up_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.source.build import Document


def _verbatim_csharp(text: str, found: re.Match[str]) -> Quoted:
    put_in = ("{",) if "$" in found[0] else ()
    return quoted(text, found.end(), '"', escape="", doubled=True, put_in=put_in, lines=True)


def _interpolated_csharp(text: str, found: re.Match[str]) -> Quoted:
    return quoted(text, found.end(), '"', put_in=("{",))


def _raw_csharp(text: str, found: re.Match[str]) -> Quoted:
    quotes = found[0].lstrip("$")
    said = up_to(re.compile(re.escape(quotes)), text, found.end())
    dollars = found[0].count("$")
    computed = re.escape("{" * dollars) + r"[^{}\n]*" + re.escape("}" * dollars)
    return Quoted(re.sub(computed, "${}", said.says) if dollars else said.says, said.ends)


_LANGUAGE = Language(
    "C#",
    rf"{SLASHES}|\#(?:if|else|endif|region|endregion|pragma|nullable)[^\n]*",
    r"@?[A-Za-z_]\w*(?:\.\w+)*(?:<[\w ,.<>?\[\]]{1,120}>)?(?:\[\])?",
    (
        (r'\$*"""+', _raw_csharp),
        (r'\$@"|@\$"|@"', _verbatim_csharp),
        (r'\$"', _interpolated_csharp),
        (r'"', plain),
        (r"'", plain),
    ),
    CONSTANTS,
    lines_end_entries=False,
    new=True,
)


def documents(text: str) -> Iterator[tuple[Builder, Document]]:
    builder = Builder()
    yield builder, document_of(read(text, _LANGUAGE), builder)
