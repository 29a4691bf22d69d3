"""Runs command lines of the program, several at once, each in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.record.warm import ERRORS, OUTPUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 8
"""Conversations at a time; they wait more than they work."""
LIMIT = 300
"""Seconds after which a command is taken to hang."""


@dataclass(frozen=True, slots=True)
class Ended:
    arguments: tuple[str, ...]
    code: int
    out: str
    err: str


class Stage:
    """A loaded program that is forked for each command line; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[str, Future[int]] = {}
        self._ended: dict[str, Future[int]] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.record.warm"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._listener.join()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def run(self, folder: Path, arguments: tuple[str, ...], environ: Mapping[str, str]) -> Ended:
        _, ended = self._start(folder, arguments, environ)
        code = ended.result(LIMIT)
        return Ended(arguments, code, *(_read(folder / name) for name in (OUTPUT, ERRORS)))

    @contextmanager
    def serving(
        self, folder: Path, arguments: tuple[str, ...], environ: Mapping[str, str]
    ) -> Iterator[dict[str, Any]]:
        """A server, by the line it prints when it is up."""
        begun, ended = self._start(folder, arguments, environ)
        process = begun.result(LIMIT)
        try:
            yield json.loads(_first_line(folder / OUTPUT, ended))
        finally:
            if not ended.done():
                os.kill(process, signal.SIGTERM)
            ended.result(LIMIT)

    def _start(
        self, folder: Path, arguments: tuple[str, ...], environ: Mapping[str, str]
    ) -> tuple[Future[int], Future[int]]:
        folder.mkdir(parents=True)
        begun, ended = Future[int](), Future[int]()
        wanted = {"folder": str(folder), "arguments": arguments, "environ": dict(environ)}
        with self._lock:
            self._begun[str(folder)], self._ended[str(folder)] = begun, ended
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()
        return begun, ended

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if "pid" in told:
                self._begun.pop(told["folder"]).set_result(told["pid"])
            else:
                self._ended.pop(told["folder"]).set_result(told["code"])


def _first_line(path: Path, ended: Future[int]) -> str:
    pause = threading.Event()
    while not (path.exists() and (text := _read(path)).endswith("\n")):
        assert not ended.done(), f"the server ended with {ended.result()}"
        pause.wait(0.02)
    return text


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
