"""Code in a page or a mail: what stands in fences, behind the signs of a quotation, and JSON among words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.lint.source.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 60
"""Parts of one page."""
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w#+.-]*)[^\n`]*$", re.MULTILINE)
_QUOTATION = re.compile(r"^[ \t]{0,3}>(?!>>)(?:[ \t]?>)*[ \t]?", re.MULTILINE)
_BEGINS = re.compile(r"^[^\n{}\[\]\"'`]{0,200}?(?<![@$\w(\[=])([{\[])[ \t]*(?=[\"\n\r{\[])", re.MULTILINE)
_SIGNS = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{\[]|[}\]]')
_INFO = {
    "hcl": Form.HCL, "terraform": Form.HCL, "tf": Form.HCL, "bicep": Form.BICEP,
    "powershell": Form.POWERSHELL, "azurepowershell": Form.POWERSHELL, "ps1": Form.POWERSHELL,
    "azurepowershell-interactive": Form.POWERSHELL, "pwsh": Form.POWERSHELL, "posh": Form.POWERSHELL,
    "bash": Form.SHELL, "sh": Form.SHELL, "shell": Form.SHELL, "zsh": Form.SHELL, "azurecli": Form.SHELL,
    "azurecli-interactive": Form.SHELL, "cmd": Form.SHELL, "bat": Form.SHELL, "batch": Form.SHELL,
    "yaml": Form.YAML, "yml": Form.YAML, "csharp": Form.CSHARP, "cs": Form.CSHARP, "c#": Form.CSHARP,
    "python": Form.PYTHON, "py": Form.PYTHON,
}  # fmt: skip


class Block(NamedTuple):
    text: str
    """With empty lines in place of what stands before it, so that its lines are the page's."""
    info: str
    form: Form | None
    """None where the fence does not say it."""


def blocks(text: str) -> Iterator[Block]:
    """What stands between fences; the last one may be open at the end."""
    at, found = 0, 0
    while (begins := _FENCE.search(text, at)) and found < MOST:
        ends = re.compile(rf"^[ \t]*{begins[1][0]}{{{len(begins[1])},}}[ \t]*$", re.MULTILINE).search(
            text, begins.end()
        )
        inside = text[begins.end() : ends.start() if ends else len(text)]
        info = begins[2].lower()
        yield Block("\n" * text.count("\n", 0, begins.end()) + inside, info, _INFO.get(info))
        at, found = (ends.end() if ends else len(text)), found + 1


def unquoted(text: str) -> str:
    """A mail without the signs that quote another; lines stay where they are."""
    quoted = _QUOTATION.findall(text)
    if len(quoted) < 2:
        return text
    return _QUOTATION.sub("", text)


_PLUS = re.compile(r"^([ \t]*)[+~](?=[ \t]|$)", re.MULTILINE)
_MINUS = re.compile(r"^[ \t]*-[ \t][^\n]*$", re.MULTILINE)


def without_marks(text: str) -> str:
    """A difference, or Terraform's plan for people, without the marks of what is added."""
    lines = sum(1 for line in text.split("\n") if line.strip())
    if 2 * len(_PLUS.findall(text)) < lines or not lines:
        return text
    return _MINUS.sub("", _PLUS.sub(r"\1 ", text))


def json_among_words(text: str) -> Iterator[tuple[str, int]]:
    """Objects and lists that begin somewhere in a text, each with the line at which it begins."""
    at, found = 0, 0
    while (begins := _BEGINS.search(text, at)) and found < MOST:
        start = begins.start(1)
        end = _end(text, start)
        yield text[start:end], text.count("\n", 0, start) + 1
        at, found = max(end, start + 1), found + 1


def _end(text: str, start: int) -> int:
    """Behind what closes the bracket here; the text's end where nothing does."""
    depth = 0
    for sign in _SIGNS.finditer(text, start):
        depth += sign[0] in {"{", "["}
        depth -= sign[0] in {"}", "]"}
        if not depth:
            return sign.end()
    return len(text)
