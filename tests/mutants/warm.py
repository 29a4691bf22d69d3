"""Runs tests in forks of itself: pytest and the Azure SDKs are imported once, our own code each time.

This process is started by its path in a copy of the tree, is given one order a line, and answers each with a
line. It imports nothing of ours, so that a fork reads what stands in the copy at that moment. Needs Linux.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = ("troubleshooter", "tests", "conftest", "__main__", "__mp_main__")
MEMORY = 4 << 30
WRITTEN = 1 << 30
"""Bytes of memory, and of a file, after which a loop without end is stopped: that, too, fails a test."""
HOW = ("-q", "-x", "-m", "", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""All tests that are named, slow or not; that plugins are imported already is wanted."""


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        answer = run(
            order["tests"], order["first"], order["limit"], Path(order["scratch"]), learn=order["learn"]
        )
        print(json.dumps(answer), flush=True)


def run(tests: list[str], first: list[str], limit: float, scratch: Path, *, learn: bool) -> dict[str, Any]:
    """pytest's exit code, or none where the limit came first; what failed, what it said; how long it took.

    To learn is to run the sound program: bytecode is kept, and what was imported of others is imported here.
    """
    said, noted = scratch / "said", scratch / "noted"
    noted.unlink(missing_ok=True)
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _test(tests, Notes(first), said, noted, learn=learn)
    code = _ended(child, limit)
    seconds = time.monotonic() - started
    notes = json.loads(noted.read_text(encoding="utf-8")) if code is not None and noted.exists() else {}
    if learn and code == 0:
        _import(notes["imported"])
    text = said.read_text(encoding="utf-8", errors="replace")
    return {"code": code, "failed": notes.get("failed", ""), "said": text, "seconds": seconds}


class Notes:
    """A plugin: runs first what is to come first, and notes what failed."""

    def __init__(self, first: list[str]) -> None:
        self._rank = {name: at for at, name in enumerate(first)}
        self.failed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._rank.get(item.nodeid, len(self._rank)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid


def _test(tests: list[str], notes: Notes, said: Path, noted: Path, *, learn: bool) -> None:
    """In the fork, which ends with it."""
    os.setsid()  # so that what it starts can be ended along with it
    with said.open("wb") as out, Path(os.devnull).open("rb") as nothing:
        for number, file in ((0, nothing), (1, out), (2, out)):
            os.dup2(file.fileno(), number)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    if not learn:  # a mutant's bytecode could be taken for the next one's
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    how = [f"--basetemp={noted.with_name('tmp')}", f"--tb={'short' if learn else 'no'}"]
    code = int(pytest.main([*HOW, *how, *tests], plugins=[notes]))
    imported = list(_of_others())  # in their order: _asyncio before asyncio makes two tables of tasks of one
    told = {"failed": notes.failed, "imported": imported}
    noted.write_text(json.dumps(told), encoding="utf-8")
    sys.stdout.flush()
    os._exit(code)  # a thread that a mutant left behind does not keep it


def _of_others() -> Iterator[str]:
    for name in sys.modules:
        if name.partition(".")[0] not in OURS and not name.startswith("test_"):
            yield name


def _import(names: list[str]) -> None:
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(ImportError):  # made by who runs, not by a file
                importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is here stays: no fork walks over it


def _ended(child: int, limit: float) -> int | None:
    """How it ended; at the limit it is ended, with all that it started."""
    watched = os.pidfd_open(child)
    in_time = False
    try:
        in_time = bool(select.select([watched], [], [], limit)[0])
    finally:
        os.close(watched)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if in_time else None


if __name__ == "__main__":
    main()
