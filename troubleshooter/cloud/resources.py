"""ARM resources of other services, by plain GETs: whatever is answered, a refusal too, is an answer.

No package of theirs is used: azure-mgmt-authorization is of 2023, and those for networks and machines take
seconds to import for what is one GET here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from azure.core.rest import HttpRequest

from troubleshooter.cloud.caller import Way, page
from troubleshooter.cloud.explain import Asked
from troubleshooter.cloud.refusals.call import Call
from troubleshooter.errors import ExitCode, NotFound, NotPermitted, TroubleshooterError
from troubleshooter.model.reply import Heard, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from troubleshooter.cloud.caller import Caller

_KEPT = "/:@-._~!$&'()*+,;="
"""Letters that stay as they are in a path."""


class Resources:
    def __init__(self, caller: Caller, subscription: str) -> None:
        self._ask = caller
        self._subscription = subscription
        """Whose client asks; ARM is one address for all of them."""

    def get(self, path: str, version: str, right: str, role: str = "Reader") -> Reply:
        """One resource by its id. `right` and `role` are what reading it needs."""
        return self._reply(path, right, role, lambda _: self._body(_request(path, {"api-version": version})))

    def entries(self, path: str, version: str, right: str, role: str = "Reader", only: str = "") -> Reply:
        """All entries of a list, page after page; `only` is its $filter. One without end is no answer."""
        first = _request(path, {"api-version": version, **({"$filter": only} if only else {})})
        return self._reply(path, right, role, lambda asked: self._pages(first, asked))

    def _reply(self, path: str, right: str, role: str, read: Callable[[Asked], Any]) -> Reply:
        call = f"GET {path}"
        asked = Asked(f"reading {path}", path, "ARM", Call.RESOURCE_READ)
        try:
            body = self._ask.call(lambda: read(asked), asked)
        except NotFound as error:
            return Reply(call, Heard.ABSENT, None, right, role, error.why)
        except NotPermitted as error:
            return Reply(call, Heard.REFUSED, None, right, role, error.why)
        except TroubleshooterError as error:
            if error.exit_code == ExitCode.INTERRUPTED:
                raise
            return Reply(call, Heard.UNREACHABLE, None, "", "", f"{error.what} {error.why}")
        return Reply(call, Heard.KNOWN, body, right, role)

    def _body(self, request: HttpRequest) -> Any:
        answer = self._ask.session.arm(self._subscription).send_request(request)
        answer.raise_for_status()
        return answer.json()

    def _pages(self, request: HttpRequest, asked: Asked) -> list[Any]:
        found: list[Any] = []
        way = Way(asked)
        while True:
            way.step(request.url)
            body = self._body(request)
            found += page(body)
            following = body.get("nextLink")
            if not isinstance(following, str) or not following:
                return found
            request = HttpRequest("GET", following)


def _request(path: str, query: Mapping[str, str]) -> HttpRequest:
    return HttpRequest("GET", quote(path, safe=_KEPT), params=dict(query))
