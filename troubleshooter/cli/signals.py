"""The signals that ask a process to stop."""

from __future__ import annotations

import signal


def asked_to_stop() -> tuple[signal.Signals, ...]:
    """Ctrl-C, an end asked for, and a closed terminal, unless nohup has that one ignored."""
    asked = (signal.SIGINT, signal.SIGTERM)
    if not hasattr(signal, "SIGHUP") or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # Windows, nohup
        return asked
    return (*asked, signal.SIGHUP)
