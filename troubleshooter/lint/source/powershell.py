"""PowerShell: hashtables, here-strings, and the parameters of commands."""

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

_OPENED = {"settingstring", "publicsettings", "protectedsettingstring"}
"""Parameters and fields that are text, and hold JSON."""


def _here_string(text: str, found: re.Match[str]) -> Quoted:
    said = up_to(re.compile(rf"\n[ \t]*{found[0][1]}@"), text, found.end() - 1)
    expands = found[0][1] == '"'
    return Quoted(_expanded(said.says) if expands else said.says, said.ends)


def _expanded(text: str) -> str:
    return re.sub(r"\$\([^()\n]*\)|\$\{[^{}\n]*\}|\$[A-Za-z_][\w:.]*", "${}", text).replace("`", "")


def _verbatim_powershell(text: str, found: re.Match[str]) -> Quoted:
    return quoted(text, found.end(), "'", escape="", doubled=True, lines=True)


def _expandable(text: str, found: re.Match[str]) -> Quoted:
    return quoted(text, found.end(), '"', escape="`", doubled=True, put_in=("$(", "${", "$"), lines=True)


_LANGUAGE = Language(
    "PowerShell",
    r"\#[^\n]*|<\#(?:[^\#]|\#(?!>))*(?:\#>)?|`[ \t]*\r?\n",
    r"\$(?:\w+:)?\w+(?:\.\w+)*|\$\{[^{}\n]*\}|-[A-Za-z]\w*|[A-Za-z_][\w.-]*",
    (
        (r"@['\"][ \t]*\r?\n", _here_string),
        (r"'", _verbatim_powershell),
        (r'"', _expandable),
    ),
    MappingProxyType({"$true": True, "$false": False, "$null": None}),
    passes=frozenset({"convertto-json", "convertfrom-json", "out-string"}),
    statements=True,
    commands=True,
)


def documents(text: str) -> Iterator[tuple[Builder, Document]]:
    builder = Builder(opens=lambda key: key.lower() in _OPENED, folds=True)
    yield builder, document_of(read(without_prompts(text), _LANGUAGE), builder)
