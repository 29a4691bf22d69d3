"""Which mutants are the same program: they differ in annotations alone, of the kinds that nobody evaluates.

Under `from __future__ import annotations` an annotation is text that is kept. It is read by who asks for it:
msgspec, of its structs and of dataclasses. So only these do not count: those of a function without a
decorator, of a name within a function, of a name of the module, of a name in a class without bases and
decorators.
`tests/mutants/test_unread.py` holds that nobody else in the product asks for annotations.
"""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

LAZY = "annotations"


def is_python(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that `is` stands before a literal is for the tests to say
        try:
            compile(text, "mutant", "exec")
        except SyntaxError:
            return False
    return True


def says_the_same(sound: str, broken: str) -> bool:
    """Whether all that differs is never evaluated."""
    try:
        return _read(sound) == _read(broken)
    except SyntaxError:
        return False


@lru_cache(maxsize=2)  # the sound one is asked for again and again
def _read(text: str) -> str:
    """The program as a tree, without what nobody reads of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    lazy = any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" and _names(node, LAZY)
        for node in tree.body
    )
    return ast.dump(_Bare().visit(tree)) if lazy else ast.dump(tree)


def _names(node: ast.ImportFrom, name: str) -> bool:
    return any(each.name == name for each in node.names)


class _Bare(ast.NodeTransformer):
    """Takes the annotations off that are never evaluated."""

    def __init__(self) -> None:
        self._read_by_somebody = [False]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node, read=bool(node.bases or node.keywords or node.decorator_list))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if not self._read_by_somebody[-1]:
            node.annotation = ast.Constant(...)
        return self.generic_visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if not node.decorator_list:  # a decorator may look at its function's annotations
            node.returns = None
            given = node.args
            rest = [each for each in (given.vararg, given.kwarg) if each]
            for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs, *rest):
                argument.annotation = None
        return self._inside(node, read=False)

    def _inside(self, node: ast.AST, *, read: bool) -> ast.AST:
        self._read_by_somebody.append(read)
        try:
            return self.generic_visit(node)
        finally:
            self._read_by_somebody.pop()
