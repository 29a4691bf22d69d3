"""The SDKs' exceptions as our errors.

Decided on the status code and on Azure's own error body, never on the exception's class: azure-batch picks
its classes by request header, so a 500 may come as ResourceModifiedError.
"""

from __future__ import annotations

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

from troubleshooter.cloud.shapes import UNREADABLE
from troubleshooter.errors import (
    GaveUp,
    NotFound,
    NotPermitted,
    ServiceRefusal,
)
from troubleshooter.text import span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.core.exceptions import ClientAuthenticationError

    from troubleshooter.cloud.allowance import Cut
    from troubleshooter.errors import TroubleshooterError

Failure = AzureError | DeserializationError
"""What the SDKs raise about an answer, or about not having one."""


class LeadsBack(ServiceResponseError):
    """A list whose pages lead in a circle; the next try may find another way."""


READ = "Azure Batch Account Reader"
WRITE = "Azure Batch Data Contributor"
"""Inferred from the roles' documented actions; which right the node calls need is documented nowhere."""

_LONGEST = 600
_REQUEST_IDS = ("x-ms-request-id", "request-id")
_DO = {
    "PoolBeingDeleted": "Wait until the pool is gone, then try again.",
    "PoolExists": "Choose another name, or remove the pool that has it.",
    "AccountPoolQuotaReached": "Delete a pool that is no longer needed, or ask for a larger pool quota.",
    "PoolQuotaReached": "Delete a pool that is no longer needed, or ask for a larger pool quota.",
    "ScopeLocked": "Remove the lock on the account or its resource group, or ask who set it.",
    "NodeStateUnusable": "Pick a node that is idle or running.",
    "NodeNotReady": "Wait until the node is idle or running, then try again.",
    "RequestDisallowedByPolicy": "Ask the owner of the Azure Policy named above for an exemption.",
}
"""What helps against refusals whose code says it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the messages about it need it."""

    doing: str
    """For "Azure refused …": e.g. reading pool render-pool."""
    missing: str
    """What a 404 says is not there, e.g. pool render-pool of account renderacct."""
    service: str
    """ARM or Batch."""
    role: str = READ
    """The role that would allow it."""
    unanswered: Callable[[], object] | None = None
    """Told of each try to which nobody answers: it may be carried out whenever it arrives."""

    @property
    def changes(self) -> bool:
        """Sent twice, it may meet its own first try."""
        return self.role == WRITE


@dataclass(frozen=True, slots=True)
class _Reason:
    """What an error answer says."""

    status: int
    code: str = ""
    message: str = ""
    details: tuple[str, ...] = ()
    request_id: str = ""

    def __str__(self) -> str:
        said = ": ".join(part for part in (self.code, self.message) if part)
        said = " ".join((said, *(f"{detail}." for detail in self.details))).strip()
        number = f"HTTP {self.status}" + (f", request id {self.request_id}" if self.request_id else "")
        return f"Azure said {said} ({number})." if said else f"Azure gave no reason ({number})."


def status_of(error: Failure) -> int | None:
    """The answer's HTTP status; None where no answer came or it was cut off."""
    return error.status_code if isinstance(error, HttpResponseError) else None


def explain(error: Failure, asked: Asked, *, again: bool = False) -> TroubleshooterError:
    """Say what a failed request means; again is for one of which an earlier answer was lost."""
    if untrusted(error):
        return _untrusted(error, asked)
    if (status_of(error) or 0) >= 400:
        return _refusal(_reason(error), asked, again=again)
    return GaveUp(
        f"Azure's answer to {asked.doing} could not be read.",
        f"{_first_line(error) or type(error).__name__}.",
        "Check --arm-endpoint, and whether a proxy answers in Azure's place.",
    )


def gave_up(error: Failure, asked: Asked, tries: int, pause: float | None = None) -> GaveUp:
    """After so many tries; pause is for a service that wants more time than an operator would give it."""
    said = str(_reason(error)) if status_of(error) else f"{_first_line(error) or type(error).__name__}."
    return GaveUp(
        f"Gave up {asked.doing} after {tries} {'try' if tries == 1 else 'tries'}.",
        f"{trouble(error, asked.service)}. {said}" + (f" It asks to wait {span(pause)}." if pause else ""),
        "Check the network, or wait until the service is well again; then try this step once more.",
    )


def cut_off(cut: Cut, asked: Asked, tries: int) -> GaveUp:
    """After an answer was not read to its end; `cut` says which limit it met."""
    return GaveUp(
        f"Gave up {asked.doing} after {tries} {'try' if tries == 1 else 'tries'}.",
        f"{asked.service}: {cut.value}, the most that is waited for or read; what came of it was not used.",
        "Check the network and --arm-endpoint, and whether a proxy answers in Azure's place; then try again.",
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
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def sign_in_failed(error: ClientAuthenticationError) -> NotPermitted:
    """The credential's own failure. It tells a page of text; each thing it tried is worth one line."""
    tried = [line.strip() for line in error.message.splitlines() if line.startswith("\t") and ": " in line]
    environment = len(tried) == 1 and tried[0].startswith("EnvironmentCredential")
    return NotPermitted(
        "Could not sign in to Azure.",
        "Tried " + "; ".join(_cut(line.rstrip("."), 160) for line in tried) + "."
        if tried
        else f"{_first_line(error.message)}.",
        "Check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET: they are set, and were refused."
        if environment
        else "Run az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.",
    )


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
            "Check the names and the subscription, and whether it was deleted meanwhile.",
        )
    if reason.status == 401:
        return NotPermitted(
            what,
            str(reason),
            "Sign in again: a fresh token was refused too. Check the tenant and --authority.",
        )
    if reason.status == 403:
        return NotPermitted(
            what,
            str(reason),
            _DO.get(
                reason.code,
                f"Ask for the role {asked.role} on the Batch account; it may take minutes to act.",
            ),
        )
    unchanged = "Nothing was changed by this request. Mend what Azure names, then try again."
    perhaps = "An earlier try got no answer and may have been carried out: look at what is there."
    do = perhaps if again else _DO.get(reason.code, unchanged)
    return ServiceRefusal(what, str(reason), do, status=reason.status, code=reason.code)


def _untrusted(error: Failure, asked: Asked) -> GaveUp:
    return GaveUp(
        f"The certificate of {asked.service} was not accepted.",
        f"{_cut(_first_line(error), 200)}.",
        "Give the certificate authority of your cloud or proxy with --ca-file.",
    )


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
    return _Reason(status, str(inner.get("code") or ""), _message(inner), _details(inner), request_id)


def _message(error: dict[str, Any]) -> str:
    message = error.get("message")
    if isinstance(message, dict):  # the data plane's {"lang", "value"}
        message = message.get("value")
    return _first_line(message)


def _details(error: dict[str, Any]) -> tuple[str, ...]:
    """ARM's details[] of the same shape, or the data plane's values[] of keys and values."""
    found = [_pair(detail.get("code"), _message(detail)) for detail in _objects(error.get("details"))]
    found += [
        _pair(value.get("key"), _first_line(value.get("value"))) for value in _objects(error.get("values"))
    ]
    return tuple(text for text in found if text)


def _pair(name: object, text: str) -> str:
    return ": ".join(part for part in (str(name or ""), text) if part)


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _first_line(text: object) -> str:
    """Without the RequestId and Time lines that the data plane puts behind its message."""
    lines = (line.strip() for line in str(text or "").splitlines())
    line = next((line for line in lines if line and not line.startswith(("RequestId:", "Time:"))), "")
    return _cut(line.rstrip("."), _LONGEST)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
