"""What is known of one VM extension, and whether something in a definition is that extension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

_LONGEST = 80
"""A longer text is no misspelling of a publisher or type, whatever it is."""
_ALIKE = 0.85


class System(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"


class Answer(StrEnum):
    OURS = "ours"
    """Publisher and type are this extension's."""
    MEANT = "meant to be ours"
    """Only one of the two is, or one or both are misspelt. Azure installs no such extension."""
    ANOTHER = "another"


class OnBatch(StrEnum):
    """What Batch says about an extension on its nodes."""

    INSTALLED = "installed"
    """It is in the list of those that it installs."""
    RESERVED = "reserved"
    """Batch uses it itself, and lets nobody replace it."""
    ON_REQUEST = "on request"


class View(StrEnum):
    """Whether Batch's answer about the extensions of a node holds it."""

    SHOWN = "shown"
    UNKNOWN = "unknown"


UNKNOWN = "unknown"
"""In `known_from`: no source was found. Such a field is empty; of names it is inferred from the types."""


class Wrong(NamedTuple):
    """Why something is only meant to be this extension."""

    part: str
    """publisher or type."""
    found: str
    """Empty where nothing is said, or what is said cannot be known, e.g. an expression of a template."""
    right: tuple[str, ...]
    """Several where nothing tells for which system it is."""
    title: str
    """Of the extension."""

    def __str__(self) -> str:
        says = f"{self.part} is {self.found}" if self.found else f"no {self.part} is given"
        return f"{says}; the {self.title} extension's is {' or '.join(self.right)}"


class Recognised(NamedTuple):
    answer: Answer
    system: System | None = None
    """For which its type is; None for another extension, and for a type that is not known."""
    wrong: tuple[Wrong, ...] = ()

    @property
    def ours(self) -> bool:
        return self.answer is Answer.OURS

    @property
    def meant(self) -> bool:
        return self.answer is Answer.MEANT

    def __str__(self) -> str:
        return "; ".join(map(str, self.wrong)) or self.answer.value


@dataclass(frozen=True, slots=True)
class Log:
    """A log by how its lines look."""

    kind: str
    """As rules name it in `files`; the kinds are listed in playbooks/README.md."""
    line: str
    """A pattern at a line's beginning (RE2)."""
    ends: tuple[str, ...] = ()
    """Texts that end a refresh: where one was seen, not seeing a failure means something."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What a collection takes of this extension beyond the common part; paths below the node's root."""

    files: tuple[str, ...] = ()
    """Names or globs, each of a regular file; a folder's name may hold a glob too."""
    logs: tuple[str, ...] = ()
    """Globs of folders of which every file is taken, three levels deep, the newest first."""
    stores: tuple[str, ...] = ()
    """Folders that are listed and never read: they hold private keys."""
    store_setting: str = ""
    """A setting in `files` that names another such folder."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The extension on one operating system."""

    types: tuple[str, ...] = ()
    """The first is today's."""
    versions: tuple[int, ...] = ()
    """Majors that are known."""
    logs: tuple[str, ...] = ()
    """Where its log is: files, or the folder of the files."""
    folders: tuple[str, ...] = ()
    """Where the guest agent puts its program, settings and status."""
    status: tuple[str, ...] = ()
    """Where it tells the guest agent how it is."""
    units: tuple[str, ...] = ()
    reads: Reads = Reads()
    known_from: Mapping[str, str] = field(default_factory=dict)
    """Field of this edition to the public page that says it, or `unknown`."""


