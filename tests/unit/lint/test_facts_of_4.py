"""What is documented of 4.x and of clouds that lag behind, held against what lint says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK, source, status
from tests.unit.lint.pools import extension, good, machine, settings
from troubleshooter.analyse import analyse
from troubleshooter.lint import lint_pool
from troubleshooter.lint.problem import LINUX_PAGE, WINDOWS_PAGE

CHINA = "https://v.vault.azure.cn/secrets/web"


def pool(version: str, agent: str = "batch.node.ubuntu 24.04", **secrets: Any) -> dict[str, Any]:
    found = good()
    machine(found)["nodeAgentSkuId"] = agent
    extension(found)["typeHandlerVersion"] = version
    part = settings(found)["secretsManagementSettings"]
    del part["requireInitialSync"]
    part.update(secrets)
    return found


def heard(definition: dict[str, Any]) -> list[tuple[str, str]]:
    told = ((one.id, str(one.severity)) for one in lint_pool(definition, KNOWN))
    return [one for one in told if not one[0].endswith("-support-ends")]


def with_log(version: str, **log: Any) -> dict[str, Any]:
    found = pool(version)
    settings(found)["loggingSettings"] = {"logger": "fluentd", "format": "forward", **log}
    return found


@pytest.mark.parametrize("location", ["/var/lib/waagent/Microsoft.Azure.KeyVault.Store/", "/etc/tls"])
def test_a_store_for_all_certificates_is_in_the_schema_of_4(location: str) -> None:
    assert heard(pool("4.0", certificateStoreLocation=location)) == []
    typo = heard(pool("4.0", certificateStoreLocaton=location))
    assert typo == [("kv-unknown-key", "error")]


@pytest.mark.parametrize(
    ("version", "endpoint", "wanted"),
    [
        ("4.0", "tcp://localhost:24224", None),
        ("4.0", "unix:///run/fluent.sock", None),
        ("3.0", "tcp://localhost:24224", None),
        ("3.0", "unix:///run/fluent.sock", "info"),
        ("4.0", "localhost:24224", "warning"),
        ("4.0", "http://localhost:24224", "warning"),
        ("4.0", "[parameters('log')]", None),
    ],
)
def test_where_a_log_may_be_sent(version: str, endpoint: str, wanted: str | None) -> None:
    told = heard(with_log(version, endpoint=endpoint))
    assert told == ([("kv-logging-endpoint", wanted)] if wanted else [])


def test_a_misspelt_key_of_the_log() -> None:
    (found,) = lint_pool(with_log("4.0", endpiont="tcp://localhost:24224"), KNOWN)
    assert "did you mean endpoint?" in found.message


@pytest.mark.parametrize(
    ("url", "wanted"), [(CHINA, []), ("https://v.vault.azure.net/secrets/web", ["warning"])]
)
def test_3_on_ubuntu_20_where_the_cloud_lags(url: str, wanted: list[str]) -> None:
    definition = pool("3.0", "batch.node.ubuntu 20.04", observedCertificates=[{"url": url}])
    assert [severity for _, severity in heard(definition)] == wanted


@pytest.mark.parametrize(
    ("host", "version", "told"),
    [
        ("vault.contoso.com", "4.0", ["warning"]),
        ("v.privatelink.vaultcore.azure.net", "4.0", ["error"]),
        ("v.privatelink.vaultcore.azure.net", "2.0", ["error"]),
        ("v.privatelink.vault.azure.net:443", "3.0", ["error"]),
        ("10.1.2.3", "3.0", ["error"]),
        ("[fd00::5]", "4.0", ["error"]),
        ("vault.contoso.com", "3.0", []),
        ("v.vault.azure.net", "4.0", []),
        ("privatelink-1.vault.azure.net", "4.0", []),
    ],
)
def test_the_hosts_of_vaults(host: str, version: str, told: list[str]) -> None:
    """4.x takes those alone; no version takes a name that is in no vault's certificate."""
    definition = pool(version, observedCertificates=[{"url": f"https://{host}/secrets/web"}])
    assert [severity for name, severity in heard(definition) if name == "kv-unrecognised-vault-host"] == told


@pytest.mark.parametrize("host", ["v.vault.azure.cn", "v.vault.usgovcloudapi.net"])
def test_4_is_not_taken_for_granted_in_another_cloud(host: str) -> None:
    url = f"https://{host}/secrets/web"
    told = heard(pool("4.0", observedCertificates=[{"url": url}]))
    assert told == [("install-version-of-another-cloud", "info")]
    assert heard(pool("3.0", observedCertificates=[{"url": url}])) == []


def test_without_a_version_the_newest_there_is_not_known() -> None:
    definition = pool("4.0", observedCertificates=[{"url": CHINA}])
    del extension(definition)["typeHandlerVersion"]
    (found,) = (one for one in lint_pool(definition, KNOWN) if one.id == "install-version-unpinned")
    assert "not known" in found.why
    assert found.fix is not None
    assert '"4.0" as the samples do now' in found.fix.summary


def test_a_client_id_wants_an_endpoint_at_4_too() -> None:
    definition = pool("4.0")
    del settings(definition)["authenticationSettings"]["msiEndpoint"]
    assert heard(definition) == [("kv-uri-no-hostname", "warning")]
    (found,) = (one for one in lint_pool(definition, KNOWN) if one.id == "kv-uri-no-hostname")
    assert {LINUX_PAGE, WINDOWS_PAGE} < set(found.sources), "both pages say so"


