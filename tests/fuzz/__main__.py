"""What comes from outside, broken at random: tars, logs, YAML, archives, and what people bring.

`corpus/` has a folder for each target with inputs to start from; what once broke something goes there too.
The readers of analyze and lint start from the cases, and from the samples where those are.
The default tests take a short look. Longer, with memory limited, over all targets or one:

    python -m tests.fuzz SECONDS [TARGET...]
    python -m tests.fuzz 100000x [TARGET...]   # so many inputs, however long it takes

Each place that falls over is told once, with its target and input as a Python literal; then it ends with 1.
ctrl+C ends it before its time, and tells how far it came.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field

from tests.fuzz.edits import drawn, edited
from tests.fuzz.targets import TARGETS, inputs
from troubleshooter.fence import SWITCH
from troubleshooter.lint.ends import TODAY

MEMORY = 2 << 30
"""Of address space; the libraries alone map some hundred MiB."""


@dataclass(slots=True)
class Tried:
    numbers: dict[str, int]
    places: set[tuple[str, str]] = field(default_factory=set)
    slowest: tuple[float, str] = (0.0, "")

    def one(self, target: str, data: bytes) -> None:
        started = time.monotonic()
        try:
            TARGETS[target](data)
        except Exception as error:  # noqa: BLE001 - each place is told once, and the rest is tried as well
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = (type(error).__name__, f"{last.filename}:{last.lineno}")
            if place not in self.places:
                self.places.add(place)
                print(f"{target}: {data!r}\n{traceback.format_exc()}", file=sys.stderr)
        self.slowest = max(self.slowest, (time.monotonic() - started, target))
        self.numbers[target] += 1


def main() -> int:
    asked = sys.argv[1] if len(sys.argv) > 1 else "60"
    most = int(asked.removesuffix("x")) if asked.endswith("x") else None
    seconds = float("inf") if most is not None else float(asked)
    chosen = sys.argv[2:] or list(TARGETS)
    os.environ |= {SWITCH: "raise", TODAY: "2026-11-25"}
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seed = random.SystemRandom().randrange(1 << 32)
    dice = random.Random(seed)
    starts = {target: inputs(target) for target in chosen}
    tried = Tried(dict.fromkeys(chosen, 0))
    began = time.monotonic()
    with suppress(KeyboardInterrupt):  # what was tried until then is told
        while time.monotonic() - began < seconds and (most is None or sum(tried.numbers.values()) < most):
            for target in chosen:
                tried.one(target, edited(dice.choice(starts[target]), drawn(dice)))
    told = ", ".join(f"{number} {target}" for target, number in tried.numbers.items())
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    took, (slow, where) = time.monotonic() - began, tried.slowest
    print(f"seed {seed}: {sum(tried.numbers.values())} inputs in {took:.0f} s: {told};")
    print(f"{len(tried.places)} places fell over; slowest {slow:.2f} s ({where}); at most {size} MiB")
    return 1 if tried.places else 0


if __name__ == "__main__":
    sys.exit(main())
