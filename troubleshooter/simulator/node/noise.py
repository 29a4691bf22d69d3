"""Harmless lines as a node's logs gather them over months. Their forms are those of real logs.

Thousands of them, so that nothing is found by standing out; some hold words that sound like trouble.
"""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CYCLES = 500
"""Polling cycles in the extension's log, of seven lines each."""
GOAL_STATES = 400
_URL = "https://kv-contoso-web.vault.azure.net/secrets/web-frontend"
_CYCLE = (
    "<info> [CertificateManager]\tStarting refreshing observed certificates...",
    f"<info> [CertificateManager]\tBeginning refresh for: {_URL}",
    f"<info> [CertificateManager]\tretrieved '{_URL}/'; most recent version is 'a403404429500127126'",
    "<info> [CertificateManager]\tCompleted refreshing observed certificates.",
    "<debug> [CertificateManager]\tChecking state of termination event with a timeout of 3600000",
)
_OTHER = "Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.2.3"
_GOAL_STATE = (
    "INFO ExtHandler ExtHandler Fetching goal state [incarnation {number}]",
    "INFO ExtHandler ExtHandler Fetch goal state completed",
    f"INFO ExtHandler [{_OTHER}] Target handler state: enabled [incarnation {{number}}]",
    f"INFO ExtHandler [{_OTHER}] [Enable] current handler state is: enabled",
    f"INFO ExtHandler [{_OTHER}] Update settings file: 0.settings",
    (
        "INFO ExtHandler ExtHandler [HEARTBEAT] Agent WALinuxAgent-2.9.1.1 is running as the goal state agent"
        " [DEBUG HeartbeatCounter: {number};DroppedPackets: 0;UpdateGSErrors: 0;AutoUpdate: 1]"
    ),
)
_PLUGIN = "Microsoft.CPlat.Core.RunCommandWindows"
_WINDOWS = (
    f"[INFO]  Beginning enable of plugin {_PLUGIN}.",
    f"[INFO]  CreateJobObject: Creating job object with a name of {_PLUGIN}",
    f"[INFO]  {_PLUGIN}: isAtLeast2012 = True",
    f"[ERROR] {_PLUGIN}: Error SetCPUNotification: 87",
    f"[INFO]  {_PLUGIN}: Extension CpuQuota is not set",
)


def service(until: str) -> Iterator[str]:
    """Polling cycles of the extension's service, hour by hour, before a time `YYYY-MM-DD HH:MM:SS`."""
    end = datetime.fromisoformat(until)
    for number in range(CYCLES, 0, -1):
        moment = end - timedelta(hours=number)
        yield from (f"{moment:%Y-%m-%d %H:%M:%S}: {line}" for line in _CYCLE)


def agent(until: str) -> Iterator[str]:
    """Goal states of the Linux guest agent."""
    end = datetime.fromisoformat(until)
    for number in range(GOAL_STATES, 0, -1):
        moment = end - timedelta(minutes=30 * number)
        for line in _GOAL_STATE:
            yield f"{moment:%Y-%m-%dT%H:%M:%S}.{number:06d}Z {line.format(number=1000 - number)}"


def agent_windows(until: str) -> Iterator[str]:
    end = datetime.fromisoformat(until)
    for number in range(GOAL_STATES, 0, -1):
        moment = end - timedelta(minutes=30 * number)
        yield from (f"[{number % 16:08d}] {moment:%Y-%m-%dT%H:%M:%S}.812Z {line}" for line in _WINDOWS)


def write_rotated(path: Path, lines: Iterator[str]) -> None:
    """Write a log that was put away, packed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))
