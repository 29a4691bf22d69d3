"""Checks of loggingSettings: where a log is sent besides the extension's own file, from 3.0 on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from troubleshooter.lint.key_vault.spelling import LOGGING
from troubleshooter.lint.problem import INFO, LINUX_PAGE, WARNING, Problem, advice
from troubleshooter.lint.unknown import is_unknown
from troubleshooter.model.excerpt import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.key_vault.layout import Layout

_TCP, _SOCKET = "tcp://", "unix:///"


def log_goes_somewhere(layout: Layout) -> Iterator[Problem]:
    """The form of its endpoint; a socket's is documented for 4.x alone."""
    part = layout.part("loggingSettings", LOGGING)
    value = part.get("endpoint") if part and isinstance(part.value, Mapping) else None
    if part is None or not isinstance(value, str) or is_unknown(value) or value.startswith(_TCP):
        return
    socket, major = value.startswith(_SOCKET), layout.place.major
    if socket and (major is None or major >= 4):
        return
    yield Problem(
        "kv-logging-endpoint",
        INFO if socket else WARNING,
        part.below("endpoint"),
        f"endpoint {cut(value, 60)!r} "
        + ("is a socket, which is documented from 4.0 on" if socket else "is neither tcp:// nor unix:///"),
        "The log is sent to fluentd at tcp://HOST:PORT, at 4.x also at unix:///PATH.",
        advice('Write e.g. "tcp://localhost:24224"'),
        (LINUX_PAGE,),
    )
