"""What keeps nodes from starting and is not the Key Vault extension: another extension, or the start task.

The messages are worded as public reports of those extensions word them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.conditions import Failing, StartTaskFailure
from troubleshooter.simulator.scenarios.ground import WELL, machine_of
from troubleshooter.simulator.scenarios.remedies import mend
from troubleshooter.simulator.scenarios.scene import Scenario

if TYPE_CHECKING:
    from typing import Any

_LOCKED = (
    "Install failed with exit code 52 because the package manager on the machine is currently locked:"
    " E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1931 (unattended-upgr)"
)
_NO_GPU = "Install failed: the driver could not be set up, see /var/log/azure/nvidia-vmext-status"
_NO_START = "Enable failed: failed to execute command: command terminated with exit status=1"
_MONITOR = ("AzureMonitorLinuxAgent", "Microsoft.Azure.Monitor", "AzureMonitorLinuxAgent", "1.0")
_GPU = ("gpu", "Microsoft.HpcCompute", "NvidiaGpuDriverLinux", "1.9")

_mended = mend(
    "put the other extension and the start task right",
    lambda conditions: replace(conditions, failing=(), start_task=None),
)


def _extension(name: str, publisher: str, kind: str, version: str) -> dict[str, Any]:
    return {"name": name, "publisher": publisher, "type": kind, "typeHandlerVersion": version}


def _bare(body: dict[str, Any]) -> dict[str, Any]:
    """Without any extension, and without the identity that only Key Vault's needs."""
    del machine_of(body)["extensions"]
    return body


def _monitored(body: dict[str, Any]) -> dict[str, Any]:
    machine_of(body)["extensions"] = [_extension(*_MONITOR)]
    return body


def _with_gpu(body: dict[str, Any]) -> dict[str, Any]:
    machine_of(body)["extensions"] = [_extension(*_GPU)]
    return body


def _both(body: dict[str, Any]) -> dict[str, Any]:
    machine_of(body)["extensions"].append(_extension(*_MONITOR))
    return body


def _started(body: dict[str, Any]) -> dict[str, Any]:
    body["properties"]["startTask"] = {
        "commandLine": "/bin/bash -c 'set -e; ./prepare.sh'",
        "maxTaskRetryCount": 0,
        "waitForSuccess": True,
    }
    return _bare(body)


OTHERS = (
    Scenario("no-extension", "The pool has no extension, and its nodes are idle", body=_bare, identity=False),
    Scenario(
        "monitor-agent-failed",
        "The pool has no Key Vault extension; the Azure Monitor agent meets a package lock",
        replace(WELL, failing=(Failing("AzureMonitorLinuxAgent", _LOCKED),)),
        body=_monitored,
        identity=False,
        remedy=_mended,
    ),
    Scenario(
        "gpu-driver-failed",
        "The pool has no Key Vault extension; the NVIDIA driver's fails",
        replace(WELL, failing=(Failing("NvidiaGpuDriverLinux", _NO_GPU),)),
        body=_with_gpu,
        identity=False,
        remedy=_mended,
    ),
    Scenario(
        "node-extension-failed",
        "The pool has no extension; the one by which Batch starts its agent fails",
        replace(WELL, failing=(Failing("batchNodeExtension", _NO_START),)),
        body=_bare,
        identity=False,
        remedy=_mended,
    ),
    Scenario(
        "start-task-failed",
        "The pool has no extension; its start task ends with 127",
        replace(
            WELL,
            start_task=StartTaskFailure(
                "FailureExitCode", "The task exited with an exit code representing a failure", 127
            ),
        ),
        body=_started,
        identity=False,
        remedy=_mended,
    ),
    Scenario(
        "another-extension-failed",
        "The Key Vault extension is well; the Azure Monitor agent beside it fails",
        replace(WELL, failing=(Failing("AzureMonitorLinuxAgent", _LOCKED),)),
        body=_both,
        remedy=_mended,
    ),
)
