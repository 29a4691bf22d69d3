"""No line of a moment is wider than its box: it would go on below, and push the last out of sight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.tui.worlds import DIAGNOSIS
from troubleshooter.report.summary import End, Found, Mood, Stage
from troubleshooter.report.symbols import UNICODE
from troubleshooter.tui.widgets.finding_lines import Stop, proof_drawn
from troubleshooter.tui.widgets.moment_lines import end_lines, found_lines

NODE = "tvmps_00019d1c88f0a3b2_2181221880_1-20261126t001358z"
FILE = "/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/akvvm_service_2026-11-26_00-13-58.0.log"


@pytest.mark.parametrize(
    "node", ["", "tvm-27807390_1-20261126t001358z", NODE], ids=["no node", "usual", "long"]
)
@pytest.mark.parametrize("count", [1, 1200])
@pytest.mark.parametrize("width", [52, 74, 82, 112, 190])
def test_a_proof_fits_its_width(node: str, count: int, width: int) -> None:
    finding = DIAGNOSIS.findings[0]
    proof = replace(finding.evidence[0], node=node or None, file=FILE, line=108, count=count)
    drawn = list(proof_drawn("proof", 10, Stop(finding, (proof,)), width, UNICODE))
    texts = ["".join(text for text, _ in line.pieces) for line in drawn]
    assert max(cell_len(text.rstrip()) for text in texts) <= width
    assert "log:108" in texts[0]
    assert texts[0].startswith("proof     ")
    if node:
        assert node[-8:] in texts[0], "names of nodes differ at their ends"


@pytest.mark.parametrize("width", [40, 52, 74])
def test_a_long_headline_goes_on_in_the_next_line(width: int) -> None:
    headline = "Why render-pool is stuck is not known, and the debug pool got no nodes"
    found = Found(
        Stage.FOUND, headline, "The quota is used up", sure="Confirmed", finding=DIAGNOSIS.findings[0]
    )
    drawn = ["".join(text for text, _ in line) for line in found_lines(found, width, UNICODE)]
    assert max(map(cell_len, drawn)) <= width
    told = " ".join(" ".join(drawn).split())
    assert headline in told
    assert "Confirmed" in told


def test_a_short_name_of_a_file_leaves_its_room_to_the_node() -> None:
    finding, node = DIAGNOSIS.findings[0], "tvm-1223544443_1-20250917t084112z"
    proof = replace(finding.evidence[0], node=node, file="node extension view", line=34, count=1)
    first = next(iter(proof_drawn("proof", 12, Stop(finding, (proof,)), 76, UNICODE)))
    assert "".join(text for text, _ in first.pieces).rstrip() == f"proof       {node}  node extension view:34"


def test_the_end_of_a_run_says_why_a_cause_is_not_certain_and_how_to_make_sure() -> None:
    finding = DIAGNOSIS.findings[0]
    cause = Found(Stage.FOUND, "Cause found", "No read", finding, "Likely", "Seen once.", ("look twice",))
    ending = End(Mood.CARE, "Cause found (likely)", cause, None, "", ("Nothing.",), (), (), over=True)
    drawn = ["".join(text for text, _ in line) for line in end_lines(ending, 80, UNICODE)]
    assert "  not surer Seen once." in drawn
    assert "  make sure look twice" in drawn
    places = [drawn.index(line) for line in ("What you must do now", "What was changed in Azure", "Found")]
    assert places == sorted(places)


def test_what_blocked_the_way_is_not_called_a_confirmed_cause() -> None:
    head = "Cause not found: the debug pool got no nodes"
    blocked = Found(Stage.BLOCKED, head, "The quota is used up", DIAGNOSIS.findings[0], "Confirmed")
    drawn = ["".join(text for text, _ in line).rstrip() for line in found_lines(blocked, 80, UNICODE)]
    assert drawn[:2] == [f"✖ {head}", "Stopped by (confirmed): The quota is used up"]
