"""What actions work with: Azure, the rules, the run's folder, a clock. Built by wiring, one set per run."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from troubleshooter.cloud.shapes import UNREADABLE, wrong_pool
from troubleshooter.cloud.wait import poll
from troubleshooter.engine.evidence import write_private
from troubleshooter.errors import GaveUp, NotFound, Refused
from troubleshooter.model.change import ENDPOINT
from troubleshooter.model.handover import Surveyed
from troubleshooter.pooldef import given_back

if TYPE_CHECKING:
    from troubleshooter.analyse import RuleBook  # noqa: TC004 - annotations only: nothing reads them at run time
    from troubleshooter.cloud.azure import Azure  # noqa: TC004 - the same; the SDKs are slow to import
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.earlier import Wait  # noqa: TC004 - the same as the rules
    from troubleshooter.model.extension import Extension  # noqa: TC004 - the same as the rules
    from troubleshooter.model.target import Target

T = TypeVar("T")
_RUN = re.compile("[0-9a-f]{8}")

EXTENSION_VIEW = "node extension view"
NODE_ERRORS = "node errors"
RESIZE_ERRORS = "resize errors"
"""Names under which Azure's answers are kept as evidence."""


@dataclass(frozen=True, slots=True)
class Tools:
    azure: Azure
    rules: Callable[[], RuleBook]
    folder: Path
    """The run's own folder."""
    clock: Callable[[], float]
    """Monotonic seconds."""
    now: Callable[[], datetime]
    """UTC."""
    extension: Extension
    """The one that this run is about."""
    earlier: Callable[[], Iterable[Wait]] = tuple
    """What earlier runs waited for pools of their own; none where there is no journal."""

    @property
    def saved_path(self) -> Path:
        return self.folder / "pool.json"

    @property
    def _digest_path(self) -> Path:
        return self.folder / "pool.json.sha256"

    @property
    def _turned_path(self) -> Path:
        """Stands once this run has seen that Azure turns settings into text: it does not stop doing so."""
        return self.folder / "pool.json.text"

    def save_definition(self, body: Any) -> None:
        """Keep the pool as ARM gave it: unredacted, since it must be restorable; its owner alone reads it.

        Whether Azure turns settings into text is told by how it was given, once for the whole run: a pool
        that has no nodes any more does not tell.
        """
        if given_back.is_text(body):
            write_private(self._turned_path, b"")
        data = json.dumps(body, indent=2).encode()
        before = [line for line in self._digests() if line == _digest(self._saved())]
        # first what it may be from now on: a crash between the two leaves a definition that is known
        write_private(self._digest_path, "".join([*before, _digest(data)]).encode())
        write_private(self.saved_path, data)

    def save_again(self, body: Any) -> None:
        """Keep the pool as it is now, read by `pool`."""
        self.save_definition(given_back.written(body) if self._turned() else body)

    def pool(self, target: Target, name: str | None = None) -> Any:
        """A pool's definition as it was sent, in whatever form Azure gives back its settings."""
        return self.as_sent(self.azure.arm.pool(target, name).body)

    def as_sent(self, body: Any) -> Any:
        return given_back.read(body) if self._turned() else body

    def _turned(self) -> bool:
        """Whether Azure gave back as text the settings of the pool that was saved, now or before."""
        if self._turned_path.exists():
            return True
        try:
            body = json.loads(self._saved())
        except UNREADABLE:
            return False
        return not wrong_pool(body) and given_back.is_text(body)

    def _saved(self) -> bytes:
        try:
            return self.saved_path.read_bytes()
        except OSError:
            return b""

    def _digests(self) -> list[str]:
        """In the form of sha256sum; none of a run of an earlier version."""
        try:
            return self._digest_path.read_text("ascii").splitlines(keepends=True)
        except (FileNotFoundError, UnicodeDecodeError):
            return []

    def saved_by(self, run: str) -> dict[str, Any] | None:
        """The definition that another run of this data directory saved; None where there is none to read."""
        if not _RUN.fullmatch(run):  # it comes from metadata, which anybody can write
            return None
        try:
            found = json.loads((self.folder.parent / run / self.saved_path.name).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def definition(self) -> dict[str, Any]:
        """The saved definition of the original pool: what is created of it stands in the place of that."""
        try:
            data = self.saved_path.read_bytes()
            body: dict[str, Any] = json.loads(data)
            known = self._digests()
        except (OSError, *UNREADABLE) as error:
            raise self._damaged(str(error)) from error
        if wrong := wrong_pool(body):
            raise self._damaged(f"its {wrong}")
        if known and _digest(data) not in known:
            raise Refused(
                "The saved pool definition is not as this run saved it.",
                f"Somebody changed {self.saved_path} since; nothing is created of that unasked.",
                f"Get the file back from a backup. If the change is wanted, delete {self._digest_path} and "
                "try again.",
            )
        return given_back.read(body) if self._turned() else body

    def _damaged(self, why: str) -> NotFound:
        return NotFound(
            "The saved pool definition cannot be read.",
            f"{self.saved_path}: {why}.",
            "Get the file back from a backup. While the pool stands as it was, a new run saves it again.",
        )


def _digest(data: bytes) -> str:
    return f"{hashlib.sha256(data).hexdigest()}  pool.json\n"


def endpoint(tools: Tools, ctx: StepContext) -> str:
    """The data plane's address: as the survey found it, as a change's intent holds it, or asked of ARM.

    A survey that is reset has no output any more, and the way back must not need it.
    """
    surveyed = ctx.of(Surveyed)
    found = surveyed.endpoint if surveyed else None
    found = found or next((e for c in ctx.state.changes if (e := c.detail.get(ENDPOINT))), None)
    return str(found or tools.azure.arm.account(ctx.state.target).endpoint)


def limit_seconds(ctx: StepContext, spent: float = 0.0) -> float:
    """How long one wait may take: the step's limit, or what is left of the run's once `spent` is off it.

    Taking things back comes after the run's limit too, and so does putting something where the original was.
    """
    alone = float(ctx.state.options.get("limit_seconds", 1800))
    return alone if ctx.undoing or ctx.state.away else min(alone, max(0.0, total_left(ctx) - spent))


def total_left(ctx: StepContext) -> float:
    """Seconds until the run has worked as long as it may; time spent at gates does not count."""
    worked = sum(record.seconds for record in ctx.state.steps)
    return max(0.0, float(ctx.state.options.get("total_seconds", 4 * 3600)) - worked)


def stop_at_total_limit(ctx: StepContext) -> None:
    """Before something is deleted on the way forward. Raises GaveUp where the run has worked long enough."""
    if ctx.undoing or ctx.state.away or total_left(ctx) > 0:
        return
    raise GaveUp(
        "The run has worked as long as it may.",
        "Its total limit is reached, so nothing more is deleted or created on the way forward.",
        f"Take back what it made with: troubleshooter runs cleanup {ctx.state.id}",
    )


def wait(
    tools: Tools,
    ctx: StepContext,
    subject: str,
    look: Callable[[], T | None],
    limit: float | None = None,
) -> T:
    """Look until there is something, as long as the operator gave it. Raises GaveUp, Interrupted.

    It looks after 1 s, then less and less often, every 15 s at last; or as often as the operator asked.
    """
    asked = ctx.state.options.get("poll_interval")
    return poll(
        look,
        subject=subject,
        cancel=ctx.cancel,
        clock=tools.clock,
        limit=limit_seconds(ctx) if limit is None else limit,
        start=float(asked or 1),
        longest=float(asked or 15),
        hint=lambda: tools.azure.hint,
    )
