"""What the vault has under the name that the settings give: never its value, only what is told about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import Outcome, cannot_tell, not_applicable, of_all, passed, proof
from troubleshooter.checks.reading import below, objects, properties
from troubleshooter.model.finding import Confidence, Fix, Outside, Verdict
from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        found = _version(versions.body, wanted.version)
        if found is not None:
            return passed(f"{wanted.name} is in {wanted.host} ({versions.name})")
        said = f"{wanted.host} has no {wanted.name}" + (
            f" of the version {wanted.version}" * bool(wanted.version)
        )
        return _missing(wanted, versions, said)
    if resource.known and not wanted.version:
        return passed(f"{wanted.name} is in {wanted.host} ({resource.name})")
    for reply in (versions, resource):
        if reply.heard is Heard.ABSENT:
            return _missing(wanted, reply, f"{wanted.host} has no secret {wanted.name}")
    return cannot_tell(versions if versions.call else resource)


def _missing(wanted: Wanted, reply: Reply, said: str) -> Outcome:
    name = wanted.host.partition(".")[0]
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({reply.name})",
        evidence=(proof(reply, "value", reply.why or said),),
        confidence=Confidence.CONFIRMED,
        says=f"{said[:1].upper()}{said[1:]}.",
        fixes=(
            Fix(
                f"Make the certificate {wanted.name} in the vault {name}, or mend its name in the settings",
                outside=Outside("create-secret", {"vault": name, "secret": wanted.name}),
            ),
        ),
    )


def _deleted(facts: Facts, wanted: Wanted) -> Outcome:
    reply = facts.of(Kind.DELETED_SECRET, wanted.url)
    if reply.heard is Heard.ABSENT:
        return passed(f"{wanted.name} is not among the deleted secrets of {wanted.host} ({reply.name})")
    if not reply.known:
        return cannot_tell(reply)
    said = (
        f"{wanted.name} was deleted, and can be recovered until {_day(reply.body.get('scheduledPurgeDate'))}"
    )
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({reply.name})",
        evidence=(proof(reply, "scheduledPurgeDate", said),),
        confidence=Confidence.CONFIRMED,
        says=f"{said}. As long as it is, nothing else can be made under its name.",
        fixes=(Fix(f"Recover {wanted.name} in {wanted.host.partition('.')[0]}"),),
    )


def _enabled(facts: Facts, wanted: Wanted) -> Outcome:
    versions, resource = facts.of(Kind.VERSIONS, wanted.url), facts.of(Kind.SECRET, wanted.url)
    if versions.known:
        found, reply, field = _version(versions.body, wanted.version), versions, "value.attributes.enabled"
    elif resource.known and not wanted.version:
        found, reply, field = properties(resource.body), resource, "properties.attributes.enabled"
    else:
        absent = Heard.ABSENT in {versions.heard, resource.heard}
        return not_applicable("there is no such secret") if absent else cannot_tell(versions)
    if found is None:
        return not_applicable("there is no such secret")
    enabled = below(found, "attributes").get("enabled")
    which = f"version {wanted.version}" if wanted.version else "the newest version"
    if enabled is True:
        return passed(f"{which} of {wanted.name} is enabled ({reply.name})")
    if enabled is not False:
        return Outcome(Verdict.UNKNOWN, missing=f"{reply.name} does not say whether it is enabled")
    name = wanted.host.partition(".")[0]
    said = f"{which} of {wanted.name} is disabled"
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({reply.name})",
        evidence=(proof(reply, field, "false"),),
        confidence=Confidence.CONFIRMED,
        says=f"{said[:1].upper()}{said[1:]}, and a disabled one is given to nobody.",
        fixes=(
            Fix(
                f"Enable {wanted.name} in the vault {name}",
                outside=Outside("enable-secret", {"vault": name, "secret": wanted.name}),
            ),
        ),
    )


def _content(facts: Facts, wanted: Wanted) -> Outcome:
    versions, resource = facts.of(Kind.VERSIONS, wanted.url), facts.of(Kind.SECRET, wanted.url)
    if versions.known:
        found, reply, field = _version(versions.body, wanted.version), versions, "value.contentType"
    elif resource.known and not wanted.version:
        found, reply, field = properties(resource.body), resource, "properties.contentType"
    else:
        return cannot_tell(versions)
    if found is None:
        return not_applicable("there is no such secret")
    content = found.get("contentType")
    if isinstance(content, str) and content.lower() in _INSTALLABLE:
        return passed(f"{wanted.name} has the content type {content} ({reply.name})")
    said = f"{wanted.name} has {'no content type' if not content else f'the content type {content}'}"
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({reply.name})",
        evidence=(proof(reply, field, str(content)),),
        confidence=Confidence.CONFIRMED,
        says=f"{said}: it is a plain secret, and no certificate with its key.",
        fixes=(Fix(f"Import {wanted.name} as a certificate, or name another one in the settings"),),
    )


def _exportable(facts: Facts, wanted: Wanted) -> Outcome:
    reply = facts.of(Kind.CERTIFICATE, wanted.url)
    if reply.heard is Heard.ABSENT:
        return not_applicable(f"{wanted.name} is no certificate of {wanted.host} ({reply.name})")
    if not reply.known:
        return cannot_tell(reply)
    exportable = below(reply.body, "key_props").get("exportable")
    if exportable is True:
        return passed(f"the policy of {wanted.name} lets its key be exported ({reply.name})")
    if exportable is not False:
        return Outcome(Verdict.UNKNOWN, missing=f"{reply.name} does not say whether the key is exportable")
    return Outcome(
        Verdict.FAIL,
        because=f"the policy of {wanted.name} keeps its key in the vault ({reply.name})",
        evidence=(proof(reply, "key_props.exportable", "false"),),
        confidence=Confidence.CONFIRMED,
        says=f"The private key of {wanted.name} may not leave the vault, so that a node cannot get it.",
        fixes=(Fix(f"Make {wanted.name} anew with an exportable key"),),
    )


def _version(versions: Any, wanted: str) -> Mapping[str, Any] | None:
    """That version; the newest by its creation where none is wanted."""
    listed = [*objects(versions)]
    if wanted:
        return next(
            (one for one in listed if str(one.get("id", "")).rpartition("/")[2].lower() == wanted.lower()),
            None,
        )
    return max(listed, key=_created, default=None)


def _created(version: Mapping[str, Any]) -> float:
    made = below(version, "attributes").get("created")
    return float(made) if isinstance(made, int | float) else 0.0


def _day(moment: Any) -> str:
    return (
        f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}"
        if isinstance(moment, int | float)
        else "a day that is not told"
    )
