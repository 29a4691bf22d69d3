"""The checker: silent about what the specification allows, and each of its rules found broken once."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.bodies import described, pools
from tests.bodies.checker import NAME, RULES, problems
from tests.bodies.pools import IDENTITY, nat_pool

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
CHECKER = ("checker", "definition", "described", "machine", "network", "node", "rule", "size")


def put(path: str, value: Any, of: Callable[[], dict[str, Any]] = pools.linux) -> tuple[str, dict[str, Any]]:
    """A good body with one value changed, under a good name. None takes it away."""
    body = of()
    holder: Any = body
    *before, last = path.split("/")
    for key in before:
        holder = holder[int(key)] if isinstance(holder, list) else holder[key]
    if isinstance(holder, list):
        holder[int(last)] = value
    elif value is None:
        del holder[last]
    else:
        holder[last] = value
    return "p", body


def on_windows(path: str, value: Any) -> tuple[str, dict[str, Any]]:
    return put(path, value, pools.windows)


P = "properties"
M = f"{P}/deploymentConfiguration/virtualMachineConfiguration"
N = f"{P}/networkConfiguration"
NAT = f"{N}/endpointConfiguration/inboundNatPools"
ONE = f"{NAT}/1"
RULE = f"{ONE}/networkSecurityGroupRules/0"
PUBLIC = f"{N}/publicIPAddressConfiguration"
FIXED = f"{P}/scaleSettings/fixedScale"
FORMULA = f"{P}/scaleSettings/autoScale"
START = f"{P}/startTask"
FILE = f"{START}/resourceFiles/0"
MOUNT = f"{P}/mountConfiguration"
USER = f"{P}/userAccounts/0"
ROLLING = f"{P}/upgradePolicy/rollingUpgradePolicy"

SIX = [nat_pool(f"n{number}", 80 + number, 1000 + 100 * number) for number in range(6)]
OTHERS_BLOB = {
    "accountName": "a", "containerName": "c", "relativeMountPath": "b", "accountKey": "k", "sasKey": "s",
}  # fmt: skip
NO_NETWORK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPPrefixes/p"

BROKEN: list[tuple[str, tuple[str, dict[str, Any]]]] = [
    ("type", put(f"{P}/displayName", 4711)),
    ("type", put(f"{START}/waitForSuccess", "yes")),
    ("type", put(f"{P}/taskSlotsPerNode", True)),
    ("enum", put(f"{ONE}/protocol", "ICMP")),
    ("enum", put(f"{RULE}/access", "Permit")),
    ("bounds", put(f"{ROLLING}/maxUnhealthyInstancePercent", 101)),
    ("required", put(f"{RULE}/access", None)),
    ("required", put(f"{USER}/password", None)),
    ("required", put(f"{MOUNT}/4/cifsMountConfiguration/password", None)),
    ("required", put(f"{M}/nodeAgentSkuId", None)),
    ("read-only", put("etag", 'W/"0x1"')),
    ("read-only", put("id", "/subscriptions/s")),
    ("read-only", put("name", "p")),
    ("read-only", put("type", "Microsoft.Batch/batchAccounts/pools")),
    ("read-only", put(f"{P}/allocationState", "Steady")),
    ("read-only", put(f"{P}/resizeOperationStatus", {"targetDedicatedNodes": 1})),
    ("read-only", put("identity/userAssignedIdentities", {IDENTITY: {"clientId": "c"}})),
    ("not-described", put(f"{P}/targetNodeCommunicationMode", "Default")),
    ("not-described", put(f"{M}/osDisk", {"exactVersion": "1"})),
    (NAME, ("a pool", pools.linux())),
    (NAME, ("p" * 65, pools.linux())),
    ("five-nat-pools", put(NAT, SIX)),
    ("nat-needs-addresses", put(PUBLIC, {"provision": "NoPublicIPAddresses"})),
    ("nat-name", put(f"{ONE}/name", "metrics-")),
    ("nat-name", put(f"{ONE}/name", "m" * 78)),
    ("nat-name-once", put(f"{ONE}/name", "web")),
    ("backend-port", put(f"{ONE}/backendPort", 29876)),
    ("backend-port", put(f"{ONE}/backendPort", 29877)),
    ("backend-port", put(f"{ONE}/backendPort", 0)),
    ("backend-port", put(f"{ONE}/backendPort", 65536)),
    ("backend-port-once", put(f"{ONE}/backendPort", 80)),
    ("frontend-ports", put(ONE, nat_pool("m", 81, 49950))),
    ("frontend-ports", put(ONE, nat_pool("m", 81, 55000))),
    ("frontend-ports", put(ONE, nat_pool("m", 81, 65436))),
    ("frontend-ports", put(ONE, nat_pool("m", 81, 0))),
    ("forty-frontend-ports", put(f"{ONE}/frontendPortRangeEnd", 16038)),
    ("frontend-ports-once", put(ONE, nat_pool("m", 81, 15099))),
    ("twenty-five-rules", put(ONE, nat_pool("m", 81, 16000, *range(1000, 1024)))),
    ("priority", put(f"{RULE}/priority", 149)),
    ("priority", put(f"{RULE}/priority", 4097)),
    ("priority-once", put(f"{RULE}/priority", 4096)),
    ("source-address", put(f"{RULE}/sourceAddressPrefix", "10.0.0.1/8")),
    ("source-address", put(f"{RULE}/sourceAddressPrefix", "300.1.1.1")),
    ("source-ports", put(f"{RULE}/sourcePortRanges", ["100-200", "200"])),
    ("source-ports", put(f"{RULE}/sourcePortRanges", ["65536"])),
    ("source-ports", put(f"{RULE}/sourcePortRanges", ["any"])),
    ("ip-families", on_windows(f"{PUBLIC}/ipFamilies", ["IPv6"])),
    ("address-id", put(f"{PUBLIC}/ipAddressIds", [NO_NETWORK])),
    ("nodes-an-address", put(f"{FIXED}/targetDedicatedNodes", 101)),
    ("subnet-id", put(f"{N}/subnetId", "nodes")),
    ("subnet-a-job", on_windows(f"{N}/dynamicVnetAssignmentScope", "job")),
    ("machine", ("p", {"properties": {"vmSize": "STANDARD_D2S_V3", "deploymentConfiguration": {}}})),
    ("image-alone", put(f"{M}/imageReference/sharedGalleryImageId", "/SharedGalleries/g")),
    ("image-id", put(f"{M}/imageReference", {"id": "/subscriptions/s/images/mine"})),
    ("windows-settings", put(f"{M}/windowsConfiguration", {"enableAutomaticUpdates": True})),
    ("licence", put(f"{M}/licenseType", "Windows_Server")),
    ("licence", on_windows(f"{M}/licenseType", "SLES_BYOS")),
    ("lun", put(f"{M}/dataDisks/1/lun", 64)),
    ("lun-once", put(f"{M}/dataDisks/1/lun", 0)),
    ("encrypted-disks", put(f"{M}/diskEncryptionConfiguration/targets", ["OsDisk", "TemporaryDisk"])),
    ("encrypted-with-identity", on_windows(f"{M}/diskEncryptionConfiguration/targets", ["TemporaryDisk"])),
    (
        "key-version",
        on_windows(
            f"{M}/diskEncryptionConfiguration/customerManagedKey/keyUrl", "https://v.vault.azure.net/keys/cmk"
        ),
    ),
    ("confidential", on_windows(f"{M}/osDisk/managedDisk/securityProfile", None)),
    ("confidential", on_windows(f"{M}/securityProfile/securityType", "trustedLaunch")),
    ("uefi", put(f"{M}/securityProfile/securityType", None)),
    ("extension-order", put(f"{M}/extensions/1/provisionAfterExtensions", ["gone"])),
    ("identity-of-pool", put("identity", {"type": "None"})),
    ("upgrades-of-windows", on_windows(f"{M}/windowsConfiguration/enableAutomaticUpdates", True)),
    ("upgraded-at-once", put(f"{ROLLING}/maxBatchInstancePercent", 21)),
    ("upgraded-across-zones", put(f"{M}/nodePlacementConfiguration/policy", "Regional")),
    ("start-command", put(f"{START}/commandLine", None)),
    ("retries", put(f"{START}/maxTaskRetryCount", -2)),
    ("file-source", put(f"{FILE}/autoStorageContainerName", "c")),
    ("file-source", put(f"{FILE}/httpUrl", None)),
    ("file-path", put(f"{FILE}/filePath", None)),
    ("file-inside", put(f"{FILE}/filePath", "a/../../b")),
    ("file-prefix", put(f"{FILE}/blobPrefix", "x")),
    ("as-one-user", put(f"{START}/userIdentity/userName", "operator")),
    ("as-one-user", put(f"{START}/userIdentity", {})),
    ("mount-of-one-kind", put(f"{MOUNT}/0/nfsMountConfiguration", {"source": "s", "relativeMountPath": "n"})),
    ("mount-of-one-kind", put(f"{MOUNT}/0", {})),
    ("blob-by-one-key", put(f"{MOUNT}/0/azureBlobFileSystemConfiguration", OTHERS_BLOB)),
    ("blob-by-one-key", put(f"{MOUNT}/0/azureBlobFileSystemConfiguration/accountKey", None)),
    ("user-name", put(f"{USER}/name", "u" * 21)),
    ("user-numbers", put(f"{USER}/linuxUserConfiguration/gid", None)),
    ("user-of-windows", put(f"{USER}/windowsUserConfiguration", {"loginMode": "Batch"})),
    ("vm-size", put(f"{P}/vmSize", None)),
    ("scaled-one-way", put(f"{P}/scaleSettings/autoScale", {"formula": "$TargetDedicatedNodes=1"})),
    ("scaled-one-way", put(f"{P}/scaleSettings", {})),
    ("target", put(FIXED, {"resizeTimeout": "PT15M"})),
    ("resize-timeout", put(f"{FIXED}/resizeTimeout", "PT4M59S")),
    ("formula-interval", on_windows(f"{FORMULA}/evaluationInterval", "PT4M")),
    ("formula-interval", on_windows(f"{FORMULA}/evaluationInterval", "P7DT1S")),
    ("task-slots", put(f"{P}/taskSlotsPerNode", 257)),
    ("display-name", put(f"{P}/displayName", "d" * 1025)),
    ("ten-packages", put(f"{P}/applicationPackages", [{"id": f"app{number}"} for number in range(11)])),
]


@pytest.mark.parametrize("of", [pools.linux, pools.windows])
def test_what_the_specification_allows_is_let_through(of: Callable[[], dict[str, Any]]) -> None:
    assert problems("p" * 64, of()) == []


@pytest.mark.parametrize(
    ("rule", "sent"), BROKEN, ids=[f"{number}-{rule}" for number, (rule, _) in enumerate(BROKEN)]
)
def test_what_breaks_one_rule_is_found_by_that_rule_alone(
    rule: str, sent: tuple[str, dict[str, Any]]
) -> None:
    assert {problem.rule for problem in problems(*sent)} == {rule}


def test_every_rule_is_broken_here() -> None:
    known = [rule.id for rule in RULES]
    assert len(known) == len(set(known))
    assert {rule for rule, _ in BROKEN} == {*known, *described.KINDS, NAME}


def test_a_change_need_not_say_what_the_pool_is_made_of() -> None:
    metadata = {"properties": {"metadata": [{"name": "n", "value": "v"}]}}
    assert problems("p", metadata, change=True) == []
    assert {problem.rule for problem in problems("p", metadata)} == {"machine", "vm-size"}


@pytest.mark.parametrize("module", CHECKER)
def test_the_checker_shares_no_code_with_what_it_checks(module: str) -> None:
    tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
    named = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
    }
    others = {name for name in named if name.partition(".")[0] not in sys.stdlib_module_names}
    assert others <= {"tests.bodies", *(f"tests.bodies.{other}" for other in CHECKER)}


def test_every_rule_stands_in_the_official_text(ground_truth: Path) -> None:
    files = {
        "batch-arm": ground_truth / "spec/batch-arm/2025-06-01/openapi.json",
        "batch-data": ground_truth / "spec/batch-data/2025-06-01/BatchService.json",
    }
    read = {
        plane: json.loads(path.read_text(encoding="utf-8"))["definitions"] for plane, path in files.items()
    }
    for rule in RULES:
        definition, _, name = rule.of.partition(".")
        told = read[rule.plane][definition]
        assert rule.says in json.dumps(told["properties"][name] if name else told), rule.id


def test_the_official_examples_are_let_through(ground_truth: Path) -> None:
    seen = 0
    for example in sorted((ground_truth / "spec/batch-arm/2025-06-01/examples").glob("Pool*.json")):
        body = json.loads(example.read_text(encoding="utf-8"))["parameters"].get("parameters")
        if body:
            assert problems("testpool", body, change="vmSize" not in body["properties"]) == [], example.name
            seen += 1
    assert seen > 20
