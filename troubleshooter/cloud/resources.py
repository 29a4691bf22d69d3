"""ARM resources of other services, by plain GETs: whatever is answered, a refusal too, is an answer.

No package of theirs is used: azure-mgmt-authorization is of 2023, and those for networks and machines take
seconds to import for what is one GET here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from azure.core.rest import HttpRequest

from troubleshooter.cloud.caller import MOST_PAGES
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
        return self._reply(path, right, role, lambda: self._body(path, {"api-version": version}))

    def entries(self, path: str, version: str, right: str, role: str = "Reader", only: str = "") -> Reply:
        """All entries of a list, page after page; `only` is its $filter."""
        query = {"api-version": version, **({"$filter": only} if only else {})}
        return self._reply(path, right, role, lambda: self._pages(path, query))

    def _reply(self, path: str, right: str, role: str, read: Callable[[], Any]) -> Reply:
        call = f"GET {path}"
        try:
            body = self._ask.call(read, Asked(f"reading {path}", path, "ARM", Call.RESOURCE_READ))
        except NotFound as error:
            return Reply(call, Heard.ABSENT, None, right, role, error.why)
        except NotPermitted as error:
            return Reply(call, Heard.REFUSED, None, right, role, error.why)
        except TroubleshooterError as error:
            if error.exit_code == ExitCode.INTERRUPTED:
                raise
            return Reply(call, Heard.UNREACHABLE, None, "", "", f"{error.what} {error.why}")
        return Reply(call, Heard.KNOWN, body, right, role)

    def _body(self, path: str, query: Mapping[str, str]) -> Any:
        request = HttpRequest("GET", quote(path, safe=_KEPT), params=dict(query))
        answer = self._ask.session.arm(self._subscription).send_request(request)
        answer.raise_for_status()
        return answer.json()

    def _pages(self, path: str, query: Mapping[str, str]) -> list[Any]:
        found: list[Any] = []
        body = self._body(path, query)
        for _ in range(MOST_PAGES):
            found += body.get("value") or []
            following = body.get("nextLink")
            if not isinstance(following, str) or not following:
                return found
            request = HttpRequest("GET", following)
            answer = self._ask.session.arm(self._subscription).send_request(request)
            answer.raise_for_status()
            body = answer.json()
        return found
