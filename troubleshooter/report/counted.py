"""A number with its noun, in the right form."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """Write 1 node, 2 nodes; `many` is for a noun that takes more than an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(parts: list[str]) -> str:
    """Join as people do: a, b and c."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
