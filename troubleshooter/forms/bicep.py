"""As Bicep: the changed blocks, at their place within the pool's resource."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from troubleshooter.forms.change import filled
from troubleshooter.forms.form import Form, comment, comments, file_name
from troubleshooter.forms.placeholders import parameter
from troubleshooter.model.target import API_VERSION

if TYPE_CHECKING:
    from troubleshooter.forms.change import DefinitionChange

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET = re.compile(r"(?i)(?:pass|pwd|key|secret|token|assertion)")
_WORDS = frozenset({"true", "false", "null"})
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LARGEST = 2**63
_INDENT = "  "


class _Name(str):
    """A parameter, as a value: written as it is."""

    __slots__ = ()


def block(change: DefinitionChange) -> Form:
    parameters: list[str] = []
    inside: dict[str, Any] = {"parent": _Name("account"), "name": change.target.pool}
    notes = ["These blocks are whole; everything else of the pool stays as your file has it."]
    for place in change.touched:
        found = change.block(place)
        if found is None:
            notes.append(f"Remove {'.'.join(place)} from your file.")
            continue
        holder = inside
        for key in place[:-1]:
            holder = holder.setdefault(key, {})
        holder[place[-1]] = found
        lacks = change.lacks_in(place)
        inside = filled(inside, lacks, {each.path: _Name(parameter(each)) for each in lacks})
        for each in lacks:
            kind = "object" if each.json_object else "string"
            parameters += [f"// Azure does not return {comment(each.path)}.", "@secure()"]
            parameters += [f"param {parameter(each)} {kind}", ""]
    head = f"resource pool 'Microsoft.Batch/batchAccounts/pools@{API_VERSION}' = "
    text = "\n".join([*parameters, *comments("//", notes), head + written(inside)]) + "\n"
    return Form("bicep", "Bicep", file_name(change.target.pool, "change.bicep"), text, tuple(notes))


def written(value: Any, depth: int = 0) -> str:
    """A JSON value as a Bicep expression."""
    if isinstance(value, _Name):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict | list):
        return _several(value, depth)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and -_LARGEST < value < _LARGEST:
        return str(value)
    return f"json('{value!r}')"  # the language has whole numbers of 64 bits and no others


def quoted(text: str) -> str:
    """A text in single quotes, in which ${ begins an expression unless it is escaped."""
    pieces = ["'"]
    for at, char in enumerate(text):
        if text.startswith("${", at):
            pieces.append("\\$")
        elif len(pieces[-1]) > 1 or at == 0:
            pieces.append(_after_escape(text[at : at + 2]))
        else:
            pieces.append(_ESCAPES.get(char) or _plain(char))
    return "".join(pieces) + "'"


def _after_escape(ahead: str) -> str:
    """Editors' grammars see a comment in // and /* where a piece of a text begins; the compiler does not."""
    char = ahead[0]
    return "\\u{2f}" if ahead in {"//", "/*"} else _ESCAPES.get(char) or _plain(char)


def _plain(char: str) -> str:
    if " " <= char <= "~":
        return char
    code = 0xFFFD if "\ud800" <= char <= "\udfff" else ord(char)  # half a character is none
    return f"\\u{{{code:x}}}"


def _several(value: dict[str, Any] | list[Any], depth: int) -> str:
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    pad = _INDENT * (depth + 1)
    if isinstance(value, dict):
        lines = [f"{pad}{_key(key, each)}: {written(each, depth + 1)}" for key, each in value.items()]
    else:
        lines = [f"{pad}{written(each, depth + 1)}" for each in value]
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([opened, *lines, _INDENT * depth + closed])


def _key(key: str, value: Any) -> str:
    """Without quotes where the language wants none; but to a redactor a number after key: looks secret."""
    odd = not isinstance(value, str | dict | list) and _SECRET.search(key)
    return key if _IDENTIFIER.fullmatch(key) and key not in _WORDS and not odd else quoted(key)
