"""Writes the file tree that the Key Vault extension and the guest agent leave on a Windows node.

Folders and forms are those of public samples; lines end as Windows' do. The files are below `WindowsAzure`
and `Packages`, as on drive C.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.node import noise

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from troubleshooter.simulator.node.story import NodeStory

HANDLER = "Microsoft.Azure.KeyVault.KeyVaultForWindows"


def write_windows_disk(folder: Path, story: NodeStory, when: str, status: list[dict[str, Any]]) -> None:
    """Write the tree of a node with the extension. `when` is the first line's time, `status` its report."""
    logs = folder / "WindowsAzure/Logs"
    plugin_logs = logs / f"Plugins/{HANDLER}/{story.extension_version}"
    root = folder / f"Packages/Plugins/{HANDLER}/{story.extension_version}"
    stamp = when.replace(" ", "_").replace(":", "-")
    handling = story.handling
    ran = handling.status == "Ready"
    if ran:
        earlier = noise.service(when) if story.noise else ()
        _write(plugin_logs / f"akvvm_service_{stamp}.0.log", chain(earlier, story.log_lines))
        _write(root / "Status/0.status", [json.dumps(status)])
    if story.noise:
        noise.write_rotated(plugin_logs / "akvvm_service_2025-01-01_00-00-00.0.log.gz", noise.service(when))
    settings = {"runtimeSettings": [{"handlerSettings": {"publicSettings": story.settings}}]}
    _write(root / "RuntimeSettings/0.settings", json.dumps(settings, indent=2).split("\n"))
    _write(plugin_logs / "commandexecution_1.txt", _commands(story, root))
    agent = noise.agent_windows(when) if story.noise else ()
    _write(logs / "WaAppAgent.log", chain(agent, _agent_log(story, when)))


def _agent_log(story: NodeStory, when: str) -> Iterable[str]:
    begun = ("INFO", f"Beginning enable of plugin {HANDLER}.")
    for level, text in (begun, *story.handling.log):
        yield f"[00000004] {when.replace(' ', 'T')}.812Z {f'[{level}]':<7} {text}"


def _commands(story: NodeStory, root: Path) -> Iterable[str]:
    command = f"C:\\Packages\\Plugins\\{HANDLER}\\{root.name}\\enable.cmd"
    yield f"[11/11/2025 01:58:17.65] Executing: {command} "
    yield "[11/11/2025 01:58:19.29] Execution Complete."
    yield "######"
    yield "Execution Output:"
    yield ""
    yield "Execution Error:"
    yield ""
    yield "######"
    yield story.handling.output or f"Command {command} of {HANDLER} has exited with Exit code: 0"


def _write(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8", newline="")
