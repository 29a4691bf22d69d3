"""Several mistakes at once: each patch cures its own and brings no other."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import jsonpatch
from hypothesis import given
from hypothesis import strategies as st

from tests.known import KNOWN
from tests.unit.lint.pools import CLIENT, EXTENSION, IDENTITY, PRINCIPAL, good
from troubleshooter.lint import lint_pool
from troubleshooter.model.finding import Severity

if TYPE_CHECKING:
    from troubleshooter.lint import LintFinding

SETTINGS = f"{EXTENSION}/settings"
SECRETS = f"{SETTINGS}/secretsManagementSettings"
AUTH = f"{SETTINGS}/authenticationSettings"
MACHINE = EXTENSION.removesuffix("/extensions/0")
URL = "https://v.vault.azure.net"


def changed(**values: tuple[Any, ...]) -> list[dict[str, Any]]:
    places = {
        "polling": f"{SECRETS}/pollingIntervalInS",
        "sync": f"{SECRETS}/requireInitialSync",
        "renewal": f"{SECRETS}/linkOnRenewal",
        "certificates": f"{SECRETS}/observedCertificates",
        "location": f"{SECRETS}/certificateStoreLocation",
        "endpoint": f"{AUTH}/msiEndpoint",
        "client": f"{AUTH}/msiClientId",
        "version": f"{EXTENSION}/typeHandlerVersion",
        "type": f"{EXTENSION}/type",
        "publisher": f"{EXTENSION}/publisher",
        "after": f"{EXTENSION}/provisionAfterExtensions",
        "agent": f"{MACHINE}/nodeAgentSkuId",
        "identity": "/identity",
    }
    return [
        {"op": "add", "path": places[name], "value": one} for name, all_ in values.items() for one in all_
    ]


MISTAKES = [
    *changed(
        polling=(3600, 1.5, -1, "often", "60", True, None, "[parameters('p')]"),
        sync=("true", "no", 1, None),
        renewal=("false", False),
        certificates=(
            [],
            f"{URL}/secrets/a",
            {"url": f"{URL}/secrets/a"},
            [f"{URL}/secrets/a"],
            [f"{URL}/secrets/a", {"url": f"{URL}/secrets/a"}],
            [{"url": f"{URL}/certificates/a"}],
            [{"url": f"{URL}/secrets/a/{'0' * 32}", "keyExportable": "true"}],
            [{"url": f"{URL}/certificates/a/{'0' * 32}"}],
            [{"certificateStoreName": "MY"}],
        ),
        location=("LOCAL_MACHINE", "currentuser", "/etc/ssl", ""),
        endpoint=(
            "",
            "169.254.169.254",
            "http:///x",
            "http://localhost:40342/metadata/identity",
            "http://x",
            1,
            None,
        ),
        client=("", PRINCIPAL, IDENTITY, "the client id", "9" * 8, CLIENT.replace("1", "9"), 7, None),
        version=("1.0", "2.0", "4.0", None),
        type=("KeyVaultForWindows", "KVVMExtensionForLinux", "[variables('t')]"),
        publisher=("Microsoft.Azure.KeyVault.Edp",),
        after=(["gone"], ["kv"], ["gone", "kv", "gone"]),
        agent=("batch.node.windows amd64", "batch.node.el 9", "batch.node.ubuntu 24.04"),
        identity=({"type": "None"}, None, {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}),
    ),
    {"op": "move", "from": AUTH, "path": f"{EXTENSION}/authenticationSettings"},
    {"op": "move", "from": AUTH, "path": f"{SECRETS}/authenticationSettings"},
    {"op": "remove", "path": AUTH},
    {"op": "remove", "path": f"{AUTH}/msiEndpoint"},
    {"op": "move", "from": f"{SECRETS}/requireInitialSync", "path": f"{SECRETS}/requiredInitialSync"},
    {"op": "move", "from": SECRETS, "path": f"{SETTINGS}/secretManagementSettings"},
    {"op": "remove", "path": SETTINGS},
    {"op": "move", "from": f"{AUTH}/msiClientId", "path": f"{AUTH}/msiClientID"},
]


def wrong(mistakes: list[dict[str, Any]], *, wrapped: bool, text: bool) -> dict[str, Any]:
    pool: Any = good()
    for mistake in mistakes:
        try:
            pool = jsonpatch.apply_patch(pool, [mistake])
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
            continue  # an earlier one took its place away
    at = pool["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0]
    if wrapped and "settings" in at:
        at["settings"] = {"settings": at["settings"]}
    if text and "settings" in at:
        at["settings"] = json.dumps(at["settings"])
    found: dict[str, Any] = pool
    return found


def counted(findings: tuple[LintFinding, ...], severity: Severity | None = None) -> Counter[str]:
    return Counter(found.id for found in findings if severity in {None, found.severity})


@given(st.lists(st.sampled_from(MISTAKES), max_size=4), st.booleans(), st.booleans())
def test_each_patch_cures_its_own(mistakes: list[dict[str, Any]], wrapped: bool, text: bool) -> None:
    pool = wrong(mistakes, wrapped=wrapped, text=text)
    before = lint_pool(pool, KNOWN)
    for found in before:
        if found.fix is None or not found.fix.patch:
            continue
        steps = json.dumps([dict(step) for step in found.fix.patch])
        steps = steps.replace("${identity.client_id}", CLIENT).replace("${identity}", IDENTITY)
        after = lint_pool(jsonpatch.apply_patch(pool, json.loads(steps)), KNOWN)
        assert counted(after)[found.id] < counted(before)[found.id], found
        assert not counted(after, Severity.ERROR) - counted(before, Severity.ERROR), found
