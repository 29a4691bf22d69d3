"""That the original pool is away, in the same words on the screen, in text and in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.report.escape import one_line

if TYPE_CHECKING:
    from troubleshooter.model.change import Away


def alarm(away: Away) -> str:
    """One line: what is away, which run has it, and the one command that puts it back."""
    return f"✖ {told(away)}"


def told(away: Away) -> str:
    """The same without the symbol, for whoever draws their own."""
    pool = one_line(away.pool)
    how = (
        f"Pool {pool} is away: run {away.run} deleted it, and it does not stand again yet."
        if away.gone
        else f"Pool {pool} may be away: run {away.run} asked for its deletion and saw no end of it yet."
    )
    if away.rehearsal:
        return f"{how} It ends with the demo."
    if away.unreadable:
        return f"{how} That run cannot be read; what can be done says: troubleshooter runs show {away.run}"
    return f"{how} Put it back with: {command(away)}"


def command(away: Away) -> str:
    """Empty where the run cannot be read: it restores nothing."""
    return "" if away.unreadable else put_back(away.run, away.pool)


def put_back(run: str, pool: str) -> str:
    return f"troubleshooter runs restore {run} --confirm {one_line(pool)}"


def away_json(away: Away) -> dict[str, Any]:
    return {
        "pool": away.pool,
        "run": away.run,
        "since": away.since,
        "gone": away.gone,
        "put_back_with": command(away) or None,
    }
