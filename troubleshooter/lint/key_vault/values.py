"""Checks of single settings: their JSON types and ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.key_vault.spelling import LOGGING
from troubleshooter.lint.problem import (
    ERROR,
    INFO,
    LINUX_PAGE,
    WARNING,
    Problem,
    advice,
    json_type,
    removing,
    replacing,
)
from troubleshooter.lint.systems import Os
from troubleshooter.lint.unknown import QuotedText, is_unknown
from troubleshooter.model.excerpt import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.key_vault.layout import Layout, SettingsPart

_NOT_A_STRING = "https://github.com/MicrosoftDocs/azure-docs/issues/41837"
_DIGITS = re.compile(r"[0-9]{1,20}")
_SYMPTOMS = ("kv-status-transitioning", "crp-provisioning-error", "crp-provisioning-timeout")


def polling_is_text(layout: Layout) -> Iterator[Problem]:
    part = layout.secrets
    value = part.get("pollingIntervalInS") if part else None
    if part is None or value is None or is_unknown(value):
        return
    at = part.below("pollingIntervalInS")
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = cut(str(value), 20).removesuffix(".0")
        right = shown if _DIGITS.fullmatch(shown) else "3600"
        evidenced = layout.place.major is None or layout.place.major < 3
        yield Problem(
            "kv-config-not-a-string",
            ERROR,
            at,
            f"pollingIntervalInS is the number {shown}; it must be text",
            "The extension stops at loading its settings: Failed to parse the configuration settings with: "
            "'not a string'."
            + ("" if evidenced else " This was seen with 1.x; later versions keep the type."),
            replacing(f'Write "{right}"', at, right),
            (_NOT_A_STRING,),
            _SYMPTOMS,
        )
    elif not isinstance(value, str):
        yield _other_type(at, "pollingIntervalInS", value, 'text of digits, e.g. "3600"')
    elif not _DIGITS.fullmatch(value.strip()):
        yield Problem(
            "kv-polling-not-digits",
            ERROR,
            at,
            f"pollingIntervalInS is {value!r}; it must be a number of seconds in quotes",
            "The extension reads the interval as digits.",
            replacing('Set it to "3600"', at, "3600"),
        )


def polling_is_in_range(layout: Layout) -> Iterator[Problem]:
    part = layout.secrets
    value = part.get("pollingIntervalInS") if part else None
    digits = _DIGITS.fullmatch(value.strip()) if isinstance(value, str) else None
    outside = digits is not None and not 300 <= int(digits[0]) <= 3600
    if part is not None and outside and (layout.place.major or 0) >= 4:
        yield Problem(
            "kv-polling-out-of-range",
            INFO,
            part.below("pollingIntervalInS"),
            f"pollingIntervalInS {value} is outside 300 to 3600",
            "Version 4.x uses the nearest of the two limits.",
        )


_BOOLEANS = ("requireInitialSync", "linkOnRenewal", "aclEnabled")


def booleans_are_booleans(layout: Layout) -> Iterator[Problem]:
    if layout.secrets is None:
        return
    for part, names in (
        (layout.secrets, _BOOLEANS),
        *((p, ("keyExportable",)) for p in _certificates(layout)),
    ):
        for name in names:
            value = part.get(name)
            open_yet = is_unknown(value) and not isinstance(value, QuotedText)
            if value is not None and not isinstance(value, bool) and not open_yet:
                yield _other_type(part.below(name), name, value, "true or false, without quotes")


def _certificates(layout: Layout) -> Iterator[SettingsPart]:
    yield from (entry for entry in layout.entries() if isinstance(entry.value, Mapping))


def _other_type(at: str, name: str, value: Any, wanted: str) -> Problem:
    meant = {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else None
    return Problem(
        "kv-config-other-json-type",
        ERROR,
        at,
        f"{name} is {json_type(value)}; it must be {wanted}",
        "The extension reads each setting as one JSON type, and refuses or ignores another.",
        replacing(f"Write {name} as {str(meant).lower()}, without quotes", at, meant)
        if meant is not None
        else advice(f"Write {name} as {wanted}"),
        explains=_SYMPTOMS,
    )


_REMOVED = {
    Os.LINUX: ("requireInitialSync", "customSymbolicLinkName", "aclEnabled"),
    Os.WINDOWS: ("requireInitialSync", "linkOnRenewal", "keyExportable"),
}


_WAITS_ANYWAY = (
    " Version 4.x succeeds only with all certificates there, as if it were true, and is in error after 25"
    " tries (documented): with it a Batch node is lost (inferred). On Linux a restart of akvvm_service lets"
    " it fetch at once (documented)."
)
_CHAIN = {
    Os.LINUX: (
        " It checks the chain of a certificate that is for server authentication, and installs it all the"
        " same where the network keeps it from checking (documented)."
    ),
    Os.WINDOWS: (
        " It checks the chain of a certificate that is for server authentication, and does not install one"
        " whose root the node does not trust beforehand (documented)."
    ),
}


def removed_settings(layout: Layout) -> Iterator[Problem]:
    if (layout.place.major or 0) < 4 or layout.secrets is None:
        return
    for part in (layout.secrets, *_certificates(layout)):
        for name in _REMOVED.get(layout.place.os, ()):
            if part.has(name):
                yield Problem(
                    "kv-v4-removed-settings",
                    WARNING,
                    part.below(name),
                    f"{name} no longer exists in version 4.x",
                    "Whether the extension refuses it or ignores it is not documented."
                    + (_WAITS_ANYWAY + _CHAIN[layout.place.os]) * (name == "requireInitialSync"),
                    removing(f"Remove {name}", part.below(name)),
                )


def settings_of_3(layout: Layout) -> Iterator[Problem]:
    """Those beside what a certificate says itself, which is told with the shape of its entry."""
    major, log = layout.place.major, layout.part("loggingSettings", LOGGING)
    if layout.place.os is not Os.LINUX or not major or major >= 3:
        return
    acl = layout.secrets.below("aclEnabled") if layout.secrets and layout.secrets.has("aclEnabled") else ""
    for name, at in (("aclEnabled", acl), ("loggingSettings", log.at if log else "")):
        if at:
            yield Problem(
                "kv-setting-before-3",
                INFO,
                at,
                f"{name} came with 3.0; this is {major}.x",
                "It is in no schema of an older version (documented), which probably ignores it (inferred).",
                removing(f"Remove {name}", at),
                (LINUX_PAGE,),
            )
