"""Where the two parts of the settings really are, in their place or out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.extension import Place
from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.key_vault.spelling import AUTH, CERTIFICATE, OVERRIDE, SECRETS, TOP, spelt

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRETS, _AUTH = "secretsManagementSettings", "authenticationSettings"
_CERTIFICATES = "observedCertificates"
_OVERRIDE = "authenticationOverride"


@dataclass(frozen=True, slots=True)
class SettingsPart:
    """One object of the settings; a key that is misspelled is found as the one that was meant."""

    at: str
    value: Any
    known: tuple[str, ...]

    def get(self, key: str) -> Any:
        return self.value.get(self._written(key)) if isinstance(self.value, Mapping) else None

    def has(self, key: str) -> bool:
        return isinstance(self.value, Mapping) and self._written(key) in self.value

    def below(self, key: str, *keys: str | int) -> str:
        return pointer(self.at, self._written(key), *keys)

    def _written(self, key: str) -> str:
        return spelt(self.value, key, self.known) if isinstance(self.value, Mapping) else key


@dataclass(frozen=True, slots=True)
class Layout:
    """Parts that are nowhere are None."""

    place: Place
    wrapped: bool
    """Everything is inside one `settings` too many."""
    inner_at: str
    """Where the settings really are."""
    inner: Mapping[str, Any]
    secrets: SettingsPart | None
    auth: SettingsPart | None
    auth_in_place: bool

    def entries(self) -> Iterator[SettingsPart]:
        """Each observed certificate; of a template's copy loop the one that it repeats."""
        if self.secrets is None:
            return
        listed, at = self.secrets.get(_CERTIFICATES), self.secrets.below(_CERTIFICATES)
        if isinstance(listed, Mapping) or (isinstance(listed, str) and listed.startswith("https://")):
            yield SettingsPart(at, listed, CERTIFICATE)  # one that lacks its list
        for index, entry in enumerate(listed if isinstance(listed, list) else []):
            yield SettingsPart(f"{at}/{index}", entry, CERTIFICATE)
        loops = self.secrets.get("copy")
        for index, loop in enumerate(loops if isinstance(loops, list) else []):
            if isinstance(loop, Mapping) and loop.get("name") == _CERTIFICATES and "input" in loop:
                yield SettingsPart(self.secrets.below("copy", index, "input"), loop["input"], CERTIFICATE)

    def overrides(self) -> Iterator[SettingsPart]:
        """What a certificate says of who reads it, where it says so."""
        for entry in self.entries():
            if entry.has(_OVERRIDE):
                yield SettingsPart(entry.below(_OVERRIDE), entry.get(_OVERRIDE), OVERRIDE)

    def part(self, key: str, known: tuple[str, ...]) -> SettingsPart | None:
        """One of the parts beside the two that every check knows."""
        written = spelt(self.inner, key, TOP)
        found = written in self.inner
        return SettingsPart(pointer(self.inner_at, written), self.inner[written], known) if found else None

    def signing_in(self) -> Iterator[SettingsPart]:
        """Every part that may name an identity: the one for all certificates, and those for one."""
        if self.auth is not None:
            yield self.auth
        yield from self.overrides()


def layout(place: Place) -> Layout:
    """Find the parts. In an answer's string every pointer is that of the settings."""
    settings = place.settings if isinstance(place.settings, Mapping) else {}
    wrapped = isinstance(settings.get("settings"), Mapping)
    inner = settings["settings"] if wrapped else settings
    at = pointer(place.settings_at, "settings") if wrapped else place.settings_at
    secrets = _part(inner, _SECRETS, at)
    right = _part(inner, _AUTH, at)
    other = None
    if wrapped:
        other = _part(settings, _AUTH, place.settings_at)
    if other is None and not place.bare:
        other = _part(place.fields, _AUTH, place.at)
    if other is None and secrets is not None and isinstance(secrets.value, Mapping):
        other = _part(secrets.value, _AUTH, secrets.at)
    return Layout(place, wrapped, at, inner, secrets, right or other, right is not None)


def _part(holder: Mapping[str, Any], key: str, at: str) -> SettingsPart | None:
    written = spelt(holder, key, TOP)
    known = SECRETS if key == _SECRETS else AUTH
    return SettingsPart(pointer(at, written), holder[written], known) if written in holder else None
