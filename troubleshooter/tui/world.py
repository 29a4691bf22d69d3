"""The Azure that the screens work in: the real one, or one made to practise on, which ends when left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, cast

from troubleshooter.model.inventory import Inventory
from troubleshooter.model.run import Question
from troubleshooter.model.target import Target
from troubleshooter.workbench import RunOptions, Workbench

if TYPE_CHECKING:
    from textual.widget import Widget


PoolsOf = Callable[[Callable[[Callable[[], Inventory]], None], threading.Event], Inventory]
"""Lists the pools that can be read, in the thread that asks: given who is shown what is known, and cancel."""


class Offer(NamedTuple):
    """A world that can be practised on, as whoever makes it describes it."""

    name: str
    title: str
    broken: str
    """What is wrong in it, in one sentence."""
    kind: str
    usual: bool = False
    """The one that is taken where none is named."""


def _nothing() -> None:
    """Nothing ends with the real one."""


@dataclass(frozen=True, slots=True)
class World:
    workbench: Workbench
    options: RunOptions
    presets: Mapping[str, str] = field(default_factory=dict)
    """What fills in free answers; it answers nothing."""
    before_answer: Callable[[Question, str], str | None] | None = None
    """Called with question and choice before an answer is recorded; says what was done about it."""
    offer: Offer | None = None
    """What it is, where it is not the real one."""
    target: Target | None = None
    """Its pool."""
    sign_out: Callable[[], None] = _nothing
    """Called first when it is left, and at once: the next key may begin a run in the real one."""
    end: Callable[[], None] = _nothing
    """Called in a thread after that, since it takes its time. Both are called again when the screens end."""
    pools: PoolsOf | None = None
    """None where there is nobody to ask."""
    unasked: bool = True
    """Whether pools are listed without a key: not where each list wants somebody to sign in by hand."""


def _none() -> None:
    """Nothing was ever practised on."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """Those that can be begun from within the screens; all are called in threads."""

    offers: Callable[[], tuple[Offer, ...]]
    begin: Callable[[str], World]
    past: Callable[[], Workbench | None] = _none
    """Where the runs of those lie that have ended: to be read and deleted, never to be moved."""


def offer_of(widget: Widget) -> Offer | None:
    """What the application of this widget practises on; None in the real world."""
    world = getattr(widget.app, "world", None)
    return cast("World", world).offer if world else None
