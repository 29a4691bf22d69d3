"""A service that answers what a test tells it, and the program's way to it: for answers that are rare."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.unit.cloud.scripted_service import SUBSCRIPTION, Answer, Cancel, Service
from troubleshooter.cloud.azure import Azure
from troubleshooter.model.target import Target
from troubleshooter.settings import CloudSettings

if TYPE_CHECKING:
    from troubleshooter.cloud.session import Session

TARGET = Target(SUBSCRIPTION, "render-rg", "renderacct", "render-pool")
SIGN_IN = {
    "AZURE_TENANT_ID": "tenant",
    "AZURE_CLIENT_ID": "client",
    "AZURE_CLIENT_SECRET": "not-a-secret",
}


@dataclass
class Scripted:
    """Waits are over at once and written down; whatever is changed is declared."""

    folder: Path
    cancel: Cancel = field(default_factory=Cancel)
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service = Service(self.folder)
        self.endpoint = self.service.endpoint
        settings = CloudSettings(SUBSCRIPTION, self.endpoint, self.endpoint, self.service.ca_file)
        self.azure = Azure(settings, self.cancel, self.troubles.append)
        self.declared = self.azure.changing()
        self.declared.__enter__()

    @property
    def session(self) -> Session:
        """The SDKs' clients, as the planes of Azure use them."""
        return self.azure._session

    def answer(self, method: str, path: str, *answers: Answer) -> None:
        self.service.answer(method, path, *answers)

    def forget(self) -> None:
        """What was asked until now."""
        self.service.requests.clear()
        self.troubles.clear()
        self.cancel.waits.clear()

    def sent(self, method: str) -> list[Any]:
        """What was sent in that way to either plane; signing in is not."""
        return [request for request in self.service.seen(method, "") if "/tenant/" not in request.path]

    def close(self) -> None:
        self.declared.__exit__(None, None, None)
        self.azure.close()
        self.service.stop()


def refused(status: int, code: str = "Refused", message: str = "No.") -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}})
