"""How something ended as one character. Apart from the other symbols: `lint` needs no summary of a run."""

from __future__ import annotations

from troubleshooter.report.summary import Mood

MOOD_SYMBOLS = {Mood.GOOD: "✔", Mood.CARE: "▲", Mood.BAD: "✖", Mood.OPEN: "◐"}
