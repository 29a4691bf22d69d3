"""One request to Azure: tried again, heard by cancel, failing with our errors; whole as it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from troubleshooter.cloud import translate
from troubleshooter.cloud.explain import LeadsBack
from troubleshooter.cloud.retry import call
from troubleshooter.errors import GaveUp

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from azure.core.pipeline import PipelineResponse

    from troubleshooter.cloud.explain import Asked
    from troubleshooter.cloud.session import Session
    from troubleshooter.cloud.translate import Json

T = TypeVar("T")

MOST_PAGES = 200
"""Of one list; a page holds up to a thousand."""


class Caller:
    """How both planes ask. What is given is used by every request."""

    def __init__(
        self,
        session: Session,
        cancel: threading.Event,
        on_trouble: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self.session = session
        self._cancel = cancel
        self._on_trouble = on_trouble
        self._now = now

    def left_out(self, what: str) -> None:
        """Say what of an answer could not be read; the rest of it counts."""
        self._on_trouble(f"left out: {what}")

    def call(self, operation: Callable[[], T], asked: Asked) -> T:
        return call(
            operation,
            asked,
            cancel=self._cancel,
            on_trouble=self._on_trouble,
            renew=self.session.sign_in.renew,
            now=self._now,
        )

    def read(self, ask: Callable[[Callable[..., Any]], Any], asked: Asked) -> tuple[Json, Mapping[str, str]]:
        """Body and headers of an answer; ask hands its argument to the SDK as `cls`."""
        answer: tuple[Json, Mapping[str, str]] = self.call(lambda: ask(_raw), asked)
        return answer

    def all_of(
        self, ask: Callable[[Callable[[PipelineResponse[Any, Any]], None]], Iterable[Any]], asked: Asked
    ) -> list[Any]:
        """All pages of a list, as JSON; a page that fails starts the list again."""

        def pages() -> list[Any]:
            items: list[Any] = []
            way = _Way(asked)

            def keep(response: PipelineResponse[Any, Any]) -> None:
                if response.http_response.status_code == 200:
                    way.step(response.http_request.url)
                    given = response.http_response.json().get("value") or []
                    items.extend(translate.objects(given))
                    if strange := len(given) - len(translate.objects(given)):
                        self.left_out(f"{asked.doing}: {strange} of the entries are no objects")

            for _ in ask(keep):
                pass
            return items

        return self.call(pages, asked)


class _Way:
    """From page to page; a list that leads in a circle is begun again, one without end given up."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._seen: set[str] = set()

    def step(self, page: str) -> None:
        if page in self._seen:
            raise LeadsBack("one page of it names a page that was read already")
        self._seen.add(page)
        if len(self._seen) > MOST_PAGES:
            raise GaveUp(
                f"Gave up {self._asked.doing} after {MOST_PAGES} pages.",
                f"The list goes on after {MOST_PAGES} pages, the most that is read of one; none was used.",
                "Try again; if it stays so, check whether a proxy answers in Azure's place.",
            )


def _raw(response: PipelineResponse[Any, Any], _model: object, _headers: object) -> object:
    """For `cls=`: the answer as it came, instead of a model that drops what it does not know."""
    return response.http_response.json(), response.http_response.headers
