"""Names for the colours on a screen: the theme's own where it has one, so that a mark says `error`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.color import Color, ColorParseError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rich.style import Style
    from textual.app import App

    class Say(Protocol):
        def __call__(self, style: Style | None, palette: Palette) -> tuple[str, str, str]: ...


FIRST = (
    "foreground", "background", "panel", "accent", "success", "warning", "error",
    "quiet", "line", "chosen", "marked", "gone", "new",
)  # fmt: skip
"""Where several names have one colour, the earliest of these counts, then the alphabet."""
BEHIND = 0.7
FOCUSED = 0.05
"""How much of the background lies over what is behind a dialog, of the foreground over a focused field."""


class Palette:
    """The colours of an application's theme, by value."""

    def __init__(self, app: App[Any]) -> None:
        known = _parsed(app.theme_variables)
        own = {*FIRST, *app.current_theme.variables} & known.keys()
        order = sorted(own, key=lambda name: (_place(name), name))
        base, light = known["background"], known["foreground"]
        self._names: dict[str, str] = {}
        self._styles: dict[Style | None, tuple[str, str, str]] = {}
        for name in order:
            self._names.setdefault(known[name].hex6.lower(), name)
        blends = ((known[name].blend(base, BEHIND).rgb, f"{name}~") for name in order)
        tints = ((known[name].blend(light, FOCUSED).rgb, f"{name}+") for name in order)
        derived = ((known[name].rgb, name) for name in sorted(known))
        self._others = [*blends, *tints, *derived]

    def name(self, red: int, green: int, blue: int) -> str:
        """What the theme calls it; with `~` it is behind a dialog, with `+` in a focused field."""
        shown = f"#{red:02x}{green:02x}{blue:02x}"
        if shown not in self._names:
            near = (name for rgb, name in self._others if _near(rgb, (red, green, blue)))
            self._names[shown] = next(near, shown)
        return self._names[shown]

    def named(self, style: Style | None, say: Say) -> tuple[str, str, str]:
        """What a style is called: each is worked out once."""
        if style not in self._styles:
            self._styles[style] = say(style, self)
        return self._styles[style]


def _near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Blending rounds."""
    return all(abs(a - b) <= 1 for a, b in zip(one, other, strict=True))


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


def _parsed(variables: Mapping[str, str]) -> dict[str, Color]:
    known = {}
    for name, text in variables.items():
        try:
            colour = Color.parse(text)
        except ColorParseError:  # a text style, or a number
            continue
        if colour.a == 1 and colour.ansi is None:
            known[name] = colour
    return known
