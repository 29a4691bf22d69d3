"""The forms read back by their languages' own grammars, and by the languages' own rules for texts.

Nothing here is the product's: a value written wrongly is read back as another one, or does not parse.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import tree_sitter_bash
import tree_sitter_bicep
import tree_sitter_hcl
import tree_sitter_powershell
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_PARSERS = {
    "bash": Parser(Language(tree_sitter_bash.language())),
    "bicep": Parser(Language(tree_sitter_bicep.language())),
    "hcl": Parser(Language(tree_sitter_hcl.language())),
    "powershell": Parser(Language(tree_sitter_powershell.language())),
}


class Name(str):
    """A name that stands where a value would: a parameter, a variable."""

    __slots__ = ()


def tree(language: str, text: str) -> Node:
    """The text as its grammar sees it. Raises ValueError where it does not."""
    root = _PARSERS[language].parse(text.encode()).root_node
    if root.has_error:
        raise ValueError(f"not {language}: {next(_wrong(root))}\n{text}")
    return root


def _wrong(node: Node) -> Iterator[str]:
    if node.is_error or node.is_missing:
        yield f"line {node.start_point.row + 1}: {_text(node)!r}"
    for child in node.children:
        if child.has_error or child.is_missing:
            yield from _wrong(child)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def found(node: Node, kind: str) -> Iterator[Node]:
    if node.type == kind:
        yield node
    for child in node.named_children:
        yield from found(child, kind)


# Bicep


def bicep_resource(text: str) -> dict[str, Any]:
    """The one resource of the file."""
    (resource,) = found(tree("bicep", text), "resource_declaration")
    (body,) = [child for child in resource.named_children if child.type == "object"]
    value = _bicep(body)
    assert isinstance(value, dict)
    return value


_BICEP = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|(.))", re.DOTALL)
_BICEP_MEANS = {"\\": "\\", "'": "'", "n": "\n", "r": "\r", "t": "\t", "$": "$"}


def _bicep(node: Node) -> Any:  # noqa: PLR0911 - a kind of node, a return
    match node.type:
        case "string":
            assert not list(found(node, "interpolation")), _text(node)
            inside = _text(node)[1:-1]
            assert "'" not in re.sub(r"\\.", "?", inside), inside
            assert "${" not in re.sub(r"\\.", "?", inside), inside
            return _BICEP.sub(lambda m: chr(int(m[1], 16)) if m[1] else _BICEP_MEANS[m[2]], inside)
        case "object":
            pairs = (each.named_children for each in node.named_children if each.type == "object_property")
            return {
                (_bicep(key) if key.type == "string" else _text(key)): _bicep(value) for key, value in pairs
            }
        case "array":
            return _bicep_items(node.named_children)
        case "number" | "boolean" | "null":
            return json.loads(_text(node))
        case "call_expression":
            assert _text(node).startswith("json('")
            return json.loads(_bicep(next(found(node, "string"))))
        case "unary_expression":
            return -_bicep(node.named_children[-1])
        case _:
            return Name(_text(node))


def _bicep_items(nodes: list[Node]) -> list[Any]:
    """This grammar sees a call in an array as a name and, beside it, something in parentheses."""
    items: list[Any] = []
    for node in nodes:
        if node.type == "parenthesized_expression":
            assert items.pop() == "json"
            items.append(json.loads(_bicep(next(found(node, "string")))))
        else:
            items.append(_bicep(node))
    return items


# Terraform

_HCL = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|\$(\$\{)|%(%\{)", re.DOTALL)
_HCL_MEANS = {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"}


def terraform_resource(text: str) -> tuple[str, dict[str, Any]]:
    """Type of the one resource, and its arguments; blocks of one kind as a list under its name."""
    root = tree("hcl", text)
    (resource,) = [each for each in found(root, "block") if _text(each).startswith("resource ")]
    labels = [_hcl(each) for each in resource.named_children if each.type == "string_lit"]
    return str(labels[0]), _hcl_body(resource)


def _hcl_body(block: Node) -> dict[str, Any]:
    (body,) = [each for each in block.named_children if each.type == "body"]
    read: dict[str, Any] = {}
    for each in body.named_children:
        if each.type == "attribute":
            name, value = each.named_children
            read[_text(name)] = _hcl(value)
        elif each.type == "block":
            read.setdefault(_text(each.named_children[0]), []).append(_hcl_body(each))
    return read


def _hcl(node: Node) -> Any:  # noqa: PLR0911 - a kind of node, a return
    match node.type:
        case "expression" | "collection_value" | "literal_value" | "operation":
            inner = [each for each in node.named_children if each.type != "comment"]
            return _hcl(inner[0]) if len(inner) == 1 else Name(_text(node))
        case "string_lit":
            inside = _text(node)[1:-1]
            assert "${" not in _HCL.sub("?", inside), inside
            assert "%{" not in _HCL.sub("?", inside), inside
            return _HCL.sub(_hcl_char, inside)
        case "template_expr" | "quoted_template":
            raise AssertionError(f"an expression inside a text: {_text(node)}")
        case "object":
            pairs = [_pair(each) for each in node.named_children if each.type == "object_elem"]
            return dict(pairs)
        case "tuple":
            return [_hcl(each) for each in node.named_children if each.type == "expression"]
        case "numeric_lit" | "bool_lit" | "null_lit" | "unary_operation":
            return json.loads(_text(node))
        case "function_call":
            assert _text(node).startswith("jsonencode(")
            (arguments,) = [each for each in node.named_children if each.type == "function_arguments"]
            return _hcl(arguments.named_children[0])
        case _:
            return Name(_text(node))


def _pair(node: Node) -> tuple[str, Any]:
    key, value = (each for each in node.named_children if each.type == "expression")
    return str(_hcl(key)), _hcl(value)


def _hcl_char(match: re.Match[str]) -> str:
    if code := match[1] or match[2]:
        return chr(int(code, 16))
    return _HCL_MEANS[match[3]] if match[3] else str(match[4] or match[5])


# Scripts


def here_document(text: str) -> str:
    """What the shell script writes into the body's file."""
    (body,) = found(tree("bash", text), "heredoc_body")
    return _text(body)


def here_string(text: str) -> str:
    """What PowerShell holds as the body."""
    (body,) = found(tree("powershell", text), "verbatim_here_string_characters")
    return _text(body).removeprefix("@'\n").removesuffix("\n'@")
