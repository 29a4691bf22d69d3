"""A moment on the command line: a date, a time, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click import Context, Parameter

_AGO = re.compile(r"(\d{1,6})\s*(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class MomentType(click.ParamType[datetime]):
    """In UTC unless a zone is written: 2026-11-25, 2026-11-25T08:12:30+01:00; or ago: 90m, 6h, 2d."""

    name = "time"

    def convert(self, value: Any, param: Parameter | None, ctx: Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            if found := _AGO.fullmatch(text):
                return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
            at = datetime.fromisoformat(text)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(
                f"{text!r} is no time. Write 2026-11-25, 2026-11-25T08:12 (UTC), or 6h for six hours ago.",
                param,
                ctx,
            )
