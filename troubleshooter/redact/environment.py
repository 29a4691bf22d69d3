"""Secrets that this process was given beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.redact.proxies import proxy_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

SUPPLIED = "TROUBLESHOOTER_SECRET_"
"""Variables whose values are secrets of a pool, by field. Also the way to have one more text hidden."""
_SIGN_IN = (
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_PASSWORD",
    "IDENTITY_HEADER",
    "MSI_SECRET",
)


def environment_secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Values of variables that hold a secret by their meaning, and the passwords of proxies."""
    given = (
        value.strip()
        for name, value in environ.items()
        if value.strip() and (name.upper().startswith(SUPPLIED) or name.upper() in _SIGN_IN)
    )
    return (*given, *proxy_secrets(environ))
