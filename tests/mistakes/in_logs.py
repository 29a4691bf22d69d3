"""Mistakes as logs, status files and answers of services tell of them.

What Azure and the extension always say in the same words stands here in these words; all else is made up.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.mistakes.mistake import Mistake, error, info, warning
from tests.mistakes.written import AUTH, GONE, IDENTITY, PLACEHOLDERS, VAULT, linux, pool, settings, shown

if TYPE_CHECKING:
    from tests.mistakes.mistake import Said

OURS = "Microsoft.Azure.KeyVault.KeyVaultForLinux"
THEIRS = "Microsoft.Azure.Monitor.AzureMonitorLinuxAgent"


def pasted(shows: str, samples: str, text: str, *said: Said) -> Mistake:
    return Mistake(shows, samples, text, said, "analyze")


def reported(message: str) -> str:
    """The status file of the extension."""
    formatted = {"lang": "en-US", "message": message}
    status = {"name": "akv", "operation": "Load", "status": "error", "code": 7, "formattedMessage": formatted}
    return shown([{"version": "1.0", "timestampUTC": "2031-02-03T04:05:06Z", "status": status}])


def refused(inner: str, message: str) -> str:
    """An answer of Key Vault."""
    error = {"code": "Forbidden", "message": message, "innererror": {"code": inner}}
    return json.dumps({"error": error})


OF_THE_EXTENSION = (
    pasted(
        "an address without a host, as the log tells",
        "configs/045 logs/02",
        f"Refreshing '{VAULT}/secrets/render-tls/' failed with exception: URI must contain a hostname.\n",
        error("kv-uri-no-hostname", "hostname"),
    ),
    pasted(
        "settings that are no object, in the status file",
        "logs/07",
        reported("Failed to parse the configuration settings with: 'not an object'"),
        error("kv-config-not-an-object", "not an object"),
    ),
    pasted(
        "settings that are no object, in the log",
        "logs/58",
        "2031-02-03 04:05:06: <error> [Config]\t"
        "Failed to parse the configuration settings with:not an object.\n",
        error("kv-config-not-an-object", "not an object"),
    ),
    pasted(
        "a number where text belongs, as the compute provider passes it on",
        "configs/040 logs/15 logs/57",
        "VM has reported a failure when processing extension 'KeyVaultForLinux'. Error message: "
        "\"Failed to parse the configuration settings with: 'not a string'\".\n",
        error("kv-config-not-a-string", "not a string"),
        error("crp-provisioning-error", "not a string"),
    ),
    pasted(
        "authentication that the extension does not find",
        "configs/038 logs/17",
        "2031-02-03 04:05:06: <error> [Auth]\tAttempt to get non-existent AuthConfig\n",
        error("kv-authconfig-nonexistent", "AuthConfig"),
    ),
    pasted(
        "an empty list, in the status file",
        "logs/50",
        reported("observedCertificates cannot be empty"),
        error("kv-observed-certificates-empty", "cannot be empty"),
    ),
    pasted(
        "settings as a string in the definition, analysed",
        "configs/003 configs/011 configs/015 configs/042 logs/54",
        shown(linux(json.dumps(settings()))),
        error("kv-settings-not-json-in-model", '"settings"'),
        error("kv-config-not-an-object", '"settings"'),
    ),
    pasted(
        "public settings as a string in the agent's log",
        "logs/55",
        f'[{THEIRS}-2.1] JSON config: {{"runtimeSettings": [{{"handlerSettings": '
        '{"publicSettings": "{colour: blue}"}}]}\n',
        warning("kv-settings-not-json-in-model", "publicSettings"),
    ),
    pasted(
        "authentication among the secrets and the resource id as client id, analysed",
        "logs/10",
        shown(
            {
                "runtimeSettings": [
                    {
                        "handlerSettings": {
                            "publicSettings": settings(
                                auth=GONE, authenticationSettings={**AUTH, "msiClientId": IDENTITY}
                            )
                        }
                    }
                ]
            }
        ),
        error("kv-authsettings-nested-too-deep", '"authenticationSettings"'),
        error("msi-client-id-wrong-kind", '"msiClientId"'),
    ),
    pasted(
        "certificates that only root may read",
        "logs/30",
        "$ ls -l /etc/ssl/farm\nlrwxrwxrwx 1 root root 61 Feb  3 04:05 farm-keys.render-tls -> "
        "/etc/ssl/farm/farm-keys.render-tls.PEM\n",
        info("store-root-only", "root root"),
    ),
    pasted(
        "the store as 4.x lays it out",
        "logs/59",
        "farm-keys.render-tls.keyid -> farm-keys.render-tls.0.keyid\n",
        info("store-layout-changed-v4", ".keyid"),
    ),
)

OF_THE_AGENT = (
    pasted(
        "a file system from which nothing may be run",
        "logs/19",
        "2031-02-03T04:05:06.000007Z WARNING ExtHandler ExtHandler The noexec flag is set on /var. "
        "This can prevent extensions from executing.\n"
        f"2031-02-03T04:05:07.000008Z ERROR ExtHandler ExtHandler Event: name={OURS}, op=Install, "
        "message=[ExtensionOperationError] Non-zero exit code: 126, /var/lib/waagent/akvvm install\n",
        error("agent-noexec-126", "noexec flag"),
        error("agent-noexec-126", "exit code: 126"),
    ),
    pasted(
        "a program of another extension that may not be run",
        "logs/20",
        f"The handler for VM extension type '{THEIRS}' has reported terminal failure for VM extension "
        "'gadget' with error message: '[ExtensionOperationError] Non-zero exit code: 126, /opt/install'\n",
        warning("agent-noexec-126", "exit code: 126"),
        warning("crp-handler-nontransient", "terminal failure"),
    ),
    pasted(
        "the oldest agent's exit code",
        "logs/31",
        "2031/02/03 04:05:06 ERROR:Process 4711 returned non-zero exit code(126)\n",
        error("agent-legacy-126", "4711"),
    ),
    pasted(
        "extensions that cannot be downloaded",
        "logs/22",
        "2031/02/03 04:05:06.000007 ERROR Event: name=WALinuxAgent, op=Download, "
        "message=Failed to fetch ExtensionManifest from all sources\n",
        error("agent-download-failed", "ExtensionManifest"),
    ),
    pasted(
        "a command of another extension that failed",
        "logs/39",
        f"Handler '{THEIRS}' has reported failure for VM Extension 'gadget' with terminal error code '1007' "
        "and error message: '[ExtensionError] Non-zero exit code: 3, gadget.py -enable'\n",
        warning("agent-exit-code", "exit code: 3"),
        warning("crp-handler-nontransient", "1007"),
    ),
    pasted(
        "an instance view that tells of a failure",
        "logs/26",
        shown(
            {
                "name": "certificates",
                "type": OURS,
                "typeHandlerVersion": "3.0.1",
                "statuses": [
                    {
                        "code": "ProvisioningState/failed/0",
                        "level": "Error",
                        "displayStatus": "Provisioning failed",
                        "message": "Enable failed: something",
                    }
                ],
            }
        ),
        error("crp-provisioning-error", "Enable failed"),
    ),
    pasted(
        "an instance view that tells of another extension's failure",
        "logs/26",
        shown(
            {
                "name": "set-up",
                "type": "Microsoft.Azure.Extensions.CustomScript",
                "typeHandlerVersion": "2.1.10",
                "statuses": [
                    {
                        "code": "ProvisioningState/failed/0",
                        "level": "Error",
                        "displayStatus": "Provisioning failed",
                        "message": "Enable failed: something",
                    }
                ],
            }
        ),
        warning("crp-provisioning-error", "Enable failed"),
        warning("extension-failed", "Enable failed"),
    ),
    pasted(
        "an extension that does not end in time",
        "logs/49",
        "Multiple VM extensions failed to be provisioned on the VM. The first extension failed due to the "
        "error: Provisioning of VM extension certificates has timed out. Extension provisioning has taken "
        "too long to complete.\n",
        error("crp-provisioning-timeout", "timed out"),
        error("crp-provisioning-error", "failed to be provisioned"),
    ),
    pasted(
        "another extension that does not end in time, under a name that only its page tells",
        "logs/49",
        "Multiple VM extensions failed to be provisioned on the VM. The first extension failed due to the "
        "error: Provisioning of VM extension set-up-nodes has timed out. Extension provisioning has taken "
        "too long to complete. More is available at https://aka.ms/VMExtensionCSELinuxTroubleshoot\n",
        warning("crp-provisioning-timeout", "timed out"),
        warning("crp-provisioning-error", "failed to be provisioned"),
    ),
)

OF_BATCH = (
    pasted(
        "a node agent for a system that is out of support",
        "configs/002 configs/007 configs/008 configs/009 configs/010 configs/013",
        shown(pool(linux(settings()), "batch.node.ubuntu 18.04")),
        warning("batch-sample-outdated-image", "18.04"),
        warning("batch-system-support-ends", '"nodeAgentSkuId"'),
        warning("install-distro-unsupported", '"typeHandlerVersion"'),
    ),
    pasted(
        "keys that stand for something else, analysed",
        "configs/009 configs/010 configs/012",
        shown(pool(linux(PLACEHOLDERS))),
        error("kv-settings-missing", '"settings"'),
    ),
    pasted(
        "a full disk",
        "logs/32",
        shown(
            {"id": "node-a", "state": "unusable", "errors": [{"code": "DiskFull", "message": "It is full"}]}
        ),
        error("batch-disk-full", "It is full"),
    ),
    pasted(
        "the node agent's own extension",
        "logs/33",
        "Code: BatchAgentInstallationFailure\n",
        error("batch-agent-install-failure", "BatchAgentInstallationFailure"),
    ),
    pasted(
        "an application that cannot be had",
        "logs/34",
        "Code: ApplicationPackageError\nValues: blender:9.9\n",
        error("batch-application-package", "ApplicationPackageError"),
    ),
)

OF_THE_VAULT = (
    pasted(
        "an address that the firewall keeps out",
        "logs/35",
        refused(
            "ForbiddenByFirewall",
            "Client address is not authorized and caller is not a trusted service.\r\n"
            "Client address: 192.0.2.7\r\nVault: farm-keys;location=norwayeast",
        ),
        error("kv-403-firewall", "ForbiddenByFirewall"),
    ),
    pasted(
        "a vault that is closed to the public",
        "logs/44",
        'Status=403 Code="Forbidden" Message="Public network access is disabled and request is not from a '
        'trusted service nor via an approved private link." InnerError={"code":"ForbiddenByConnection"}\n',
        error("kv-403-public-access-disabled", "ForbiddenByConnection"),
    ),
    pasted(
        "no access policy",
        "logs/41",
        refused(
            "AccessDenied",
            "The user, group or application 'oid=0000000a-000b-000c-000d-00000000000e' does not have secrets "
            "get permission on key vault 'farm-keys;location=norwayeast'.",
        ),
        error("kv-403-access-policy", "AccessDenied"),
    ),
    pasted(
        "a secret that is switched off",
        "logs/47",
        "(Forbidden) Operation get is not allowed on a disabled secret.\n",
        error("kv-403-secret-disabled", "disabled secret"),
    ),
    pasted(
        "a secret that is not there",
        "logs/42",
        '{"error":{"code":"SecretNotFound","message":"A secret with (name/id) render-tls was not found in '
        'this key vault."}}\n',
        error("kv-404-secret-not-found", "SecretNotFound"),
    ),
    pasted(
        "a token of another tenant",
        "logs/45",
        "AKV10032: Invalid issuer. Expected one of https://sts.windows.net/0000000a-000b-000c-000d-00000000000e/\n",
        error("kv-401-invalid-issuer", "AKV10032"),
    ),
)

MISTAKES = (*OF_THE_EXTENSION, *OF_THE_AGENT, *OF_BATCH, *OF_THE_VAULT)
