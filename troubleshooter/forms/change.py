"""What is to be changed in a pool's definition: a JSON Patch, and the definition it is for."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonpatch
import jsonpointer

from troubleshooter.model.handover import Printed, Proved
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import RunState

EXTENSIONS = ("properties", "deploymentConfiguration", "virtualMachineConfiguration", "extensions")
IDENTITY = ("identity",)
KeyPath = tuple[str | int, ...]
"""Keys and positions from the top of a document to a place in it."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A field that can be written and never read: whoever creates the pool again has to supply it."""

    path: str
    """As the operator names it."""
    place: KeyPath
    """Keys and positions in the definition."""
    name: str
    """For a parameter or an environment variable; capitals, digits and underscores."""
    json_object: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of the patch; None for a value that is not there."""

    op: str
    path: str
    source: str
    before: Any
    after: Any


@dataclass(frozen=True)
class DefinitionChange:
    target: Target
    patch: tuple[Mapping[str, Any], ...]
    original: Mapping[str, Any]
    """The definition as it was, without what only the service sets."""
    lacks: tuple[Lack, ...] = ()
    """Of the definition with the change."""
    made: bool = False
    """The original has it already."""

    @classmethod
    def read(cls, target: Target, written: Mapping[str, Any]) -> DefinitionChange:
        """From the JSON in which a step or a plan holds it."""
        lacks = tuple(
            Lack(each["path"], tuple(each["place"]), each["name"], each["json_object"])
            for each in written.get("lacks", ())
        )
        return cls(target, tuple(written["patch"]), written["original"], lacks)

    @cached_property
    def after(self) -> dict[str, Any] | None:
        """The whole definition with the change, a PUT body; None where the patch does not fit."""
        try:
            result: dict[str, Any] = jsonpatch.apply_patch(copy.deepcopy(dict(self.original)), self.patch)
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
            return None
        return result

    def steps(self) -> Iterator[Step]:
        """What each operation finds and leaves."""
        now: Any = copy.deepcopy(dict(self.original))
        for operation in self.patch:
            path, source = str(operation["path"]), str(operation.get("from", ""))
            before = _at(now, path)
            try:
                now = jsonpatch.apply_patch(now, [operation])
            except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
                yield Step(operation["op"], path, source, None, operation.get("value"))
                continue
            after = None if operation["op"] == "remove" else operation.get("value", _at(now, path))
            inserted = path.rsplit("/", 1)[-1].isdecimal() and operation["op"] == "add"
            yield Step(operation["op"], path, source, None if inserted else before, after)

    @cached_property
    def touched(self) -> tuple[tuple[str, ...], ...]:
        """The places that are to be written anew, whole: identity, the extensions, else a property."""
        ends = [str(step[key]) for step in self.patch for key in ("path", "from") if key in step]
        return tuple(dict.fromkeys(_whole(jsonpointer.JsonPointer(end).parts) for end in ends))

    @property
    def why_anew(self) -> str:
        """Why the original cannot simply be given the change."""
        if self.made:
            return "The pool itself has it already; what it is created from needs it as well."
        if EXTENSIONS in self.touched:
            return "Extensions of an existing pool cannot be changed: it has to be deleted and created again."
        if self.touched == (IDENTITY,):
            return (
                "Nodes have the identities that the pool had when they were made: "
                "delete the pool and create it again, or change it and let every node be made anew."
            )
        return "With nodes in it a pool takes few changes: it is best deleted and created again."

    def block(self, place: tuple[str, ...]) -> Any:
        """What stands there with the change; None where nothing does."""
        found: Any = self.after
        for key in place:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def lacks_in(self, place: KeyPath) -> tuple[Lack, ...]:
        return tuple(lack for lack in self.lacks if lack.place[: len(place)] == place)


def change_of(state: RunState, step: str = "") -> DefinitionChange | None:
    """The change for the original that a run, or one step of it, ended with; None where there is none.

    One that the run made there is for the template alone, and shown once it is proven.
    """
    outputs = [record.output for record in state.steps if step in {"", record.id}]
    written = [output.change for output in outputs if isinstance(output, Printed)]
    if written:
        return DefinitionChange.read(state.target, written[-1])
    proved = [output for output in outputs if isinstance(output, Proved) and output.proven]
    made = [output.made for output in proved if output.made is not None]
    return replace(DefinitionChange.read(state.target, made[-1]), made=True) if made else None


def filled(document: Any, lacks: tuple[Lack, ...], written: Mapping[str, Any]) -> Any:
    """A copy with something written, by the field's path, where GET did not return a field."""
    whole = copy.deepcopy(document)
    for lack in lacks:
        *way, last = lack.place
        holder = whole
        for key in way:
            holder = holder[key]
        holder[last] = written[lack.path]
    return whole


def _at(document: Any, path: str) -> Any:
    try:
        found = jsonpointer.JsonPointer(path).resolve(document, None)
    except jsonpointer.JsonPointerException:
        return None
    return copy.deepcopy(found) if not isinstance(found, jsonpointer.EndOfList) else None


def _whole(parts: list[str]) -> tuple[str, ...]:
    """The block that holds a place: as much as one has to write anew for it."""
    for block in (IDENTITY, EXTENSIONS):
        if tuple(parts[: len(block)]) == block:
            return block
    return tuple(parts[:2]) if parts[:1] == ["properties"] else tuple(parts[:1])
