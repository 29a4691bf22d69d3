"""Draws the README's pictures: the program's own screens, walked on a simulated Azure."""

# ruff: noqa: INP001 - a script, not a package

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.tui import test_walks, walker  # noqa: E402 - found through the line above
from troubleshooter.simulator.server import Simulator  # noqa: E402 - as above


def draw(app: object, name: str) -> None:
    svg = app.export_screenshot(title="troubleshooter")  # type: ignore[attr-defined]  # Textual's App
    self_contained = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    self_contained = self_contained.replace("<svg ", '<svg xml:space="preserve" ', 1)  # columns need spaces
    (HERE / name).write_text("\n".join(line.rstrip() for line in self_contained.splitlines()) + "\n")
    print(HERE / name)  # noqa: T201 - a script


async def main() -> None:
    with tempfile.TemporaryDirectory() as home, Simulator("vault-rbac-denied") as world:
        os.chdir(home)  # the picture shows where the run is kept
        opened = test_walks.application(lambda _: world, Path("cases"), "vault-rbac-denied")
        with opened as (app, pool_id):
            async with app.run_test(size=(120, 34)) as pilot:
                await test_walks.open_pool(pilot, pool_id)
                while True:
                    await walker.until(pilot, lambda: walker.rests(pilot), "a gate or the end")
                    question = walker.shown_gate(pilot)
                    if question is None:
                        break
                    if question.gate == "plan":
                        draw(app, "plan.svg")
                    await walker.answer(pilot, question)
                await pilot.press("f")
                await pilot.pause(0.5)
                draw(app, "findings.svg")


if __name__ == "__main__":
    asyncio.run(main())
