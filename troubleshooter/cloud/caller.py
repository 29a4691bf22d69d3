"""One request to Azure: tried again, heard by cancel, failing with our errors; whole as it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from azure.core.exceptions import DecodeError
from azure.core.rest import HttpRequest

from troubleshooter.cloud import translate
from troubleshooter.cloud.explain import LeadsBack
from troubleshooter.cloud.retry import call
from troubleshooter.errors import GaveUp

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from azure.core.pipeline import PipelineResponse
    from azure.core.rest import HttpResponse

    from troubleshooter.cloud.explain import Asked
    from troubleshooter.cloud.session import Session
    from troubleshooter.cloud.translate import Json

T = TypeVar("T")

LEFT_OUT = "left out: "
"""How it begins when something of an answer could not be read."""
MOST_PAGES = 200
"""Of one list; a page holds up to a thousand."""
_FEW_TRIES = 2


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
        self._on_trouble(f"{LEFT_OUT}{what}")

    def call(self, operation: Callable[[], T], asked: Asked) -> T:
        return call(
            operation,
            asked,
            cancel=self._cancel,
            on_trouble=self._on_trouble,
            renew=self.session.sign_in.renew,
            now=self._now,
        )

    def briefly(self, operation: Callable[[], T], asked: Asked) -> T:
        """As `call`, for what can be done without: given up soon, and never at the cost of a new sign-in."""
        return call(
            operation,
            asked,
            cancel=self._cancel,
            on_trouble=self._on_trouble,
            renew=None,
            now=self._now,
            limit=_FEW_TRIES,
        )

    def read(self, ask: Callable[[Callable[..., Any]], Any], asked: Asked) -> tuple[Json, Mapping[str, str]]:
        """Body and headers of an answer; ask hands its argument to the SDK as `cls`."""
        answer: tuple[Json, Mapping[str, str]] = self.call(lambda: ask(_raw), asked)
        return answer

    def all_of(
        self,
        ask: Callable[[Callable[[PipelineResponse[Any, Any]], None]], Iterable[Any]],
        asked: Asked,
        most: int = 0,
    ) -> list[Any]:
        """All pages of a list, as JSON; a page that fails starts the list again.

        With `most` it is the first page alone, and so many of it.
        """

        def pages() -> list[Any]:
            items: list[Any] = []
            way = Way(asked)

            def keep(response: PipelineResponse[Any, Any]) -> None:
                if response.http_response.status_code == 200:
                    way.step(response.http_request.url)
                    given = page(response.http_response.json())
                    items.extend(translate.objects(given))
                    if strange := len(given) - len(translate.objects(given)):
                        self.left_out(f"{asked.doing}: {strange} of the entries are no objects")

            for _ in ask(keep):
                if most:
                    break
            return items[:most] if most else items

        return self.call(pages, asked)

    def entries(
        self, first: HttpRequest, send: Callable[[HttpRequest], HttpResponse], asked: Asked
    ) -> list[Json]:
        """The same of a list of ARM for which no package is used."""

        def pages() -> list[Json]:
            items: list[Json] = []
            way, request = Way(asked), first
            while True:
                answer = send(request)
                answer.raise_for_status()
                way.step(answer.request.url)
                body = answer.json()
                items += translate.objects(page(body))
                if not (following := body.get("nextLink")):
                    return items
                request = HttpRequest("GET", following)

        return self.call(pages, asked)


def page(body: Any) -> list[Any]:
    """What a page of a list holds. An empty list is an answer; an answer that has none says nothing of it."""
    held = body.get("value") if isinstance(body, dict) else None
    if not isinstance(held, list):
        raise DecodeError("A page of the list came without its value")
    return held


class Way:
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
