"""The entries of the record: what each is called, and how it is made."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tests.record import samples
from tests.record.helps import commands
from tests.record.scenarios import ROUTES, Scene, routes
from tests.record.stable import Stable
from tests.record.stage import Stage
from tests.record.told import Telling
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = Path(__file__).resolve().parent / "headless"
FORMS = ("text", "json")


@dataclass(frozen=True)
class Entry:
    name: str
    """Its file below `KEPT`, without the ending."""
    make: Callable[[Stage], str]
    """What the program says now."""

    @property
    def path(self) -> Path:
        return KEPT / f"{self.name}.txt"


def of_scenario(scenario: str) -> tuple[Entry, ...]:
    return tuple(_of_route(scenario, route) for route in routes(scenario))


def of_help() -> tuple[Entry, ...]:
    return tuple(_of_help(words) for words in commands())


def of_samples() -> tuple[Entry, ...]:
    """Of each command over each folder of the samples, which may be absent."""
    pairs = product(("lint", "analyze"), samples.FOLDERS)
    return tuple(_of_samples(command, folder) for command, folder in pairs)


def entries() -> dict[str, Entry]:
    """All of them, by name."""
    scenarios = (entry for scenario in SCENARIOS for entry in of_scenario(scenario))
    return {entry.name: entry for entry in (*of_help(), *of_samples(), *scenarios)}


def _of_help(words: tuple[str, ...]) -> Entry:
    name = f"help/{'-'.join(words) or 'troubleshooter'}"

    def make(stage: Stage) -> str:
        with _scene(stage, "text") as scene:
            scene.call(*words, "--help")
            telling = Telling()
            telling.tell(scene.said, Stable([]))
            return telling.text()

    return Entry(name, make)


def _of_samples(command: str, folder: str) -> Entry:
    name = f"samples/{command}-{'pools' if folder == '.' else folder}"

    def make(stage: Stage) -> str:
        with _scene(stage, "json") as scene:
            return samples.told(scene, command, folder)

    return Entry(name, make)


def _of_route(scenario: str, route: str) -> Entry:
    name = f"scenarios/{scenario}/{route}"

    def make(stage: Stage) -> str:
        telling = Telling()
        for form in FORMS:
            with _scene(stage, form) as scene:
                ROUTES[route](scene, scenario)
                telling.tell(scene.said, Stable([(str(scene.folder), "FOLDER")]))
        return telling.text()

    return Entry(name, make)


@contextmanager
def _scene(stage: Stage, form: str) -> Iterator[Scene]:
    """A folder of its own, which goes with it. Its name is always as long: text is wrapped with it in."""
    with tempfile.TemporaryDirectory(prefix="record-", dir="/tmp") as folder:
        yield Scene(stage, Path(folder), form, os.environ["PATH"])
