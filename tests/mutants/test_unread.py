"""Only what nobody evaluates is called the same program."""

from __future__ import annotations

import re

import pytest

from tests.floors import PACKAGE
from tests.mutants.unread import is_python, says_the_same

LAZY = "from __future__ import annotations\n"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("def f(a: int | None) -> str: ...", True),
        ("async def f(*, a: int | None = None): ...", True),
        ("def f(*a: int | None): ...", True),
        ("def f(a) -> int | None: ...", True),
        ("x: dict[int | None] = {}", True),
        ("def f():\n  x: dict[int | None] = {}", True),
        ("class A:\n  x: list[int | None]\n  def f(self) -> int | None: ...", True),
        ("class A(Struct):\n  def f(self) -> int | None: ...", True),
        ("class A(Struct):\n  x: list[int | None]", False),
        ("class A(frozen=True):\n  x: list[int | None]", False),
        ("@dataclass\nclass A:\n  x: list[int | None]", False),
        ("@register\ndef f(a: int | None): ...", False),
        ("def f(a=int | None): ...", False),
        ("x = int | None", False),
        ("isinstance(x, int | None)", False),
    ],
)
def test_an_annotation_that_nobody_evaluates_is_the_same(text: str, same: bool) -> None:
    sound = LAZY + text
    assert says_the_same(sound, sound.replace("|", "+")) is same


def test_without_the_future_an_annotation_is_evaluated() -> None:
    assert not says_the_same("def f(a: int | None): ...", "def f(a: int + None): ...")


def test_what_differs_elsewhere_as_well_is_not_the_same() -> None:
    assert not says_the_same(f"{LAZY}def f(a: int | None): return 1", f"{LAZY}def f(a: int + None): return 2")


@pytest.mark.parametrize(
    ("text", "python"), [("def f(*, a): ...", True), ("def f(+, a): ...", False), ("x = 1 is 2", True)]
)
def test_what_cannot_be_compiled_is_no_python(text: str, python: bool) -> None:
    assert is_python(text) is python
    assert not says_the_same(text, "x = 3")


def test_nobody_in_the_product_asks_for_annotations() -> None:
    asks = re.compile(r"get_type_hints|get_annotations|eval_str|__annotations__|singledispatch")
    texts = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}

    assert len(texts) > 200
    assert [path.name for path, text in texts.items() if asks.search(text)] == []
