"""Reads the program's YAML data files into typed shapes, with errors an author can act on.

A file is walked beside its shape before msgspec converts it, so that a mistake is told with its line, its key
and the key that was probably meant. YAML's surprises are refused, not resolved: `no` where text is wanted,
`1.10` that would become 1.1, a key given twice, anchors. Keys are always text (`on` is not true here).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec
import yaml
from msgspec import inspect

from troubleshooter import typed
from troubleshooter.errors import UsageProblem

T = TypeVar("T")

SIZE_LIMIT = 1024 * 1024
DEPTH_LIMIT = 50

_STR = "tag:yaml.org,2002:str"
_PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def read(path: Path, shape: type[T]) -> T:
    """Read a file that holds one mapping of the shape."""
    document = _Document(path, text(path))
    return document.convert(document.root(), shape)


def read_many(path: Path, shape: type[T]) -> tuple[T, ...]:
    """Read a file that holds a list of the shape; an empty file is an empty list."""
    document = _Document(path, text(path))
    root = document.root(empty_is_fine=True)
    if root is None:
        return ()
    if not isinstance(root, yaml.SequenceNode):
        document.fail(
            root, "This file holds a list.", f"It starts with {_kind(root)}.", "Start each entry with `- `."
        )
    return tuple(document.convert(node, shape) for node in root.value)


def refuse(path: Path, at: tuple[str | int, ...], what: str, why: str, do: str) -> NoReturn:
    """Raise UsageProblem with the line of a place, e.g. ("steps", 3, "action"), in a file that was read."""
    document = _Document(path, text(path))
    node = document.root()
    assert node is not None  # noqa: S101 - root() has seen to it; tells the type checker
    for key in at:
        node = _child(node, key) or node
    document.fail(node, what, why, do)


def _child(node: yaml.Node, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        return node.value[key] if key < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None


def json_schema(shape: Any) -> dict[str, Any]:
    """JSON Schema (2020-12) of a shape, or of a list of it given as `list[shape]`, for editors."""
    schema = typed.schema(shape)
    for one in schema.get("$defs", {}).values():
        if "properties" in one:  # whatever it is made of here: a key that is not known is refused
            one.setdefault("additionalProperties", False)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def text(path: Path) -> str:
    """What a file says, read no further than a data file may go. Raises UsageProblem."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be read.", f"{error.strerror or error}.", "Check the path and its permissions."
        ) from error
    if len(data) > SIZE_LIMIT:
        raise UsageProblem(
            f"{path} is too large.",
            f"A data file has at most {SIZE_LIMIT} bytes.",
            "Split it into several files.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageProblem(
            f"{path}:{line}: not UTF-8.", f"Byte {error.start} cannot be decoded.", "Save the file as UTF-8."
        ) from error


