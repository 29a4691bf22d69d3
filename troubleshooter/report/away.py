"""That the original pool is away, in the same words on the screen, in text and in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.report.escape import one_line

if TYPE_CHECKING:
    from troubleshooter.model.change import Away


def alarm(away: Away) -> str:
    """One line: what is away, which run has it, and the one command that puts it back."""
    pool = one_line(away.pool)
    how = (
        f"Pool {pool} is away: run {away.run} deleted it, and it does not stand again yet."
        if away.gone
        else f"Pool {pool} may be away: run {away.run} asked for its deletion and saw no end of it yet."
    )
    return f"✖ {how} Put it back with: {command(away)}"


def command(away: Away) -> str:
    return f"troubleshooter runs restore {away.run} --confirm {away.pool}"


def away_json(away: Away) -> dict[str, Any]:
    return {
        "pool": away.pool,
        "run": away.run,
        "since": away.since,
        "gone": away.gone,
        "put_back_with": command(away),
    }
