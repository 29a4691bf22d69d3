"""The quick tier: more than two thirds of the default tests in less than a minute. `pytest -m quick -n 2`.

A test is of it by where it lies: in these folders, in a module that starts nothing and takes no seconds; none
is marked by hand. A test of it that starts a process or a server all the same is refused that, whichever run
it is in, and told where to name its module.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).resolve().parent
MARK = "quick"

ALONE = (
    "attacks/test_table.py",
    "bodies/test_checker.py",
    "bodies/test_made.py",
    "doors/test_engine_changes.py",
    "flows/lost/test_judge.py",
    "tui/test_clock.py",
    "tui/test_excerpt.py",
    "tui/test_moment_lines.py",
)
"""Modules that start nothing, in folders of those that do."""

FOLDERS = ("cases", "hygiene", "mistakes", "playbooks", "unit", "valid")
"""What needs no simulated Azure, no node and no screen; but for:"""

APART = {
    "hygiene/test_elapsed.py": "reads the whole tests for seconds",
    "hygiene/test_extension.py": "reads the whole product for seconds",
    "hygiene/test_imports.py": "starts the program",
    "hygiene/test_one_writer.py": "reads the whole product for seconds",
    "hygiene/test_own_words.py": "reads the whole tree for seconds",
    "hygiene/test_rooms.py": "reads the whole product for seconds",
    "hygiene/test_skips.py": "reads the whole tests for seconds",
    "hygiene/test_wheel.py": "builds",
    "hygiene/test_words.py": "reads the whole product for seconds",
    "unit/actions/test_round_trip.py": "starts a simulated Azure",
    "unit/archives/test_tar.py": "starts tar",
    "unit/cli/test_analyze.py": "unpacks and reads archives for seconds",
    "unit/cli/test_entry.py": "starts the program",
    "unit/cli/test_signals.py": "starts a process",
    "unit/cli/test_unreadable.py": "asks several homes with git",
    "unit/cloud": "starts a server",
    "unit/collect/test_wanted.py": "starts a shell",
    "unit/engine/test_guard.py": "starts what mends a mode",
    "unit/engine/test_many_nodes.py": "measures thousands of nodes",
    "unit/forms": "starts a shell; parses five languages",
    "unit/lint/test_any_json.py": "tries whatever can be thought of for seconds",
    "unit/lint_source/test_hostile.py": "tries whatever can be thought of for seconds",
    "unit/report/test_markdown.py": "tries whatever can be thought of for seconds",
    "unit/simulator/test_as_recorded.py": "starts a simulated Azure",
    "unit/simulator/test_faults.py": "starts a simulated Azure",
    "unit/simulator/test_habits.py": "starts a simulated Azure",
    "unit/simulator/test_spoilt_answers.py": "starts a simulated Azure",
    "unit/simulator_node": "starts a simulated node",
    "unit/test_apart.py": "starts processes",
    "unit/test_peak.py": "starts processes",
    "unit/test_typed.py": "starts processes",
    "unit/test_redact.py": "tries whatever can be thought of for seconds",
}
"""Modules of those folders that are not of the tier, and why."""

REFUSED = {
    "subprocess.Popen": "a process",
    "os.fork": "a process",
    "os.posix_spawn": "a process",
    "socket.bind": "a server",
}
"""What the interpreter tells of a start (`sys.audit`)."""


def is_quick(path: Path) -> bool:
    """Whether a test file, or anything in a folder, is of the tier by where it lies."""
    inside = path.relative_to(TESTS)
    places = [place.as_posix() for place in (inside, *inside.parents)]
    if inside.as_posix() in ALONE or any(alone.startswith(f"{inside.as_posix()}/") for alone in ALONE):
        return True
    return inside.parts[0] in FOLDERS and not any(place in APART for place in places)


_here = threading.local()


@contextmanager
def one_of_it() -> Iterator[None]:
    """While a test of the tier runs in this thread; what other threads do may be another test's server."""
    _here.of_the_tier = True
    try:
        yield
    finally:
        _here.of_the_tier = False


def refuse_starts(*, by_every_thread: bool = False) -> None:
    """From now on, for as long as this process lives: inside of `one_of_it`, or wherever they happen."""

    def refuse(event: str, told: tuple[Any, ...]) -> None:
        what = REFUSED.get(event)
        if not what or not (by_every_thread or getattr(_here, "of_the_tier", False)):
            return
        if event == "subprocess.Popen" and told[0] == "git":  # which files there are is asked of git
            return
        raise RuntimeError(f"A test of the quick tier starts {what}: name its module in tests/quick.py.")

    sys.addaudithook(refuse)