@dataclass(frozen=True, slots=True)
class Blocking:
    """The setting that keeps a node from becoming idle until the extension has succeeded."""

    setting: str
    inside: str
    """The object of the settings that it belongs in."""
    gone_from: int | None = None
    """The major version from which on there is no such setting, and the extension always waits."""
    came: tuple[str, ...] = ()
    """Settings that came with that version: what an older one makes of them is not known."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What its settings look like."""

    holds: str = ""
    """The key without which an object is none of its settings."""
    signs: tuple[str, ...] = ()
    """A file that holds none of these texts holds no settings of this extension, not even misspelt ones."""
    harmless: tuple[str, ...] = ()
    """Keys whose values are shown: what stands under a name that nobody knows may be a secret."""
    blocks: Blocking | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """Beginnings by which something is meant to be this extension, besides what is merely misspelt."""

    publishers: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """A file of playbooks/extensions; playbooks/README.md explains each key."""

    id: str
    title: str
    """Before the word extension, as in Key Vault."""
    publishers: tuple[str, ...] = ()
    """The first is today's."""
    names: tuple[str, ...] = ()
    """Names under which pools and templates have it, by which a report knows it that says no type."""
    linux: Edition = field(default_factory=Edition)
    windows: Edition = field(default_factory=Edition)
    meant: Meant = Meant()
    log: tuple[Log, ...] = ()
    settings: Settings = Settings()
    on_batch: OnBatch = OnBatch.ON_REQUEST
    view: View = View.UNKNOWN
    prefix: str = ""
    """Of the ids of findings about its name."""
    checks: str = ""
    """The linter's checks that are for this extension alone; those for every extension are made anyway."""
    sought: bool = True
    """Whether definitions are searched for it. Batch's own stand around it, no more."""
    secret_settings: bool = True
    """Whether there may be protectedSettings, which Azure never shows: a copy would lack them."""
    known_from: Mapping[str, str] = field(default_factory=dict)
    """Field to the public page that says it, or `unknown`; those of one system stand with its edition."""
    sources: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        return self.linux.types + self.windows.types

    @property
    def reserved(self) -> bool:
        return self.on_batch is OnBatch.RESERVED

    def edition(self, system: System) -> Edition:
        return self.linux if system is System.LINUX else self.windows

    def type_for(self, system: System | None) -> tuple[str, ...]:
        """What its type is today: of one system, or of each where none is known."""
        systems = (system,) if system else tuple(System)
        return tuple(self.edition(one).types[0] for one in systems if self.edition(one).types)

    def system_of(self, kind: object) -> System | None:
        """The system that a type is for; a misspelt one may tell it too."""
        word = kind.casefold() if isinstance(kind, str) else ""
        return next((system for system in System if system.value in word), None) or next(
            (one for one in System if word in [name.casefold() for name in self.edition(one).types]), None
        )

    def recognise(self, publisher: object, kind: object) -> Recognised:
        """Whether an extension of this publisher and type is this one. None is for what is not known."""
        if not self.publishers or not self.types:
            return _ANOTHER
        who = _nearness(publisher, self.publishers, self.meant.publishers)
        what = _nearness(kind, self.types, self.meant.types)
        system = self.system_of(kind)
        if who == what == _SAME:
            return Recognised(Answer.OURS, system)
        if who == what == _FAR:
            return _ANOTHER
        wrong = []
        if who != _SAME:
            wrong.append(Wrong("publisher", _said(publisher), self.publishers[:1], self.title))
        if what != _SAME:
            wrong.append(Wrong("type", _said(kind), self.type_for(system), self.title))
        return Recognised(Answer.MEANT, system, tuple(wrong))


class Met(NamedTuple):
    """The known extension that something is, or is meant to be."""

    extension: Extension
    recognised: Recognised


def meet(known: tuple[Extension, ...], publisher: object, kind: object) -> Met | None:
    """The first of the known ones that it is; otherwise the first that it is meant to be."""
    met = [Met(one, one.recognise(publisher, kind)) for one in known]
    ours = (one for one in met if one.recognised.ours)
    meant = (one for one in met if one.extension.sought and one.recognised.meant)
    return next(ours, None) or next(meant, None)


_ANOTHER = Recognised(Answer.ANOTHER)
_SAME, _NEAR, _FAR = "same", "near", "far"


def _nearness(text: object, names: tuple[str, ...], beginnings: tuple[str, ...]) -> str:
    # Azure does not mind capitals in either
    return _near(text.casefold(), names, beginnings) if isinstance(text, str) else _FAR


@lru_cache(maxsize=4096)
def _near(word: str, names: tuple[str, ...], beginnings: tuple[str, ...]) -> str:
    known = [name.casefold() for name in names]
    if word in known:
        return _SAME
    if len(word) > _LONGEST:
        return _FAR
    begins = word.startswith(tuple(one.casefold() for one in beginnings)) if beginnings else False
    alike = get_close_matches(word, known, n=1, cutoff=_ALIKE)
    return _NEAR if begins or alike else _FAR


def _said(text: object) -> str:
    return text[:_LONGEST] if isinstance(text, str) else ""
