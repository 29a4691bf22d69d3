"""The list of pools for a terminal: the worst first; then what could not be read, and what next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.inventory import Health
from troubleshooter.report.counted import counted, listed
from troubleshooter.report.runs_table import minute
from troubleshooter.report.symbols import UNICODE
from troubleshooter.report.wrapped import wrapped
from troubleshooter.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.inventory import Inventory, PoolHealth, Unread
    from troubleshooter.report.symbols import Glyphs

_HEADER = ("", "POOL", "ACCOUNT", "HEALTH", "EXTENSION", "SINCE, UTC", "SUBSCRIPTION")


def inventory_text(inventory: Inventory, columns: int = 0, width: int = 80) -> str:
    """Lines of pools longer than `columns` end in a mark; 0 is for a reader that is no terminal."""
    return "\n".join(_lines(inventory, columns, width))


def _lines(inventory: Inventory, columns: int, width: int) -> Iterator[str]:
    if inventory.pools:
        rows = [_HEADER, *(_row(inventory, pool) for pool in inventory.pools)]
        sizes = [max(map(len, column)) for column in zip(*rows, strict=True)]
        yield from (_cut(_line(row, sizes), columns) for row in rows)
        yield ""
    yield summed(inventory)
    for one in inventory.unread:
        yield ""
        yield from _told(one, width)
    if ill := [pool for pool in inventory.pools if pool.health is Health.ILL][:1]:
        yield ""
        yield f"Look at the first, reading only: troubleshooter check {visible(ill[0].target.resource_id)}"


def summed(inventory: Inventory) -> str:
    """How many pools there are, and of how many each health is."""
    where = (
        f"{counted(len(inventory.accounts), 'Batch account')} in "
        f"{counted(len(inventory.subscriptions), 'subscription')}"
    )
    if not inventory.pools:
        return f"No pools were found: {where} could be looked at."
    healths = [pool.health for pool in inventory.pools]
    told = [f"{healths.count(health)} {WORDS[health]}" for health in Health if health in healths]
    return f"{counted(len(healths), 'pool')} of {where}: {listed(told)}."


WORDS = {
    Health.ILL: "ill",
    Health.ATTENTION: "to look at",
    Health.UNKNOWN: "not known",
    Health.MOVING: "on the way",
    Health.WELL: "well",
    Health.EMPTY: "without nodes",
}


def health_mark(health: Health, marks: Glyphs) -> str:
    found = {
        Health.ILL: marks.failed,
        Health.ATTENTION: marks.attention,
        Health.UNKNOWN: marks.asking,
        Health.MOVING: marks.running,
        Health.WELL: marks.done,
    }
    return found.get(health, marks.dot)


def extension_word(pool: PoolHealth) -> str:
    """What a node reports of the extension; `none` is for a pool that has none, nothing while it is asked."""
    if pool.extension is not None:
        return pool.extension.status.value
    if not pool.has_extension:
        return "none"
    return "not read" if pool.complete else ""


def _row(inventory: Inventory, pool: PoolHealth) -> tuple[str, ...]:
    return (
        health_mark(pool.health, UNICODE),
        visible(pool.target.pool),
        visible(pool.target.account),
        one_line(pool.why),
        extension_word(pool),
        minute(pool.since) or "-",
        one_line(inventory.named(pool.target.subscription)),
    )


def _line(row: tuple[str, ...], sizes: list[int]) -> str:
    return "  ".join(f"{cell:<{size}}" for cell, size in zip(row, sizes, strict=True)).rstrip()


def _cut(line: str, width: int) -> str:
    return f"{line[: width - 1]}…" if 0 < width < len(line) else line


def _told(one: Unread, width: int) -> Iterator[str]:
    yield from wrapped(one_line(one.what), width, f"{UNICODE.asking} ", "  ")
    yield from wrapped(one_line(one.why), width, "  ", "  ")
    yield from wrapped(one_line(one.do), width, "  → ", "    ")
