"""Checks of observedCertificates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.problem import (
    ERROR,
    INFO,
    LINUX_PAGE,
    WARNING,
    WINDOWS_PAGE,
    Problem,
    advice,
    json_type,
    replacing,
)
from troubleshooter.lint.unknown import QuotedText, is_unknown, known_part
from troubleshooter.model.excerpt import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.key_vault.layout import Layout

_SYMPTOMS = ("kv-status-transitioning", "crp-provisioning-error", "crp-provisioning-timeout")
_BLANK = re.compile(r"\s")
_PATH_BEHIND = re.compile(r"^x/?secrets/|^x\.vault\.")
_PRIVATE_LINK = re.compile(r"(?:^|\.)privatelink\.", re.IGNORECASE)
_SUFFIXES = (
    ".vault.azure.net",
    ".vault.azure.cn",
    ".vault.usgovcloudapi.net",
    ".vault.sovcloud-api.fr",
    ".vault.microsoftazure.de",
)


def _list(layout: Layout) -> tuple[str, Any]:
    if layout.secrets is None or not layout.secrets.has("observedCertificates"):
        return "", None
    return layout.secrets.below("observedCertificates"), layout.secrets.get("observedCertificates")


def certificates_are_a_list(layout: Layout) -> Iterator[Problem]:
    at, value = _list(layout)
    text = known_part(value) if isinstance(value, str) else ""
    if not at or isinstance(value, list) or (is_unknown(value) and not _is_text(value)):
        return
    one = isinstance(value, Mapping) or text.startswith("https://")
    yield Problem(
        "kv-config-other-json-type",
        ERROR,
        at,
        f"observedCertificates is {json_type(value)}; it must be a list",
        "The extension expects a list, even for one certificate.",
        replacing("Put it into a list", at, [_entry(value, layout.place.major)])
        if one
        else advice("Write a list of certificates"),
        explains=_SYMPTOMS,
    )


def _is_text(value: str) -> bool:
    """Whether something is text whatever is put into it: an address, or what goes on behind a name."""
    if isinstance(value, QuotedText):
        return True
    text = known_part(value)
    return text.startswith(("https://", "http://")) or bool(_PATH_BEHIND.search(text))


def _entry(value: Any, major: int | None) -> Any:
    return {"url": value} if isinstance(value, str) and (major or 0) >= 4 else value


def there_is_a_certificate(layout: Layout) -> Iterator[Problem]:
    at, value = _list(layout)
    if value == []:
        yield Problem(
            "kv-observed-certificates-empty",
            ERROR,
            at,
            "observedCertificates is empty",
            "The extension refuses to start: observedCertificates cannot be empty.",
            advice("Name at least one certificate"),
            explains=_SYMPTOMS,
            lacks=at,
        )


def entries_fit_the_version(layout: Layout) -> Iterator[Problem]:
    at, value = _list(layout)
    entries = value if isinstance(value, list) else []
    texts = [entry for entry in entries if isinstance(entry, str) and not is_unknown(entry)]
    objects = any(isinstance(entry, Mapping) for entry in entries)
    major = layout.place.major
    if texts and major is not None and major >= 4:
        yield _no_longer_read(at, entries)
    elif texts and objects:
        yield Problem(
            "kv-certificates-mixed",
            WARNING,
            at,
            "observedCertificates mixes URLs and objects",
            "No version documents such a list.",
            advice("Write all of them in one form"),
        )
    elif texts and major == 3:
        yield Problem(
            "kv-certificates-legacy-form",
            INFO,
            at,
            "observedCertificates is a list of URLs, the form of 1.x and 2.x",
            "Version 3.x still reads it; 4.x does not.",
        )
    elif objects and major is not None and major < 3:
        yield Problem(
            "kv-certificates-new-form",
            WARNING,
            at,
            f"observedCertificates holds objects, which version {major}.x does not know",
            "Objects with a url came with 3.0; before, the list holds URLs.",
            advice("Use typeHandlerVersion 3.0, or a list of URLs"),
        )


def _no_longer_read(at: str, entries: list[Any]) -> Problem:
    new = [{"url": entry} if isinstance(entry, str) else entry for entry in entries]
    return Problem(
        "kv-v4-legacy-url-list",
        ERROR,
        at,
        "observedCertificates is a list of URLs; version 4.x wants objects with a url",
        "The legacy schema where observedCertificates is a list of URL strings is no longer supported.",
        replacing('Write each as {"url": "…"}', at, new),
        explains=_SYMPTOMS,
    )


def urls_are_certificates(layout: Layout) -> Iterator[Problem]:
    at, value = _list(layout)
    if isinstance(value, str) and _BY_ID.search(value):
        yield _by_id(at)
    for certificate in layout.entries():
        where, entry = certificate.at, certificate.value
        if isinstance(entry, Mapping):
            url = entry.get("url")
            if url is None:
                yield _no_url(where)
                continue
            where = pointer(where, "url")
        else:
            url = entry
        if not isinstance(url, str):
            yield Problem(
                "kv-config-not-a-string",
                ERROR,
                where,
                f"the URL is {json_type(url)}",
                "A URL is text.",
                advice("Write text"),
            )
        elif not is_unknown(url):
            yield from _url(url, where, layout.place.major)
        elif seen := tuple(_known_of(url, where)):
            yield from seen
        elif _BY_ID.search(url):
            yield _by_id(where)
        elif re.search(r"secretUriWithVersion|\.secret_id\b", url):
            yield _pinned(where, WARNING, None)


_BY_ID = re.compile(r"azurerm_key_vault_certificate\.[^}]*\.id\b")


def _by_id(where: str) -> Problem:
    return Problem(
        "kv-certificates-path",
        WARNING,
        where,
        "the id of a certificate in Terraform goes to /certificates/, and pins a version",
        "Only /secrets/ returns the full certificate with its private key.",
        advice("Use versionless_secret_id in place of id, in a list"),
    )


def _no_url(where: str) -> Problem:
    return Problem(
        "kv-certificate-url-missing",
        ERROR,
        where,
        "this certificate has no url",
        "The url says which certificate to download.",
        advice('Add "url": "https://VAULT.vault.azure.net/secrets/NAME"'),
        ("https://github.com/MicrosoftDocs/azure-docs/pull/121219", LINUX_PAGE, WINDOWS_PAGE),
        lacks=where,
    )


def _url(url: str, where: str, major: int | None) -> Iterator[Problem]:
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    steps = [step for step in parts.path.split("/") if step]
    if _BLANK.search(url) and parts.scheme in {"https", "http"}:
        yield _blanks(where, url)
        return
    if parts.scheme not in {"https", "http"} and url.strip():
        yield _malformed(where, WARNING, url, "it does not start with https://")  # may be blanked on purpose
    elif parts.scheme != "https" or not host:
        yield _malformed(where, ERROR, url, "it must be https:// and name a host")
    elif not steps:
        yield _malformed(where, WARNING, url, "it names no secret")
    elif steps[0] == "certificates":
        yield _without_key(where, url)
    elif steps[0] != "secrets" or len(steps) < 2:
        yield _malformed(where, ERROR, url, "its path must be /secrets/NAME")
    yield from _host(host, where, major)
    if host and len(steps) == 3 and re.fullmatch(r"[0-9a-fA-F]{32}", steps[2]):
        versionless = url.strip().rstrip("/").rpartition("/")[0]
        yield _pinned(where, ERROR if (major or 0) >= 4 else WARNING, versionless)


def _host(host: str, where: str, major: int | None) -> Iterator[Problem]:
    if host and (_PRIVATE_LINK.search(host) or _is_address(host)):
        yield _not_covered(where, host)
    elif host and major is not None and major >= 4 and not host.lower().endswith(_SUFFIXES):
        yield Problem(
            "kv-unrecognised-vault-host",
            WARNING,
            where,
            f"{host} is not the name of a vault in any Azure cloud",
            "Version 4.x wants a recognized Azure Key Vault host.",
            advice("Use the vault's own name; a private endpoint works through DNS"),
        )


def _known_of(url: str, where: str) -> Iterator[Problem]:
    """What is wrong with a URL whatever the parts are that are put into it later."""
    text = known_part(url)
    if not text.strip().startswith(("https://", "http://")):
        return
    if _BLANK.search(text):
        yield _blanks(where, url)
    elif text.startswith("http://"):
        yield _malformed(where, ERROR, url, "it must be https://")
    elif re.match(r"https://[^/]+/certificates/", text):
        yield _without_key(where, url)
    host = re.match(r"https://([^/:]+)", text)
    if host and _PRIVATE_LINK.search(host[1]):
        yield _not_covered(where, host[1])


def _blanks(where: str, url: str) -> Problem:
    fixed = replacing("Take the blanks out", where, re.sub(r"\s+", "", url))
    return replace(_malformed(where, ERROR, url, "there are blanks in it"), fix=fixed)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _without_key(where: str, url: str) -> Problem:
    right = url.replace("/certificates/", "/secrets/", 1)
    return Problem(
        "kv-certificates-path",
        ERROR,
        where,
        "the URL goes to /certificates/, which holds no private key",
        "Only /secrets/ returns the full certificate with its private key.",
        replacing("Use /secrets/ in place of /certificates/", where, right),
    )


def _not_covered(where: str, host: str) -> Problem:
    kind = "a name for private links" if _PRIVATE_LINK.search(host) else "an address"
    return Problem(
        "kv-unrecognised-vault-host",
        ERROR,
        where,
        f"{host} is {kind}, which no vault's TLS certificate is for",
        "Nodes do not trust a vault of another name than its certificate has; with a private endpoint the"
        " vault's own name leads to the private address.",
        advice("Use the vault's own name, NAME.vault.azure.net; a private endpoint works through DNS"),
        (
            "https://learn.microsoft.com/azure/key-vault/general/private-link-service",
            LINUX_PAGE,
            WINDOWS_PAGE,
        ),
        _SYMPTOMS,
    )


def _pinned(where: str, severity: Any, versionless: str | None) -> Problem:
    four = severity is ERROR
    return Problem(
        "kv-v4-versioned-url" if four else "kv-url-pinned",
        severity,
        where,
        "the URL pins one version of the certificate",
        "Version 4.x takes versionless URLs only." if four else "A renewed certificate is never picked up.",
        replacing("Leave the version out", where, versionless)
        if versionless
        else advice("Use the expression for the versionless URL"),
    )


def _malformed(where: str, severity: Any, url: str, why: str) -> Problem:
    return Problem(
        "kv-certificate-url-malformed",
        severity,
        where,
        f"{cut(url, 80)!r} is not the URL of a certificate: {why}",
        "The extension downloads https://VAULT.vault.azure.net/secrets/NAME.",
        advice("Write https://VAULT.vault.azure.net/secrets/NAME"),
    )
