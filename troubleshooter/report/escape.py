"""Text from a node's log is written by whoever controls the node; no form of the report may obey it."""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~&@-])")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_WEB_ADDRESS = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[\w./~%#?=&+,;:-]*)?")


def visible(text: str, keep_newlines: bool = False) -> str:
    """Show control, format and direction characters as escapes: no terminal or reader is misled."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char == "\n" and keep_newlines else _shown(char)
        for char in (text.replace("\r\n", "\n") if keep_newlines else text)
    )


def one_line(text: str) -> str:
    """For tables and list items: whitespace folded, the rest visible."""
    return visible(" ".join(text.split()))


def markdown(text: str) -> str:
    """Inline text that no Markdown reader takes for markup, markup language or a mention."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def html(text: str, keep_newlines: bool = False) -> str:
    """Text and attribute values alike."""
    return visible(text, keep_newlines=keep_newlines).translate(_MARKUP)


def is_web_address(text: str) -> bool:
    """Whether it may become a link: https and nothing that needs quoting."""
    return _WEB_ADDRESS.fullmatch(text) is not None


def _shown(char: str) -> str:
    if char == "\t":
        return "    "
    if unicodedata.category(char) in _UNSAFE_CATEGORIES:
        return char.encode("unicode_escape").decode("ascii")
    return char
