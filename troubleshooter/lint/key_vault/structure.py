"""Checks of what stands where."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.key_vault.spelling import AUTH, CERTIFICATE, LOGGING, OVERRIDE, SECRETS, TOP, nearest
from troubleshooter.lint.problem import ERROR, Problem, advice, json_type, moving, replacing
from troubleshooter.lint.unknown import is_unknown
from troubleshooter.model.excerpt import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.key_vault.layout import Layout

_MISPLACED = "https://github.com/Azure/azure-linux-extensions/issues/1915"
_HIDDEN_BY_SETTINGS = ("kv-status-transitioning", "crp-provisioning-error", "crp-provisioning-timeout")


def settings_are_an_object(layout: Layout) -> Iterator[Problem]:
    place = layout.place
    settings = place.settings
    if place.in_text and not place.text_is_right:
        fix = replacing("Give settings as the object that the text holds", place.settings_at, settings)
        shown = "text"
    elif isinstance(settings, Mapping) or settings is None or is_unknown(settings):
        return
    else:
        fix = advice("Give settings as an object that holds secretsManagementSettings")
        shown = json_type(settings)
    if isinstance(settings, str) and _PATH.fullmatch(settings):
        yield _path_for_settings(place.settings_at, settings)
        return
    yield Problem(
        "kv-config-not-an-object",
        ERROR,
        place.settings_at,
        f"settings is {shown}; it must be an object",
        "The extension stops at loading its settings: 'not an object'.",
        fix,
        ("https://github.com/MicrosoftDocs/azure-docs/issues/49224",),
        (*_HIDDEN_BY_SETTINGS, "batch-allocation-failed"),
    )


_PATH = re.compile(r"[@.\w\\/: -]+\.json", re.IGNORECASE)


def _path_for_settings(at: str, path: str) -> Problem:
    return Problem(
        "kv-settings-is-a-path",
        ERROR,
        at,
        f"settings is '{cut(path, 60)}', the name of a file; it must be what the file holds",
        "PowerShell's -SettingString wants the text, and the CLI reads a file only behind @.",
        advice("Give the content of that file"),
        ("https://github.com/MicrosoftDocs/azure-docs/issues/104017",),
        _HIDDEN_BY_SETTINGS,
    )


def secrets_are_there(layout: Layout) -> Iterator[Problem]:
    settings = layout.place.settings
    if layout.secrets is not None or not isinstance(settings, Mapping | None):
        return
    yield Problem(
        "kv-settings-missing",
        ERROR,
        layout.place.settings_at if settings is not None else layout.place.at,
        "settings has no secretsManagementSettings",
        "Without it the deployment fails, or nothing is downloaded.",
        advice("Add secretsManagementSettings with observedCertificates"),
        explains=_HIDDEN_BY_SETTINGS,
        lacks=layout.inner_at if settings is not None else layout.place.at,
    )


def secrets_are_an_object(layout: Layout) -> Iterator[Problem]:
    """Mostly the object as text: it was encoded once more than the settings around it."""
    secrets = layout.secrets
    if secrets is None or isinstance(secrets.value, Mapping) or is_unknown(secrets.value):
        return
    held = _object_in(secrets.value)
    yield Problem(
        "kv-config-not-an-object",
        ERROR,
        secrets.at,
        f"secretsManagementSettings is {json_type(secrets.value)}; it must be an object",
        "The extension stops at loading its settings: 'not an object'.",
        replacing("Give it as the object that the text holds", secrets.at, held)
        if held is not None
        else advice("Give secretsManagementSettings as an object that holds observedCertificates"),
        ("https://github.com/MicrosoftDocs/azure-docs/issues/49224",),
        _HIDDEN_BY_SETTINGS,
    )


def _object_in(value: Any) -> dict[str, Any] | None:
    """What a text holds, where that is JSON and an object."""
    try:
        held = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, dict) else None


def no_settings_in_settings(layout: Layout) -> Iterator[Problem]:
    if not layout.wrapped:
        return
    outer = dict(layout.place.settings)
    flat = {**outer.pop("settings"), **outer}
    yield Problem(
        "kv-authconfig-nonexistent",
        ERROR,
        pointer(layout.place.settings_at, "settings"),
        "settings is wrapped in another settings",
        "The extension looks for both parts directly inside settings, and finds no AuthConfig.",
        replacing("Take the inner settings out of its wrapper", layout.place.settings_at, flat),
        (_MISPLACED,),
        _HIDDEN_BY_SETTINGS,
    )


def authentication_is_in_place(layout: Layout) -> Iterator[Problem]:
    if layout.auth is None or layout.auth_in_place:
        return
    if layout.wrapped and layout.auth.at.startswith(f"{layout.place.settings_at}/auth"):
        return  # it is in place as soon as the wrapper is gone
    nested = layout.secrets is not None and layout.auth.at.startswith(layout.secrets.at + "/")
    where = "inside secretsManagementSettings" if nested else "beside settings"
    fix = (
        moving(
            "Move authenticationSettings beside secretsManagementSettings",
            layout.auth.at,
            pointer(layout.inner_at, "authenticationSettings"),
        )
        if isinstance(layout.place.settings, Mapping)
        else advice("Move authenticationSettings into settings")
    )
    yield Problem(
        "kv-authsettings-nested-too-deep" if nested else "kv-authconfig-nonexistent",
        ERROR,
        layout.auth.at,
        f"authenticationSettings stands {where}; it belongs in settings, beside secretsManagementSettings",
        "The extension does not find it there, and has no identity to ask for a token with.",
        fix,
        ("https://github.com/microsoft/AzureTRE/pull/3492",) if nested else (_MISPLACED,),
        (*_HIDDEN_BY_SETTINGS, "imds-identity-not-found", "imds-multiple-identities"),
    )


def keys_are_known(layout: Layout) -> Iterator[Problem]:
    """Only a key close to a known one is called wrong: foreign keys do no harm."""
    yield from _misspelled(layout.inner, layout.inner_at, TOP)
    if layout.wrapped:
        yield from _misspelled(layout.place.settings, layout.place.settings_at, TOP)
    log = layout.part("loggingSettings", LOGGING)
    for part, known in ((layout.secrets, SECRETS), (layout.auth, AUTH), (log, LOGGING)):
        if part is not None and isinstance(part.value, Mapping):
            yield from _misspelled(part.value, part.at, known)
    for certificate in layout.entries():
        if isinstance(certificate.value, Mapping):
            yield from _misspelled(certificate.value, certificate.at, CERTIFICATE)
    for override in layout.overrides():
        if isinstance(override.value, Mapping):
            yield from _misspelled(override.value, override.at, OVERRIDE)


def _misspelled(holder: Mapping[str, Any], at: str, known: tuple[str, ...]) -> Iterator[Problem]:
    for key in holder:
        near = nearest(key, known)
        if near and near not in holder:
            yield Problem(
                "kv-unknown-key",
                ERROR,
                pointer(at, key),
                f"{key} is not a setting; did you mean {near}?",
                f"The extension does not read it, so {near} is as good as not given.",
                moving(f"Rename {key} to {near}", pointer(at, key), pointer(at, near)),
            )
