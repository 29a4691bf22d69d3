"""What one configuration draws: by its number alone, so that each can be made again by itself."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.valid.machine import Machine

One = TypeVar("One")

WORDS = (
    "render", "billing", "edge", "harbor", "maple", "quartz", "signal", "tulip", "vector", "willow", "orders",
    "payments", "ingest", "frontdoor", "gateway", "batchapp", "nightly", "reports", "archive", "falcon",
)  # fmt: skip
FOREIGN = ("Größe", "データ処理", "отчёты", "naïve-façade", "réseau", "報告", "żółw", "año-nuevo", "مجموعة")
"""Names as people write them where Azure takes any letter: display names, tags, resource groups."""


class Chance:
    def __init__(
        self, seed: int, number: int, spoilt: Callable[[Machine], Machine] = lambda machine: machine
    ) -> None:
        self._random = random.Random(f"{seed} {number}")
        self.spoilt = spoilt
        """What becomes of every machine that is drawn."""

    def pick(self, choices: Sequence[One]) -> One:
        return self._random.choice(choices)

    def some(self, choices: Sequence[One], most: int) -> list[One]:
        """One to `most` of them, each at most once."""
        return self._random.sample(choices, self._random.randint(1, min(most, len(choices))))

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def one_in(self, times: int) -> bool:
        return self._random.randrange(times) == 0

    def word(self) -> str:
        return self.pick(WORDS)

    def name(self) -> str:
        """Lower-case letters, digits and single dashes, starting with a letter: right for any resource."""
        return f"{self.word()}-{self.word()}{self.number(1, 99)}"

    def spoken(self) -> str:
        """A name for people, now and then in their own letters."""
        return self.pick(FOREIGN) if self.one_in(3) else f"{self.word().title()} {self.word()}"

    def guid(self) -> str:
        digits = f"{self._random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def shuffled(self, value: Any) -> Any:
        """The same JSON with the members of every object in another order."""
        if isinstance(value, dict):
            members = [(key, self.shuffled(inner)) for key, inner in value.items()]
            self._random.shuffle(members)
            return dict(members)
        return [self.shuffled(inner) for inner in value] if isinstance(value, list) else value
