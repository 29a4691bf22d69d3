"""What the vault has under the name that the settings give: never its value, only what is told about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.checks.check import (
    Outcome,
    cannot_tell,
    capital,
    failed,
    not_applicable,
    of_all,
    passed,
    proof,
)
from troubleshooter.checks.dates import day
from troubleshooter.checks.reading import below
from troubleshooter.checks.stored import shows, stored, untold, version
from troubleshooter.model.finding import Fix, Outside, Verdict
from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from troubleshooter.model.reply import Facts, Reply, Wanted

_INSTALLABLE = frozenset({"application/x-pkcs12", "application/x-pem-file"})


def secrets_exist(facts: Facts) -> Outcome:
    """kv-404-secret-not-found: the vault has nothing of that name, or not that version of it."""
    return of_all(_exists(facts, wanted) for wanted in facts.wanted)


def secrets_are_not_deleted(facts: Facts) -> Outcome:
    """kv-409-soft-deleted: it was deleted, and can be recovered."""
    return of_all(_deleted(facts, wanted) for wanted in facts.wanted)


def secrets_are_enabled(facts: Facts) -> Outcome:
    """kv-403-secret-disabled: the version that is read, the newest where the URL pins none, is disabled."""
    return of_all(_enabled(facts, wanted) for wanted in facts.wanted)


def secrets_are_certificates(facts: Facts) -> Outcome:
    """cert-content-type: what stands there has no certificate's content type."""
    return of_all(_content(facts, wanted) for wanted in facts.wanted)


def keys_are_exportable(facts: Facts) -> Outcome:
    """cert-non-exportable: the certificate's policy keeps its private key in the vault."""
    return of_all(_exportable(facts, wanted) for wanted in facts.wanted)


def _exists(facts: Facts, wanted: Wanted) -> Outcome:
    versions, resource = facts.of(Kind.VERSIONS, wanted.url), facts.of(Kind.SECRET, wanted.url)
    if versions.known:
        found = version(versions.body, wanted.version)
        if found is not None:
            return passed(f"{wanted.name} is in {wanted.host} ({versions.name})")
        said = f"{wanted.host} has no {wanted.name}" + (
            f" of the version {wanted.version}" * bool(wanted.version)
        )
        return _missing(wanted, versions, said)
    if shows(resource, wanted):
        return passed(f"{wanted.name} is in {wanted.host} ({resource.name})")
    for reply in (versions, resource):
        if reply.heard is Heard.ABSENT:
            return _missing(wanted, reply, f"{wanted.host} has no secret {wanted.name}")
    return untold(facts, wanted)


def _missing(wanted: Wanted, reply: Reply, said: str) -> Outcome:
    name = wanted.host.partition(".")[0]
    return failed(
        said,
        proof(reply, "value", reply.why or said),
        fixes=(
            Fix(
                f"Make the certificate {wanted.name} in the vault {name}, or mend its name in the settings",
                outside=Outside("create-secret", {"vault": name, "secret": wanted.name}),
            ),
        ),
    )


def _deleted(facts: Facts, wanted: Wanted) -> Outcome:
    reply, versions = facts.of(Kind.DELETED_SECRET, wanted.url), facts.of(Kind.VERSIONS, wanted.url)
    if reply.heard is Heard.ABSENT:
        return passed(f"{wanted.name} is not among the deleted secrets of {wanted.host} ({reply.name})")
    if not reply.known:
        resource = facts.of(Kind.SECRET, wanted.url)
        there = next((one for one in (versions, resource) if one.known and one.body), None)
        if there is not None:
            return passed(f"{wanted.name} is in {wanted.host}, so it was not deleted ({there.name})")
        return cannot_tell(reply) if reply.call else untold(facts, wanted)
    said = (
        f"{wanted.name} was deleted, and can be recovered until {day(reply.body.get('scheduledPurgeDate'))}"
    )
    return failed(
        said,
        proof(reply, "scheduledPurgeDate", said),
        says=f"{said}. As long as it is, nothing else can be made under its name.",
        fixes=(Fix(f"Recover {wanted.name} in {wanted.host.partition('.')[0]}"),),
    )


