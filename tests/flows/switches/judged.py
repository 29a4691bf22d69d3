"""One case under some combinations, each against the same case in an Azure of the usual answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.flows.matrix.expected import EXPECTED, Way
from tests.flows.switches.combinations import EIGHT, OPPOSITE, habits
from tests.flows.switches.trial import End, ended, forget_sign_in
from tests.flows.switches.twenty import TWENTY, Case
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.flows.switches.combinations import Values

COMBINATIONS: Mapping[str, Values] = {
    **{f"{number} of 8": values for number, values in enumerate(EIGHT, 1)},
    "one side": OPPOSITE[0],
    "other side": OPPOSITE[1],
}


@dataclass(frozen=True, slots=True)
class Row:
    case: Case
    usual: End
    wrong: tuple[str, ...]
    """Of each run that ended otherwise, or left something."""
    runs: int


def all_work() -> list[tuple[Case, tuple[str, ...]]]:
    """The twenty under the eight, and every scenario under the two opposite ones."""
    eight, two = tuple(list(COMBINATIONS)[:8]), tuple(list(COMBINATIONS)[8:])
    return [*((case, eight) for case in TWENTY), *((Case(name), two) for name in SCENARIOS)]


_BEHIND = (Case("own-addresses", "in place"), Case("spot-scarce"))
"""Where the route, or an answer that a demo does not give, shows a cause that is not seen else."""


def judged(case: Case, names: tuple[str, ...]) -> Row:
    usual = ended(case)
    wrong = [f"usually: {text}" for text in _of_the_usual(case, usual)]
    for name in names:
        end = ended(case, habits(COMBINATIONS[name]))
        wrong += [f"{name}: {text}" for text in end.against(usual)]
    forget_sign_in()
    return Row(case, usual, tuple(wrong), len(names))


def _of_the_usual(case: Case, end: End) -> list[str]:
    told = [f"left: {', '.join(end.left)}"] if end.left else []
    expected = EXPECTED.get(case.scenario)
    if expected is None or expected.way is not Way.DEMO or expected.warning or case in _BEHIND:
        return told
    if end.cause != expected.cause:
        told.append(f"cause: {end.cause}, not {expected.cause}")
    return told
