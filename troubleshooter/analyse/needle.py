"""What of a pattern is looked for first, so that no text makes the search slow.

A search for many patterns at once keeps in mind how far each has come. Of `a.*b` that is whether there was
an `a`, and of `a.{0,80}b` where each of them stood: a text that is made for it has no two places alike,
and each takes RE2 a hundred times as long as one of a log. So only one side of such a gap is looked for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_FLAGS = re.compile(r"\(\?[a-zA-Z]+\)")
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|.", re.DOTALL)
_REPEATED = re.compile(r"[*+?]|\{(\d+)(?:(,)(\d*))?\}")
_FEW = 8
"""So many characters between two texts are no gap."""
_LEAST = 6
"""Letters below which a part says too little: it would stop at every line."""
_ODD = re.compile(r"\\[QEpPx]|\(\?[a-zA-Z]+\)")
"""Ways to write a pattern that are not taken apart."""


@lru_cache(maxsize=4096)  # all rules as one pattern, and as a set, look for the same
def needle(pattern: str) -> str:
    """A pattern without a wide gap that is found wherever this one is; itself where there is none."""
    flags = _FLAGS.match(pattern)
    first = flags.end() if flags else 0
    gaps = [] if _ODD.search(pattern, first) else _gaps(pattern, first)
    ends = [(0, first), *gaps, (len(pattern), 0)]
    parts = [pattern[after:before] for (_, after), (before, _) in pairwise(ends)]
    best = max(parts, key=_letters)
    return pattern[:first] + best if gaps and _letters(best) >= _LEAST else pattern


def _gaps(pattern: str, at: int) -> list[tuple[int, int]]:
    """Where each gap outside of all groups starts and ends; none where there is a choice outside of them."""
    depth, found = 0, []
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        start, at = at, token.end() if token else at + 1
        shown = pattern[start:at]
        depth += (shown == "(") - (shown == ")")
        if shown == "|" and not depth:
            return []
        wide = False
        while repeated := _REPEATED.match(pattern, at):
            wide |= _is_wide(shown, repeated)
            at = repeated.end()
        if wide and not depth:
            found.append((start, at))
    return found


def _is_wide(shown: str, repeated: re.Match[str]) -> bool:
    """Whether it is a gap: anything, any number of times; or all but something, up to many times."""
    least, several, most = repeated.groups()
    times = most if several else least
    many = times is not None and (not times or int(times) > _FEW)
    return (shown == "." and (repeated[0] in "*+" or many)) or (shown.startswith("[^") and many)


def _letters(part: str) -> int:
    """The characters of it that stand for themselves, whatever the rest."""
    count = depth = 0
    for token in _TOKEN.finditer(_REPEATED.sub("", part)):
        shown = token[0]
        depth += (shown == "(") - (shown == ")")
        plain = shown.isalnum() or shown in " _-/:'\"," or (len(shown) == 2 and not shown[1].isalnum())
        count += not depth and plain
    return count
