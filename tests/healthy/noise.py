"""Harmless lines as real nodes have them: of the guest agent, of systemd, of the kernel, of other extensions.

They lie in `lines/`. What the agent says of nothing wrong is, by its wording, in the list of lines that its
authors pass over in their own tests (Azure/WALinuxAgent, `tests_e2e/tests/lib/agent_log.py`) or in issues;
numbers and names are ours.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGIN = datetime(2025, 9, 18, 6, 5, 0)  # noqa: DTZ001 - logs have no zone
_MONITOR = "Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.33.1"


def _lines(name: str) -> tuple[str, ...]:
    return tuple((Path(__file__).parent / f"lines/{name}.txt").read_text(encoding="utf-8").splitlines())


AGENT, SYSTEM, WINDOWS = _lines("agent"), _lines("system"), _lines("windows")
"""Said, and no error: none of it may be shown as one."""
AGENT_ERRORS = _lines("agent-errors")
"""Errors that the agent's authors pass over where they do not come again and again."""
SYSTEM_ERRORS = _lines("system-errors")
KNOWN = (*AGENT_ERRORS, *SYSTEM_ERRORS)
"""Lines that say error where nothing is wrong: they may be listed as lines that no rule explains, no more."""


def spread(folder: Path, *, errors: bool = False) -> None:
    """Beside what a scenario's nodes have, in the logs that are there and in files of others."""
    for log in folder.rglob("var/log/waagent.log"):
        root = log.parents[2]
        _append(log, _agent_lines((*AGENT, *AGENT_ERRORS) if errors else AGENT))
        _write(root / "var/log/syslog", _system_lines((*SYSTEM, *SYSTEM_ERRORS) if errors else SYSTEM))
        _linux_neighbour(root)
    for log in folder.rglob("WindowsAzure/Logs/WaAppAgent.log"):
        _append(log, (f"[00000012] {_time(place)}.201Z {line}\r" for place, line in enumerate(WINDOWS)))
        _windows_neighbour(log.parents[2])


def _time(place: int) -> str:
    return f"{_BEGIN + timedelta(seconds=7 * place):%Y-%m-%dT%H:%M:%S}"


def _agent_lines(lines: Iterable[str]) -> Iterable[str]:
    """With the time that a line has; what a command printed has none."""
    for place, line in enumerate(lines):
        timed = line.startswith(("INFO ", "WARNING ", "ERROR "))
        yield f"{_time(place)}.{place:06d}Z {line}" if timed else line


def _system_lines(lines: Iterable[str]) -> Iterable[str]:
    for place, line in enumerate(lines):
        yield f"{_BEGIN + timedelta(seconds=place):%b %d %H:%M:%S} tvm-node {line}"


def _linux_neighbour(root: Path) -> None:
    """Another extension that is well, with the files that the agent keeps of each."""
    handler, _, version = _MONITOR.rpartition("-")
    place = root / f"var/lib/waagent/{_MONITOR}"
    state = {"name": handler, "version": version, "message": "Plugin enabled", "code": 0, "status": "Ready"}
    _write(place / "config/HandlerState", ["Enabled"])
    _write(place / "config/HandlerStatus", [json.dumps(state)])
    _write(place / "status/0.status", [_status("Enable succeeded")])
    _write(
        root / f"var/log/azure/{handler}/extension.log",
        [f"{_time(1)} [INFO] Enable succeeded, no error found"],
    )


def _windows_neighbour(root: Path) -> None:
    place = root / "Packages/Plugins/Microsoft.Azure.Monitor.AzureMonitorWindowsAgent/1.30.0"
    _write(place / "Status/0.status", [_status("ExtensionOperation:enable. Status:Success")])


def _status(message: str) -> str:
    told = {
        "name": "AzureMonitor",
        "operation": "Enable",
        "status": "success",
        "code": 0,
        "formattedMessage": {"lang": "en-US", "message": message},
    }
    return json.dumps([{"version": 1.0, "timestampUTC": f"{_time(2)}Z", "status": told}])


def _append(log: Path, lines: Iterable[str]) -> None:
    with log.open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def _write(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
