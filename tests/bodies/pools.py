"""Pools that have something of everything a body can hold, made up from the specification alone."""

from __future__ import annotations

from typing import Any

GROUP = "/subscriptions/3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10/resourceGroups/rg/providers"
IDENTITY = f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-render"
SUBNET = f"{GROUP}/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"
ADDRESS = f"{GROUP}/Microsoft.Network/publicIPAddresses/pip-1"
_BY_IDENTITY = {"resourceId": IDENTITY}


def nat_pool(name: str, port: int, start: int, *priorities: int, protocol: str = "TCP") -> dict[str, Any]:
    """With a rule of each of these priorities."""
    return {
        "name": name,
        "protocol": protocol,
        "backendPort": port,
        "frontendPortRangeStart": start,
        "frontendPortRangeEnd": start + 99,
        "networkSecurityGroupRules": [
            {
                "priority": priority,
                "access": "Allow",
                "sourceAddressPrefix": "10.0.0.0/8",
                "sourcePortRanges": ["100-200", "300"],
            }
            for priority in priorities
        ],
    }


def linux() -> dict[str, Any]:
    image = {"publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts"}
    return {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}},
        "tags": {"owner": "media"},
        "properties": {
            "displayName": "Nightly",
            "vmSize": "STANDARD_D2S_V3",
            "interNodeCommunication": "Disabled",
            "taskSlotsPerNode": 4,
            "taskSchedulingPolicy": {"nodeFillType": "Pack", "jobDefaultOrder": "None"},
            "metadata": [{"name": "team", "value": "media"}],
            "applicationPackages": [{"id": "app", "version": "1"}],
            "deploymentConfiguration": {
                "virtualMachineConfiguration": {
                    "imageReference": {**image, "version": "latest"},
                    "nodeAgentSkuId": "batch.node.ubuntu 22.04",
                    "dataDisks": [
                        {"lun": 0, "diskSizeGB": 30, "caching": "ReadOnly"},
                        {"lun": 1, "diskSizeGB": 30, "managedDisk": {"storageAccountType": "Premium_LRS"}},
                    ],
                    "diskEncryptionConfiguration": {"targets": ["TemporaryDisk"]},
                    "nodePlacementConfiguration": {"policy": "Zonal"},
                    "containerConfiguration": {
                        "type": "DockerCompatible",
                        "containerImageNames": ["r.azurecr.io/render"],
                        "containerRegistries": [
                            {"registryServer": "r.azurecr.io", "identityReference": _BY_IDENTITY},
                            {"registryServer": "docker.io", "username": "u", "password": "p"},
                        ],
                    },
                    "securityProfile": {
                        "securityType": "trustedLaunch",
                        "encryptionAtHost": True,
                        "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
                    },
                    "extensions": [
                        {"name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux"},
                        {
                            "name": "monitor",
                            "publisher": "Microsoft.Azure.Monitor",
                            "type": "AzureMonitorLinuxAgent",
                            "typeHandlerVersion": "1.0",
                            "settings": {"identityReference": "an extension's own"},
                            "protectedSettings": {"key": "k"},
                            "provisionAfterExtensions": ["kv"],
                        },
                    ],
                }
            },
            "networkConfiguration": {
                "subnetId": SUBNET,
                "dynamicVnetAssignmentScope": "none",
                "endpointConfiguration": {
                    "inboundNatPools": [
                        nat_pool("web", 80, 15000, 150, 4096),
                        nat_pool("metrics_", 9100, 16000, 200, protocol="UDP"),
                    ]
                },
                "publicIPAddressConfiguration": {"provision": "UserManaged", "ipAddressIds": [ADDRESS]},
            },
            "scaleSettings": {
                "fixedScale": {
                    "targetDedicatedNodes": 4,
                    "targetLowPriorityNodes": 0,
                    "resizeTimeout": "PT15M",
                    "nodeDeallocationOption": "TaskCompletion",
                }
            },
            "startTask": _start_task(),
            "userAccounts": [
                {
                    "name": "operator",
                    "password": "p",
                    "elevationLevel": "Admin",
                    "linuxUserConfiguration": {"uid": 5, "gid": 5, "sshPrivateKey": "k"},
                }
            ],
            "mountConfiguration": _mounts(),
            "upgradePolicy": {
                "mode": "automatic",
                "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True},
                "rollingUpgradePolicy": {
                    "enableCrossZoneUpgrade": True,
                    "maxBatchInstancePercent": 20,
                    "maxUnhealthyInstancePercent": 20,
                },
            },
        },
    }


