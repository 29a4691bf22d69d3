"""Files at hand, through the same rules: no run, no Azure. Called in a thread, since archives are large."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from troubleshooter.model.finding import Diagnosis
from troubleshooter.tui.threads.redacted import redactor
from troubleshooter.typed import convert

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.analyse.timeline import Moment

_log = logging.getLogger(__name__)


def diagnose(path: str, leave_out: Callable[[str], object] | None = None) -> Diagnosis:
    """What the rules conclude from a file, a folder or an archive; and a line for each part not read."""
    from troubleshooter.analyse.sources import sources  # noqa: PLC0415 - compiling rules takes its time
    from troubleshooter.diagnosis import analyse_files  # noqa: PLC0415 - the same

    with sources([path]) as found:
        diagnosis = analyse_files(found.files, clean=redactor().text, found=found)
    for left in found.left_out:
        if left.traceback:
            _log.error("%s\n%s", left, left.traceback)
        if leave_out is not None:
            leave_out(redactor().text(str(left)))
    return convert(redactor().json(msgspec.to_builtins(diagnosis)), Diagnosis)


def moments(path: str) -> tuple[Moment, ...]:
    """What happened when, in all of the files."""
    from troubleshooter.analyse.sources import sources  # noqa: PLC0415 - as above
    from troubleshooter.analyse.timeline import timeline  # noqa: PLC0415 - as above

    with sources([path]) as found:
        return tuple(replace(each, text=redactor().text(each.text)) for each in timeline(found.files, found))


def content(path: str, node: str | None, name: str) -> bytes | None:
    """One of the files that were read, from a folder or an archive as well."""
    from troubleshooter.analyse.sources import sources  # noqa: PLC0415 - as above

    with sources([path]) as found:
        for source in found.files:
            if source.name == name and source.node == node:
                with source.open() as stream:
                    return redactor().data(stream.read())
    return None
