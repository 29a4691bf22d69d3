from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from troubleshooter.tui.themes import DARK
from troubleshooter.tui.widgets.table import Cell, Column, Row, Table, layout

if TYPE_CHECKING:
    import pytest
    from textual.app import ComposeResult

COLUMNS = (
    Column("node", 10, importance=9, wish=14, name=True),
    Column("since", 6, importance=1),
    Column("extension", 10, importance=5, flexible=True),
)


class Shown(App[None]):
    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DARK.variables

    def compose(self) -> ComposeResult:
        yield Table(*COLUMNS, empty="Nothing yet.")


def rows(*names: str) -> tuple[Row, ...]:
    return tuple(Row(name, (Cell(name), Cell("0:01"), Cell("success"))) for name in names)


def test_the_least_important_column_goes_first() -> None:
    assert [index for index, _ in layout(COLUMNS, 30)] == [0, 1, 2]
    assert [index for index, _ in layout(COLUMNS, 25)] == [0, 2]
    assert [index for index, _ in layout(COLUMNS, 12)] == [0]


def test_what_is_left_goes_to_wishes_then_to_the_flexible_column() -> None:
    assert layout(COLUMNS, 60) == [(0, 14), (1, 6), (2, 36)]


async def test_the_cursor_stays_with_its_row() -> None:
    async with Shown().run_test() as pilot:
        table = pilot.app.query_one(Table)
        table.show(rows("a", "b", "c"))
        table.focus()
        await pilot.press("down", "down")

        table.show(rows("c", "a"))

        assert table.key == "c"


async def test_no_row_is_drawn_again_that_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Shown().run_test() as pilot:
        table = pilot.app.query_one(Table)
        table.show(rows("a", "b", "c"))
        await pilot.pause()
        drawn: list[int] = []
        monkeypatch.setattr(table, "refresh_line", drawn.append)

        table.show((*rows("a", "b"), Row("c", (Cell("c"), Cell("0:02"), Cell("success")))))

        assert drawn == [3]


async def test_an_empty_table_says_why() -> None:
    async with Shown().run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        assert "Nothing yet." in pilot.app.query_one(Table).render_line(2).text
