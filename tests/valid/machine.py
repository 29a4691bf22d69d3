"""What carries the extension: its cloud, system, identities and extensions, in no form yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.valid.chance import FOREIGN
from tests.valid.documented import (
    CLOUDS,
    ELSEWHERE,
    NEIGHBOURS,
    PUBLISHER,
    SYSTEMS,
    TYPES,
    VERSIONS,
    Cloud,
    System,
)
from tests.valid.settings import Wanted, settings

if TYPE_CHECKING:
    from tests.valid.chance import Chance


@dataclass(frozen=True)
class Identity:
    resource: str
    client: str
    principal: str


@dataclass(frozen=True)
class Machine:
    os: str
    major: int
    cloud: Cloud
    system: System
    identities: tuple[Identity, ...]
    extensions: tuple[dict[str, Any], ...]
    """In the names that Batch and the inline profile of a scale set share, `settings` an object."""
    ours: int
    """Place of the Key Vault extension among them."""
    place: str
    """Of the resource group, as an id."""

    @property
    def extension(self) -> dict[str, Any]:
        return self.extensions[self.ours]


def machine(chance: Chance, *, batch: bool, alone: bool = False, arc: bool = False) -> Machine:
    """For Batch on what Batch lists, with an identity that it is given; `alone` without other extensions."""
    cloud = CLOUDS[0] if chance.one_in(2) else chance.pick(CLOUDS)
    os = chance.pick(("linux", "linux", "windows"))
    majors = [major for major in VERSIONS[os] if cloud.has_4 or major < 4]
    fit = [
        each
        for each in SYSTEMS
        if each.os == os and (each.agent or not batch) and set(each.majors) & set(majors)
    ]
    system = chance.pick(fit)
    major = chance.pick([each for each in majors if each in system.majors])
    if alone and chance.one_in(4):  # where no image is shown an old version is right as well
        major = chance.pick(majors)
    group = chance.pick(FOREIGN) if chance.one_in(6) else f"rg-{chance.word()}"
    place = f"/subscriptions/{chance.guid()}/{chance.pick(('resourceGroups', 'resourcegroups'))}/{group}"
    identities = _identities(chance, place, batch=batch, arc=arc)
    wanted = Wanted(os, major, cloud, tuple(each.client for each in identities), arc)
    ours = _extension(chance, wanted)
    others = [] if alone else _others(chance, os, batch=batch)
    at = chance.number(0, len(others))
    extensions = (*others[:at], ours, *others[at:])
    if others and at and chance.one_in(2):
        ours["provisionAfterExtensions"] = [others[0]["name"]]
    return chance.spoilt(Machine(os, major, cloud, system, identities, extensions, at, place))


def _identities(chance: Chance, place: str, *, batch: bool, arc: bool) -> tuple[Identity, ...]:
    """Batch needs one of the user's; a virtual machine may have the system's own alone, Arc has no other."""
    if arc or (not batch and chance.one_in(4)):
        return ()
    provider = "providers/Microsoft.ManagedIdentity/userAssignedIdentities"
    return tuple(
        Identity(f"{place}/{provider}/{chance.name()}-{number}", chance.guid(), chance.guid())
        for number in range(2 if chance.one_in(4) else 1)
    )


def _extension(chance: Chance, wanted: Wanted) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": chance.pick((TYPES[wanted.os], "secretext", "KVExtensions", "KVVMExtension", chance.name())),
        "publisher": PUBLISHER.upper() if chance.one_in(12) else PUBLISHER,
        "type": TYPES[wanted.os].lower() if chance.one_in(12) else TYPES[wanted.os],
        "typeHandlerVersion": chance.pick(VERSIONS[wanted.os][wanted.major]),
        "settings": settings(chance, wanted),
    }
    if not chance.one_in(5):
        made["autoUpgradeMinorVersion"] = not chance.one_in(6)
    if chance.one_in(3):
        made["enableAutomaticUpgrade"] = chance.one_in(2)
    if chance.one_in(4):
        made["protectedSettings"] = {}
    return made


def _others(chance: Chance, os: str, *, batch: bool) -> list[dict[str, Any]]:
    if chance.one_in(2):
        return []
    known = NEIGHBOURS[os] if batch else NEIGHBOURS[os] + ELSEWHERE[os]
    return [
        {
            "name": type_,
            "publisher": publisher,
            "type": type_,
            "typeHandlerVersion": version,
            "autoUpgradeMinorVersion": True,
            "settings": {},
        }
        for publisher, type_, version in chance.some(known, 2)
    ]
