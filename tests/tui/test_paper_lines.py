"""A report on the screen: verbatim text is broken between words, so that a command can be copied."""

from __future__ import annotations

from troubleshooter.report.outline import Code
from troubleshooter.tui.widgets.paper_lines import lines

COMMAND = "az network private-endpoint create --name p --resource-group rg --subnet s --group-id vault"


def drawn(text: str, width: int) -> list[str]:
    shown = ["".join(part for part, _ in line) for line in lines((Code("az", text),), width)]
    return [line.removeprefix("    ") for line in shown[1:-1]]


def test_a_command_is_broken_between_its_words() -> None:
    parts = drawn(COMMAND, 60)
    assert len(parts) > 1
    assert " ".join(parts) == COMMAND
    assert max(map(len, parts)) <= 56


def test_a_word_that_is_too_long_goes_on_in_the_next_line() -> None:
    parts = drawn("x" * 130, 60)
    assert "".join(parts) == "x" * 130
    assert max(map(len, parts)) <= 56