def _enabled(facts: Facts, wanted: Wanted) -> Outcome:
    found = stored(facts, wanted)
    if isinstance(found, Outcome):
        return found
    enabled, which = found.attributes.get("enabled"), found.which
    if enabled is True:
        return passed(f"{which} of {wanted.name} is enabled ({found.reply.name})")
    if enabled is not False:
        return Outcome(Verdict.UNKNOWN, missing=f"{found.reply.name} does not say whether it is enabled")
    name = wanted.host.partition(".")[0]
    said = f"{which} of {wanted.name} is disabled"
    return failed(
        said,
        proof(found.reply, f"{found.at}.attributes.enabled", "false"),
        says=f"{capital(said)}, and a disabled one is given to nobody.",
        fixes=(
            Fix(
                f"Enable {wanted.name} in the vault {name}",
                outside=Outside("enable-secret", {"vault": name, "secret": wanted.name}),
            ),
        ),
    )


def _content(facts: Facts, wanted: Wanted) -> Outcome:
    found = stored(facts, wanted)
    if isinstance(found, Outcome):
        return found
    content, reply = found.told.get("contentType"), found.reply
    if isinstance(content, str) and content.lower() in _INSTALLABLE:
        return passed(f"{wanted.name} has the content type {content} ({reply.name})")
    said = f"{wanted.name} has {'no content type' if not content else f'the content type {content}'}"
    return failed(
        said,
        proof(reply, f"{found.at}.contentType", str(content)),
        says=f"{said}: it is a plain secret, and no certificate with its key.",
        fixes=(Fix(f"Import {wanted.name} as a certificate, or name another one in the settings"),),
    )


_AT_ONCE = 60
"""Seconds in which a version and its policy are made together, as by an import."""


def _changed_since(facts: Facts, wanted: Wanted, policy: Reply) -> str:
    """Where the policy, which says how a version is made, was changed after the one that is read was made.

    Source: https://learn.microsoft.com/azure/key-vault/certificates/about-certificates#certificate-policy
    """
    versions = facts.of(Kind.VERSIONS, wanted.url)
    found = version(versions.body, wanted.version) if versions.known else None
    made = below(found, "attributes").get("created")
    changed = below(policy.body, "attributes").get("updated")
    if not isinstance(made, int | float) or not isinstance(changed, int | float):
        return ""
    return f"the version that is read was made before, on {day(made)}" if changed - made > _AT_ONCE else ""


def _exportable(facts: Facts, wanted: Wanted) -> Outcome:
    reply = facts.of(Kind.CERTIFICATE, wanted.url)
    if reply.heard is Heard.ABSENT:
        return not_applicable(f"{wanted.name} is no certificate of {wanted.host} ({reply.name})")
    if not reply.known:
        return cannot_tell(reply) if reply.call else untold(facts, wanted)
    exportable = below(reply.body, "key_props").get("exportable")
    since = _changed_since(facts, wanted, reply)
    if exportable is True and since:
        told = f"the policy of {wanted.name} lets its key be exported, and {since}"
        return Outcome(Verdict.UNKNOWN, missing=f"{told}: whether that version's may be is not told")
    if exportable is True:
        return passed(f"the policy of {wanted.name} lets its key be exported ({reply.name})")
    if exportable is not False:
        return Outcome(Verdict.UNKNOWN, missing=f"{reply.name} does not say whether the key is exportable")
    return failed(
        f"the policy of {wanted.name} keeps its key in the vault",
        proof(reply, "key_props.exportable", "false"),
        doubt=f"{capital(since)}, under a policy that is not shown any more." if since else "",
        says=f"The private key of {wanted.name} may not leave the vault, so that a node cannot get it.",
        fixes=(Fix(f"Make {wanted.name} anew with an exportable key"),),
    )
