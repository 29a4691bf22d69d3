"""Nothing of what somebody else's machine wrote is copied: neither its names nor its numbers."""

from __future__ import annotations

import re

from tests.ground_truth import SAMPLES, needs_samples
from tests.hygiene.test_tree import ROOT, tracked

VALUE = re.compile(r"(?=[\w./-]*\d)[A-Za-z0-9][\w./-]{9,}[A-Za-z0-9]")
"""Long enough to be somebody's, and with a digit in it: ids, thumbprints, names of machines."""
STAMP = re.compile(r"\b\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d\b")
FACTS = re.compile(
    r"(\d+\.){3}\d+(/metadata/identity(/oauth2/token)?)?"  # versions of the extension, the identity endpoint
    r"|40342/metadata/identity|oauth2/token"
    r"|github\.com/\S+"
    r"|ProvisioningState/failed/0|isAtLeast2012|2022-datacenter"
    r"|STANDARD_[A-Z0-9_]+|0001-com-ubuntu-server-[a-z]+"  # sizes of machines, offers of images
)
"""What Azure, the extension and the agents write on every machine, and public pages."""


ELSEWHERE = ("tests/cases/", "tests/record/")
"""Public cases, which are ours; and the record, which says what the rest says."""


def values(text: str) -> set[str]:
    return {value for value in VALUE.findall(text) if not FACTS.fullmatch(value)} | {*STAMP.findall(text)}


@needs_samples
def test_no_value_of_a_sample_is_in_the_repository() -> None:
    theirs: set[str] = set()
    for folder in ("configs", "logs"):
        for path in (SAMPLES / folder).iterdir():
            if path.suffix != ".tsv":
                theirs |= values(path.read_text(encoding="utf-8"))
    assert len(theirs) > 100

    copied: dict[str, set[str]] = {}
    for name in tracked():
        if not name.startswith(ELSEWHERE):
            found = values((ROOT / name).read_text(encoding="utf-8", errors="replace")) & theirs
            copied |= {name: found} if found else {}
    assert copied == {}
