"""Text from a node's log is written by whoever controls the node; no form of the report may obey it."""

from __future__ import annotations

import re

from troubleshooter.text import one_line, visible

_MARKDOWN = re.compile(
    r"""
      [`*\[\]<|~]                       # code, emphasis, links, markup, tables, deleted text: always
    | \\(?=[!-/:-@\[-`{-~]|$)            # a backslash that would escape what follows it
    | (?<=\])[(:]                        # the address of a link, or of a reference
    | (?<![^\W_])_ | _(?![^\W_])         # emphasis; inside a word an underscore is none
    | !(?=\[)                            # a picture
    | &(?=\#?\w)                         # a character by its name
    | (?<![\w.-])@(?=\w)                 # somebody's attention; not the middle of an address
    | (?<!\w)\#(?=\d)                    # another issue
    | ^>                                  # a quotation
    | ^[-+=\#](?=[-=\#\s]|$)              # a list, a heading, a rule
    """,
    re.VERBOSE,
)
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
"""What a Markdown reader would not take for text. All else is left as it is, so that ids copy clean."""
_LINK = "]("
"""In every link; without one brackets are brackets, and stay as they are: `certificates[0]`."""
_BRACKET = re.compile(r"(\\*)([\[\]])")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_WEB_ADDRESS = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[\w./~%#?=&+,;:-]*)?")


def markdown(text: str) -> str:
    """Inline text that no Markdown reader takes for markup, markup language or a mention."""
    return _NUMBERED.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\g<0>", one_line(text)))


def html(text: str, keep_newlines: bool = False) -> str:
    """Text and attribute values alike."""
    return visible(text, keep_newlines=keep_newlines).translate(_MARKUP)


def sarif(text: str) -> str:
    """A message of SARIF as plain text: neither a link (3.11.6) nor a place for an argument (3.11.5)."""
    shown = one_line(text).replace("{", "{{").replace("}", "}}")
    return _BRACKET.sub(r"\1\1\\\2", shown) if _LINK in shown else shown


def is_web_address(text: str) -> bool:
    """Whether it may become a link: https and nothing that needs quoting."""
    return _WEB_ADDRESS.fullmatch(text) is not None
