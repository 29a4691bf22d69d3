"""Who would probably be asked for in Azure, as far as this machine says so: no call is made for it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SECRETS = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE")


def known() -> str:
    """From the environment, else from what az keeps of its login; empty where neither says anything.

    Which of them Azure takes only a call can tell: the order here is that of azure-identity's chain.
    """
    application = os.environ.get("AZURE_CLIENT_ID", "")
    if application and any(os.environ.get(name) for name in _SECRETS):
        return f"application {application}, from the environment"
    chosen = _chosen_subscription()
    user = str((chosen.get("user") or {}).get("name") or "")
    return f"{user}, subscription {chosen.get('name') or chosen.get('id')}, from az login" if user else ""


def default_subscription() -> str | None:
    """The id of the one that `az account show` would show; None where az keeps none."""
    found = str(_chosen_subscription().get("id") or "").lower()
    return found if _ID.fullmatch(found) else None


def _chosen_subscription() -> dict[str, Any]:
    folder = Path(os.environ.get("AZURE_CONFIG_DIR") or Path.home() / ".azure")
    try:
        profile = json.loads((folder / "azureProfile.json").read_text(encoding="utf-8-sig"))
        found = [each for each in profile["subscriptions"] if each["isDefault"]]
    except (OSError, RuntimeError, ValueError, LookupError, TypeError):  # no home, no file, none of az's
        return {}
    return found[0] if found and isinstance(found[0].get("user"), dict) else {}
