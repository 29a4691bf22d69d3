"""Azure's answers to all that cross-checks ask of a simulated pool, judged; without a run around it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.contract.client import Client
from troubleshooter import extensions
from troubleshooter.checks import ROWS, judged
from troubleshooter.cli import worlds
from troubleshooter.cloud.azure import Azure
from troubleshooter.model.target import Target
from troubleshooter.operations.facts import cloud_facts
from troubleshooter.settings import CloudSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.checks.check import Outcome
    from troubleshooter.model.reply import Facts
    from troubleshooter.simulator.server import Simulator


def facts_of(simulator: Simulator) -> Facts:
    connection = simulator.connection
    worlds.sign_in_as(connection)
    settings = CloudSettings(
        connection["subscription_id"],
        connection["arm_endpoint"],
        connection["authority"],
        Path(connection["ca_file"]),
    )
    about = extensions.named("key-vault", extensions.shipped())
    with Azure(settings, threading.Event(), lambda _: None) as azure:
        pool = azure.arm.pool(Target.parse(connection["pool_id"])).body
        facts = cloud_facts.ask(azure, pool, about, threading.Event())
    return replace(facts, now=datetime.now(UTC))


def outcomes(simulator: Simulator) -> Mapping[str, Outcome]:
    """By the check's id."""
    return {check.id: said for check, said in judged(ROWS, facts_of(simulator))}


def calls(simulator: Simulator) -> list[str]:
    """Method and path of all that was asked, but for signing in."""
    seen = Client(simulator.connection).control("GET", "/calls")["calls"]
    return [f"{call['method']} {call['path']}" for call in seen if "/oauth2/" not in call["path"]]
