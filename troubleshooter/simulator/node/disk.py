"""Writes the file tree that the Key Vault extension and the guest agent leave on a node.

Names and shapes are those of public samples of the Linux extension 1.x to 3.x and of the guest agent.
Assumed, since nobody published it: the unit file's content and this extension's CommandExecution.log.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.node import noise
from troubleshooter.simulator.node.windows_disk import write_windows_disk

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.simulator.node.story import NodeStory

HANDLER = "Microsoft.Azure.KeyVault.KeyVaultForLinux"
UNIT = "etc/systemd/system/akvvm_service.service"
UNIT_STATE = "run/systemd/akvvm_service.show"
"""What the node's systemctl answers to `show`; no such file exists on a real node."""
_STORE = "var/lib/waagent/Microsoft.Azure.KeyVault.Store"
_NO_LOG_TIME = "2026-01-01 00:00:00"


def write_disk(folder: Path, story: NodeStory) -> None:
    """Write the node's tree below `folder`; what an earlier story left of the extension is replaced."""
    for stale in (f"var/log/azure/{HANDLER}", "var/lib/waagent"):
        shutil.rmtree(folder / stale, ignore_errors=True)
    if story.windows:
        if story.extension_name:
            write_windows_disk(folder, story, _time(story), _status(story))
        elif story.agent_log:
            _write(folder / "WindowsAzure/Logs/WaAppAgent.log", story.agent_log)
        return
    _write(folder / "etc/os-release", story.os_release)
    (folder / "var/log").mkdir(parents=True, exist_ok=True)
    if not story.extension_name:
        if story.agent_log:
            (folder / "var/lib/waagent").mkdir(parents=True, exist_ok=True)
            _write(folder / "var/log/waagent.log", story.agent_log)
        return
    root = f"var/lib/waagent/{HANDLER}-{story.extension_version}"
    _write(folder / "var/log/waagent.log", _waagent_log(story))
    _write_logs(folder / f"var/log/azure/{HANDLER}", story)
    _write_handler(folder / root, story, root)
    if story.handling.status == "Ready":
        _write_service(folder, story, root)
    (folder / _STORE).mkdir(parents=True, exist_ok=True)
    if story.status == "success":
        _write_certificate(folder / _STORE)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(mode)


def _time(story: NodeStory) -> str:
    """Take the time of the first log line, `YYYY-MM-DD HH:MM:SS`: the story has no other clock."""
    return story.log_lines[0][:19] if story.log_lines else _NO_LOG_TIME


def _write_logs(folder: Path, story: NodeStory) -> None:
    when = _time(story)
    stamp = when.replace(" ", "_").replace(":", "-")
    if story.log_lines and story.handling.exit_code is None:
        earlier = noise.service(when) if story.noise else ()
        text = "".join(f"{line}\n" for line in (*earlier, *story.log_lines))
        _write(folder / f"akvvm_service_{stamp}.0.log", text)
    if story.noise:
        noise.write_rotated(folder / "akvvm_service_2025-01-01_00-00-00.0.log.gz", noise.service(when))
    command = f"bin/akvvm_service -e # {HANDLER}-{story.extension_version}"
    _write(
        folder / "CommandExecution.log",
        f"{when.replace(' ', 'T')}.000000Z INFO ExtHandler ExtHandler Command: {command}\n"
        f"[stdout]\n{story.handling.output}\n\n[stderr]\n{story.handling.error_output}\n",
    )


def _write_handler(folder: Path, story: NodeStory, root: str) -> None:
    number = story.sequence_number
    settings = {"runtimeSettings": [{"handlerSettings": {"publicSettings": story.settings}}]}
    _write(folder / f"config/{number}.settings", json.dumps(settings), 0o600)
    _write(folder / "config/HandlerState", story.handling.state, 0o600)
    _write(folder / "config/HandlerStatus", json.dumps(_handler_status(story)), 0o600)
    written = story.handling.status_file
    if written is None:
        written = json.dumps(_status(story), separators=(",", ":"))
    if written:
        _write(folder / f"status/{number}.status", written, 0o600)
    _write(folder / "HandlerEnvironment.json", json.dumps(_environment(root)), 0o600)
    _write(folder / "HandlerManifest.json", json.dumps(_manifest()), 0o600)


