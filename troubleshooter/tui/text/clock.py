"""Time as the operator reads it. Everything else in the program is seconds and UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from troubleshooter.report.counted import counted
from troubleshooter.text import clock

if TYPE_CHECKING:
    from troubleshooter.model.progress import Waiting


_DAY = 86400.0


def moment(text: str) -> datetime | None:
    """An ISO 8601 time, or nothing when it is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def time_of_day(text: str) -> str:
    """The local time of an event."""
    read = moment(text)
    return read.astimezone().strftime("%H:%M:%S") if read else ""


def since(text: str, now: datetime) -> str:
    """How long a node has been in its state."""
    read = moment(text)
    return clock((now - read).total_seconds()) if read else ""


def age(text: str, now: datetime) -> str:
    """When a run was last touched: near times exactly, far ones by their date."""
    read = moment(text)
    if read is None:
        return ""
    gone = now - read
    if gone < timedelta(minutes=1):
        return "just now"
    if gone < timedelta(hours=1):
        return f"{int(gone.total_seconds() // 60)} min ago"
    if gone < timedelta(hours=12):
        return f"{int(gone.total_seconds() // 3600)} h ago"
    local = read.astimezone()
    if gone < timedelta(days=6):
        return local.strftime("%a %H:%M")
    return f"{local.day} {local:%b}" if gone < timedelta(days=300) else local.strftime("%Y-%m-%d")


def lasting(text: str, now: datetime) -> str:
    """For how long something has been so, in its largest unit alone."""
    read = moment(text)
    gone = (now - read).total_seconds() if read else 0.0
    for size, unit in ((_DAY, "day"), (_DAY / 24, "hour")):
        if gone >= 2 * size:
            return f"{int(gone // size)} {unit}s"
    return counted(int(gone // 60), "minute")


def estimate(waiting: Waiting) -> float | None:
    """Seconds still to wait, from the nodes that are ready already; nothing while none is."""
    return waiting.estimate


def about(seconds: float) -> str:
    """A rough span in words, for estimates, which are never to the second."""
    if seconds < 50:
        return f"about {max(10, round(seconds / 10) * 10)} s"
    return f"about {round(seconds / 60) or 1} min"
