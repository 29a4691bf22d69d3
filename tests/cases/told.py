"""What the program says of a file, and the words in which a right value is written."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.cli.entry import run
from troubleshooter.errors import ExitCode
from troubleshooter.printer import Form, Printer

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Told:
    """What one command line ended with."""

    code: int
    document: dict[str, Any]

    @property
    def findings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.document.get("findings", [])
        return found

    @property
    def ids(self) -> list[str]:
        return [finding["id"] for finding in self.findings]

    @property
    def error(self) -> str:
        """Why the file was not read, without its name."""
        error = self.document.get("error", {})
        return " ".join([error.get("what", "").partition(": ")[2], error.get("why", ""), error.get("do", "")])

    @property
    def words(self) -> str:
        """All that is said in the program's own words: the lines it quotes would say what the file says."""
        said = [self.error]
        for finding in self.findings:
            said += [str(finding.get(key) or "") for key in ("title", "message", "explanation", "why", "fix")]
            said += [fix["summary"] for fix in finding.get("fixes", ())]
        return " ".join(said)

    @property
    def quoted(self) -> str:
        """The lines that findings rest on."""
        return " ".join(place["text"] for finding in self.findings for place in finding.get("evidence", ()))


Right = Callable[[Told], bool]


class Crash(Exception):
    """The program met something it did not foresee; this is no way of being wrong about a case."""


def told(command: str, file: Path) -> Told:
    """What the command line says of the file, in this process."""
    out = io.StringIO()
    code = run((command, str(file), "--output", "json"), Printer(Form.JSON, out, io.StringIO(), {}))
    if code == ExitCode.BUG:
        raise Crash(out.getvalue())
    return Told(code, json.loads(out.getvalue()))


def first(*ids: str) -> Right:
    """The cause: one of these leads the list."""
    return lambda said: said.ids[:1] != [] and said.ids[0] in ids


def gives(*ids: str) -> Right:
    return lambda said: bool({*ids} & {*said.ids})


def spares(*ids: str) -> Right:
    return lambda said: not {*ids} & {*said.ids}


def says(*patterns: str) -> Right:
    """In its own words, each of them."""
    return lambda said: all(re.search(pattern, said.words, re.IGNORECASE) for pattern in patterns)


def quotes(text: str) -> Right:
    """A finding rests on a line with it."""
    return lambda said: text in said.quoted


def turns_away(*patterns: str) -> Right:
    """Not read; the form and the way out are named."""
    return lambda said: all(re.search(pattern, said.error, re.IGNORECASE) for pattern in patterns)


def no_error(said: Told) -> bool:
    """Read, and nothing in it is called wrong."""
    return "error" not in said.document and "error" not in {each["severity"] for each in said.findings}


def trouble(said: Told) -> bool:
    """The exit code tells that something is amiss."""
    return said.code in {3, 4}


def of_another(said: Told) -> bool:
    """The failure is another extension's, which is said, and no cause is named for ours."""
    return says("another extension")(said) and no_error(said) and said.document.get("root_cause") is None


def each(*rights: Right) -> Right:
    return lambda said: all(right(said) for right in rights)


def either(*rights: Right) -> Right:
    return lambda said: any(right(said) for right in rights)
