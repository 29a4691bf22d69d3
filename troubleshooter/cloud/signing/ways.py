"""The credential of each way to sign in. None keeps anything on the disk: their caches are in memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from azure.identity import (
    AzureCliCredential,
    AzureDeveloperCliCredential,
    DefaultAzureCredential,
    DeviceCodeCredential,
    EnvironmentCredential,
    InteractiveBrowserCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from azure.core.credentials import TokenCredential

SOON, BY_HAND = 60.0, 540.0
"""Seconds that signing in may take: by itself, and where somebody has to type or to click; that is less than
the ten minutes which a call may take as a whole."""


class Wire(NamedTuple):
    """How the sign-in service is reached."""

    authority: str | None
    """None leaves it to AZURE_AUTHORITY_HOST."""
    private: bool
    """Whether the authority is one of which Microsoft's list of clouds need not know."""
    transport: Any
    prompt: Callable[[str], None]
    """Shows whoever signs in what to do. It is written down nowhere."""


class Way(NamedTuple):
    make: Callable[[Wire], TokenCredential]
    hint: str
    """What helps where it fails for no reason that is known better."""
    seconds: float = SOON
    """That signing in may take; where somebody has to do it, it holds for every later connection as well."""
    opens: str = ""
    """Shown before a token is first asked for: what opens by itself, and waits for somebody."""


def _default(wire: Wire) -> TokenCredential:
    return DefaultAzureCredential(exclude_interactive_browser_credential=True, **_by_wire(wire))


def _environment(wire: Wire) -> TokenCredential:
    return EnvironmentCredential(**_by_wire(wire))


def _workload(wire: Wire) -> TokenCredential:
    return WorkloadIdentityCredential(**_by_wire(wire))


def _managed(wire: Wire) -> TokenCredential:
    client = os.environ.get("AZURE_CLIENT_ID") or None
    return ManagedIdentityCredential(client_id=client, transport=wire.transport, retry_total=0)


def _cli(_: Wire) -> TokenCredential:
    return AzureCliCredential(tenant_id=_tenant(), process_timeout=int(SOON) - 10)


def _azd(_: Wire) -> TokenCredential:
    return AzureDeveloperCliCredential(tenant_id=_tenant(), process_timeout=int(SOON) - 10)


def _device(wire: Wire) -> TokenCredential:
    def show(page: str, code: str, until: datetime) -> None:
        wire.prompt(f"To sign in, open {page} and type the code {code}. It holds until {until:%H:%M} UTC.")

    return DeviceCodeCredential(prompt_callback=show, timeout=int(BY_HAND), **_of_user(wire))


def _browser(wire: Wire) -> TokenCredential:
    return InteractiveBrowserCredential(timeout=int(BY_HAND), **_of_user(wire))


def _by_wire(wire: Wire) -> dict[str, Any]:
    options: dict[str, Any] = {"authority": wire.authority} if wire.authority else {}
    return options | {
        "disable_instance_discovery": wire.private,
        "transport": wire.transport,
        "retry_total": 0,
    }


def _of_user(wire: Wire) -> dict[str, Any]:
    return _by_wire(wire) | ({"tenant_id": tenant} if (tenant := _tenant()) else {})


def _tenant() -> str:
    return os.environ.get("AZURE_TENANT_ID", "")


_SET = "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"

WAYS: dict[str, Way] = {
    "default": Way(_default, f"Run az login, or set {_SET}."),
    "cli": Way(_cli, "Run az login, with --tenant TENANT where the subscription is of another tenant."),
    "azd": Way(_azd, "Run azd auth login, with --tenant-id TENANT where the subscription is another's."),
    "device-code": Way(
        _device, "Try again: a new code is given. Where codes are forbidden, use az login.", BY_HAND
    ),
    "browser": Way(
        _browser,
        "Try again; where no browser opens, use --sign-in device-code.",
        BY_HAND,
        "To sign in, use the page that opens in your browser.",
    ),
    "managed-identity": Way(
        _managed,
        "This needs a machine in Azure with a managed identity; AZURE_CLIENT_ID names a user-assigned one."
        " Elsewhere choose another way with --sign-in.",
    ),
    "workload-identity": Way(
        _workload,
        "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE.",
    ),
    "environment": Way(_environment, f"Set {_SET}, or AZURE_CLIENT_CERTIFICATE_PATH for the last."),
}
"""By what --sign-in takes; settings.SIGN_INS is the same, and a test compares."""
