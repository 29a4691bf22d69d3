from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.excerpt import Excerpt
from troubleshooter.report import escape
from troubleshooter.report.outline import Code, Heading, Links, Paragraph, Table, outline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshooter.model.run import RunState
    from troubleshooter.report.outline import Block

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #8886; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; overflow-wrap: anywhere; }
tr + tr td { border-top: 1px solid #8883; }
figure { margin: 1rem 0; }
figcaption { font-size: .875rem; opacity: .8; }
mark { background: #ffd75e; color: #000; font-weight: 600; }
pre { margin: .25rem 0; padding: .5rem .75rem; overflow-x: auto; background: #8881; border-radius: 4px; }
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A page that loads nothing and runs nothing, whatever got into it."""


def run_html(state: RunState) -> str:
    """Make one self-contained page."""
    title = escape.html(f"{state.target.pool}, run {state.id}")
    body = "\n".join(_block(block) for block in outline(state))
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{escape.html(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{escape.html(text)}</p>"
        case Links(addresses):
            return f"<ul>{''.join(f'<li>{_link(address)}</li>' for address in addresses)}</ul>"
        case Table(header, rows):
            return (
                f"<table>\n{_row(header, 'th')}\n{''.join(_row(row, 'td') + chr(10) for row in rows)}</table>"
            )
        case Code(caption, text, marks):
            parts = (
                (escape.html(part, keep_newlines=True), mark) for part, mark in Excerpt(text, marks).segments
            )
            quoted = "".join(f"<mark>{part}</mark>" if mark else part for part, mark in parts)
            return f"<figure><figcaption>{escape.html(caption)}</figcaption><pre>{quoted}</pre></figure>"


def _row(cells: Sequence[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape.html(cell)}</{tag}>' for cell in cells)}</tr>"


def _link(address: str) -> str:
    shown = escape.html(address)
    return f'<a href="{shown}" rel="noreferrer">{shown}</a>' if escape.is_web_address(address) else shown
