"""That the original pool is away, in the same words on the screen, in text and in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.text import one_line

if TYPE_CHECKING:
    from troubleshooter.model.change import Away


def alarm(away: Away) -> str:
    """One line: what is away, which run has it, and the one command that puts it back."""
    return f"✖ {told(away)}"


def told(away: Away, *, working: bool = False) -> str:
    """The same without the symbol, for whoever draws their own; `working` while the run is at it."""
    pool = one_line(away.pool)
    if working:
        how = (
            f"Pool {pool} is away: this run deleted it, and creates it again next."
            if away.gone
            else f"Pool {pool} is being deleted by this run, which creates it again next."
        )
        return f"{how} {_ends(away)}"
    how = (
        f"Pool {pool} is away: run {away.run} deleted it, and it does not stand again yet."
        if away.gone
        else f"Pool {pool} may be away: run {away.run} asked for its deletion and saw no end of it yet."
    )
    if away.rehearsal:
        return f"{how} {_ends(away)}"
    if away.unreadable:
        return f"{how} That run cannot be read; what can be done says: troubleshooter runs show {away.run}"
    return f"{how} Put it back with: {command(away)}"


def _ends(away: Away) -> str:
    if away.rehearsal:
        return "Should it end before that: this Azure ends with the demo."
    return f"Should it end before that, put it back with: {command(away)}"


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
