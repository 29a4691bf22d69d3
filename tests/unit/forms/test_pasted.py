"""What is told to be done to a pool, pasted whole into a shell: nothing comes before its time."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.unit.report.test_renewal import surveyed
from troubleshooter.model.handover import PoolInShort
from troubleshooter.report.renewal import renewal

if TYPE_CHECKING:
    from pathlib import Path

AZ = """#!/bin/sh
printf '%s\\n' "$*" >> "$SEEN"
case "$*" in
  *"login"*) [ -z "$REFUSED" ] ;;
  *"pool show"*) if [ "$(grep -c 'pool show' "$SEEN")" -lt 3 ]; then echo resizing; else echo steady; fi ;;
  *"node list"*) echo tvm-1 ;;
esac
"""
"""Stands where the Azure CLI does, and has the pool come to rest at the third look."""


def pasted(folder: Path, text: str, **environ: str) -> list[str]:
    for name, script in {"az": AZ, "sleep": "#!/bin/sh\n"}.items():
        (folder / name).write_text(script, encoding="utf-8")
        (folder / name).chmod(0o755)
    seen = folder / "seen"
    seen.touch()
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["sh"],
        input=text + "\n",
        text=True,
        env=os.environ | {"PATH": path, "SEEN": str(seen), **environ},
        timeout=60,
        check=False,
    )
    return seen.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("counts", [{"unusable": 2}, {"idle": 1, "unusable": 1}])
def test_a_pool_comes_back_to_its_size_once_it_is_at_rest(counts: dict[str, int], tmp_path: Path) -> None:
    made = renewal(surveyed(PoolInShort("", 2, True, 2), counts))
    seen = pasted(tmp_path, made.commands)

    assert seen[-1] == "batch pool resize --pool-id my pool --target-dedicated-nodes 2"
    assert [line.split()[:3] for line in seen[-4:-1]] == [["batch", "pool", "show"]] * 3


def test_who_is_not_signed_in_changes_nothing(tmp_path: Path) -> None:
    made = renewal(surveyed(PoolInShort("", 2, True, 2), {"unusable": 2}))
    assert pasted(tmp_path, made.commands, REFUSED="yes") == [
        "batch account login --name acc --resource-group g"
    ]