@dataclass
class _Document:
    """One file on its way from text to shape."""

    path: Path
    text: str
    seen: set[int] = field(default_factory=set)

    def root(self, *, empty_is_fine: bool = False) -> yaml.Node | None:
        loader = yaml.CSafeLoader(self.text)
        try:
            self._check_depth()
            node: yaml.Node | None = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            self._fail_at(line, "This is not YAML.", f"{error.problem or error}.", "Correct that line.")
        except yaml.YAMLError as error:
            self._fail_at(1, "This is not YAML.", f"{error}.", "Remove what is not printable text.")
        finally:
            loader.dispose()
        if node is None and not empty_is_fine:
            self._fail_at(1, "The file is empty.", "It holds nothing but comments.", "Fill it, or remove it.")
        return node

    def _check_depth(self) -> None:
        """Before nodes are made of it: that recurses in C, which ends the process when too deep."""
        loader, depth = yaml.CSafeLoader(self.text), 0
        try:
            while (event := loader.get_event()) is not None:
                depth += isinstance(event, yaml.CollectionStartEvent)
                depth -= isinstance(event, yaml.CollectionEndEvent)
                if depth > 2 * DEPTH_LIMIT:
                    self._fail_at(
                        event.start_mark.line + 1 if event.start_mark else 1,
                        "This is nested too deep.",
                        f"A data file has at most {DEPTH_LIMIT} levels.",
                        "Write it flatter.",
                    )
        finally:
            loader.dispose()

    def convert(self, node: yaml.Node | None, shape: type[T]) -> T:
        assert node is not None  # noqa: S101 - root() has seen to it; tells the type checker
        self.marks: dict[tuple[str | int, ...], yaml.Node] = {}
        value = self._value(node, typed.described(shape), ())
        try:
            return typed.convert(value, shape)
        except msgspec.ValidationError as error:
            message, _, place = str(error).partition(" - at ")
            self.fail(
                self._node_at(place.strip("`"), node),
                f"{message}.",
                "That is not what this key takes.",
                "Correct the value.",
            )

    def _value(self, node: yaml.Node, kind: inspect.Type, at: tuple[str | int, ...]) -> Any:
        if id(node) in self.seen or len(at) > DEPTH_LIMIT:
            self.fail(
                node,
                "Anchors and deep nesting are not read here.",
                "A data file says what it says once.",
                "Write it out.",
            )
        self.seen.add(id(node))
        self.marks[at] = node
        kind = _member(kind, node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, kind, at)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, kind, at)
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - YAML has no fourth kind; tells the type checker
        return self._scalar(node, kind)

    def _mapping(
        self, node: yaml.MappingNode, kind: inspect.Type, at: tuple[str | int, ...]
    ) -> dict[str, Any]:
        fields = None
        if isinstance(kind, inspect.StructType | inspect.DataclassType):
            fields = {entry.encode_name: entry for entry in kind.fields}
        elif not isinstance(kind, inspect.DictType | inspect.AnyType):
            self._wrong(node, kind)
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                self.fail(
                    key_node, "A key must be text.", f"This one is {_kind(key_node)}.", "Write a plain word."
                )
            if key in result:
                self.fail(
                    key_node,
                    f"The key {key!r} stands here twice.",
                    "Only one can hold.",
                    "Remove one of them.",
                )
            if fields is not None and key not in fields:
                self._unknown(key_node, key, tuple(fields))
            inner = fields[key].type if fields is not None else getattr(kind, "value_type", inspect.AnyType())
            result[key] = self._value(value_node, inner, (*at, key))
        missing = [name for name, entry in (fields or {}).items() if entry.required and name not in result]
        if missing:
            self.fail(
                node, f"The key {missing[0]!r} is missing.", "It must be given.", f"Add `{missing[0]}: …`."
            )
        return result

    def _sequence(self, node: yaml.SequenceNode, kind: inspect.Type, at: tuple[str | int, ...]) -> list[Any]:
        if isinstance(kind, inspect.TupleType):
            kinds = list(kind.item_types)
            if len(kinds) != len(node.value):
                self.fail(
                    node,
                    f"{len(kinds)} values are wanted here.",
                    f"There are {len(node.value)}.",
                    "Correct the list.",
                )
        elif isinstance(kind, inspect.AnyType):
            kinds = [kind] * len(node.value)
        elif isinstance(kind, inspect.CollectionType):
            kinds = [kind.item_type] * len(node.value)
        else:
            self._wrong(node, kind)
        return [self._value(item, kinds[i], (*at, i)) for i, item in enumerate(node.value)]

    def _scalar(self, node: yaml.ScalarNode, kind: inspect.Type) -> Any:
        quoted = bool(node.style) or node.tag == _STR
        if isinstance(kind, inspect.StrType | inspect.EnumType | inspect.LiteralType):
            if not quoted:
                self.fail(
                    node,
                    f"Text is wanted here, and YAML reads {node.value!r} as {_resolved(node.tag)}.",
                    "Without quotes the value would change.",
                    f"Write {msgspec.json.encode(node.value).decode()} with the quotes.",
                )
            return node.value
        if quoted and isinstance(kind, inspect.AnyType):
            return node.value
        value = node.value if quoted else self._plain(node)
        if not _fits(value, kind):
            self._wrong(node, kind)
        return value

    def _plain(self, node: yaml.ScalarNode) -> Any:
        text = node.value
        number = bool(_NUMBER.fullmatch(text)) and str(float(text)) == text
        if text not in _PLAIN and not number and not _INTEGER.fullmatch(text):
            self.fail(
                node,
                f"YAML would read {text!r} as {_resolved(node.tag)}.",
                "It is not plain whether that, or the text, is meant.",
                f'Write "{text}" for text, or true, false or a number in its shortest form.',
            )
        if text in _PLAIN:
            return _PLAIN[text]
        return float(text) if number else int(text)

    def _unknown(self, node: yaml.Node, key: str, known: tuple[str, ...]) -> NoReturn:
        near = get_close_matches(key[:60], known, n=1)
        self.fail(
            node,
            f"The key {key!r} is not known here.",
            f"Known are: {', '.join(known)}.",
            f"Did you mean `{near[0]}`?" if near else "Remove it, or use a known one.",
        )

    def _wrong(self, node: yaml.Node, kind: inspect.Type) -> NoReturn:
        self.fail(node, f"{_name(kind)} is wanted here.", f"This is {_kind(node)}.", "Correct the value.")

    def _node_at(self, place: str, fallback: yaml.Node) -> yaml.Node:
        at: tuple[str | int, ...] = ()
        for name, index in _STEP.findall(place):
            step: str | int = int(index) if index.isdigit() else name
            if (*at, step) not in self.marks:
                break
            at = (*at, step)
        return self.marks.get(at, fallback)

    def fail(self, node: yaml.Node, what: str, why: str, do: str) -> NoReturn:
        self._fail_at(node.start_mark.line + 1, what, why, do)

    def _fail_at(self, line: int, what: str, why: str, do: str) -> NoReturn:
        lines = self.text.splitlines()
        excerpt = _start(lines[line - 1].strip(), 120) if line <= len(lines) else ""
        shown = f" The line reads: {excerpt}" if excerpt else ""
        raise UsageProblem(f"{self.path}:{line}: {what}", f"{why}{shown}", do)