def _handler_status(story: NodeStory) -> dict[str, Any]:
    return {
        "name": HANDLER,
        "version": story.extension_version,
        "message": story.handling.message,
        "code": story.handling.code,
        "status": story.handling.status,
        "supports_multi_config": False,
    }


def _status(story: NodeStory) -> list[dict[str, Any]]:
    """Build the service's own file: keys in alphabetical order, code 0 whatever happened, no name."""
    return [
        {
            "status": {
                "code": 0,
                "formattedMessage": {"lang": "en", "message": story.message},
                "operation": story.operation,
                "status": story.status,
            },
            "timestampUTC": _time(story).replace(" ", "T") + "Z",
            "version": "1.0",
        },
    ]


def _environment(root: str) -> list[dict[str, Any]]:
    return [
        {
            "name": HANDLER,
            "version": 1.0,
            "handlerEnvironment": {
                "logFolder": f"/var/log/azure/{HANDLER}",
                "configFolder": f"/{root}/config",
                "statusFolder": f"/{root}/status",
                "heartbeatFile": f"/{root}/heartbeat.log",
                "eventsFolder": f"/var/log/azure/{HANDLER}/events",
            },
        },
    ]


def _manifest() -> list[dict[str, Any]]:
    commands = {
        f"{verb}Command": f"bin/{verb}.sh" for verb in ("install", "uninstall", "update", "enable", "disable")
    }
    return [
        {
            "version": 1.0,
            "handlerManifest": {**commands, "rebootAfterInstall": False, "reportHeartbeat": False},
        }
    ]


def _waagent_log(story: NodeStory) -> str:
    if story.handling.plain_log:
        return story.handling.plain_log
    when = _time(story).replace(" ", "T")
    handler = f"{HANDLER}-{story.extension_version}"
    began = (
        f"ExtHandler [{handler}] Target handler state: enabled [incarnation 1]",
        f"ExtHandler [{handler}] [Enable] current handler state is: notinstalled",
        f"ExtHandler [{handler}] Update settings file: {story.sequence_number}.settings",
        f"ExtHandler [{handler}] Enable extension: [bin/enable.sh]",
    )
    ended = f"ExtHandler [{handler}] set handler status to {story.handling.status}"
    lines = [("INFO", line) for line in began] + [*story.handling.log, ("INFO", ended)]
    told = [f"{when}.{number:06d}Z {level} {line}" for number, (level, line) in enumerate(lines, 1)]
    earlier = noise.agent(_time(story)) if story.noise else ()
    return "".join(f"{line}\n" for line in (*earlier, *told))


def _write_service(folder: Path, story: NodeStory, root: str) -> None:
    unit = (
        "[Unit]\nDescription=Azure Key Vault VM extension\nAfter=network-online.target\n\n"
        f"[Service]\nWorkingDirectory=/{root}\nExecStart=/{root}/amd64/akvvm_service\nRestart=always\n\n"
        "[Install]\nWantedBy=multi-user.target\n"
    )
    _write(folder / UNIT, unit)
    exit_code = story.handling.exit_code
    if exit_code is None:  # assumed: the service ends when it cannot read its settings
        exit_code = int(story.status == "error")
    running = not exit_code
    state = {
        "Id": "akvvm_service.service",
        "LoadState": "loaded",
        "ActiveState": "active" if running else "activating",
        "SubState": "running" if running else "auto-restart",
        "Result": "success" if running else "exit-code",
        "ExecMainStatus": str(exit_code),
        "NRestarts": "0" if running else "17",
        "FragmentPath": f"/{UNIT}",
    }
    _write(folder / UNIT_STATE, "".join(f"{key}={value}\n" for key, value in state.items()))


def _write_certificate(store: Path) -> None:
    """Make up a certificate and its key: nothing that collects logs may ever take this file."""
    kinds = ("CERTIFICATE", "PRIVATE KEY")
    blocks = "".join(
        f"-----BEGIN {kind}-----\nbWFkZSB1cCwgbm90IHJlYWw=\n-----END {kind}-----\n" for kind in kinds
    )
    name = "simulated-vault.certificate"
    _write(store / f"{name}.0123456789abcdef.1767225600.1798761600.PEM", blocks, 0o600)
    link = store / name
    link.unlink(missing_ok=True)
    link.symlink_to(f"/{_STORE}/{name}.0123456789abcdef.1767225600.1798761600.PEM")
