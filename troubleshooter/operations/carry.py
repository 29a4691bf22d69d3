"""What GET does not return, carried over: each such field is supplied or waived by its name."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from troubleshooter.engine.gates import FORMS, Gate
from troubleshooter.errors import UsageProblem
from troubleshooter.model.run import Choice
from troubleshooter.pooldef.write_only import DEALLOCATION, deallocation, write_only_fields
from troubleshooter.redact.environment import SUPPLIED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.forms.change import KeyPath
    from troubleshooter.model.extension import Extension
    from troubleshooter.pooldef.write_only import WriteOnly

Carried = dict[str, str | None]
"""Path of a field to what was supplied for it; None where it was waived."""

WAIVE = Gate(
    "waive",
    "Whether a field that Azure does not return may be missing in a pool made from what it returns.",
    (
        ("FIELD", "its path: the pool is made without it"),
        ("supply", "it is supplied, and kept in memory only"),
    ),
    one_by_one=True,
)
SECRET = Gate(
    "secret",
    "The value of a field that Azure does not return.",
    (("VALUE", "typed, or given as TROUBLESHOOTER_SECRET_NAME; it is kept in memory only"),),
    secret=True,
)
NOT_SHOWN = "supplied, not shown"


def settled(
    ctx: StepContext,
    definition: Any,
    extension: Extension,
    waived: Collection[str] = (),
    since: str = "",
) -> Carried:
    """What the operator decided for each field. Ends the step and asks where nothing was decided yet.

    With `since`, what was supplied before that occasion is asked for again.
    """
    fields = write_only_fields(definition, extension)
    carried: Carried = {}
    gone: list[KeyPath] = []
    for field in fields:
        if any(field.place[: len(place)] == place for place in gone):
            continue  # what holds it is left out already
        decided = None if field.path in waived else _decided(ctx, field, fields, since)
        carried[field.path] = value = decided
        if value is None:
            gone.append(field.without)
    return carried


def waived(ctx: StepContext, definition: Any, extension: Extension) -> Carried:
    """Only those that were waived; enough to know what the pool must look like to a reader."""
    paths = [field.path for field in write_only_fields(definition, extension)]
    answers = {path: ctx.state.answers.get(f"waive {path}") for path in paths}
    return {path: None for path, answer in answers.items() if answer and answer.choice == path}


def complete(definition: Any, carried: Mapping[str, str | None], extension: Extension) -> dict[str, Any]:
    """The definition with what was supplied put in and what was waived left out; a copy."""
    whole: dict[str, Any] = copy.deepcopy(dict(definition))
    fields = [field for field in write_only_fields(whole, extension) if field.path in carried]
    for field in fields:
        if (value := carried[field.path]) is not None:
            holder, key = _holder(whole["properties"], field.place)
            if "sig=" in value and "azureBlob" in field.path:
                key = "sasKey"
            holder[key] = _json_object(field, value) if field.json_object else value
    fixed = (whole["properties"].get("scaleSettings") or {}).get("fixedScale")
    if fixed and (option := deallocation(definition)):
        fixed["nodeDeallocationOption"] = option
    without = dict.fromkeys(field.without for field in fields if carried[field.path] is None)
    for place in reversed(without):  # from the back, so that positions in lists stay right
        holder, key = _holder(whole["properties"], place)
        if isinstance(holder, list) or key in holder:
            del holder[key]
    return whole


def with_secrets_hidden(
    definition: Any, carried: Mapping[str, str | None], extension: Extension
) -> dict[str, Any]:
    """The same for the screen and the journal: that a field was supplied, never what."""
    objects = {field.path for field in write_only_fields(definition, extension) if field.json_object}
    hidden = {path: json.dumps({"": NOT_SHOWN}) if path in objects else NOT_SHOWN for path in carried}
    return complete(definition, {path: carried[path] and hidden[path] for path in carried}, extension)


def notes(definition: Any, carried: Mapping[str, str | None], extension: Extension) -> list[str]:
    """What became of the fields, one by one, for the plan."""
    fields = {field.path: field for field in write_only_fields(definition, extension)}
    told = [
        f"{path} is not returned by Azure: "
        + ("supplied by you" if value is not None else f"waived, so {fields[path].lost} is left out")
        for path, value in carried.items()
    ]
    if (definition["properties"].get("scaleSettings") or {}).get("fixedScale"):
        told.append(f"{DEALLOCATION} is not returned by Azure: {_becomes(deallocation(definition))}")
    return told


def _becomes(option: str) -> str:
    if option:
        return f"the resize that goes on has {option}, which is carried over"
    return "if the pool has one, it becomes the default, Requeue"


def _decided(ctx: StepContext, field: WriteOnly, fields: tuple[WriteOnly, ...], since: str) -> str | None:
    answer = ctx.state.answers.get(f"waive {field.path}")
    if (answer is None or answer.choice != field.path) and (found := ctx.secrets.get(field.name)):
        return _checked(field, _supplied(ctx, field, since) if since else found)
    others = ", ".join(each.path for each in fields)
    choice = ctx.ask(
        WAIVE,
        f"Azure does not return {field.path}, so a pool made from what it returns would lack it. Go on"
        f" without it, or supply it here or in {SUPPLIED}{field.name}. Not returned: {others}.",
        {"field": field.path, "notes": [f"without it: no {field.lost}"]},
        (
            Choice(field.path, "go on without it", f"leaves out {field.lost}"),
            Choice("supply", "supply it", "kept in memory only, and asked for again after a restart"),
        ),
        about=field.path,
    )
    return _checked(field, _supplied(ctx, field, since)) if choice == "supply" else None


def _supplied(ctx: StepContext, field: WriteOnly, since: str) -> str:
    return ctx.ask_secret(
        SECRET,
        field.name,
        f"{field.path}?",
        field.path,
        "a JSON object" if field.json_object else f"or set {SUPPLIED}{field.name} and start again",
        "json-object" if field.json_object else "",
        since,
    )


def _checked(field: WriteOnly, value: str) -> str:
    if field.json_object:
        _json_object(field, value)
    return value


def _json_object(field: WriteOnly, value: str) -> Any:
    if wrong := FORMS["json-object"](value):
        raise UsageProblem(
            f"What was supplied for {field.path} cannot be used.",
            wrong,
            f"Put the object, as the extension wants it, into {SUPPLIED}{field.name}",
        )
    return json.loads(value)


def _holder(properties: Any, place: KeyPath) -> tuple[Any, Any]:
    holder = properties
    for key in place[:-1]:
        holder = holder[key]
    return holder, place[-1]
