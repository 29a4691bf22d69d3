"""A pool as one line of their list, what could not be read as another; and the whole of either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.facts import ExtensionStatus
from troubleshooter.model.inventory import Health
from troubleshooter.model.step import ErrorText
from troubleshooter.report.inventory_text import WORDS, extension_word, health_mark
from troubleshooter.report.when import moment
from troubleshooter.tui.text import plain
from troubleshooter.tui.text.clock import age, lasting
from troubleshooter.tui.widgets.remarks import Remark
from troubleshooter.tui.widgets.table import Cell, Column, Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from troubleshooter.model.inventory import Inventory, PoolHealth, Unread
    from troubleshooter.report.symbols import Glyphs

COLUMNS = (
    Column("", 1, importance=9),
    Column("pool", 16, importance=9, name=True),
    Column("account", 14, importance=4, name=True),
    Column("health", 22, importance=8, flexible=True),
    Column("extension", 13, importance=5),
    Column("since", 10, importance=6),
    Column("subscription", 14, importance=2, name=True),
)
_STYLES = {
    Health.ILL: "$error",
    Health.ATTENTION: "$warning",
    Health.UNKNOWN: "$warning",
    Health.MOVING: "$accent",
    Health.WELL: "$success",
}
_WIDTH = 15
_NODE = 24
"""Cells for a node's id, the beginning and end of which tell it."""


def pool_row(pool: PoolHealth, inventory: Inventory, now: datetime, marks: Glyphs) -> Row:
    style = _STYLES.get(pool.health, "$quiet")
    failed = pool.extension is not None and pool.extension.status is ExtensionStatus.ERROR
    return Row(
        pool.key,
        (
            Cell(health_mark(pool.health, marks), style),
            Cell(plain.one_line(pool.target.pool)),
            Cell(plain.one_line(pool.target.account), "$quiet"),
            Cell(plain.one_line(pool.why), style if pool.health in {Health.ILL, Health.ATTENTION} else ""),
            Cell(_extension(pool, marks), "$error" if failed else "$quiet"),
            Cell(age(pool.since, now) or "-", "$quiet"),
            Cell(plain.one_line(inventory.named(pool.target.subscription)), "$quiet"),
        ),
    )


def _extension(pool: PoolHealth, marks: Glyphs) -> str:
    """What is still asked for is cut off, as by a column."""
    return extension_word(pool) or marks.cut


def unread_row(one: Unread, marks: Glyphs) -> Row:
    """Beside the pools: the place, and that it could not be read."""
    name = one.place.rpartition("/")[2] or "an answer"
    cells = (
        Cell(marks.asking, "$warning"),
        Cell("not read", "$warning"),
        Cell(plain.one_line(name), "$quiet"),
        Cell(plain.one_line(f"{one.what} {one.why}"), "$warning"),
        *[Cell("-", "$quiet")] * 3,
    )
    return Row(unread_key(one), cells)


def unread_key(one: Unread) -> str:
    """No pool's key begins so."""
    return f"unread {one.place} {one.what}"


def found(word: str, pool: PoolHealth, inventory: Inventory) -> bool:
    """Whether a pool has every word of a filter in what its line says."""
    target = pool.target
    said = " ".join(
        (
            target.pool,
            target.account,
            target.resource_group,
            inventory.named(target.subscription),
            target.subscription,
            WORDS[pool.health],
            pool.health.value,
            pool.why,
            extension_word(pool),
        )
    ).casefold()
    return all(part in said for part in word.casefold().split())


def pool_details(pool: PoolHealth, now: datetime, marks: Glyphs) -> Iterator[Remark]:
    """What the line has no room for, first what the operator came for."""
    style = _STYLES.get(pool.health, "$quiet")
    yield _remark("pool", f"{pool.target.pool}: {WORDS[pool.health]}, {pool.why}", style)
    if pool.since:
        yield _remark("since", f"{moment(pool.since)}, for {lasting(pool.since, now)}")
    if pool.extension is not None:
        seen = pool.extension
        node = plain.middle(plain.one_line(seen.node), _NODE, marks.cut)
        yield _remark("extension", f"{seen.status.value} on {node}: {seen.message or 'it says no more'}")
    if len(pool.nodes) > 1 or sum(pool.nodes.values()) != pool.wanted:
        told = ", ".join(f"{number} {state}" for state, number in pool.nodes.items())
        asked = "a formula decides how many" if pool.wanted is None else f"it asks for {pool.wanted}"
        yield _remark("nodes", f"{told}; {asked}")
    if pool.unread:
        yield _remark("not read", pool.unread, "$warning")
    yield _remark("id", pool.target.resource_id, "$quiet")


def unread_details(one: Unread) -> Iterator[Remark]:
    yield _remark("not read", one.what, "$warning")
    yield _remark("why", one.why)
    yield _remark("to do", one.do, "$accent")
    if one.place:
        yield _remark("id", one.place, "$quiet")


_SHORT = 140
"""Letters of a reason that stand where others are to be seen as well."""


def in_short(error: ErrorText) -> ErrorText:
    """With a reason of two lines or so, that what to do may be seen; the whole of it is `long_reason`."""
    why = error.why
    if len(why) > _SHORT:
        why = f"{why[:_SHORT].rpartition(' ')[0].rstrip(';,.:')} …"
    return ErrorText(error.what, why, f"{error.do} F5 tries again.", error.exit_code)


def long_reason(error: ErrorText) -> tuple[Remark, ...]:
    return (_remark("why", error.why),) if len(error.why) > _SHORT else ()


def _remark(label: str, text: str, style: str = "") -> Remark:
    return Remark(f"{label:<{_WIDTH}}", plain.one_line(text), style=style)
