"""The known extensions: those that are shipped, and those of a folder of the operator's."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.errors import UsageProblem
from troubleshooter.model.extension import (
    Blocking,
    Edition,
    Extension,
    Log,
    Meant,
    OnBatch,
    Reads,
    Settings,
    View,
)
from troubleshooter.settings import playbooks_folder

if TYPE_CHECKING:
    from pathlib import Path

_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
_PATH = re.compile(r"(?:/[\w.*+@:-]+){1,20}", re.ASCII)
_WINDOWS_PATH = re.compile(r"C:(?:\\[\w.*+@-]+){1,20}", re.ASCII)
DIGEST = "shipped.json"
"""All shipped files as one, which is read without YAML: `lint` is done before YAML were imported.

A test compares it with them; `python -m tests.playbooks.digest` writes it anew.
"""


class Own(NamedTuple):
    """A folder of the operator's: what is not shipped."""

    extensions: tuple[Extension, ...] = ()
    rules: tuple[Path, ...] = ()
    """Files of rules, which may lie beside the extensions that they are for."""


@cache
def shipped() -> tuple[Extension, ...]:
    """Those that are shipped, Key Vault's first: where something could be two of them, it is that."""
    text = (playbooks_folder() / "extensions" / DIGEST).read_bytes()
    return tuple(_extension(plain) for plain in json.loads(text))


def named(name: str, known: tuple[Extension, ...]) -> Extension:
    return next(one for one in known if one.id == name)


def own(place: Path) -> Own:
    """Every *.yaml below a folder, or one file: a mapping is an extension, a list is rules."""
    from troubleshooter.folders import yaml_below  # noqa: PLC0415 - nobody waits for it who has no own ones

    files = yaml_below(place) if place.is_dir() else [place]
    rules = tuple(file for file in files if holds_list(file))
    found: dict[str, Extension] = {one.id: one for one in shipped()}
    for file in (file for file in files if file not in rules):
        extension = read(file)
        if extension.id in found:
            raise _mistake(file, f"The id {extension.id} is taken by another extension.", "Give it its own.")
        found[extension.id] = extension
    return Own(tuple(found.values())[len(shipped()) :], rules)


def holds_list(file: Path) -> bool:
    """Whether a file of YAML holds a list, as rules are, or something else."""
    from troubleshooter import datafiles  # noqa: PLC0415 - YAML: nobody waits for it who wants the shipped ones

    try:
        lines = (line.strip() for line in datafiles.text(file).splitlines())
    except UsageProblem:
        return False  # whoever reads it says so
    return next((line for line in lines if line and not line.startswith("#")), "").startswith(("-", "["))


def read(file: Path) -> Extension:
    """Read and check one file. A mistake is a UsageProblem with the file and, mostly, the line."""
    from troubleshooter import datafiles  # noqa: PLC0415 - YAML: nobody waits for it who wants the shipped ones

    extension = datafiles.read(file, Extension)
    if not _ID.fullmatch(extension.id):
        raise _mistake(file, f"Its id {extension.id!r} cannot be used.", "Write small letters, digits and -.")
    if bool(extension.publishers) is not bool(extension.types):
        raise _mistake(
            file,
            "It has publishers and no types, or types and no publishers.",
            "Give both: together they name an extension. What is no extension has neither.",
        )
    for log in extension.log:
        _check_pattern(file, log.line)
    _check_reads(file, extension.linux, _PATH, "from / on")
    _check_reads(file, extension.windows, _WINDOWS_PATH, r"from C:\ on")
    return extension


def _check_reads(file: Path, edition: Edition, form: re.Pattern[str], begin: str) -> None:
    """What a script reads as administrator: plain paths from the root, of which none leads upwards."""
    reads = edition.reads
    paths = (*reads.files, *reads.logs, *reads.stores, *edition.folders, *edition.logs, *edition.status)
    for path in paths:
        if not form.fullmatch(path) or ".." in re.split(r"[/\\]", path):
            raise _mistake(file, f"The path {path!r} cannot be read.", f"Write it {begin}, without ..")
    if not re.fullmatch(r"\w*", reads.store_setting, re.ASCII):
        raise _mistake(file, f"{reads.store_setting!r} is no setting's name.", "Write its letters alone.")
    if wrong := [unit for unit in edition.units if not re.fullmatch(r"[\w@][\w.@:-]*", unit, re.ASCII)]:
        raise _mistake(file, f"{wrong[0]!r} is no unit's name.", "Write it as systemctl does.")


def _check_pattern(file: Path, pattern: str) -> None:
    try:
        re.compile(pattern.encode("ascii"))
    except (re.error, UnicodeEncodeError) as error:
        raise _mistake(file, f"The pattern {pattern!r} cannot be used: {error}.", "Correct it.") from error


def _mistake(file: Path, why: str, do: str) -> UsageProblem:
    return UsageProblem(f"{file}: this extension cannot be used.", why, do)


def _extension(plain: dict[str, Any]) -> Extension:
    settings = {**plain["settings"], "blocks": _made(Blocking, plain["settings"]["blocks"])}
    parts = {
        "linux": _edition(plain["linux"]),
        "windows": _edition(plain["windows"]),
        "meant": _made(Meant, plain["meant"]),
        "log": tuple(_made(Log, log) for log in plain["log"]),
        "settings": _made(Settings, settings),
        "on_batch": OnBatch(plain["on_batch"]),
        "view": View(plain["view"]),
    }
    made: Extension = _made(Extension, {**plain, **parts})
    return made


def _edition(plain: dict[str, Any]) -> Edition:
    made: Edition = _made(Edition, {**plain, "reads": _made(Reads, plain["reads"])})
    return made


def _made(shape: Any, plain: dict[str, Any] | None) -> Any:
    """A shape from its fields; what is a list in JSON is a tuple here."""
    if plain is None:
        return None
    return shape(**{key: tuple(one) if isinstance(one, list) else one for key, one in plain.items()})