def _start_task() -> dict[str, Any]:
    return {
        "commandLine": "/bin/sh -c true",
        "resourceFiles": [
            {
                "httpUrl": "https://a.blob.core.windows.net/c/f",
                "filePath": "f",
                "identityReference": _BY_IDENTITY,
            },
            {"storageContainerUrl": "https://a.blob.core.windows.net/c", "blobPrefix": "x/"},
        ],
        "environmentSettings": [{"name": "LEVEL", "value": "1"}],
        "userIdentity": {"autoUser": {"scope": "Pool", "elevationLevel": "Admin"}},
        "containerSettings": {
            "imageName": "r.azurecr.io/render",
            "registry": {"registryServer": "r.azurecr.io", "username": "u", "password": "p"},
        },
        "maxTaskRetryCount": 2,
        "waitForSuccess": True,
    }


def _mounts() -> list[dict[str, Any]]:
    blob = {"accountName": "a", "containerName": "c", "relativeMountPath": "blob"}
    return [
        {"azureBlobFileSystemConfiguration": {**blob, "accountKey": "k"}},
        {"azureBlobFileSystemConfiguration": {**blob, "sasKey": "s", "relativeMountPath": "sas"}},
        {
            "azureBlobFileSystemConfiguration": {
                **blob,
                "identityReference": _BY_IDENTITY,
                "relativeMountPath": "own",
            }
        },
        {"nfsMountConfiguration": {"source": "nfs:/x", "relativeMountPath": "nfs"}},
        {
            "cifsMountConfiguration": {
                "userName": "u",
                "password": "p",
                "source": "//a/s",
                "relativeMountPath": "cifs",
            }
        },
        {
            "azureFileShareConfiguration": {
                "accountName": "a",
                "azureFileUrl": "https://a.file.core.windows.net/s",
                "accountKey": "k",
                "relativeMountPath": "share",
            }
        },
    ]


def windows() -> dict[str, Any]:
    """A confidential one, with a customer's key and a formula."""
    image = {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2"}
    disk = {
        "storageAccountType": "Standard_LRS",
        "securityProfile": {"securityEncryptionType": "VMGuestStateOnly"},
    }
    return {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}},
        "properties": {
            "vmSize": "STANDARD_DC2AS_V5",
            "deploymentConfiguration": {
                "virtualMachineConfiguration": {
                    "imageReference": image,
                    "nodeAgentSkuId": "batch.node.windows amd64",
                    "windowsConfiguration": {"enableAutomaticUpdates": False},
                    "licenseType": "Windows_Server",
                    "osDisk": {"caching": "ReadWrite", "diskSizeGB": 100, "managedDisk": disk},
                    "securityProfile": {
                        "securityType": "ConfidentialVM",
                        "uefiSettings": {"secureBootEnabled": None, "vTpmEnabled": True},
                        "proxyAgentSettings": {"enabled": True, "imds": {"mode": "Audit"}},
                    },
                    "diskEncryptionConfiguration": {
                        "targets": ["OsDisk", "TemporaryDisk"],
                        "customerManagedKey": {
                            "keyUrl": "https://v.vault.azure.net/keys/cmk/bb60031a6d4545d3a60d3f94588538c9",
                            "identityReference": _BY_IDENTITY,
                        },
                    },
                }
            },
            "networkConfiguration": {"publicIPAddressConfiguration": {"ipFamilies": ["IPv4", "IPv6"]}},
            "scaleSettings": {
                "autoScale": {"formula": "$TargetDedicatedNodes=1", "evaluationInterval": "PT5M"}
            },
            "userAccounts": [
                {"name": "u", "password": "p", "windowsUserConfiguration": {"loginMode": "Batch"}}
            ],
            "upgradePolicy": {
                "mode": "automatic",
                "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True},
            },
        },
    }