def test_that_a_distribution_is_not_supported_stands_in_the_status() -> None:
    found = analyse([source(status("This distribution is not supported", "error"))], BOOK)
    assert found.root_cause == "install-distro-unsupported"


@pytest.mark.parametrize(
    "line",
    [
        "kv.web.keyid -> kv.web.0f1e2d3c.keyid.1755000000",
        "cat: /store/kv.web.keyid: No such file or directory",
    ],
)
def test_the_names_of_stored_files_at_4_are_told(line: str) -> None:
    (found,) = analyse([source(line)], BOOK).findings
    assert found.id == "store-layout-changed-v4"
    assert "<version>.pem.<timestamp> and .keyid.<timestamp> (mode 600)" in found.explanation


def test_where_4_asks_for_what_it_does_anyway_it_is_told_what_it_does() -> None:
    """Of 4.x alone: beside a symptom of every version it would be read as the cause."""
    pool = good()
    extension(pool)["typeHandlerVersion"] = "4.0"
    told = {found.id: found for found in lint_pool(pool, KNOWN)}["kv-v4-removed-settings"].why
    assert "Version 4.x succeeds only with all certificates there" in told
    assert "after 25 tries" in told
    assert "a restart of akvvm_service lets it fetch at once" in told
    assert "installs it all the same where the network keeps it from checking (documented)" in told
    said = status("Failed to download one or more certificates, retrying...", "transitioning")
    (found,) = analyse([source(said)], BOOK).findings
    assert "4.x" not in found.explanation


def test_what_becomes_of_a_certificate_whose_chain_does_not_hold_differs_by_system() -> None:
    """Documented: Linux lets it pass where the check cannot be made, Windows installs none."""
    definition = good()
    machine(definition)["nodeAgentSkuId"] = "batch.node.windows amd64"
    extension(definition).update(type="KeyVaultForWindows", typeHandlerVersion="4.0")
    told = {found.id: found for found in lint_pool(definition, KNOWN)}["kv-v4-removed-settings"].why
    assert "does not install one whose root the node does not trust beforehand (documented)" in told
    assert "all the same" not in told


def test_a_failed_one_is_deleted_before_another_version_comes() -> None:
    found = analyse([source(status("distribution is not supported", "error"))], BOOK).findings[0]
    assert "delete the extension that failed before another version is installed" in found.explanation


def test_a_failed_extension_keeps_others_off_the_node() -> None:
    line = "Dependent Extension Microsoft.Azure.KeyVault.KeyVaultForLinux did not succeed. Status was error"
    (found,) = analyse([source(line)], BOOK).findings
    assert found.id == "agent-dependency-failed"
    assert "Run Command too" in found.explanation


@pytest.mark.parametrize(
    ("agent", "first"),
    [("batch.node.ubuntu 20.04", "1.12.2"), ("batch.node.mariner 2.0", "1.12.15")],
)
def test_what_takes_the_place_of_a_system_names_the_first_node_agent(agent: str, first: str) -> None:
    told = lint_pool(pool("3.0", agent), KNOWN)
    (fix,) = (one.fix for one in told if one.id == "batch-system-support-ends")
    assert fix is not None
    assert f"from node agent {first} on" in fix.summary


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("1.0", [("install-version-unsupported", "info")]),
        ("2.2", [("install-version-unsupported", "info")]),
        ("3.0", []),
        ("4.0", []),
        ("[parameters('version')]", []),
    ],
)
def test_3_and_later_are_supported(version: str, wanted: list[tuple[str, str]]) -> None:
    of_old = ["https://v.vault.azure.net/secrets/web"] if version < "3" else good_certificates()
    assert heard(pool(version, observedCertificates=of_old)) == wanted


def good_certificates() -> list[dict[str, str]]:
    return [{"url": "https://v.vault.azure.net/secrets/web"}]


@pytest.mark.parametrize(
    ("version", "said"), [("1.0", True), ("2.0", True), ("3.0", False), ("[parameters('version')]", False)]
)
def test_what_came_with_3(version: str, *, said: bool) -> None:
    definition = with_log(version, endpoint="tcp://localhost:24224")
    settings(definition)["secretsManagementSettings"]["aclEnabled"] = True
    told = [(one.message, one.path.rpartition("/")[2]) for one in lint_pool(definition, KNOWN)]
    new = [(text, at) for text, at in told if "came with 3.0" in text]
    names = ("aclEnabled", "loggingSettings") if said else ()
    assert sorted(new) == [(f"{name} came with 3.0; this is {version[0]}.x", name) for name in names]


def test_of_windows_no_version_is_known_to_be_out_of_support() -> None:
    definition = with_log("1.0", endpoint="tcp://localhost:24224")
    machine(definition)["nodeAgentSkuId"] = "batch.node.windows amd64"
    extension(definition)["type"] = "KeyVaultForWindows"
    told = {one.id for one in lint_pool(definition, KNOWN)}
    assert not told & {"kv-setting-before-3", "install-version-unsupported"}


def test_low_priority_is_told_as_spot() -> None:
    answer = '{"resizeErrors": [{"code": "AccountLowPriorityCoreQuotaReached", "message": "x"}]}'
    assert "Spot nodes since March 2026" in analyse([source(answer)], BOOK).findings[0].explanation
