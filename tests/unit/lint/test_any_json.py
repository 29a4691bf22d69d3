"""Whatever the JSON, the linter answers; and what is not JSON is told as that."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.known import KNOWN
from tests.unit.lint.pools import good
from troubleshooter.lint import findings_of, lint_pool, lint_text

NAMES = """
type publisher properties resources settings settings_json secretsManagementSettings name values
body authenticationSettings observedCertificates pollingIntervalInS requireInitialSync msiClientId
msiEndpoint url certificateStoreLocation certificateStoreName typeHandlerVersion
type_handler_version identity copy userAssignedIdentities deploymentConfiguration
virtualMachineConfiguration extensions imageReference sku nodeAgentSkuId provisionAfterExtensions
planned_values root_module child_modules runtimeSettings input handlerSettings publicSettings vmSize
identity_ids configuration expressions virtualMachineProfile
"""
KEYS = st.sampled_from(NAMES.split())
TEXTS = st.sampled_from(
    [
        *("KeyVaultForLinux", "KeyVaultForWindows", "Microsoft.Azure.KeyVault", "CustomScript", "4.0", "1.0"),
        *(
            "Microsoft.Compute/virtualMachines",
            "Microsoft.Compute/virtualMachines/extensions",
            "²",
            "٣",
            "-1",
        ),
        *("Microsoft.HybridCompute/machines", "Microsoft.Batch/batchAccounts/pools", "UserAssigned"),
        *("https://[", "https://v.vault.azure.net/secrets/a/b", "http:///x", "[parameters('x')]", "${a}"),
        *(
            "azapi_resource",
            "azurerm_batch_pool",
            "azurerm_virtual_machine_extension",
            "azurerm_linux_virtual",
        ),
        *(
            '{"secretsManagementSettings": {"pollingIntervalInS": 1}}',
            "settings.json",
            "observedCertificates",
        ),
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | TEXTS
ANY = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=40,
)


@given(ANY)
def test_any_json_gets_an_answer(value: Any) -> None:
    result = lint_text(json.dumps(value), "f.json", KNOWN)
    for found in result.findings:
        assert found.id
        assert json.dumps(found.json())


@given(st.dictionaries(KEYS, ANY, max_size=6))
def test_any_object_can_be_a_pool(value: dict[str, Any]) -> None:
    assert isinstance(findings_of(lint_pool(value, KNOWN)), tuple)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [at, *(place for key, entry in entries for place in _places(entry, (*at, key)))]


@given(st.sampled_from(_places(good())[1:]), ANY)
def test_a_pool_with_anything_anywhere_gets_an_answer(place: tuple[Any, ...], value: Any) -> None:
    pool = good()
    holder: Any = pool
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    lint_pool(pool, KNOWN)
    assert lint_text(json.dumps(pool, indent=1), "f.json", KNOWN).file == "f.json"


@given(st.text(alphabet='{}[]",:.-+/*\\ \n0123456789truefalsnE "url"https', max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    result = lint_text(text, "f.json", KNOWN)
    if result.repaired is not None:
        assert not any(
            found.id == "not-json" for found in lint_text(result.repaired, "f.json", KNOWN).findings
        )


def test_what_is_deep_or_long_is_answered_too() -> None:
    deep: Any = {"secretsManagementSettings": {}}
    for _ in range(90):
        deep = {"properties": [deep]}
    assert lint_text(json.dumps(deep), "f", KNOWN).extensions == 0
    pool = good()
    settings = pool["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0]
    settings["settings"]["secretsManagementSettings"]["pollingIntervalInS"] = 10**3000
    found = lint_text(json.dumps(settings["settings"])[:4000].replace("0" * 2000, "0"), "f", KNOWN).findings
    assert found[0].id == "kv-config-not-a-string"
