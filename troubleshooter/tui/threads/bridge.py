"""The one thread that moves a run, until it asks, fails or ends; its events become messages."""

from __future__ import annotations

import gc
import logging
import threading
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import TroubleshooterError
from troubleshooter.model.progress import Collecting, Moved, SigningIn, Waiting
from troubleshooter.model.step import StepState
from troubleshooter.tui.threads.background import bug, error_text
from troubleshooter.tui.threads.messages import (
    RunCollecting,
    RunCrashed,
    RunHelped,
    RunMoved,
    RunOpened,
    RunRefused,
    RunRested,
    RunSignsIn,
    RunWaiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message
    from textual.screen import Screen

    from troubleshooter.engine.runner import Run
    from troubleshooter.model.run import Question

_log = logging.getLogger(__name__)


class Bridge:
    """Called on the event loop; every method returns at once, and at most one thread works at a time.

    `open_run` starts or resumes the run, in the thread; everything in it hears cancel by the event it gets.
    """

    def __init__(
        self,
        screen: Screen[Any],
        open_run: Callable[[threading.Event], Run],
        before_answer: Callable[[Question, str], str | None] | None = None,
    ) -> None:
        self._screen = screen
        self._open_run = open_run
        self._before_answer = before_answer
        self._run: Run | None = None
        self._working = threading.Lock()
        self._cancel = threading.Event()
        self._leaving = threading.Event()

    @property
    def busy(self) -> bool:
        return self._working.locked()

    @property
    def opened(self) -> bool:
        """Whether this process owns the run."""
        return self._run is not None

    def go(self) -> bool:
        """Run on from where the run stands. False when the thread is busy."""
        return self._begin(self._walk)

    def answer(self, question: Question, choice: str, typed: str = "") -> bool:
        """Answer a gate, then run on."""

        def work(run: Run) -> None:
            done = self._before_answer(question, choice) if self._before_answer else None
            if done:
                run.note(done)
                self._post(RunHelped(done))
            run.answer(question.gate, choice, self._emit, typed=typed)
            self._walk(run)

        return self._begin(work)

    def retry(self, step_id: str) -> bool:
        """Run a failed step again, then run on."""

        def work(run: Run) -> None:
            run.retry(step_id, self._emit)
            self._walk(run)

        return self._begin(work)

    def cancel(self) -> None:
        """Ask the step to stop; it hears within a moment, and a call in flight is left to end."""
        self._cancel.set()

    def leave(self) -> None:
        """Stop, and let go of the run as soon as the thread is out of it."""
        self._leaving.set()
        self._cancel.set()
        if self._working.acquire(blocking=False):
            self._rest()  # here and not in a thread: a screen that is being closed starts none any more

    def _begin(self, work: Callable[[Run], None]) -> bool:
        if self._leaving.is_set() or not self._working.acquire(blocking=False):
            return False
        self._cancel.clear()
        self._start(lambda: self._in_run(work))
        return True

    def _start(self, work: Callable[[], None]) -> None:
        self._screen.run_worker(
            lambda: self._guarded(work), name="run", group="run", thread=True, exit_on_error=False
        )

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except TroubleshooterError as error:
            self._post(RunRefused(error_text(error)))
        except Exception:  # noqa: BLE001 - the thread's last door: a bug must reach the screen
            _log.exception("The run's thread crashed")
            self._post(RunCrashed(bug()))
        finally:
            self._rest()

    def _rest(self) -> None:
        if self._leaving.is_set() and self._run is not None:
            self._run.close()
            self._run = None
        self._working.release()
        self._post(RunRested())

    def _in_run(self, work: Callable[[Run], None]) -> None:
        if self._run is None:
            self._run = self._open_run(self._cancel)
            self._post(RunOpened(self._run.state, self._run.playbook))
        work(self._run)

    def _walk(self, run: Run) -> None:
        while not self._cancel.is_set():
            step = run.next_step()
            if step is None or run.state.question is not None:
                return
            if run.state.step(step.id).state is StepState.FAILED:
                return
            state = run.run_step(step.id, self._emit, self._cancel)
            gc.freeze()  # what a step has loaded stays; looking it over again would cost the screen frames
            if state.question is not None or state.step(step.id).state is StepState.FAILED:
                return

    def _emit(self, event: Moved | Waiting | Collecting | SigningIn) -> None:
        match event:
            case Moved():
                self._post(RunMoved(event.state))
            case Waiting():
                self._post(RunWaiting(event))
            case Collecting():
                self._post(RunCollecting(event))
            case SigningIn():
                self._post(RunSignsIn(event.text))

    def _post(self, message: Message) -> None:
        self._screen.post_message(message)
