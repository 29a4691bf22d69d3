"""A recording played to the product: its real cloud code asks, over HTTPS, and gets what was recorded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.doors.scripted import Scripted
from tests.recordings.recording import recording
from tests.unit.cloud.scripted_service import Answer
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from pathlib import Path

    from tests.recordings.recording import Recording
    from tests.unit.cloud.scripted_service import Request
    from troubleshooter.cloud.arm import Arm
    from troubleshooter.cloud.batch import Batch

_OF_THE_CONNECTION = frozenset({"Transfer-Encoding", "Content-Length"})
SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
"""What stands in the recordings in the place of each recorder's own."""


class Replay:
    def __init__(self, folder: Path, name: str) -> None:
        self.recording = recording(name)
        self._scripted = Scripted(folder)
        self.endpoint = self._scripted.endpoint
        self.target = Target(SUBSCRIPTION, "rg1", "acct1", self.recording.pool or "p1")
        self.play(self.recording)

    def play(self, one: Recording, *, also: str = "") -> None:
        """Answer its call with it, or what `also` names, as a pattern of paths."""
        headers = {key: value for key, value in one.headers.items() if key not in _OF_THE_CONNECTION}
        if "Location" in headers:
            headers["Location"] = re.sub("https://[^/]+", self.endpoint, headers["Location"])
        pattern = also or rf"{re.escape(one.path)}(\?|$)"
        self._scripted.answer(one.method, pattern, Answer(one.status, one.body, headers))

    @property
    def arm(self) -> Arm:
        return self._scripted.azure.arm

    @property
    def batch(self) -> Batch:
        return self._scripted.azure.batch

    @property
    def pool(self) -> str:
        return self.target.pool

    @property
    def body(self) -> Any:
        return self.recording.body

    def sent(self) -> Request:
        """The one call that met the recording."""
        found: list[Request] = [
            request
            for request in self._scripted.sent(self.recording.method)
            if request.path.partition("?")[0] == self.recording.path
        ]
        assert len(found) == 1, found
        return found[0]

    def gets(self) -> list[Request]:
        """What was read, in order."""
        return self._scripted.sent("GET")

    def forget(self) -> None:
        self._scripted.forget()

    def missing(self, code: str, pattern: str) -> None:
        """A read of it meets a 404."""
        gone = {"error": {"code": code, "message": "It is not there."}}
        self._scripted.answer("GET", pattern, Answer(404, gone))

    @property
    def hint(self) -> float | None:
        """Until when to wait, as the service said."""
        return self._scripted.azure.hint

    def troubles(self) -> list[str]:
        return self._scripted.troubles

    def close(self) -> None:
        self._scripted.close()
