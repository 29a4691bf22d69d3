"""What the specification wants of a pool's machines: image, disks, security, extensions, upgrades."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.bodies.definition import is_windows, machine, named, properties, same, twice
from tests.bodies.rule import DATA, Rules

if TYPE_CHECKING:
    from tests.bodies.rule import Body

RULES = Rules()
_GALLERY = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Compute/galleries/[^/]+"
    r"/images/[^/]+(?:/versions/[^/]+)?",
    re.IGNORECASE,
)
_KEY = re.compile(r"https?://[^/]+/+keys/[^/]+/[^/]+", re.IGNORECASE)
"""With its version. The official example writes http and two strokes."""


@RULES.rule(
    "machine", "BatchPoolCreateOptions.virtualMachineConfiguration", "This property must be specified.", DATA
)
def without_machine(body: Body) -> list[object]:
    return [] if machine(body) else ["no virtualMachineConfiguration"]


@RULES.rule("image-alone", "ImageReference.id", "This property is mutually exclusive with other properties.")
def image_alone(body: Body) -> list[object]:
    image = {key: value for key, value in _image(body).items() if value is not None}
    alone = {"id", "sharedGalleryImageId", "communityGalleryImageId"} & image.keys()
    return [sorted(image)] if alone and len(image) > 1 else []


@RULES.rule("image-id", "ImageReference.id", "/images/{imageDefinitionName}/versions/{versionId}")
def image_id(body: Body) -> list[object]:
    image = _image(body).get("id")
    return [image] if image is not None and not _GALLERY.fullmatch(str(image)) else []


@RULES.rule(
    "windows-settings",
    "VirtualMachineConfiguration.windowsConfiguration",
    "must not be specified if the imageReference specifies a Linux OS image.",
)
def windows_settings(body: Body) -> list[object]:
    settings = machine(body).get("windowsConfiguration")
    return [settings] if settings is not None and not is_windows(body) else []


@RULES.rule(
    "licence",
    "VirtualMachineConfiguration.licenseType",
    "This only applies to images that contain the Windows operating system",
)
def licence(body: Body) -> list[object]:
    held = machine(body).get("licenseType")
    return [held] if held and not (is_windows(body) and held in {"Windows_Server", "Windows_Client"}) else []


@RULES.rule("lun", "DataDisk.lun", "The value must be between 0 and 63, inclusive.")
def lun(body: Body) -> list[object]:
    return [disk for disk in machine(body).get("dataDisks") or [] if not 0 <= disk.get("lun", 0) <= 63]


@RULES.rule("lun-once", "DataDisk.lun", "each should have a distinct lun.")
def lun_once(body: Body) -> list[object]:
    return twice([disk.get("lun") for disk in machine(body).get("dataDisks") or []])


# On Windows the same text asks for both disks, and the official example with a customer's key names one.
@RULES.rule(
    "encrypted-disks",
    "DiskEncryptionConfiguration.targets",
    'On Linux pool, only \\"TemporaryDisk\\" is supported',
)
def encrypted_disks(body: Body) -> list[object]:
    targets = (machine(body).get("diskEncryptionConfiguration") or {}).get("targets") or []
    return [] if is_windows(body) else [one for one in targets if not same(one, "TemporaryDisk")]


@RULES.rule(
    "encrypted-with-identity",
    "DiskEncryptionConfiguration.customerManagedKey",
    "only when the pool is configured with an identity and OsDisk is set as one of the targets",
)
def encrypted_with_identity(body: Body) -> list[object]:
    encryption = machine(body).get("diskEncryptionConfiguration") or {}
    key = encryption.get("customerManagedKey")
    disks = [one for one in encryption.get("targets") or [] if same(one, "OsDisk")]
    return [key] if key and not (disks and _identities(body)) else []


@RULES.rule("key-version", "DiskCustomerManagedKey.keyUrl", "Version segment of the Url is required")
def key_version(body: Body) -> list[object]:
    keys = [each["keyUrl"] for each in named(machine(body), "customerManagedKey") if each.get("keyUrl")]
    return [key for key in keys if not _KEY.fullmatch(key)]


@RULES.rule(
    "confidential",
    "VMDiskSecurityProfile.securityEncryptionType",
    "It can be set for only Confidential VMs and required when using Confidential VMs.",
)
def confidential(body: Body) -> list[object]:
    is_one = same((machine(body).get("securityProfile") or {}).get("securityType"), "confidentialVM")
    disk = (machine(body).get("osDisk") or {}).get("managedDisk") or {}
    kind = (disk.get("securityProfile") or {}).get("securityEncryptionType")
    return [kind] if bool(kind) != is_one else []


@RULES.rule(
    "uefi", "SecurityProfile.securityType", "It has to be set to any specified value to enable UefiSettings."
)
def uefi(body: Body) -> list[object]:
    security = machine(body).get("securityProfile") or {}
    return [security] if security.get("uefiSettings") and not security.get("securityType") else []


@RULES.rule(
    "extension-order",
    "VMExtension.provisionAfterExtensions",
    "extension names after which this extension needs to be provisioned.",
)
def extension_order(body: Body) -> list[object]:
    extensions = machine(body).get("extensions") or []
    there = {each.get("name") for each in extensions}
    return [
        name
        for each in extensions
        for name in each.get("provisionAfterExtensions") or []
        if name not in there
    ]


# Kept to, although the service was recorded to take a pool that refers to an identity it does not have.
@RULES.rule(
    "identity-of-pool",
    "ComputeNodeIdentityReference",
    "reference to a user assigned identity associated with the Batch pool which a compute node will use.",
)
def identity_of_pool(body: Body) -> list[object]:
    used = [each.get("resourceId") for each in named(properties(body), "identityReference")]
    return [one for one in used if not any(same(one, other) for other in _identities(body))]


@RULES.rule(
    "upgrades-of-windows",
    "AutomaticOSUpgradePolicy.enableAutomaticOSUpgrade",
    "If this is set to true for Windows based pools",
)
def upgrades_of_windows(body: Body) -> list[object]:
    system = _upgrade(body).get("automaticOSUpgradePolicy") or {}
    itself = (machine(body).get("windowsConfiguration") or {}).get("enableAutomaticUpdates")
    return [system] if system.get("enableAutomaticOSUpgrade") and is_windows(body) and itself else []


@RULES.rule(
    "upgraded-at-once",
    "RollingUpgradePolicy.maxBatchInstancePercent",
    "maxBatchInstancePercent should not be more than maxUnhealthyInstancePercent.",
)
def upgraded_at_once(body: Body) -> list[object]:
    rolling = _upgrade(body).get("rollingUpgradePolicy") or {}
    batch, unhealthy = rolling.get("maxBatchInstancePercent"), rolling.get("maxUnhealthyInstancePercent")
    return [batch] if batch is not None and unhealthy is not None and batch > unhealthy else []


@RULES.rule(
    "upgraded-across-zones",
    "RollingUpgradePolicy.enableCrossZoneUpgrade",
    "only when using NodePlacementConfiguration as Zonal.",
)
def across_zones(body: Body) -> list[object]:
    across = (_upgrade(body).get("rollingUpgradePolicy") or {}).get("enableCrossZoneUpgrade")
    placed = (machine(body).get("nodePlacementConfiguration") or {}).get("policy")
    return [across] if across is not None and not same(placed, "Zonal") else []


def _image(body: Body) -> Body:
    return machine(body).get("imageReference") or {}


def _identities(body: Body) -> list[Any]:
    return list((body.get("identity") or {}).get("userAssignedIdentities") or {})


def _upgrade(body: Body) -> Body:
    return properties(body).get("upgradePolicy") or {}
