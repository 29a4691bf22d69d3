"""As Terraform: blocks of azurerm_batch_pool, or of azapi_resource for what azurerm has no block for.

Names of the blocks' arguments: the provider's schema of azurerm_batch_pool. It does not force a new pool when
an extension changes, and Azure refuses to change one, so the replacement has to be asked for.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from troubleshooter.forms.change import EXTENSIONS, IDENTITY, filled
from troubleshooter.forms.form import Form, comment, comments, file_name
from troubleshooter.forms.placeholders import snake
from troubleshooter.model.target import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.forms.change import DefinitionChange

_ARGUMENTS = {
    "name": "name",
    "publisher": "publisher",
    "type": "type",
    "typeHandlerVersion": "type_handler_version",
    "autoUpgradeMinorVersion": "auto_upgrade_minor_version",
    "enableAutomaticUpgrade": "automatic_upgrade_enabled",
    "provisionAfterExtensions": "provision_after_extensions",
}
_JSON_ARGUMENTS = {"settings": "settings_json", "protectedSettings": "protected_settings"}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TEMPLATE = re.compile(r"[$%]+\{")


class _Name(str):
    """A variable, as a value: written as it is."""

    __slots__ = ()


def block(change: DefinitionChange) -> Form:
    known = set(change.touched) <= {IDENTITY, EXTENSIONS}
    kind = "azurerm_batch_pool" if known else "azapi_resource"
    label = re.sub(r"[^A-Za-z0-9_]", "_", change.target.pool)
    label = label if _IDENTIFIER.fullmatch(label) else f"_{label}"
    notes = [
        "These blocks are whole; everything else of the pool stays as your file has it.",
        change.why_anew,
        f"To do so: terraform apply -replace={kind}.{label}",
    ]
    if known and EXTENSIONS in change.touched:
        notes.append(
            "azurerm before December 2023 sends settings_json as a text, and no node starts with that."
        )
    notes += [f"Remove {'.'.join(p)} from your file." for p in change.touched if change.block(p) is None]
    inside = [*(_azurerm(change) if known else _azapi(change))]
    lines = [
        *_variables(change),
        *comments("#", notes),
        f'resource "{kind}" "{label}" {{',
        f"  name = {quoted(change.target.pool)}",
        *(f"  {line}".rstrip() for text in inside for line in text.splitlines() or [""]),
        "}",
    ]
    file = file_name(change.target.pool, "change.tf")
    return Form("terraform", "Terraform", file, "\n".join(lines) + "\n", tuple(notes))


def _variables(change: DefinitionChange) -> Iterator[str]:
    for place in change.touched:
        for lack in change.lacks_in(place):
            what = ", a JSON object as text" if lack.json_object else ""
            yield f"# Azure does not return {comment(lack.path)}{what}."
            yield f'variable "{snake(lack)}" {{'
            yield "  type      = string"
            yield "  sensitive = true"
            yield "}"
            yield ""


def _azurerm(change: DefinitionChange) -> Iterator[str]:
    identity = change.block(IDENTITY)
    if IDENTITY in change.touched and identity is not None:
        ids = list(identity.get("userAssignedIdentities") or {})
        yield ""
        yield "identity {"
        yield f"  type         = {written(identity.get('type'))}"
        yield f"  identity_ids = {written(ids, 1)}"
        yield "}"
    if EXTENSIONS in change.touched:
        for number, extension in enumerate(change.block(EXTENSIONS) or []):
            here = (*EXTENSIONS, number)
            yield ""
            yield from _extension(extension, {lack.place[-1]: snake(lack) for lack in change.lacks_in(here)})


def _extension(extension: Mapping[str, Any], variables: Mapping[Any, str]) -> Iterator[str]:
    yield "extensions {"
    for key, value in extension.items():
        if key in _ARGUMENTS:
            yield f"  {_ARGUMENTS[key]} = {written(value, 1)}"
        elif key in _JSON_ARGUMENTS and key not in variables:
            yield f"  {_JSON_ARGUMENTS[key]} = jsonencode({written(value, 1)})"
        elif key not in variables:
            yield f"  # azurerm has no argument for {comment(key)}"
    for key, variable in variables.items():
        yield f"  {_JSON_ARGUMENTS[key]} = var.{variable}"
    yield "}"


def _azapi(change: DefinitionChange) -> Iterator[str]:
    body: dict[str, Any] = {}
    for place in change.touched:
        found = change.block(place)
        if found is not None:
            holder = body
            for key in place[:-1]:
                holder = holder.setdefault(key, {})
            holder[place[-1]] = found
            lacks = change.lacks_in(place)
            names = {
                e.path: f"jsondecode(var.{snake(e)})" if e.json_object else f"var.{snake(e)}" for e in lacks
            }
            body = filled(body, lacks, {path: _Name(name) for path, name in names.items()})
    identity = body.pop("identity", None)
    yield f'type = "Microsoft.Batch/batchAccounts/pools@{API_VERSION}"'
    if identity is not None:
        yield "identity {"
        yield f"  type         = {written(identity.get('type'))}"
        yield f"  identity_ids = {written(list(identity.get('userAssignedIdentities') or {}), 1)}"
        yield "}"
    if body:
        yield f"body = {written(body)}"


def written(value: Any, depth: int = 0) -> str:
    """A JSON value as an expression of the language."""
    if isinstance(value, _Name):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict | list):
        return _several(value, depth)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return format(
        Decimal(repr(value)), "f"
    )  # without an exponent, which not every reader of the language takes


def quoted(text: str) -> str:
    """A text in double quotes, in which ${ and %{ begin an expression unless they are escaped."""
    escaped = "".join(_ESCAPES.get(char) or _plain(char) for char in text)
    return f'"{_TEMPLATE.sub(_no_expression, escaped)}"'


def _no_expression(found: re.Match[str]) -> str:
    """Doubled as everybody writes it; where more of them stand there, the last as its code, which is sure."""
    signs = found[0][:-1]
    coded = signs[:-1] + f"\\u{ord(signs[-1]):04x}"
    return (signs * 2 if len(signs) == 1 else coded) + "{"


def _plain(char: str) -> str:
    code = 0xFFFD if "\ud800" <= char <= "\udfff" else ord(char)  # half a character is none
    if " " <= char <= "~":
        return char
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _several(value: dict[str, Any] | list[Any], depth: int) -> str:
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        lines = [f"{pad}{quoted(key)} = {written(each, depth + 1)}" for key, each in value.items()]
    else:
        lines = [f"{pad}{written(each, depth + 1)}," for each in value]
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([opened, *lines, "  " * depth + closed])
