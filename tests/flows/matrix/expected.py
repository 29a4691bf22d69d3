"""The cause that each scenario has, and how it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Way(Enum):
    DEMO = auto()
    """From the pool to the report, with `demo NAME --headless`."""
    FILES = auto()
    """By `analyze` on the nodes' and the vault's files: Windows, 4.x, and what no node says."""


@dataclass(frozen=True, slots=True)
class Expected:
    cause: str | None
    way: Way = Way.DEMO
    warning: bool = False
    """The cause is a warning, so it is the first finding and no root cause."""


def _files(cause: str | None) -> Expected:
    return Expected(cause, Way.FILES)


EXPECTED = {
    "healthy": Expected(None),
    "wrong-client-id": Expected("imds-identity-not-found"),
    "vault-rbac-denied": Expected("kv-403-rbac"),
    "vault-firewall": Expected("kv-403-firewall"),
    "secret-not-found": Expected("kv-404-secret-not-found"),
    "auth-settings-misplaced": Expected("kv-authconfig-nonexistent"),
    "polling-interval-number": Expected("kv-config-not-a-string"),
    "identity-missing": Expected("batch-pool-identity-missing"),
    "mixed": Expected("kv-403-firewall"),
    "resize-quota": Expected("batch-resize-quota"),
    "odd-shapes": Expected("kv-403-rbac"),
    "older-version": Expected("kv-403-rbac"),
    "extension-view-refused": Expected("kv-config-not-a-string"),
    "vault-access-policy": Expected("kv-403-access-policy"),
    "vault-policy-obo": Expected("kv-403-policy-obo"),
    "vault-private-only": Expected("kv-403-public-access-disabled"),
    "secret-disabled": Expected("kv-403-secret-disabled"),
    "secret-version-gone": Expected("kv-404-secret-not-found"),
    "vault-other-tenant": Expected("kv-401-invalid-issuer"),
    "vault-throttled": Expected("kv-429-throttled", warning=True),
    "certificate-not-exportable": _files("cert-non-exportable"),
    "secret-no-certificate": _files("cert-content-type"),
    "certificates-path": Expected("kv-certificates-path"),
    "vault-name-wrong": Expected("net-dns"),
    "identities-none-named": Expected("imds-multiple-identities"),
    "client-id-is-resource-id": Expected("msi-client-id-wrong-kind"),
    "metadata-busy": Expected("imds-unavailable-or-throttled"),
    "metadata-updating": Expected("imds-unavailable-or-throttled"),
    "metadata-captured": Expected("imds-unavailable-or-throttled"),
    "settings-as-text": Expected("kv-config-not-an-object"),
    "secrets-as-text": Expected("kv-config-not-an-object"),
    "certificates-empty": Expected("kv-observed-certificates-empty"),
    "certificates-not-a-list": Expected("kv-config-other-json-type"),
    "initial-sync-as-text": Expected("kv-config-other-json-type"),
    "auth-settings-nested": Expected("kv-authsettings-nested-too-deep"),
    "endpoint-three-slashes": Expected("kv-uri-no-hostname"),
    "endpoint-missing": Expected("kv-uri-no-hostname"),
    "endpoint-no-scheme": Expected("kv-uri-scheme-missing"),
    "vault-unresolved": Expected("net-dns"),
    "vault-unreachable": Expected("net-connect"),
    "tls-inspected": Expected("net-tls"),
    "proxy-unresolved": Expected("net-proxy"),
    "proxy-refuses": Expected("net-proxy"),
    "connection-cut": Expected("net-write-read"),
    "var-noexec": Expected("agent-noexec-126"),
    "units-read-only": Expected("svc-unit-dir-read-only"),
    "install-fails": Expected("agent-exit-code"),
    "enable-too-slow": Expected("agent-command-timeout"),
    "launch-failed": Expected("agent-launch-failed"),
    "package-damaged": Expected("agent-manifest-missing"),
    "log-folder-a-file": Expected("agent-logdir-removed"),
    "extensions-off": Expected("agent-extensions-disabled"),
    "extension-not-allowed": Expected("agent-policy-blocked"),
    "status-cut": Expected("agent-status-not-json"),
    "agent-too-old": _files("agent-unsupported-features"),
    "agent-legacy": _files("agent-legacy-126"),
    "loader-missing": Expected("svc-loader-missing-127"),
    "service-no-status": Expected("svc-no-status-file-wrong-cwd"),
    "package-unreachable": Expected("agent-download-failed"),
    "manifest-lags": Expected("agent-version-not-in-manifest"),
    "dependent-extension": _files("kv-config-not-a-string"),
    "node-agent-mismatch": Expected("batch-agent-install-failure"),
    "disk-full": Expected("batch-disk-full"),
    "package-missing": Expected("batch-application-package"),
    "batch-unreachable": Expected("batch-node-unusable-no-error", Way.FILES, warning=True),
    "allocation-locked": Expected("batch-allocation-failed"),
    "allocation-slow": Expected("batch-resize-timeout"),
    "spot-quota": Expected("batch-resize-quota"),
    "spot-taken": Expected("kv-403-rbac"),
    "spot-taken-late": Expected("kv-403-rbac"),
    "spot-scarce": Expected(None),
    "version-unknown": Expected("install-version-not-found"),
    "vm-agent-absent": _files("crp-agent-silent"),
    "firewall-hides-permission": Expected("kv-403-firewall"),
    "own-addresses": Expected("kv-403-rbac"),
    "permission-hides-secret": Expected("kv-403-rbac"),
    "network-hides-firewall": Expected("net-dns"),
    "identity-hides-firewall": Expected("batch-pool-identity-missing"),
    "settings-hide-permission": Expected("kv-uri-no-hostname"),
    "agent-hides-permission": Expected("agent-noexec-126"),
    "dual-stack": Expected("kv-403-rbac"),
    "subnet-guarded": Expected("kv-403-rbac"),
    "private-account": Expected("batch-way-shut"),
    "account-without-entra": Expected("kv-403-rbac"),
    "user-subscription": Expected("kv-403-rbac"),
    "windows-healthy": _files(None),
    "windows-rbac-denied": _files("kv-403-rbac"),
    "windows-firewall": _files("kv-403-firewall"),
    "windows-wrong-client-id": _files("imds-identity-not-found"),
    "windows-polling-number": _files("kv-config-not-a-string"),
    "windows-secrets-not-an-object": _files("kv-config-not-an-object"),
    "windows-endpoint-three-slashes": _files("kv-uri-no-hostname"),
    "windows-certificates-empty": _files("kv-observed-certificates-empty"),
    "windows-unresolved": _files("net-dns"),
    "windows-tls-inspected": _files("net-tls"),
    "windows-agent-unhealthy": _files("win-agent-unhealthy"),
    "windows-enable-killed": _files("win-command-killed-1009"),
    "windows-too-old": _files("install-windows-too-old"),
    "v4-distribution": _files("install-distro-unsupported"),
    "v4-rbac-denied": Expected("kv-403-rbac"),
    "v4-way-free": Expected("crp-provisioning-error"),
    "no-extension": Expected(None),
    "monitor-agent-failed": Expected("agent-package-lock"),
    "gpu-driver-failed": Expected("crp-provisioning-error"),
    "node-extension-failed": Expected("crp-provisioning-error"),
    "start-task-failed": Expected("batch-start-task-failed"),
    "another-extension-failed": Expected("agent-package-lock"),
}
FAST = (
    "healthy",
    "vault-policy-obo",
    "endpoint-missing",
    "loader-missing",
    "package-missing",
    "firewall-hides-permission",
)
"""Walked in the default run too; of each kind one. All that are looked at by their files are."""
