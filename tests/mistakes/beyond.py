"""Mistakes in definitions that no sample shows, so that whatever lint can say is said of some row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.mistakes.mistake import Mistake, error, info, warning
from tests.mistakes.written import (
    AUTH,
    CLIENT,
    GONE,
    IDENTITY,
    URL,
    configuration,
    in_store,
    linux,
    pool,
    settings,
    shown,
    windows,
)

if TYPE_CHECKING:
    from tests.mistakes.mistake import Said

OTHER = "9d8c7b6a-5f4e-4d3c-8b2a-1f0e9d8c7b6a"
GADGET = {"name": "gadget", "publisher": "Contoso.Cloud", "type": "GadgetForLinux"}
RESERVED = {"name": "script", "publisher": "Microsoft.Azure.Extensions", "type": "CustomScript"}
NOT_AT_4 = {"pollingIntervalInS": GONE, "requireInitialSync": GONE}
KNOWN_CLIENT = {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {"clientId": CLIENT}}}
TWO = {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}, f"{IDENTITY}-2": {}}}
NOBLE = {"publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server"}
NO_ADDRESSES = "NoPublicIPAddresses"
MANAGED = "/subscriptions/0/resourceGroups/farm/providers/Microsoft.Compute/images/golden"
SERVER_2019 = {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2019-datacenter"}


def beyond(shows: str, document: dict[str, Any], *said: Said) -> Mistake:
    return Mistake(shows, "", shown(document), said)


def beside(other: dict[str, Any]) -> dict[str, Any]:
    found = pool(linux(settings()))
    configuration(found)["extensions"].append(other)
    return found


def of_image(image: dict[str, Any], extension: dict[str, Any], agent: str) -> dict[str, Any]:
    found = pool(extension, agent)
    configuration(found)["imageReference"] = image
    return found


def with_properties(**properties: Any) -> dict[str, Any]:
    found = pool(linux(settings()))
    found["properties"].update(properties)
    return found


def at_4(certificate: Any, **secrets: Any) -> dict[str, Any]:
    wanted = {**NOT_AT_4, "observedCertificates": [certificate], **secrets}
    return linux(settings(**wanted), typeHandlerVersion="4.0")


def planned() -> dict[str, Any]:
    block = {**linux(type_handler_version="3.0"), "settings_json": json.dumps(settings())}
    values = {"node_agent_sku_id": "batch.node.ubuntu 22.04", "extensions": [block]}
    values["identity"] = [{"type": "UserAssigned", "identity_ids": [IDENTITY]}]
    resource = {"address": "azurerm_batch_pool.farm", "type": "azurerm_batch_pool", "values": values}
    return {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}}


MISTAKES = (
    beyond(
        "an extension that waits for itself",
        pool(linux(settings(), provisionAfterExtensions=["certificates"])),
        error("batch-provision-after-itself", '"certificates"'),
    ),
    beyond(
        "another extension that Batch may not take",
        beside(GADGET),
        warning("batch-extension-type-not-allowed", '"GadgetForLinux"'),
    ),
    beyond(
        "another extension that is Batch's own",
        beside(RESERVED),
        error("batch-extension-type-not-allowed", '"CustomScript"'),
    ),
    beyond(
        "a node agent for another image",
        of_image(NOBLE, linux(settings()), "batch.node.ubuntu 22.04"),
        warning("batch-agent-install-failure", '"virtualMachineConfiguration"'),
    ),
    beyond(
        "an extension of another system",
        pool(linux(settings()), "batch.node.windows amd64"),
        error("kv-extension-of-another-system", '"KeyVaultForLinux"'),
    ),
    beyond(
        "a distribution that 4.x does not take",
        pool(at_4({"url": URL}), "batch.node.debian 12"),
        error("install-distro-unsupported", '"typeHandlerVersion"'),
    ),
    beyond(
        "a Windows that 4.x does not take",
        of_image(
            SERVER_2019,
            windows(settings(**NOT_AT_4, observedCertificates=[in_store()]), typeHandlerVersion="4.0"),
            "batch.node.windows amd64",
        ),
        error("install-windows-too-old", '"typeHandlerVersion"'),
    ),
    beyond(
        "addresses and objects in one list",
        linux(settings(observedCertificates=[URL, {"url": URL}])),
        warning("kv-certificates-mixed", '"observedCertificates"'),
    ),
    beyond(
        "an interval out of the range of 4.x",
        at_4({"url": URL}, pollingIntervalInS="60"),
        info("kv-polling-out-of-range", '"pollingIntervalInS"'),
    ),
    beyond(
        "the path of a file for its content",
        linux("./settings.json"),
        error("kv-settings-is-a-path", '"settings"'),
    ),
    beyond(
        "a host that is no vault",
        at_4({"url": "https://keys.example.com/secrets/render-tls"}),
        warning("kv-unrecognised-vault-host", "keys.example.com"),
    ),
    beyond(
        "a vault by its name for private links",
        linux(
            settings(observedCertificates=[{"url": "https://a.privatelink.vaultcore.azure.net/secrets/b"}])
        ),
        error("kv-unrecognised-vault-host", "privatelink"),
    ),
    Mistake(
        "backslashes that bash leaves in the settings",
        "cases/az-cli-backslash-quotes.sh",
        "az vm extension set -g rg --vm-name vm -n KeyVaultForLinux \\\n --version 3.0 --settings"
        ' \'{\\"secretsManagementSettings\\": {\\"pollingIntervalInS\\": \\"3600\\"}}\'',
        (error("kv-settings-quoting", "--settings"),),
    ),
    beyond("a list of addresses at 4.x", at_4(URL), error("kv-v4-legacy-url-list", '"observedCertificates"')),
    beyond(
        "what 4.x no longer has",
        at_4({"url": URL}, requireInitialSync=True),
        warning("kv-v4-removed-settings", '"requireInitialSync"'),
    ),
    beyond(
        "an address with a version at 4.x",
        at_4({"url": f"{URL}/{'0a' * 16}"}),
        error("kv-v4-versioned-url", '"url"'),
    ),
    beyond(
        "an endpoint without http",
        linux(settings({**AUTH, "msiEndpoint": "169.254.169.254/metadata/identity"})),
        error("kv-uri-scheme-missing", '"msiEndpoint"'),
    ),
    beyond(
        "an endpoint that nobody knows",
        linux(settings({**AUTH, "msiEndpoint": "http://identity.example.com/"})),
        error("msi-endpoint-unknown", '"msiEndpoint"'),
    ),
    beyond(
        "a client id that the pool has not",
        pool(linux(settings({**AUTH, "msiClientId": OTHER})), identity=KNOWN_CLIENT),
        error("imds-identity-not-found", OTHER),
    ),
    beyond(
        "a log that goes nowhere",
        linux({**settings(), "loggingSettings": {"logger": "fluentd", "endpoint": "localhost:24224"}}),
        warning("kv-logging-endpoint", '"endpoint"'),
    ),
    beyond(
        "4.x with a vault of another cloud",
        at_4({"url": "https://farm-keys.vault.azure.cn/secrets/render-tls"}),
        info("install-version-of-another-cloud", '"typeHandlerVersion"'),
    ),
    Mistake(
        "a size of a family that is to end",
        "configs/002 configs/004 configs/005 configs/006 configs/007 configs/008 configs/009 "
        "pools/linux pools/windows",
        shown(with_properties(vmSize="STANDARD_DS2_V2")),
        (info("batch-size-support-ends", '"STANDARD_DS2_V2"'),),
    ),
    Mistake(
        "a node agent whose support is over",
        "configs/002 configs/004 configs/007 configs/008 configs/009 configs/010 configs/013 pools/linux",
        shown(pool(linux(settings()), "batch.node.mariner 2.0")),
        (warning("batch-system-support-ends", '"nodeAgentSkuId"'),),
    ),
    beyond(
        "an API version that is to end",
        pool(linux(settings()), apiVersion="2024-07-01"),
        info("batch-api-version-support-ends", '"apiVersion"'),
    ),
    beyond(
        "nodes that are to speak in the classic mode",
        with_properties(targetNodeCommunicationMode="Classic"),
        warning("batch-communication-support-ends", '"Classic"'),
    ),
    beyond(
        "a pool without public addresses",
        with_properties(networkConfiguration={"publicIPAddressConfiguration": {"provision": NO_ADDRESSES}}),
        info("batch-outbound-support-ends", f'"{NO_ADDRESSES}"'),
    ),
    beyond(
        "a managed image",
        of_image({"id": MANAGED}, linux(settings()), "batch.node.ubuntu 24.04"),
        warning("batch-image-support-ends", MANAGED),
    ),
    beyond(
        "another extension whose time is over",
        beside({"name": "old", "publisher": "Microsoft.Azure.Diagnostics", "type": "IaaSDiagnostics"}),
        warning("batch-extension-support-ends", '"IaaSDiagnostics"'),
    ),
    beyond(
        "an identity for one certificate before 4.x",
        linux(
            settings(observedCertificates=[{"url": URL, "authenticationOverride": {"msiClientId": CLIENT}}])
        ),
        warning("kv-override-before-4", '"authenticationOverride"'),
    ),
    beyond(
        "a pool with two identities of which none is named",
        pool(linux(settings(auth=GONE)), identity=TWO),
        warning("imds-multiple-identities", '"settings"'),
    ),
    beyond(
        "settings that a plan shows encoded",
        planned(),
        info("batch-terraform-settings-encoding", '"settings_json"'),
    ),
)
