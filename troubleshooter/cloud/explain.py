"""The SDKs' exceptions as our errors.

Decided on the status code and on Azure's own error body, never on the exception's class: azure-batch picks
its classes by request header, so a 500 may come as ResourceModifiedError.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import (
    AzureError,
    DeserializationError,
    HttpResponseError,
    ResponseNotReadError,
    ServiceRequestError,
    ServiceResponseError,
)

from troubleshooter.cloud.between import proxy
from troubleshooter.cloud.line import ISSUED, UNTRUSTED
from troubleshooter.cloud.refusals.call import Call
from troubleshooter.cloud.refusals.rights import advice
from troubleshooter.cloud.refusals.table import row
from troubleshooter.cloud.shapes import UNREADABLE
from troubleshooter.cloud.signing.refused import right_tenant
from troubleshooter.errors import (
    GaveUp,
    NotFound,
    NotPermitted,
    ServiceRefusal,
)
from troubleshooter.text import span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.cloud.allowance import Cut
    from troubleshooter.cloud.refusals.table import Row
    from troubleshooter.errors import TroubleshooterError

Failure = AzureError | DeserializationError
"""What the SDKs raise about an answer, or about not having one."""


class LeadsBack(ServiceResponseError):
    """A list whose pages lead in a circle; the next try may find another way."""


_LONGEST = 600
_PLACE = re.compile(r"_?\w+\(host='([^']+)', port=(\d+)\): ")
"""How a line of urllib3 begins that names its pool of connections."""
_SYSTEM = re.compile(r"\[Errno -?\d+\] ([\w ,.-]+)")
_OTHER_TENANT = "InvalidAuthenticationTokenTenant"
_REQUEST_IDS = ("x-ms-request-id", "request-id")
_NOT_THERE = "Check the names and the subscription, and whether it was deleted meanwhile."
_NOT_SIGNED_IN = "Sign in again: a fresh token was refused too. Check the tenant and --authority."
_UNCHANGED = "Nothing was changed by this request. Mend what Azure names, then try again."
_PERHAPS = "An earlier try got no answer and may have been carried out: look at what is there."


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the messages about it need it."""

    doing: str
    """For "Azure refused …": e.g. reading pool render-pool."""
    missing: str
    """What a 404 says is not there, e.g. pool render-pool of account renderacct."""
    service: str
    """ARM or Batch."""
    call: Call = Call.POOL_READ
    """What kind of call it is: by it the table of codes tells what is needed."""
    unanswered: Callable[[], object] | None = None
    """Told of each try to which nobody answers: it may be carried out whenever it arrives."""

    @property
    def changes(self) -> bool:
        """Sent twice, it may meet its own first try."""
        return self.call.changes


@dataclass(frozen=True, slots=True)
class _Reason:
    """What an error answer says."""

    status: int
    code: str = ""
    message: str = ""
    details: tuple[str, ...] = ()
    request_id: str = ""
    whole: str = ""
    """The message as it came, where it is longer than what is told of it."""
    inner: str = ""
    """The code below the code, with which a vault says why it forbids something."""
    tenant: str = ""
    """The one that a token has to be of, where a refusal of another's names it."""

    def __str__(self) -> str:
        said = ". ".join(part for part in (_pair(self.code, self.message), *self.details) if part)
        number = f"HTTP {self.status}" + (f", request id {self.request_id}" if self.request_id else "")
        return f"Azure said {said} ({number})." if said else f"Azure gave no reason ({number})."


SIGN_IN = "The sign-in service"
_SERVICE = "_asked_of"


def of_sign_in(error: AzureError) -> None:
    """Remember that it was met on the way to a token: the service that the token is for was not asked."""
    setattr(error, _SERVICE, SIGN_IN)


def service_of(error: Failure, asked: Asked) -> str:
    """Who did not answer, or not well: a call asks the sign-in service before its own."""
    return str(getattr(error, _SERVICE, asked.service))


def status_of(error: Failure) -> int | None:
    """The answer's HTTP status; None where no answer came or it was cut off."""
    return error.status_code if isinstance(error, HttpResponseError) else None


