"""The simulated Azure as the command line starts it: names, the way in, and the administrator's part."""

from __future__ import annotations

import json
import os
import ssl
import urllib.request
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import UsageProblem
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.scenarios import Scenario

_CONTROL_SECONDS = 20


def scenario(name: str) -> Scenario:
    """Find a scenario, or name the nearest."""
    if name in SCENARIOS:
        return SCENARIOS[name]
    near = get_close_matches(name, SCENARIOS, n=1)
    raise UsageProblem(
        f"There is no scenario {name!r}.",
        f"The scenarios are {', '.join(SCENARIOS)}.",
        f"Did you mean {near[0]}?" if near else "See: troubleshooter demo --list",
    )


def sign_in_as(connection: Mapping[str, Any]) -> None:
    """Give this process the variables that a user of a private cloud would set."""
    os.environ["AZURE_TENANT_ID"] = connection["tenant_id"]
    os.environ["AZURE_CLIENT_ID"] = connection["client_id"]
    os.environ["AZURE_CLIENT_SECRET"] = connection["client_secret"]
    os.environ["AZURE_AUTHORITY_HOST"] = connection["authority"]
    direct = [os.environ.get("NO_PROXY", ""), "127.0.0.1"]
    os.environ["NO_PROXY"] = ",".join(filter(None, direct))


def cure(connection: Mapping[str, Any]) -> str:
    """Do what an administrator would do about the fault outside the pool, and say what that was."""
    return str(_control(connection, "POST", "cure").get("done", "done"))


def identity(connection: Mapping[str, Any]) -> str:
    """Name the identity that an administrator would attach; empty when there is none."""
    known = _control(connection, "GET", "state").get("identities") or [{"id": ""}]
    return str(known[0]["id"])


def _control(connection: Mapping[str, Any], method: str, what: str) -> dict[str, Any]:
    context = ssl.create_default_context(cafile=connection["ca_file"])
    direct = urllib.request.ProxyHandler({})
    opener = urllib.request.build_opener(direct, urllib.request.HTTPSHandler(context=context))
    request = urllib.request.Request(f"{connection['control']}/{what}", method=method)  # noqa: S310 - our own https
    with opener.open(request, timeout=_CONTROL_SECONDS) as response:
        answer: dict[str, Any] = json.load(response)
    return answer
