"""The guest agent on one node: whether it can fetch, run and read the extension.

Its texts are the agent's own (its source, or real logs of it with other extensions). Which codes and texts
Batch shows of them is assumed, and that a failed extension keeps its node out whatever requireInitialSync is.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around import systems
from troubleshooter.simulator.around.conditions import Flaw
from troubleshooter.simulator.extension import agent_windows, akvvm
from troubleshooter.simulator.extension.akvvm import Fate
from troubleshooter.simulator.extension.situation import Situation
from troubleshooter.simulator.node.story import Handling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from troubleshooter.simulator.around.conditions import Conditions, Identity
    from troubleshooter.simulator.around.vault_gate import Origin

_UNIT = "akvvm_service.service"


def fate(
    extension: Mapping[str, Any],
    configuration: Mapping[str, Any],
    identities: tuple[Identity, ...],
    origin: Origin,
    conditions: Conditions,
    started: datetime,
) -> Fate:
    """What becomes of a Key Vault extension on a node of that virtual machine configuration."""
    image = systems.image_of(configuration, conditions)
    flaws = image.flaws if image is not None else frozenset()
    case = Situation(extension, systems.system_name(configuration, conditions), flaws, conditions)
    if akvvm.is_windows(extension):
        stopped = agent_windows.stopped(case)
    else:
        stopped = _refused(case) or _not_fetched(case) or _not_run(case)
    if stopped is not None:
        return stopped
    ran = _read(case, akvvm.fate(extension, identities, origin, conditions, started))
    text = waited_for(extension, ran, configuration)
    if not text:
        return ran
    log = (*ran.handling.log, ("ERROR", f"ExtHandler ExtHandler {text}"))
    return replace(ran, handling=replace(ran.handling, log=log))


def waited_for(extension: Mapping[str, Any], ran: Fate, configuration: Mapping[str, Any]) -> str:
    """What the agent says when other extensions wait for this one in vain; else nothing."""
    waiting = any(
        extension["name"] in (other.get("provisionAfterExtensions") or ())
        for other in configuration.get("extensions") or ()
    )
    if not waiting or ran.status == "success":
        return ""
    kind = f"{akvvm.PUBLISHER}.{extension['type']}"
    if ran.status == "error":
        return f"Dependent Extension {kind} did not succeed. Status was error"
    limit = "did not reach a terminal state within the allowed timeout"
    return f"Dependent Extension {kind} {limit}. Last status was {ran.status}"


def failed(case: Situation, operation: str, message: str, code: int, error_output: str = "") -> Fate:
    text = message + (f"\n[stdout]\n\n\n[stderr]\n{error_output}\n" if error_output else "")
    event = f"ExtHandler Event: name={case.name}, op={operation}, message={text}, duration=0"
    handling = Handling(
        state="NotInstalled" if operation in {"Download", "Install"} else "Installed",
        status="NotReady",
        code=code,
        message=text,
        log=(("ERROR", event),),
        error_output=error_output,
        status_file="",
    )
    blocks = case.waits or not case.conditions.compute.lenient
    return Fate("error", "", text, blocks, handling=handling)


def unreported(log: tuple[tuple[str, str], ...] = (), plain_log: str = "") -> Fate:
    """Nobody says anything about the extension."""
    handling = Handling("NotInstalled", "NotReady", -1, "", log, plain_log, status_file="")
    return Fate("", "", "", blocks=True, handling=handling)


def _refused(case: Situation) -> Fate | None:
    """The agent does not take the extension on."""
    name = case.extension["name"]
    if Flaw.AGENT_ABSENT in case.flaws:
        return unreported()
    if Flaw.AGENT_OLD in case.flaws:
        text = (
            "ExtHandler Failing GS incarnation_2 as Unsupported features found: MultipleExtensionsPerHandler"
        )
        return unreported((("ERROR", text),))
    if Flaw.EXTENSIONS_OFF in case.flaws:
        text = (
            f"Extension '{name}' will not be processed since extension processing is disabled."
            " To enable extension processing, set Extensions.Enabled=y in '/etc/waagent.conf'"
        )
        return failed(case, "ExtensionProcessing", text, 1000)
    if Flaw.NOT_ALLOWED in case.flaws:
        text = (
            f"Extension will not be processed: failed to run extension '{case.name}' because it is not"
            " specified as an allowed extension."
        )
        return failed(case, "ExtensionPolicy", text, 1000)
    return None


def _not_fetched(case: Situation) -> Fate | None:
    if not case.conditions.network.to_storage:
        text = (
            "[ExtensionDownloadError] Failed to download artifacts: [ExtensionDownloadError] Download failed"
            " both on the primary and fallback channels. Primary: [timed out] Fallback: [Fetch failed from"
            " [http://168.63.129.16:32526/extensionArtifact]: [HTTP Failed] [400: Bad Request]]"
        )
        return failed(case, "Download", text, 1004)
    if case.conditions.compute.manifest_lags:
        version = akvvm.full_version(case.extension)
        text = (
            f"[ExtensionDownloadError] Unable to find version {version} in manifest for extension {case.name}"
        )
        return failed(case, "Download", text, 1001)
    if Flaw.DISK_FULL in case.flaws:
        text = "Error while unzipping extension package: [Errno 28] No space left on device"
        return failed(case, "Download", text, 1005)
    if Flaw.PACKAGES_DAMAGED in case.flaws:
        text = (
            f"[ExtensionOperationError] Failed to load manifest file ({case.root}/HandlerManifest.json):"
            " [Errno 2] No such file or directory"
        )
        return failed(case, "Install", text, 1002)
    return None


def _not_run(case: Situation) -> Fate | None:
    install, enable = f"{case.root}/bin/install.sh", f"{case.root}/bin/enable.sh"
    if Flaw.LOG_FOLDER_IS_A_FILE in case.flaws:
        text = f"failed with exception: [Errno 20] Not a directory: '/var/log/azure/{case.name}'"
        return failed(case, "Install", text, 1007)
    if Flaw.VAR_NOEXEC in case.flaws:
        return _not_executed(case, install)
    if Flaw.SHELL_MISSING in case.flaws:
        text = f"[ExtensionOperationError] Failed to launch '{install}': [Errno 2] No such file or directory"
        return failed(case, "Install", text, 1007)
    return _not_installed(case, install) or _not_enabled(case, enable)


def _not_installed(case: Situation, install: str) -> Fate | None:
    major = str(case.extension.get("typeHandlerVersion")).split(".")[0]
    if major == "4" and case.system not in systems.SUPPORTED_BY_4:
        # Documented are its words `distribution is not supported` and its place, the extension's status.
        return Fate("error", "Install.", f"{case.system}: distribution is not supported", blocks=True)
    if Flaw.INSTALL_FAILS in case.flaws:
        return failed(case, "Install", f"[ExtensionOperationError] Non-zero exit code: 22, {install}", 1007)
    if Flaw.UNITS_READ_ONLY in case.flaws:
        # Reported is that systemctl enable fails in writing there; its own words are systemd's.
        words = f"Failed to enable unit: File /etc/systemd/system/{_UNIT}: Read-only file system"
        text = f"[ExtensionOperationError] Non-zero exit code: 1, {install}"
        return failed(case, "Install", text, 1007, words)
    return None


def _not_enabled(case: Situation, enable: str) -> Fate | None:
    if Flaw.SLOW in case.flaws:
        return failed(case, "Enable", f"[ExtensionOperationError] Timeout(300): {enable}", 1011)
    return None


def _not_executed(case: Situation, install: str) -> Fate:
    if Flaw.AGENT_LEGACY in case.flaws:
        version = akvvm.full_version(case.extension)
        lines = (
            f"Found Plugin: {case.name} version: {version}",
            "Spawned ./bin/install.sh -install PID 4711",
            "ERROR:Process 4711 returned non-zero exit code(126)",
            f"SetHandlerState: {case.name}-{version}, NotInstalled",
        )
        return unreported(plain_log="".join(f"2017/02/03 04:05:06 {line}\n" for line in lines))
    words = "WARNING: /var is mounted with the noexec flag, which can prevent execution of VM Extensions."
    text = f"[ExtensionOperationError] Non-zero exit code: 126, {install}"
    fate = failed(case, "Install", text, 1007, words)
    noexec = "The noexec flag is set on /var. This can prevent extensions from executing."
    event = ("ERROR", f"ExtHandler Event: name=WALinuxAgent, op=NoExec, message={noexec}, duration=0")
    return replace(fate, handling=replace(fate.handling, log=(event, *fate.handling.log)))


def _read(case: Situation, ran: Fate) -> Fate:
    """What the agent reads of the service that it started."""
    if Flaw.NO_LOADER in case.flaws:
        return _silent(case, 127, "127/n/a")
    if Flaw.WORKING_DIRECTORY in case.flaws:
        return _silent(case, 1, "1/FAILURE")
    if Flaw.STATUS_CUT in case.flaws:
        whole = json.dumps([{"status": {"code": 0, "status": ran.status}, "version": "1.0"}])
        text = (
            f"[ExtensionStatusError] The status reported by the extension {case.name}(Sequence number 0), was"
            " in an incorrect format and the agent could not parse it correctly. Failed due to Expecting"
            " ',' delimiter: line 1 column 34 (char 33)"
        )
        handling = Handling(log=(("ERROR", f"ExtHandler {text}"),), status_file=whole[:33])
        return replace(ran, status="error", message=text, blocks=True, handling=handling)
    return ran


def _silent(case: Situation, exit_code: int, shown: str) -> Fate:
    """The service dies before it can log or report. That enable.sh prints systemctl's status is assumed."""
    text = (
        "This status is being reported by the Guest Agent since no status file was reported by extension"
        f" {case.name}: [ExtensionStatusError] Status file {case.root}/status/0.status does not exist"
    )
    output = (
        f"● {_UNIT}\n     Active: activating (auto-restart) (Result: exit-code)\n"
        f"systemd[1]: {_UNIT}: Main process exited, code=exited, status={shown}\n"
        f"systemd[1]: {_UNIT}: Failed with result 'exit-code'."
    )
    handling = Handling(
        log=(("INFO", f"ExtHandler [PERIODIC] {text}"),), output=output, status_file="", exit_code=exit_code
    )
    return Fate("transitioning", "", text, case.waits, handling=handling)
