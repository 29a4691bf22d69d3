"""A line is explained by a rule that stands, and by no other."""

from __future__ import annotations

import pytest

from tests.unit.analyse.sources import BOOK, source
from troubleshooter.analyse import analyse

DIGEST = "ValueError: [digital envelope routines: EVP_DigestInit_ex] disabled for FIPS"
AGENT = "2031-06-09T18:41:28.146195Z INFO Daemon Daemon Azure Linux Agent Version: 2.7.0.6"
MISMATCH = "curl: (60) SSL: no alternative certificate subject name matches target host name"
CRASHED = "systemd[1]: akvvm_service.service: Main process exited, code=exited, status=1/FAILURE"


def unexplained(*files: tuple[str, str | None]) -> list[str]:
    sources = [source(text, f"f{at}", node) for at, (text, node) in enumerate(files)]
    return [place.text for place in analyse(sources, BOOK).unexplained]


@pytest.mark.parametrize("line", [DIGEST, MISMATCH])
def test_an_error_line_is_listed_where_its_rule_lacks_what_it_wants_beside_it(line: str) -> None:
    assert unexplained((f"{line}\n", None)) == [line]


@pytest.mark.parametrize(
    ("line", "other"),
    [(DIGEST, AGENT), (MISMATCH, "GET https://contosokv.privatelink.vaultcore.azure.net/secrets/web")],
)
def test_it_is_not_listed_where_the_rule_stands(line: str, other: str) -> None:
    assert unexplained((f"{other}\n{line}\n", None)) == []
    assert unexplained((f"{line}\n{other}\n", None)) == []


def test_what_stands_on_another_node_does_not_explain_it() -> None:
    assert unexplained((f"{AGENT}\n", "n1"), (f"{DIGEST}\n", "n1")) == []
    assert unexplained((f"{AGENT}\n", "n1"), (f"{DIGEST}\n", "n2")) == [DIGEST]


def test_a_line_of_a_rule_that_gives_way_to_another_is_explained() -> None:
    assert unexplained((f"{CRASHED}\nNo status file created yet\n", None)) == []


def test_lines_of_one_shape_are_counted_together() -> None:
    places = analyse([source(f"{DIGEST}\n" * 3)], BOOK).unexplained
    assert [(place.line, place.count) for place in places] == [(1, 3)]
