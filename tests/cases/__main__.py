"""Print what is wrong about each case, as the program is now: `python -m tests.cases [PART OF A NAME]`."""

from __future__ import annotations

import sys

from tests.cases.told import Crash, told
from tests.cases.values import values


def main(part: str = "") -> None:
    """One line a case, then the count."""
    right = 0
    chosen = {case: value for case, value in values().items() if part in case}
    for case, value in chosen.items():
        try:
            wrong = value.wrong(told(value.command, value.path))
        except Crash:
            wrong = ["an unforeseen error"]
        right += not wrong
        print(f"{case}\t{'; '.join(wrong) or 'right'}")
    print(f"{right} of {len(chosen)} right")


main(*sys.argv[1:2])
