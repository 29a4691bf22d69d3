from __future__ import annotations

import os
import random
import resource
import sys
import time

from tests.fuzz.edits import drawn, edited
from tests.fuzz.targets import TARGETS, inputs
from troubleshooter.fence import SWITCH

MEMORY = 2 << 30
"""Of address space; the libraries alone map some hundred MiB."""


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    chosen = sys.argv[2:] or list(TARGETS)
    os.environ[SWITCH] = "raise"
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seed = random.SystemRandom().randrange(1 << 32)
    dice = random.Random(seed)
    starts = {target: inputs(target) for target in chosen}
    tried = dict.fromkeys(chosen, 0)
    began = time.monotonic()
    slowest = (0.0, "")
    while time.monotonic() - began < seconds:
        for target in chosen:
            data = edited(dice.choice(starts[target]), drawn(dice))
            started = time.monotonic()
            try:
                TARGETS[target](data)
            except BaseException:
                print(f"{target}: {data!r}", file=sys.stderr)
                raise
            slowest = max(slowest, (time.monotonic() - started, target))
            tried[target] += 1
    told = ", ".join(f"{number} {target}" for target, number in tried.items())
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"seed {seed}: {told}; slowest {slowest[0]:.2f} s ({slowest[1]}); at most {size} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