def _member(kind: inspect.Type, node: yaml.Node) -> inspect.Type:
    """Of a union, the member that a node of this kind is meant for."""
    if not isinstance(kind, inspect.UnionType):
        return kind
    wanted: tuple[type[inspect.Type], ...]
    if isinstance(node, yaml.MappingNode):
        wanted = (inspect.StructType, inspect.DataclassType, inspect.DictType)
    elif isinstance(node, yaml.SequenceNode):
        wanted = (inspect.TupleType, inspect.CollectionType)
    elif node.tag == _STR or getattr(node, "style", None):
        wanted = (inspect.StrType, inspect.EnumType, inspect.LiteralType)
    elif node.value in {"", "~", "null"}:
        wanted = (inspect.NoneType,)
    else:
        wanted = (inspect.BoolType, inspect.IntType, inspect.FloatType, inspect.StrType, inspect.EnumType)
        for member in kind.types:
            if isinstance(member, wanted) and _fits(_PLAIN.get(node.value, node.value), member):
                return member
    return next((member for member in kind.types if isinstance(member, wanted)), kind.types[0])


def _fits(value: object, kind: inspect.Type) -> bool:
    match kind:
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.FloatType():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case inspect.NoneType():
            return value is None
        case _:
            return isinstance(kind, inspect.AnyType)


_NAMES: tuple[tuple[tuple[type[inspect.Type], ...], str], ...] = (
    ((inspect.StructType, inspect.DataclassType, inspect.DictType), "A mapping"),
    ((inspect.CollectionType, inspect.TupleType), "A list"),
    ((inspect.BoolType,), "true or false"),
    ((inspect.IntType,), "A whole number"),
    ((inspect.FloatType,), "A number"),
    ((inspect.NoneType,), "Nothing (null)"),
)


def _name(kind: inspect.Type) -> str:
    return next((name for kinds, name in _NAMES if isinstance(kind, kinds)), "Text")


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return f"the value {_start(node.value, 60)!r}"


def _resolved(tag: str) -> str:
    known = {
        "bool": "true or false",
        "int": "a number",
        "float": "a number",
        "null": "nothing",
        "timestamp": "a date",
    }
    return known.get(tag.rsplit(":", 1)[-1], f"something else ({tag})")


def _start(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
