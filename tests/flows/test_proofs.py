"""In every form, nothing of a proof is left out without the sign of it, and what matched is there."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.analyse.test_proof import FILLING, refusal
from troubleshooter.analyse.sources import sources
from troubleshooter.diagnosis import analyse_files
from troubleshooter.model.run import RunState
from troubleshooter.model.target import Target
from troubleshooter.report.html import run_html
from troubleshooter.report.json_report import diagnosis_json
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.matched import in_signs
from troubleshooter.report.symbols import UNICODE
from troubleshooter.report.text import diagnosis_text
from troubleshooter.simulator.files import write_files
from troubleshooter.tui.widgets.finding_lines import lines

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Diagnosis

WORLDS = ["vault-rbac-denied", "wrong-client-id", "windows-rbac-denied", "mixed", "resize-quota"]
SIZES = (52, 80, 120, 200)


@pytest.fixture(scope="module", params=WORLDS)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Diagnosis, Path]:
    """A world's files, and beside them a log whose lines are far longer than any form shows."""
    folder = tmp_path_factory.mktemp("world")
    write_files(request.param, folder, 2, noise=True)
    long = f"2026-01-02 03:04:05: <error> [X]\t{FILLING * 90}{refusal(between=100)}{FILLING * 90}"
    unknown = f"2026-01-02 03:04:05: <error> [X]\t{FILLING * 90}it failed oddly{FILLING * 90}"
    (folder / "akvvm_service_long.log").write_text(f"{long}\n{unknown}\n", encoding="utf-8")
    with sources([str(folder)]) as found:
        return analyse_files(found.files), folder


def places(diagnosis: Diagnosis) -> list[Evidence]:
    return [*(e for finding in diagnosis.findings for e in finding.evidence), *diagnosis.unexplained]


def is_part(shown: str, line: str, sign: str = "…") -> bool:
    """Whether it is the line with nothing left out but where the sign stands."""
    pattern = ".+".join(re.escape(part) for part in squeezed(shown).split(sign))
    return re.fullmatch(pattern, squeezed(line)) is not None


def squeezed(text: str) -> str:
    """Without space; a line break that a log holds as an escape is shown as one."""
    return "".join(text.replace(r"\r\n", " ").split())


def test_evidence_is_its_line_with_signs_where_something_is_left_out(read: tuple[Diagnosis, Path]) -> None:
    diagnosis, folder = read
    logs = [one for one in places(diagnosis) if one.file.endswith(".log")]
    assert len(logs) > 1
    for one in logs:
        path = next(path for path in folder.rglob("*.log") if str(path).endswith(one.file.rpartition("/")[2])
                    and (one.node is None or one.node in str(path)))  # fmt: skip
        line = path.read_text(encoding="utf-8", errors="replace").splitlines()[one.line - 1]
        assert is_part(one.text, line), one
        assert all(one.text[start:end].strip() for start, end in one.marks)
        assert one.marks, one


def test_text_markdown_html_and_json_hold_every_proof_whole(read: tuple[Diagnosis, Path]) -> None:
    diagnosis, _ = read
    state = RunState("1", Target("s", "g", "a", "p"), "kv", "", "", (), diagnosis=diagnosis, diagnosed=True)
    text = squeezed(in_signs(diagnosis_text(diagnosis)))
    markdown = squeezed(run_markdown(state))
    page = squeezed(html.unescape(re.sub(r"</?mark>", "", run_html(state))))
    document = diagnosis_json(diagnosis)
    assert [e["text"] for f in document["findings"] for e in f["evidence"]] + [
        e["text"] for e in document["unexplained"]
    ] == [one.text for one in places(diagnosis)]
    for finding in diagnosis.findings:
        one = finding.evidence[0]
        assert squeezed(one.excerpt.marked("»", "«")) in text
        assert squeezed(one.excerpt.marked("»", "«")) in markdown
        assert squeezed(one.text) in page


@pytest.mark.parametrize("width", SIZES)
def test_the_list_of_findings_leaves_out_nothing_without_the_sign(
    read: tuple[Diagnosis, Path], width: int
) -> None:
    diagnosis, _ = read
    drawn: dict[int, tuple[Evidence, str]] = {}
    for line in lines(diagnosis, width, UNICODE):
        if line.stop is not None and line.pieces and "bold" not in line.pieces[1][1].split()[:1]:
            proof = line.stop.proofs[line.stop.at]
            texts = [text for text, style in line.pieces[1:] if style in {"", "$warning bold underline"}]
            drawn[id(line.stop)] = (proof, drawn.get(id(line.stop), (proof, ""))[1] + "".join(texts))
    assert len(drawn) > len(diagnosis.findings)
    for proof, text in drawn.values():
        stamped = f"…{text}" if not squeezed(proof.text).startswith(squeezed(text)[:4]) else text
        assert is_part(stamped, proof.text), (text, proof.text)
