"""The settings of the Key Vault extension, by the table of keys of its system and major version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.valid.documented import ARC_ENDPOINT, ENDPOINTS, POLLING, STORE_NAMES, STORES, Cloud

if TYPE_CHECKING:
    from tests.valid.chance import Chance


@dataclass(frozen=True)
class Wanted:
    """What the settings are for."""

    os: str
    major: int
    cloud: Cloud
    clients: tuple[str, ...]
    """Client ids of the identities of the machine; none where its identity is the system's own."""
    arc: bool = False


def settings(chance: Chance, wanted: Wanted) -> dict[str, Any]:
    made: dict[str, Any] = {"secretsManagementSettings": _secrets(chance, wanted)}
    if wanted.arc:
        made["authenticationSettings"] = {"msiEndpoint": ARC_ENDPOINT}
    elif wanted.clients:
        client = wanted.clients[0].upper() if chance.one_in(8) else wanted.clients[0]
        made["authenticationSettings"] = {"msiEndpoint": chance.pick(ENDPOINTS), "msiClientId": client}
    if wanted.os == "linux" and wanted.major >= 3 and chance.one_in(4):
        made["loggingSettings"] = _logging(chance, wanted.major)
    return made


def _secrets(chance: Chance, wanted: Wanted) -> dict[str, Any]:
    made: dict[str, Any] = {"observedCertificates": _certificates(chance, wanted)}
    if wanted.major < 4 or chance.one_in(2):
        made["pollingIntervalInS"] = chance.pick(POLLING["4" if wanted.major == 4 else "any"])
    if wanted.major < 4:
        if chance.one_in(2):
            made["requireInitialSync"] = chance.one_in(2)
        if chance.one_in(3):
            made["linkOnRenewal"] = chance.one_in(2) if wanted.os == "windows" else False
    if wanted.os == "linux":
        if wanted.major == 3 and _has(made, "acls"):
            made["aclEnabled"] = True
        if wanted.major != 3 and chance.one_in(2):  # the schema of 3.0 has it in each certificate alone
            made["certificateStoreLocation"] = chance.pick(STORES["linux"])
        if wanted.major < 4 and chance.one_in(6):
            made["certificateStoreName"] = chance.pick(("", "MY"))  # "ignored on Linux"
    elif wanted.major < 3:
        made["certificateStoreName"] = chance.pick(STORE_NAMES)
        made["certificateStoreLocation"] = chance.pick(STORES["windows"])
    return made


def _has(secrets: dict[str, Any], key: str) -> bool:
    return any(key in one for one in secrets["observedCertificates"] if isinstance(one, dict))


def _certificates(chance: Chance, wanted: Wanted) -> list[Any]:
    if wanted.major < 3:
        return [_url(chance, wanted) for _ in range(chance.number(1, 4))]
    return [_certificate(chance, wanted, place) for place in range(chance.number(1, 4))]


def _url(chance: Chance, wanted: Wanted) -> str:
    """Without a version, so that it rotates; a host may be of either case, and 443 is https's own port."""
    vault = chance.name()[:24].rstrip("-")
    host = f"{vault.title() if chance.one_in(8) else vault}.{wanted.cloud.vaults}"
    secret = chance.pick(
        (chance.word(), f"{chance.word().title()}-{chance.number(1, 9)}", f"{chance.name()}-cert")
    )
    return f"https://{host}{':443' if chance.one_in(10) else ''}/secrets/{secret}"


def _certificate(chance: Chance, wanted: Wanted, place: int) -> dict[str, Any]:
    made: dict[str, Any] = {"url": _url(chance, wanted)}
    if chance.one_in(2):
        made["certificateStoreLocation"] = chance.pick(STORES[wanted.os])
    return made | (_linux if wanted.os == "linux" else _windows)(chance, wanted, place)


def _linux(chance: Chance, wanted: Wanted, place: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if wanted.major == 3 and chance.one_in(3):
        made["customSymbolicLinkName"] = f"{chance.word()}Cert{place}"
    if chance.one_in(3):
        made["acls"] = [_entry(chance) for _ in range(chance.number(1, 3))]
    if wanted.major == 4 and wanted.clients and chance.one_in(3):
        made["authenticationOverride"] = {"msiClientId": chance.pick(wanted.clients)}
    return made


def _entry(chance: Chance) -> dict[str, str]:
    entry = {"user": chance.word()}
    return entry | {"group": f"{chance.word()}Group"} if chance.one_in(2) else entry


def _windows(chance: Chance, wanted: Wanted, _: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if chance.one_in(2):
        made["certificateStoreName"] = chance.pick(STORE_NAMES)
    if chance.one_in(3):
        made["accounts"] = chance.some(("Network Service", "Local Service"), 2)
    if wanted.major == 3 and chance.one_in(4):
        made["keyExportable"] = chance.one_in(2)
    return made


def _logging(chance: Chance, major: int) -> dict[str, str]:
    """4.x takes a socket of the machine beside a port."""
    ports = ("tcp://localhost:24224", "tcp://127.0.0.1:24224")
    endpoints = (*ports, "unix:///var/run/mdsd/default_fluent.socket") if major == 4 else ports
    return {
        "logger": "fluentd",
        "endpoint": chance.pick(endpoints),
        "format": "forward",
        "servicename": "akvvm_service",
    }
