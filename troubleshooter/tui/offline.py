"""Files at hand, through the same rules: no run, no Azure. Called in a thread, since archives are large."""

from __future__ import annotations

import msgspec

from troubleshooter import datafiles
from troubleshooter.model.finding import Diagnosis
from troubleshooter.tui.redacted import redactor


def diagnose(path: str) -> Diagnosis:
    """What the rules conclude from a file, a folder or an archive."""
    from troubleshooter.analyse import analyse, load_rules  # noqa: PLC0415 - compiling rules takes its time
    from troubleshooter.analyse.sources import sources  # noqa: PLC0415 - the same

    rules = load_rules(datafiles.playbooks_folder() / "rules")
    with sources([path]) as found:
        diagnosis = analyse(found.files, rules)
    return msgspec.convert(redactor().json(msgspec.to_builtins(diagnosis)), Diagnosis)


def content(path: str, node: str | None, name: str) -> bytes | None:
    """One of the files that were read, from a folder or an archive as well."""
    from troubleshooter.analyse.sources import sources  # noqa: PLC0415 - as above

    with sources([path]) as found:
        for source in found.files:
            if source.name == name and source.node == node:
                with source.open() as stream:
                    return redactor().data(stream.read())
    return None
