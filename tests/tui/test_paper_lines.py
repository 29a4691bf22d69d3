"""A report's blocks on lines: nothing runs out at the side, at whatever width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from troubleshooter.report.outline import Code
from troubleshooter.tui.widgets.paper_lines import lines

WHERE = f"Proof: /WindowsAzure/Logs/Plugins/a/{'b' * 90}.log, line 11, node tvmps_{'c' * 60}_d, and 3 more"


@pytest.mark.parametrize("width", [38, 78, 198])
@pytest.mark.parametrize("marks", [(), ((0, 4),)])
def test_where_a_proof_stands_is_whole(width: int, marks: tuple[tuple[int, int], ...]) -> None:
    drawn = ["".join(part for part, _ in line) for line in lines((Code(WHERE, "text", marks),), width)]
    assert max(map(cell_len, drawn)) <= width
    assert "".join(WHERE.split()) in "".join("".join(drawn).split())
