"""What the engine knows of an action: what it needs, asks and hands over, and whether it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, ParamSpec

from troubleshooter.engine.gates import Gate
from troubleshooter.engine.step_outcome import StepOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable


Takes = ParamSpec("Takes")
Bound = ParamSpec("Bound")


@dataclass(frozen=True, slots=True)
class Action(Generic[Takes]):
    """One row of a table of actions. It begins again at its first line after every answer and every crash."""

    act: Callable[Takes, StepOutcome]
    gives: tuple[type, ...] = ()
    """Forms of what it hands over (model/handover.py): one of them where it is done."""
    needs: tuple[type, ...] = ()
    """Forms that an earlier step must have handed over."""
    asks: tuple[Gate, ...] = ()
    """Every gate that it may open."""
    makes: bool = False
    """Whether it makes or replaces something in Azure that has to be taken back."""
    takes_back: bool = False
    """Whether it takes back what the run made."""

    def bound(self, act: Callable[Bound, StepOutcome], also_asks: tuple[Gate, ...] = ()) -> Action[Bound]:
        """The same, done by a function that has a part of what it takes already."""
        asks = (*self.asks, *also_asks)
        return Action(act, self.gives, self.needs, asks, self.makes, self.takes_back)


def gates_of(actions: Iterable[Action[...]]) -> dict[str, Gate]:
    """By name, every gate that they may open, in their order."""
    return {gate.name: gate for action in actions for gate in action.asks}
