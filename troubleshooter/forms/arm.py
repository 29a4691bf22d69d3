"""As JSON: the patch, the changed blocks of an ARM template, and the whole body of a PUT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.forms.change import filled
from troubleshooter.forms.form import Form, file_name, shown_json
from troubleshooter.forms.placeholders import given, parameter

if TYPE_CHECKING:
    from troubleshooter.forms.change import DefinitionChange

_WHOLE = "These blocks are whole; everything else of the pool stays as your template has it."


def block(change: DefinitionChange) -> Form:
    """The blocks, each at its place within the pool's resource. A part cannot be deployed by accident."""
    document: dict[str, Any] = {}
    notes = [_WHOLE]
    for place in change.touched:
        found = change.block(place)
        if found is None:
            notes.append(f"Remove {'.'.join(place)} from your template.")
            continue
        holder = document
        for key in place[:-1]:
            holder = holder.setdefault(key, {})
        holder[place[-1]] = _literal(found)
        lacks = change.lacks_in(place)
        document = filled(
            document, lacks, {each.path: f"[parameters('{parameter(each)}')]" for each in lacks}
        )
        notes += [
            f"Azure does not return {each.path}: declare the parameter {parameter(each)} as "
            f"{'secureObject' if each.json_object else 'securestring'}."
            for each in lacks
        ]
    file = file_name(change.target.pool, "change.json")
    return Form("arm", "ARM template", file, shown_json(document) + "\n", tuple(notes))


def patch(change: DefinitionChange) -> Form:
    document = [dict(operation) for operation in change.patch]
    notes = ["RFC 6902, on the pool's definition as ARM's GET returns it."]
    if change.after is None:
        notes.append("It does not fit the definition that this run kept, so there is no other form.")
    file = file_name(change.target.pool, "patch.json")
    return Form("patch", "JSON Patch", file, shown_json(document) + "\n", tuple(notes))


def body(change: DefinitionChange) -> Form:
    """What creates the whole pool; without what only the service sets."""
    text = shown_json(puttable(change))
    notes = [
        f"Azure does not return {each.path}: put it where {given(each)} stands." for each in change.lacks
    ]
    if "<redacted " in text:
        notes.append("What stands in <redacted ...> is kept out of this text: put your own values there.")
    file = file_name(change.target.pool, "body.json")
    return Form("body", "whole PUT body", file, text + "\n", tuple(notes))


def puttable(change: DefinitionChange) -> Any:
    """The definition with the change, with a placeholder where a field is missing."""
    return filled(change.after, change.lacks, {each.path: given(each) for each in change.lacks})


def _literal(value: Any) -> Any:
    """In a template a text in brackets is an expression, unless it begins with two."""
    if isinstance(value, str):
        return f"[{value}" if value.startswith("[") and value.endswith("]") else value
    if isinstance(value, dict):
        return {_literal(key): _literal(each) for key, each in value.items()}
    return [_literal(each) for each in value] if isinstance(value, list) else value
