"""Each script for Windows as it is sent, and its trees by two grammars that others wrote."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import Language, Parser

from tests.known import KEY_VAULT
from troubleshooter.collect.node import orders
from troubleshooter.collect.wanted import wanted
from troubleshooter.model.extension import System

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Tree

GRAMMARS = ("tree_sitter_pwsh", "tree_sitter_powershell")
_FOLDERS = ("troubleshooter.collect", "troubleshooter.collect.probe", "troubleshooter.collect.roads")
ORDERS = {order.name: order for order in orders(wanted(KEY_VAULT, System.WINDOWS, ()))}


@cache
def parts() -> dict[str, str]:
    """By name: each file."""
    found = (file for folder in _FOLDERS for file in files(folder).iterdir())
    return {file.name: file.read_text(encoding="ascii") for file in found if file.name.endswith(".ps1")}


def sent() -> dict[str, str]:
    """By name: as they arrive on a node."""
    return {name: order.feed.decode("ascii") for name, order in ORDERS.items()}


@cache
def tree(text: str, grammar: str = GRAMMARS[0]) -> Tree:
    return Parser(Language(import_module(grammar).language())).parse(text.encode("ascii"))


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def wrong(text: str, grammar: str) -> list[str]:
    """What the grammar has no place for, by line."""
    found = (each for each in nodes(tree(text, grammar).root_node) if each.is_error or each.is_missing)
    return [f"line {each.start_point.row + 1}: {text_of(each)[:60]!r}" for each in found]


def text_of(node: Node) -> str:
    return (node.text or b"").decode("ascii")


class Command(NamedTuple):
    name: str
    parameters: frozenset[str]
    arguments: int
    """Given by their place."""
    node: Node


@cache
def commands(text: str) -> tuple[Command, ...]:
    return tuple(_commands(text))


def _commands(text: str) -> Iterator[Command]:
    for node in nodes(tree(text).root_node):
        if node.type == "command":
            words = [child for child in _elements(node) if child.type != "command_argument_sep"]
            named = frozenset(text_of(child) for child in words if child.type == "command_parameter")
            name = next(
                child
                for child in node.children
                if child.type not in {"command_invokation_operator", "comment"}
            )
            yield Command(text_of(name), named, len(words) - len(named), node)


def _elements(command: Node) -> list[Node]:
    return [
        child
        for elements in command.children
        if elements.type == "command_elements"
        for child in elements.children
        if child.type != "redirection"
    ]


def functions(text: str) -> dict[str, int]:
    """Each with how many parameters it has."""
    return {
        text_of(next(child for child in node.children if child.type == "function_name")): _parameters(node)
        for node in nodes(tree(text).root_node)
        if node.type == "function_statement"
    }


def _parameters(function: Node) -> int:
    declared = (child for child in function.children if child.type == "function_parameter_declaration")
    return sum(each.type == "script_parameter" for child in declared for each in nodes(child))


def types(text: str) -> set[str]:
    found = (node for node in nodes(tree(text).root_node) if node.type == "type_literal")
    return {text_of(node)[1:-1] for node in found}