def explain(error: Failure, asked: Asked, *, again: bool = False) -> TroubleshooterError:
    """Say what a failed request means; again is for one of which an earlier answer was lost."""
    if untrusted(error):
        return _untrusted(error, asked)
    if (status := proxy.refused(error)) is not None:
        return proxy.told(status, _url(error))
    if (status_of(error) or 0) >= 400:
        return _refusal(_reason(error), asked, again=again)
    return GaveUp(
        f"Azure's answer to {asked.doing} could not be read.",
        f"{_first_line(error) or type(error).__name__}.",
        "Check --arm-endpoint, and whether a proxy answers in Azure's place.",
    )


def known(error: Failure, asked: Asked) -> Row | None:
    """What the table of codes says of an answer, met by this call; None where nothing does."""
    return row(_reason(error).code, asked.call) if status_of(error) is not None else None


def refusal_of(error: TroubleshooterError) -> tuple[int, str, str]:
    """Status, code and inner code of the answer that an error of ours was made of; 0 where none came."""
    met = error.__cause__
    if not isinstance(met, HttpResponseError):
        return 0, "", ""
    reason = _reason(met)
    return reason.status, reason.code, reason.inner


def gave_up(error: Failure, asked: Asked, tries: int, pause: float | None = None) -> GaveUp:
    """After so many tries; pause is for a service that wants more time than an operator would give it."""
    told = known(error, asked) if 400 <= (status_of(error) or 0) < 500 else None
    said = str(_reason(error)) if status_of(error) else f"{_first_line(error) or type(error).__name__}."
    return GaveUp(
        f"Gave up {asked.doing} after {tries} {'try' if tries == 1 else 'tries'}.",
        f"{trouble(error, service_of(error, asked))}. {said}"
        + (f" It asks to wait {span(pause)}." if pause else ""),
        (told and told.do)
        or "Check the network, or wait until the service is well again; then try this step once more.",
    )


def cut_off(error: Failure, cut: Cut, asked: Asked, tries: int) -> GaveUp:
    """After an answer was not read to its end; `cut` says which limit it met."""
    service = service_of(error, asked)
    endpoint = "--authority" if service == SIGN_IN else "--arm-endpoint"
    return GaveUp(
        f"Gave up {asked.doing} after {tries} {'try' if tries == 1 else 'tries'}.",
        f"{service}: {cut.value}, the most that is waited for or read; what came of it was not used.",
        f"Check the network and {endpoint}, and whether a proxy answers in Azure's place; then try again.",
    )


def trouble(error: Failure, service: str) -> str:
    """What went wrong on the way, in a few words."""
    if (status := status_of(error)) is not None:
        return f"{service} answered {status}"
    if isinstance(error, LeadsBack):
        return f"{service}'s list leads in a circle"
    if "Timeout" in type(error).__name__:
        return f"{service} did not answer in time"
    if isinstance(error, ServiceRequestError):
        return f"{service} could not be reached"
    return f"{service} broke off its answer"


def untrusted(error: Failure) -> bool:
    """Whether the server's certificate was not accepted; asking again cannot help."""
    return UNTRUSTED in str(error)


def lasting(error: Failure) -> bool:
    """Whether no other try can help: a certificate that is not accepted, a proxy that opens no way."""
    return untrusted(error) or proxy.refused(error) is not None


def _url(error: Failure) -> str:
    """What was asked for, where the library says it."""
    request = getattr(getattr(error, "inner_exception", None), "request", None)
    return str(getattr(request, "url", None) or "")


def reason_in(body: Mapping[str, Any]) -> tuple[str, str]:
    """Code of the error that an operation ended with, and that with its message; empty where it has none."""
    error = body.get("error")
    told = error if isinstance(error, dict) else {}
    code = str(told.get("code") or "")
    return code, _pair(code, _message(told))


def _refusal(reason: _Reason, asked: Asked, *, again: bool) -> TroubleshooterError:
    what = f"Azure refused {asked.doing}."
    if reason.status == 404:
        return NotFound(
            f"There is no {asked.missing}.",
            str(reason),
            _do(reason, asked, _NOT_THERE),
        )
    if reason.status == 401:
        return NotPermitted(what, str(reason), _do(reason, asked, _NOT_SIGNED_IN))
    told = row(reason.code, asked.call)
    if reason.status == 403 or (told is not None and told.whose == "caller"):  # Batch says some with 400
        return NotPermitted(what, str(reason), _do(reason, asked, advice(reason.whole, asked.call.action)))
    do = _PERHAPS if again else _do(reason, asked, _UNCHANGED)
    return ServiceRefusal(what, str(reason), do, status=reason.status, code=reason.code)


