"""Key Vault's data plane: one server for all vaults, each below a path of its name. Only reads."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around import vault_gate
from troubleshooter.simulator.around.operator import CLIENT_ID, OBJECT_ID
from troubleshooter.simulator.around.refusal import Refusal, not_found
from troubleshooter.simulator.around.vault_gate import (
    LIST_VERSIONS,
    READ_CERTIFICATE,
    READ_DELETED,
    READ_SECRET,
    Caller,
    Origin,
)
from troubleshooter.simulator.wire import listing
from troubleshooter.simulator.wire.exchange import Answer, route
from troubleshooter.simulator.wire.resources.vaults import attributes
from troubleshooter.simulator.wire.site import VAULT_AUDIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.around.vault_gate import Right
    from troubleshooter.simulator.around.vaults import Secret, Vault, Version
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site

API_VERSIONS = ("7.4", "7.5", "7.6", "2025-07-01")
_RECOVERY = {"recoveryLevel": "Recoverable+Purgeable", "recoverableDays": 90}


def list_versions(site: Site, call: Call) -> Answer:
    """All versions of a secret, without values. Of one that is not there: none, or a refusal."""
    vault = _vault(site, call, LIST_VERSIONS)
    secret = vault.secret(call.parts["name"])
    if secret is None and site.world.habits.versions_of_none == "refused":
        vault_gate.found(vault, call.parts["name"], "")
    # In no order of age, as recorded; that it is the order of their ids is assumed.
    versions = sorted(secret.versions, key=lambda one: one.id) if secret else []
    items = [_item(site, vault, secret, one) for one in versions] if secret else []
    page, following = listing.page(call, items)
    return Answer(body={"value": list(page), "nextLink": following})


def get_secret(site: Site, call: Call) -> Answer:
    """Here nobody is given a value: whoever asks all the same is seen among the calls."""
    vault = _vault(site, call, READ_SECRET)
    secret = vault_gate.found(vault, call.parts["name"], call.parts.get("version", ""))
    shown = next(one for one in secret.versions if call.parts.get("version", "") in {"", one.id})
    return Answer(body={"value": "not a secret", **_item(site, vault, secret, shown)})


def get_deleted(site: Site, call: Call) -> Answer:
    vault = _vault(site, call, READ_DELETED)
    secret = vault.deleted_secret(call.parts["name"])
    if secret is None:  # its words are assumed
        raise not_found("SecretNotFound", f"Deleted Secret not found: {call.parts['name']}")
    times = {"deletedDate": secret.created + 86_400, "scheduledPurgeDate": secret.created + 91 * 86_400}
    recovery = f"{site.vault_uri(vault)}deletedsecrets/{secret.name}"
    return Answer(body={"recoveryId": recovery, **times, **_item(site, vault, secret, secret.versions[0])})


def get_policy(site: Site, call: Call) -> Answer:
    vault, secret = _certificate(site, call)
    return Answer(body=_policy(site, vault, secret))


def get_certificate(site: Site, call: Call) -> Answer:
    vault, secret = _certificate(site, call)
    wanted = call.parts.get("version", "")
    version = next((one for one in secret.versions if wanted in {"", one.id}), None)
    if version is None:
        raise not_found("CertificateNotFound", f"Certificate not found: {secret.name}/versions/{wanted}")
    digest = hashlib.sha256(f"{vault.name} {secret.name} {version.id}".encode()).digest()
    at = site.vault_uri(vault)
    ids = {kind: f"{at}{folder}/{secret.name}/{version.id}" for kind, folder in _IDS.items()}
    return Answer(
        body={
            **ids,
            "x5t": base64.urlsafe_b64encode(digest[:20]).decode().rstrip("="),
            "cer": base64.b64encode(digest).decode(),  # no certificate: nobody here takes it apart
            "attributes": {**attributes(version), **_RECOVERY},
            "policy": _policy(site, vault, secret),
        }
    )


_IDS = {"id": "certificates", "kid": "keys", "sid": "secrets"}


def _vault(site: Site, call: Call, right: Right) -> Vault:
    """The vault of the path, where whoever is signed in may do that to the object of that name."""
    vault = vault_of(site, call)
    conditions, operator = site.world.conditions, site.world.conditions.operator
    place = f"{vault.id}/{right.kind}/{call.parts['name']}"
    caller = Caller(
        CLIENT_ID,
        OBJECT_ID,
        site.world.account.tenant,
        Origin(operator.address),
        data_actions=operator.may(right.action, place, data=True),
    )
    vault_gate.check_network(vault, caller, conditions)
    vault_gate.check_token(vault, caller)
    vault_gate.check_permission(vault, call.parts["name"], right, caller, conditions)
    return vault


def vault_of(site: Site, call: Call) -> Vault:
    """The vault whose name the path begins with; a name that no vault has is no host, so nobody answers."""
    name = call.path.strip("/").partition("/")[0].lower()
    found = next((one for one in site.world.conditions.vaults if one.name == name), None)
    if found is None:
        raise not_found("NotFound", "No vault is here.")
    return found


def _certificate(site: Site, call: Call) -> tuple[Vault, Secret]:
    vault = _vault(site, call, READ_CERTIFICATE)
    secret = vault.secret(call.parts["name"])
    if secret is None or not secret.certificate:
        raise not_found("CertificateNotFound", f"Certificate not found: {call.parts['name']}")
    return vault, secret


def _item(site: Site, vault: Vault, secret: Secret, version: Version) -> dict[str, Any]:
    return {
        "contentType": secret.content_type,
        "id": f"{site.vault_uri(vault)}secrets/{secret.name}/{version.id}",
        **({"managed": True} if secret.certificate else {}),
        "attributes": {**attributes(version), **_RECOVERY},
    }


def _policy(site: Site, vault: Vault, secret: Secret) -> dict[str, Any]:
    times = {"created": secret.created, "updated": secret.created}
    return {
        "id": f"{site.vault_uri(vault)}certificates/{secret.name}/policy",
        "key_props": {"exportable": secret.exportable, "kty": "RSA", "key_size": 2048, "reuse_key": False},
        "secret_props": {"contentType": secret.content_type},
        "x509_props": {
            "subject": f"CN={secret.name}",
            "ekus": ["1.3.6.1.5.5.7.3.1"],
            "key_usage": ["digitalSignature", "keyEncipherment"],
            "validity_months": 12,
        },
        "lifetime_actions": [
            {"trigger": {"lifetime_percentage": 80}, "action": {"action_type": "AutoRenew"}}
        ],
        "issuer": {"name": "Self"},
        "attributes": {"enabled": secret.enabled, **times},
    }


def challenge(site: Site, call: Call) -> Mapping[str, str]:
    """For a caller without a token: where the vault's tenant gives one, and for which resource (recorded)."""
    where = f"{site.authority}/{vault_of(site, call).tenant}"
    return {"WWW-Authenticate": f'Bearer authorization="{where}", resource="{VAULT_AUDIENCE}"'}


def check_version(call: Call) -> None:
    version = call.query.get("api-version", "")
    if version not in API_VERSIONS:  # its code and words are assumed
        text = f"The specified version ({version}) is not recognized."
        raise Refusal(400, "BadParameter", f"{text} Consider using the latest supported version.")


SECRETS = (
    route("GET", "/{vault}/secrets/{name}/versions", list_versions),
    route("GET", "/{vault}/deletedsecrets/{name}", get_deleted),
    route("GET", "/{vault}/secrets/{name}/?", get_secret),
    route("GET", "/{vault}/secrets/{name}/{version}", get_secret),
)
CERTIFICATES = (
    route("GET", "/{vault}/certificates/{name}/policy", get_policy),
    route("GET", "/{vault}/certificates/{name}/?", get_certificate),
    route("GET", "/{vault}/certificates/{name}/{version}", get_certificate),
)
