"""How what the known extensions write is told from the rest: their logs, their names, their settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.rules import ANY, NONE, pattern
from troubleshooter.analyse.whose import Names
from troubleshooter.errors import UsageProblem
from troubleshooter.model.extension import System

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.analyse.rules import RuleText
    from troubleshooter.model.extension import Extension, Log


@dataclass(frozen=True, slots=True)
class LogSign:
    line: Any
    """Matches at the beginning of a line of it."""
    kind: FileKind
    extension: str
    """The id of whose log it is."""
    ends: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Signs:
    """Of all known extensions, compiled."""

    logs: tuple[LogSign, ...]
    of_logs: Any
    """All their lines as one: most files are no log of any, and have many lines."""
    holds: tuple[str, ...]
    """Keys that make an object the settings of one of them."""
    marks: tuple[bytes, ...]
    """A file without any of them holds no definition of one, and no settings."""
    whose: Names
    """What tells which extension a text is about."""
    around: frozenset[str]
    """The ids of those that are known and not looked for."""
    system: re.Pattern[bytes]
    """A type, with the major version where it follows; the group's name is the system."""
    types: tuple[bytes, ...]
    """The types alone: a text is searched for one of them far sooner than for all."""

    def log(self, line: bytes) -> LogSign | None:
        if self.of_logs.match(line) is None:
            return None
        return next((sign for sign in self.logs if sign.line.match(line)), None)

    def system_in(self, text: bytes) -> tuple[str, int | None]:
        """System and major version of the first type that is named; empty and None for none."""
        places = [place for name in self.types if (place := text.find(name)) >= 0]
        found = self.system.search(text, min(places)) if places else None
        if found is None:
            return "", None
        system = next(one for one in System if found[one.value])
        return system.value, int(found["major"]) if found["major"] else None

    def foreign(self, whose: str, rule: RuleText) -> bool:
        """Whether an extension is another than those that a rule is for."""
        if rule.extension == NONE:
            return False
        return whose not in self.whose.sought if rule.extension == ANY else whose != rule.extension


def signs(known: Iterable[Extension]) -> Signs:
    """What is looked for goes before what stands around it: the agent's lines look like many others."""
    known_ones = tuple(known)
    ones = sorted(known_ones, key=lambda one: not one.sought)
    sought = [one for one in ones if one.sought]
    lines = [f"(?:{log.line})" for one in ones for log in one.log]
    return Signs(
        tuple(_log(one, log) for one in ones for log in one.log),
        pattern("|".join(lines) or "(?:$.)"),
        tuple(one.settings.holds for one in sought if one.settings.holds),
        tuple(text.encode() for one in sought for text in (*one.settings.signs, *one.publishers)),
        Names(known_ones),
        frozenset(one.id for one in ones if not one.sought),
        _system(sought),
        tuple(name.encode() for one in sought for name in one.types),
    )


def _log(extension: Extension, log: Log) -> LogSign:
    try:
        kind = FileKind(log.kind)
    except ValueError as error:
        raise UsageProblem(
            f"The extension {extension.id} cannot be used.",
            f"Its log is of the kind {log.kind!r}, which is not known here.",
            "The log of an extension is of the kind extension-log.",
        ) from error
    return LogSign(pattern(log.line), kind, extension.id, tuple(text.encode() for text in log.ends))


def _system(sought: Iterable[Extension]) -> re.Pattern[bytes]:
    ones = list(sought)
    parts = [
        f"(?P<{system}>{_any(name for one in ones for name in one.edition(system).types) or '(?!)'})"
        for system in System
    ]
    return re.compile(rf"(?:{'|'.join(parts)})(?:[-\\/]+(?P<major>\d{{1,2}})\.)?".encode())


def _any(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names))
