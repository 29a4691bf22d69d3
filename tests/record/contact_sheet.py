"""Draws every state of every scene, or of those that are named, as one page of pictures to look at.

The pictures are drawn anew, not from the record. Needs resvg-py, which the dev extra brings.

python -m tests.record.contact_sheet [SCENE ...]
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
import tempfile
from pathlib import Path

from tests.record.camera import DRAWN
from tests.record.scenes import SCENES, pictures

FONT = "DejaVu Sans Mono"
WIDTH = 1220
PAGE = """<!doctype html><meta charset="utf-8"><title>Contact sheet</title>
<style>
body { background: #222; color: #ddd; font: 14px sans-serif; }
figure { display: inline-block; margin: 8px; vertical-align: top; }
img { width: 600px; }
</style>
"""
FIGURE = '<figure><a href="{0}/{1}.png"><img src="{0}/{1}.png"></a><figcaption>{1}</figcaption></figure>\n'


def draw(scene: str, folder: Path) -> list[Path]:
    """Walk a scene; its pictures as PNG, in the order in which they were taken."""
    folder.mkdir(parents=True)
    DRAWN.set(folder)
    with tempfile.TemporaryDirectory() as empty:
        taken = asyncio.run(pictures(scene, Path(empty)))
    return [_rasterised(folder / f"{name}.svg") for name in taken]


def _rasterised(svg: Path) -> Path:
    import resvg_py  # noqa: PLC0415 - only this command needs it

    text = re.sub(r"@font-face \{.*?\}", "", svg.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = text.replace("Fira Code", FONT)
    image = resvg_py.svg_to_bytes(svg_string=text, monospace_family=FONT, width=WIDTH)
    png = svg.with_suffix(".png")
    png.write_bytes(bytes(image))
    return png


def sheet(folder: Path, drawn: dict[str, list[Path]]) -> Path:
    parts = [PAGE]
    for scene, images in drawn.items():
        parts.append(f"<h2>{html.escape(scene)}</h2>\n")
        parts += [FIGURE.format(scene, html.escape(image.stem)) for image in images]
    page = folder / "index.html"
    page.write_text("".join(parts), encoding="utf-8")
    return page


def main(named: list[str]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="contact-sheet-"))
    drawn = {scene: draw(scene, folder / scene) for scene in named or SCENES}
    print(f"{sum(map(len, drawn.values()))} pictures: {sheet(folder, drawn)}")


if __name__ == "__main__":
    main(sys.argv[1:])
