"""What separates is seen, too: lines, scroll bars and text stand out from what is behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.color import Color

from troubleshooter.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from textual.theme import Theme


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_has_a_contrast_of_4_5_and_lines_of_3(theme: Theme) -> None:
    grounds = [Color.parse(text) for text in (theme.background or "", theme.panel or "")]
    lines = {name: Color.parse(theme.variables[name]) for name in ("line", "scrollbar", "scrollbar-active")}
    texts = {name: Color.parse(getattr(theme, name)) for name in ("foreground", "accent", "error", "warning")}
    texts["quiet"] = Color.parse(theme.variables["quiet"])
    for ground in grounds:
        too_faint = [name for name, colour in lines.items() if contrast(colour, ground) < 3]
        too_faint += [name for name, colour in texts.items() if contrast(colour, ground) < 4.5]
        assert too_faint == []


def contrast(one: Color, other: Color) -> float:
    """As WCAG counts it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
