"""Python: dictionaries, the models of the SDKs, and JSON in strings."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from troubleshooter.lint.source.build import Builder
from troubleshooter.lint.source.program import document_of, without_prompts
from troubleshooter.lint.source.reader import read
from troubleshooter.lint.source.tokens import Language, Quoted, quoted, up_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.source.build import Document


def _python(text: str, found: re.Match[str]) -> Quoted:
    prefix, quote = found[0].rstrip("'\"").lower(), found[0][-1]
    put_in = ("{",) if "f" in prefix else ()
    if found[0].endswith(quote * 3):
        said = up_to(re.compile(quote * 3), text, found.end())
        says = said.says.replace("{{", "{").replace("}}", "}") if put_in else said.says
        return Quoted(re.sub(r"(?<![{$])\{[\w.\[\]]+\}", "${}", says) if put_in else says, said.ends)
    return quoted(text, found.end(), quote, escape="" if "r" in prefix else "\\", put_in=put_in)


_LANGUAGE = Language(
    "Python",
    r"\#[^\n]*|\\\r?\n",
    r"[A-Za-z_]\w*(?:\.\w+)*",
    ((r"(?i:[rbfu]{0,2})(?:'''|\"\"\"|'|\")", _python),),
    MappingProxyType({"true": True, "false": False, "none": None}),
    lines_end_entries=False,
    statements=True,
)


def documents(text: str) -> Iterator[tuple[Builder, Document]]:
    builder = Builder(encodes=frozenset({"json.dumps", "dumps"}))
    yield builder, document_of(read(without_prompts(text), _LANGUAGE), builder)