def _do(reason: _Reason, asked: Asked, otherwise: str) -> str:
    """What helps: by the table; else by the status, and it is said that the code is not known."""
    told = row(reason.code, asked.call)
    if reason.tenant:
        return (
            f"Sign in to the subscription's tenant: az login --tenant {reason.tenant}, or set AZURE_TENANT_ID"
            " to it. A subscription that was just moved takes up to an hour."
        )
    if told is None:
        return f"{reason.code} is not known here. {otherwise}" if reason.code else otherwise
    return told.do or advice(reason.whole, asked.call.action)


def _untrusted(error: Failure, asked: Asked) -> GaveUp:
    said, _, issued = str(error).partition(ISSUED)
    why = f"{_cut(_first_line(said), 200)}."
    do = "Give the certificate authority of your cloud or proxy with --ca-file."
    if issued:
        why = f"{_cut(_first_line(issued), 300)}, and this machine does not trust that. {why}"
        do = (
            "If that is your company's, its proxy opens connections (TLS inspection): give its certificate"
            " authority with --ca-file, a PEM file. If you do not know it, stop: somebody may read along."
        )
    return GaveUp(f"The certificate of {service_of(error, asked)} was not accepted.", why, do)


def _reason(error: Failure) -> _Reason:
    """Read the error body ourselves: the SDKs leave their fields empty for some bodies."""
    response = error.response if isinstance(error, HttpResponseError) else None
    if response is None:
        return _Reason(status_of(error) or 0, message=_first_line(error))
    # azure-core types the response by what its exceptions use of it, which leaves out headers and json()
    answer: Any = response
    request_id = next((answer.headers[name] for name in _REQUEST_IDS if name in answer.headers), "")
    status = int(answer.status_code)
    try:
        body = answer.json()
    except (*UNREADABLE, ResponseNotReadError):  # empty, HTML, or never read
        body = None
    if not isinstance(body, dict):
        return _Reason(status, request_id=request_id)
    inner = body.get("error", body)
    if not isinstance(
        inner, dict
    ):  # the sign-in service: {"error": "invalid_client", "error_description": …}
        return _Reason(status, str(inner), _first_line(body.get("error_description")), (), request_id)
    code, message = str(inner.get("code") or ""), _message(inner)
    below = inner.get("innererror")
    exact = str(below.get("code") or "") if isinstance(below, dict) else ""
    whole = _whole(inner)
    challenge = str(answer.headers.get("WWW-Authenticate") or "")
    tenant = right_tenant(whole, challenge) if code == _OTHER_TENANT else ""
    return _Reason(status, code, message, _details(inner, message), request_id, whole, exact, tenant)


def _message(error: dict[str, Any]) -> str:
    return _first_line(_whole(error))


def _whole(error: dict[str, Any]) -> str:
    message = error.get("message")
    if isinstance(message, dict):  # the data plane's {"lang", "value"}
        message = message.get("value")
    return str(message or "")


def _details(error: dict[str, Any], message: str) -> tuple[str, ...]:
    """ARM's details[] of the same shape, or the data plane's values[]; none that only repeats the message."""
    found = [(detail.get("code"), _message(detail)) for detail in _objects(error.get("details"))]
    found += [(value.get("key"), _first_line(value.get("value"))) for value in _objects(error.get("values"))]
    return tuple(_pair(name, text) for name, text in found if (name or text) and text != message)


def _pair(name: object, text: str) -> str:
    return ": ".join(part for part in (str(name or ""), text) if part)


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _first_line(text: object) -> str:
    """Without the RequestId and Time lines that the data plane puts behind its message."""
    lines = (line.strip() for line in str(text or "").splitlines())
    line = next((line for line in lines if line and not line.startswith(("RequestId:", "Time:"))), "")
    return _cut(_on_the_way(line.rstrip(".")), _LONGEST)


def _on_the_way(line: str) -> str:
    """Which place did not answer and what the system says, of a line that names the library's own parts."""
    place, said = _PLACE.match(line), _SYSTEM.search(line)
    return f"{place[1]}:{place[2]}: {said[1]}" if place and said else line


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
