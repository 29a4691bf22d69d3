"""What cosmic-ray would change in one file: its own list, all of its operators, nothing chosen."""

from __future__ import annotations

import hashlib
import pickle
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutants.unread import is_python, says_the_same

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


@dataclass(frozen=True, slots=True)
class Mutation:
    place: str
    """Of the file, below `troubleshooter/`."""
    within: str
    """The function or class that it is in."""
    was: str
    becomes: str
    """The lines that differ, without their indents: what is told of it, and stays when lines move."""
    nth: int
    """Among those of the file of which all of that is the same."""
    operator: str
    text: str
    """The whole file with it."""
    unread: bool
    """In an annotation that nobody evaluates: the program is the same."""
    python: bool
    """Whether it can be compiled; what cannot says nothing about the tests."""

    @property
    def judged(self) -> bool:
        return self.python and not self.unread

    @property
    def lot(self) -> str:
        """What decides whether it is of the sample: as good as drawn, and always the same."""
        told = "\0".join((self.place, self.operator, self.within, self.was, self.becomes, str(self.nth)))
        return hashlib.sha256(told.encode()).hexdigest()


def mutations(place: str, sound: str) -> list[Mutation]:
    """All of one file, in cosmic-ray's own order."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for operator, within, text in _texts(sound):
        was, becomes = differing(sound, text)
        seen[within, was, becomes] += 1
        found.append(
            Mutation(
                place=place,
                within=within,
                was=was,
                becomes=becomes,
                nth=seen[within, was, becomes],
                operator=operator,
                text=text,
                unread=says_the_same(sound, text),
                python=is_python(text),
            )
        )
    return found


def _texts(sound: str) -> Iterator[tuple[str, str, str]]:
    """Each operator at each of its positions, as `cosmic-ray init` counts them: name, within, new text."""
    tree = get_ast(sound)
    copies = pickle.dumps(
        tree
    )  # each mutant changes the tree: a copy is made eight times as fast as it is parsed
    nodes = list(ast_nodes(tree))
    for name in operator_names():
        kind: Any = get_operator(name)
        if kind.arguments():
            continue  # it wants variables named for it; without, `cosmic-ray init` leaves it out, too
        positions = [node for node in nodes for _ in kind().mutation_positions(node)]
        for occurrence, node in enumerate(positions):
            changed = MutationVisitor(occurrence, kind()).walk(pickle.loads(copies))
            yield name.partition("/")[2], ASTQuery(node).get_definition_name() or "", changed.get_code()


def differing(sound: str, broken: str) -> tuple[str, str]:
    """The lines between the first and the last that differ."""
    before, after = sound.splitlines(), broken.splitlines()
    shorter = min(len(before), len(after))
    first = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    last = 0
    while last < shorter - first and before[-1 - last] == after[-1 - last]:
        last += 1
    return _told(before[first : len(before) - last]), _told(after[first : len(after) - last])


def _told(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)
