"""The worlds: how each differs from one where all is well, its cause, and the head line's word."""

from __future__ import annotations

from typing import Any

from tests.ssh.probe import certificates
from tests.ssh.probe.world import HOST, INSTANCE, STORE, World, issued, kv_error, refused, secret

CALLER = (
    "appid=00000000-0000-0000-0000-000000000002;oid=00000000-0000-0000-0000-000000000003;"
    "iss=https://sts.windows.net/00000000-0000-0000-0000-000000000001/"
)
WELL = World()
NOT_FOUND = refused("Identity not found")
_SCOPE = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rg-1/providers/microsoft.keyvault"
    "/vaults/kv-contoso/secrets/web"
)
RBAC = kv_error(
    403,
    "Forbidden",
    "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role"
    f" definitions were changed recently, please observe propagation time.\r\nCaller: {CALLER}\r\nAction:"
    f" 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '{_SCOPE}'\r\nAssignment:"
    " (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\n"
    "Vault: kv-contoso;location=westeurope\r\n",
    "ForbiddenByRbac",
)
SEVERAL = refused(
    "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the"
    " token request"
)
BY_SQUID = {
    "path": "/", "status": 403, "type": "text/html", "body": "<title>ERROR: Access Denied</title>",
    "headers": {"X-Squid-Error": "ERR_ACCESS_DENIED 0", "Via": "1.1 proxy (squid/5.7)"},
}  # fmt: skip
ISSUER = kv_error(
    401,
    "Unauthorized",
    "AKV10032: Invalid issuer. Expected one of https://sts.windows.net/00000000-0000-0000-0000-00000000a001/,"
    " found https://sts.windows.net/00000000-0000-0000-0000-00000000b002/.",
)
POLICY = kv_error(
    403,
    "Forbidden",
    f"The user, group or application '{CALLER}' does not have secrets get permission on key vault"
    " 'kv-contoso;location=westeurope'. For help resolving this issue, please see"
    " https://go.microsoft.com/fwlink/?linkid=2125287",
    "AccessDenied",
)
FIREWALL = kv_error(
    403,
    "Forbidden",
    "Client address is not authorized and caller is not a trusted service.\r\nClient address: 203.0.113.1\r\n"
    f"Caller: {CALLER}\r\nVault: kv-contoso;location=westeurope",
    "ForbiddenByFirewall",
)
PRIVATE = kv_error(
    403,
    "Forbidden",
    "Public network access is disabled and request is not from a trusted service nor via an approved private"
    f" link.\r\nCaller: {CALLER}\r\nVault: kv-contoso;location=westeurope",
    "ForbiddenByConnection",
)
DISABLED = kv_error(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled")
MISSING = kv_error(
    404,
    "SecretNotFound",
    "A secret with (name/id) web was not found in this key vault. If you recently deleted this secret you may"
    " be able to recover it using the correct recovery command. For help resolving this issue, please see"
    " https://go.microsoft.com/fwlink/?linkid=2125182",
)
DELETED = {
    "status": 200,
    "body": f'{{"recoveryId":"https://{HOST}/deletedsecrets/web","deletedDate":1690270969,"scheduledPurgeDate":'
    f'1698046969,"id":"https://{HOST}/secrets/web/0f1e","attributes":{{"enabled":true}}}}',
}
THROTTLED = kv_error(
    429,
    "Throttled",
    "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
)
AVC = (
    'type=AVC msg=audit(1714557600.123:456): avc:  denied  { write } for  pid=1234 comm="akvvm_service"'
    " scontext=system_u:system_r:unconfined_service_t:s0 tcontext=system_u:object_r:cert_t:s0 tclass=dir"
    " permissive=0\n"
)


def settings(**changes: object) -> dict[str, object]:
    """Those of a world where all is well, with other keys in the secrets' part; None takes one away."""
    of_secrets = WELL.own_settings["secretsManagementSettings"] | changes
    return WELL.own_settings | {"secretsManagementSettings": of_secrets}


def half(answer: dict[str, Any], size: int) -> dict[str, Any]:
    """What comes of it where the connection is cut after so many bytes."""
    return answer | {"body": answer["body"][:size]}


UNNAMED = {key: value for key, value in WELL.own_settings.items() if key != "authenticationSettings"}
FOR_USER = settings(
    observedCertificates=[{"url": f"https://{HOST}/secrets/web", "acls": [{"user": "www-data"}]}],
    aclEnabled=True,
)
PEM_TYPE, PFX_TYPE = "application/x-pem-file", "application/x-pkcs12"
FULL = {"tmpfs": {STORE: "mode=755,size=64k"}, "filled": {STORE: 100}}
PAGE = {"status": 200, "type": "text/html", "body": "<title>Sign in to the network</title>"}
BUSY = {"status": 429, "body": '{"error":"too_many_requests"}'}
KEY_FILE = "/var/opt/azcmagent/tokens/0b6a1d4e.key"
KEY = "bWFkZS11cC1mb3ItdGhlLXByb2Jl"
CHALLENGE = {"WWW-Authenticate": f"Basic realm={KEY_FILE}"}
HIMDS = [
    {"path": "/metadata/instance", "status": 200, "body": '{"compute":{}}'},
    {"path": "/metadata/identity/oauth2/token", "signed": f"Basic {KEY}", **issued("")},
    {"path": "/metadata/identity/oauth2/token", "status": 401, "body": "", "headers": CHALLENGE},
]
"""As managed-identity-authentication of Azure Arc documents it."""
ARC = WELL.but(
    imds="refused",
    himds=HIMDS,
    settings=WELL.own_settings
    | {"authenticationSettings": {"msiEndpoint": "http://localhost:40342/metadata/identity"}},
    tmpfs={"/var/opt": "mode=755"},
    files={KEY_FILE: (KEY, 0o600)},
)
WORLDS: dict[str, tuple[World, str | None, str]] = {
    "all well": (WELL, None, "well"),
    "arc: all well": (ARC, None, "well"),
    "arc: settings without an endpoint": (
        ARC.but(settings={**UNNAMED}), None, "well"
    ),
    "arc: 403 rbac": (ARC.but(vault=RBAC), "kv-403-rbac", "vault"),
    "arc: himds refused": (ARC.but(himds=[]), "imds-unavailable-or-throttled", "identity"),
    "arc: himds fails": (
        ARC.but(himds=[HIMDS[0], {"path": "/", "status": 500, "body": ""}]),
        "imds-unavailable-or-throttled", "identity",
    ),
    "arc: no key file": (ARC.but(files={}), "arc-msi-key", "identity"),
    "identity not found": (
        WELL.but(named=NOT_FOUND, unnamed=NOT_FOUND), "imds-identity-not-found", "identity"
    ),
    "several identities": (
        WELL.but(settings=UNNAMED, unnamed=SEVERAL), "imds-multiple-identities", "identity"
    ),
    "imds refused": (WELL.but(imds="refused"), "imds-unavailable-or-throttled", "identity"),
    "imds black-holed": (WELL.but(imds="silent"), "imds-unavailable-or-throttled", "identity"),
    "imds behind a proxy": (
        WELL.but(metadata=BY_SQUID, imds_server="squid/5.7"), "imds-unavailable-or-throttled", "identity"
    ),
    "imds throttles": (
        WELL.but(named=refused("Too many requests.", 429, "too_many_requests")),
        "imds-unavailable-or-throttled", "identity",
    ),
    "dns failure": (WELL.but(resolves="no"), "net-dns", "DNS"),
    "dns black hole": (WELL.but(resolves="silent"), "net-dns", "DNS"),
    "tcp refused": (WELL.but(way="refused"), "net-connect", "route"),
    "tcp black hole": (WELL.but(way="silent"), "net-connect", "route"),
    "tls without end": (WELL.but(way="hangs"), "net-tls", "TLS"),
    "untrusted issuer": (WELL.but(trusted=False), "net-tls", "TLS"),
    "a certificate for another name": (
        WELL.but(certified="kv-fabrikam.vault.azure.net"), "net-tls", "TLS"
    ),
    "401 wrong tenant": (WELL.but(vault=ISSUER), "kv-401-invalid-issuer", "vault"),
    "403 rbac": (WELL.but(vault=RBAC), "kv-403-rbac", "vault"),
    "403 access policy": (WELL.but(vault=POLICY), "kv-403-access-policy", "vault"),
    "403 firewall": (WELL.but(vault=FIREWALL), "kv-403-firewall", "vault"),
    "public access disabled": (WELL.but(vault=PRIVATE), "kv-403-public-access-disabled", "vault"),
    "disabled secret": (WELL.but(vault=DISABLED), "kv-403-secret-disabled", "secret"),
    "404": (WELL.but(vault=MISSING), "kv-404-secret-not-found", "secret"),
    "soft-deleted": (WELL.but(vault=MISSING, deleted=DELETED), "kv-409-soft-deleted", "secret"),
    "429": (WELL.but(vault=THROTTLED), "kv-429-throttled", "vault"),
    "plain secret": (WELL.but(vault=secret("hunter2-hunter2", None)), "cert-content-type", "secret"),
    "pem without a key": (
        WELL.but(vault=secret(certificates.WITHOUT_KEY, PEM_TYPE)), "probe-secret-without-key", "secret"
    ),
    "pfx without a key": (
        WELL.but(vault=secret(certificates.PKCS12_WITHOUT_KEY, PFX_TYPE)),
        "probe-secret-without-key", "secret",
    ),
    "non-pem content": (
        WELL.but(vault=secret('{"data":"MIIKPAIBAzCC"}', PEM_TYPE)), "probe-secret-malformed", "secret"
    ),
    "clock an hour off": (WELL.but(imds_late=3600, vault_late=3600), "probe-clock-off", "node"),
    "imds's date alone an hour off": (WELL.but(imds_late=3600), None, "node"),
    "the vault's date alone an hour off": (WELL.but(vault_late=-3600), None, "node"),
    "full disk": (WELL.but(**FULL), "probe-store-full", "node"),
    "store read-only": (WELL.but(remount={STORE: "ro"}), "probe-store-read-only", "node"),
    "noexec": (WELL.but(tmpfs={"/var/lib/waagent": "mode=755,noexec"}), "agent-noexec-126", "node"),
    "selinux denial": (
        WELL.but(files={"/var/log/audit/audit.log": (AVC, 0o600)}), "store-selinux-denied", "node"
    ),
    "unreadable store": (WELL.but(settings=FOR_USER), "store-root-only", "node"),
    "identity and disk": (
        WELL.but(named=NOT_FOUND, unnamed=NOT_FOUND, **FULL), "imds-identity-not-found", "identity"
    ),
    "firewall and full disk": (WELL.but(vault=FIREWALL, **FULL), "kv-403-firewall", "vault"),
    "clock 40 s off and 403": (WELL.but(vault=RBAC, imds_late=40, vault_late=40), "kv-403-rbac", "vault"),
    "full data disk, all well": (
        WELL.but(tmpfs={"/var/lib/data": "size=64k"}, filled={"/var/lib/data": 100}), None, "well"
    ),
    "full data disk and 403": (
        WELL.but(vault=RBAC, tmpfs={"/var/lib/data": "size=64k"}, filled={"/var/lib/data": 100}),
        "kv-403-rbac", "vault",
    ),
    "a pfx, and a store that its reader may read": (
        WELL.but(vault=secret(certificates.PKCS12, PFX_TYPE), settings=FOR_USER, store_mode=0o644),
        None, "well",
    ),
    "clock 40 s off, all well": (WELL.but(imds_late=40, vault_late=40), None, "well"),
    "resolved by a server": (WELL.but(resolves="dns"), None, "well"),
    "a page in imds's place": (
        WELL.but(metadata=INSTANCE | PAGE, named=PAGE, unnamed=PAGE, imds_server="nginx"),
        "imds-unavailable-or-throttled", "identity",
    ),
    "imds is busy, and gives tokens": (WELL.but(metadata=INSTANCE | BUSY), None, "well"),
    "imds is busy": (
        WELL.but(metadata=INSTANCE | BUSY, named=BUSY, unnamed=BUSY),
        "imds-unavailable-or-throttled", "identity",
    ),
    "half a token": (WELL.but(named=half(issued(), 40)), None, "identity"),
    "half a secret": (
        WELL.but(vault=half(secret(certificates.WITHOUT_KEY + certificates.PEM, PEM_TYPE, at_end=True), 400)),
        None, "vault",
    ),
    "a full store whose name has a blank": (
        WELL.but(
            settings=settings(certificateStoreLocation="/var/lib/my store"),
            tmpfs={"/var/lib/my store": "mode=755,size=64k"}, filled={"/var/lib/my store": 100},
        ),
        "probe-store-full", "node",
    ),
}  # fmt: skip
FIRST = ("all well", "identity not found", "dns failure", "tcp refused", "untrusted issuer", "403 rbac")
